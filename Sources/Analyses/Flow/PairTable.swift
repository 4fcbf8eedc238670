import CasebookTables

/// Numbers for pairs of small numbers, given in the order in which pairs are first met.
///
/// Few kinds index a square directly; many go through a hash table of open places. Pairs of a group are kept apart
/// by the group's number.
struct PairTable {
  /// The pairs by number.
  private(set) var keys: [UInt64] = []
  private var square: [Int32]
  private var slots: [Int32]
  private var mask: Int
  private let width: Int

  /// Squares up to this many places are indexed directly.
  private static let greatestSquare = 1 << 18

  /// A table for pairs of numbers below `width`, in so many groups.
  init(width: Int, groups: Int) {
    self.width = width
    let (area, overflow) = (width * width).multipliedReportingOverflow(by: max(groups, 1))
    let isSquare = width <= 4096 && !overflow && area <= Self.greatestSquare
    square = isSquare ? [Int32](repeating: -1, count: area) : []
    slots = isSquare ? [] : [Int32](repeating: -1, count: 1024)
    mask = 1023
  }

  /// Pairs so far.
  var count: Int { keys.count }

  /// The number of a pair, a new one if it was not met before.
  @inline(__always)
  mutating func number(_ group: Int, _ source: Int, _ target: Int) -> Int {
    let key = UInt64((group * width + source)) &* UInt64(width) &+ UInt64(target)
    if !square.isEmpty {
      let known = square[Int(truncatingIfNeeded: key)]
      if known >= 0 { return Int(known) }
      square[Int(truncatingIfNeeded: key)] = Int32(keys.count)
      keys.append(key)
      return keys.count - 1
    }
    return hashed(key)
  }

  /// The number of a pair that was met before; nil for another.
  func known(_ group: Int, _ source: Int, _ target: Int) -> Int? {
    let key = UInt64((group * width + source)) &* UInt64(width) &+ UInt64(target)
    if !square.isEmpty {
      let known = square[Int(truncatingIfNeeded: key)]
      return known >= 0 ? Int(known) : nil
    }
    var slot = Self.start(key) & mask
    while slots[slot] >= 0 {
      if keys[Int(slots[slot])] == key { return Int(slots[slot]) }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// The parts of a pair by its number.
  func pair(_ number: Int) -> (group: Int, source: Int, target: Int) {
    let key = keys[number]
    let left = Int(key / UInt64(width))
    return (left / width, left % width, Int(key % UInt64(width)))
  }

  private static func start(_ key: UInt64) -> Int {
    var bits = key &* 0x9E37_79B9_7F4A_7C15
    bits ^= bits >> 32
    return Int(truncatingIfNeeded: bits & 0x7FFF_FFFF_FFFF_FFFF)
  }

  @inline(never)
  private mutating func hashed(_ key: UInt64) -> Int {
    if keys.count * 2 > mask { grow() }
    var slot = Self.start(key) & mask
    while slots[slot] >= 0 {
      if keys[Int(slots[slot])] == key { return Int(slots[slot]) }
      slot = (slot + 1) & mask
    }
    slots[slot] = Int32(keys.count)
    keys.append(key)
    return keys.count - 1
  }

  private mutating func grow() {
    mask = (mask + 1) * 4 - 1
    slots = [Int32](repeating: -1, count: mask + 1)
    for (number, key) in keys.enumerated() {
      var slot = Self.start(key) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(number)
    }
  }
}
