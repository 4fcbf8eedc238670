/// Numbers equal values in order of first appearance, by a table with a slot for each value that
/// there can be.
func groupsByIndex(
  _ values: Buffer<UInt32>, domain: Int, until context: RunContext?
) -> Groups {
  let count = values.count
  let source = values.base
  var firstRows = BufferBuilder<Int32>(capacity: min(domain, count))
  var groups: Int32 = 0
  let ids = Buffer<Int32>(count: count) { target in
    // Slots hold the number plus one, so that zeroed memory means free.
    let slots = Buffer<Int32>(count: domain) { slots in
      for row in 0..<count {
        // The rows that are left are in group 0 then.
        if row & 0xFFFF == 0xFFFF, context?.isCancelled == true { break }
        let slot = Int(source[row])
        var number = slots[slot]
        if number == 0 {
          groups += 1
          number = groups
          slots[slot] = number
          firstRows.append(Int32(truncatingIfNeeded: row))
        }
        target[row] = number &- 1
      }
    }
    withExtendedLifetime(slots) {}
  }
  return Groups(ids: ids, count: Int(groups), firstRows: firstRows.finish())
}

/// The first row of each value, by a bit for each value that there can be.
func firstRowsByBits(
  _ values: Buffer<UInt32>, domain: Int, until context: RunContext?
) -> Buffer<Int32> {
  let source = values.base
  var count = 0
  let rows = Buffer<Int32>(count: values.count) { target in
    let seen = Buffer<UInt64>(count: (domain + 63) / 64) { seen in
      for row in 0..<values.count {
        if row & 0xFFFF == 0xFFFF, context?.isCancelled == true { break }
        let word = Int(source[row] >> 6)
        let bit = (1 as UInt64) << UInt64(source[row] & 63)
        // Written always, kept only when new: no branch to mispredict.
        target[count] = Int32(truncatingIfNeeded: row)
        count &+= seen[word] & bit == 0 ? 1 : 0
        seen[word] |= bit
      }
    }
    withExtendedLifetime(seen) {}
  }
  return rows.slice(0..<count)
}

/// Numbers equal values in order of first appearance, by hashing.
func groupsByHash<Value: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>(
  _ values: Buffer<Value>, until context: RunContext? = nil
) -> Groups {
  let count = values.count
  let source = values.base
  var table = NumberTable<Value>(capacity: 1 << 12)
  var firstRows = BufferBuilder<Int32>(capacity: 1 << 10)
  let ids = Buffer<Int32>(count: count) { target in
    for row in 0..<count {
      if row & 0xFFFF == 0xFFFF, context?.isCancelled == true { break }
      let value = source[row]
      var slot = table.home(value)
      while true {
        let number = table.numbers[slot]
        if number == 0 {
          firstRows.append(Int32(truncatingIfNeeded: row))
          table.put(value, slot)
          target[row] = Int32(truncatingIfNeeded: table.count &- 1)
          if table.isFull { table.grow() }
          break
        }
        if table.keys[slot] == value {
          target[row] = number &- 1
          break
        }
        slot = (slot &+ 1) & table.mask
      }
    }
  }
  return Groups(ids: ids, count: table.count, firstRows: firstRows.finish())
}

/// Open addressing with linear probing: values beside their numbers plus one, zero where free.
struct NumberTable<Value: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable> {
  private(set) var keys: UnsafeMutablePointer<Value>
  private(set) var numbers: UnsafeMutablePointer<Int32>
  private(set) var mask: Int
  private(set) var count = 0
  private var shift: UInt64
  private var keyOwner: BufferOwner
  private var numberOwner: BufferOwner

  /// A table with room for `capacity` slots, a power of two.
  init(capacity: Int) {
    keyOwner = BufferOwner(byteCount: capacity * MemoryLayout<Value>.stride)
    numberOwner = BufferOwner(byteCount: capacity * MemoryLayout<Int32>.stride)
    keys = keyOwner.start.bindMemory(to: Value.self, capacity: capacity)
    numbers = numberOwner.start.bindMemory(to: Int32.self, capacity: capacity)
    mask = capacity - 1
    shift = UInt64(64 - capacity.trailingZeroBitCount)
  }

  /// Where the search for a value begins.
  ///
  /// The high bits of a product depend on all of the value's.
  @inline(__always)
  func home(_ value: Value) -> Int {
    let product = UInt64(truncatingIfNeeded: value) &* 0x9E37_79B9_7F4A_7C15
    let mixed = (product ^ (product >> 32)) &* 0xD6E8_FEB8_6659_FD93
    return Int(truncatingIfNeeded: mixed >> shift)
  }

  /// Gives a new value the next number.
  @inline(__always)
  mutating func put(_ value: Value, _ slot: Int) {
    count += 1
    keys[slot] = value
    numbers[slot] = Int32(truncatingIfNeeded: count)
  }

  @inline(__always)
  var isFull: Bool { count * 2 > mask }

  @inline(never)
  mutating func grow() {
    var larger = NumberTable(capacity: (mask + 1) * 4)
    larger.count = count
    for slot in 0...mask where numbers[slot] != 0 {
      var free = larger.home(keys[slot])
      while larger.numbers[free] != 0 { free = (free &+ 1) & larger.mask }
      larger.keys[free] = keys[slot]
      larger.numbers[free] = numbers[slot]
    }
    self = larger
  }
}
