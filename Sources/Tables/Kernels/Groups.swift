/// Which group each row is in.
///
/// Groups are numbered in order of first appearance.
public struct Groups: Sendable {
  /// The group of each row.
  public let ids: Buffer<Int32>
  /// How many groups there are.
  public let count: Int
  /// The first row of each group.
  public let firstRows: Buffer<Int32>

  /// Wraps numbers that are already given.
  public init(ids: Buffer<Int32>, count: Int, firstRows: Buffer<Int32>) {
    self.ids = ids
    self.count = count
    self.firstRows = firstRows
  }
}

/// Groups rows by equal keys.
///
/// Null is a group of its own, NaN equals NaN, and -0.0 equals 0.0. Without keys all rows are one
/// group, and no rows are none. With a context it stops when the run is to end, and what it gives is then of no use.
public func group(by keys: [Column], rowCount: Int, until context: RunContext? = nil) -> Groups {
  guard let packed = packedKey(keys, rowCount: rowCount, until: context) else {
    let count = rowCount > 0 ? 1 : 0
    return Groups(
      ids: Buffer(repeating: 0, count: rowCount), count: count,
      firstRows: Buffer(repeating: 0, count: count))
  }
  return packed.groups(directLimit: directLimit(rowCount), until: context)
}

/// The first row of each group, in row order: all that is asked for where only different values
/// count.
public func distinctRows(
  by keys: [Column], rowCount: Int, until context: RunContext? = nil
) -> Buffer<Int32> {
  guard let packed = packedKey(keys, rowCount: rowCount, until: context) else {
    return Buffer(repeating: 0, count: rowCount > 0 ? 1 : 0)
  }
  // One bit a value is cheap to zero, so a much larger domain than for groups may be indexed.
  if case .narrow(let values) = packed.values, let domain = packed.domain,
    domain <= UInt64(64 * rowCount + (1 << 20))
  {
    return firstRowsByBits(values, domain: Int(domain), until: context)
  }
  return packed.groups(directLimit: directLimit(rowCount), until: context).firstRows
}

/// A table that is indexed directly costs one zeroing of its slots, so it may not be much larger than
/// the rows it serves.
private func directLimit(_ rowCount: Int) -> UInt64 {
  UInt64(max(min(1 << 20, 4 * rowCount + 65_536), min(1 << 26, rowCount)))
}

/// All keys as one number a row; nil without keys or rows.
private func packedKey(
  _ keys: [Column], rowCount: Int, until context: RunContext?
) -> PackedKey? {
  if keys.isEmpty || rowCount == 0 { return nil }
  let directLimit = directLimit(rowCount)
  var packed = PackedKey(keys[0], rowCount: rowCount, until: context)
  for key in keys.dropFirst() {
    let next = PackedKey(key, rowCount: rowCount, until: context)
    if packed.canTake(next) {
      packed = packed.combined(with: next)
    } else {
      // Too wide for 64 bits together: number what there is so far, and go on from the numbers.
      packed = packed.numbered(directLimit, until: context)
        .combined(with: next.numbered(directLimit, until: context))
    }
  }
  return packed
}

/// One or more key columns as one whole number a row, equal exactly where the keys are equal.
private struct PackedKey {
  /// The numbers.
  ///
  /// Narrow ones are kept narrow: they are read faster.
  let values: Values
  /// Numbers are below this; nil when they take all 64 bits.
  let domain: UInt64?

  enum Values {
    case narrow(Buffer<UInt32>)
    case wide(Buffer<UInt64>)
  }

  init(values: Values, domain: UInt64?) {
    self.values = values
    self.domain = domain
  }

  /// The key of one column.
  init(_ column: Column, rowCount: Int, until context: RunContext?) {
    switch column.data {
    case .bools(let values):
      self.init(values, domain: 2, column.validity)
    case .texts(let codes, let dictionary):
      if dictionary.isDistinct {
        self.init(codes, entryCount: dictionary.count, column.validity)
      } else {
        let (distinct, count) = distinctCodes(codes, dictionary, until: context)
        self.init(distinct, domain: count, column.validity)
      }
    case .longs(let values):
      self.init(longs: values, column.validity, until: context)
    case .reals(let values):
      let bits = Buffer<UInt64>(count: rowCount) { target in
        for row in 0..<rowCount { target[row] = canonicalBits(values.base[row]) }
      }
      self.init(wide: bits, column.validity, until: context)
    }
  }

  private init(_ codes: Codes, entryCount: Int, _ validity: Bitmap?) {
    switch codes {
    case .narrow(let codes): self.init(codes, domain: entryCount, validity)
    case .medium(let codes): self.init(codes, domain: entryCount, validity)
    case .wide(let codes): self.init(codes, domain: entryCount, validity)
    }
  }

  /// Codes below `domain`; null becomes `domain` itself.
  private init<Code: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>(
    _ codes: Buffer<Code>, domain: Int, _ validity: Bitmap?
  ) {
    let source = codes.base
    if let validity {
      let values = Buffer<UInt32>(count: codes.count) { target in
        for row in 0..<codes.count {
          target[row] = validity[row] ? UInt32(source[row]) : UInt32(domain)
        }
      }
      self.init(values: .narrow(values), domain: UInt64(domain) + 1)
    } else {
      let values = Buffer<UInt32>(count: codes.count) { target in
        for row in 0..<codes.count { target[row] = UInt32(source[row]) }
      }
      self.init(values: .narrow(values), domain: UInt64(domain))
    }
  }

  /// Whole numbers, counted from the least one.
  private init(longs values: Buffer<Int64>, _ validity: Bitmap?, until context: RunContext?) {
    let count = values.count
    let source = values.base
    guard let (least, greatest) = extremes(values, validity) else {
      self.init(values: .narrow(Buffer(repeating: 0, count: count)), domain: 1)
      return
    }
    let span = UInt64(bitPattern: greatest &- least)
    if span >= UInt64.max - 1 {
      let bits = Buffer<UInt64>(count: count) { target in
        for row in 0..<count { target[row] = UInt64(bitPattern: source[row]) }
      }
      self.init(wide: bits, validity, until: context)
      return
    }
    let null = span + 1
    let domain = validity == nil ? span + 1 : span + 2
    if domain <= UInt64(UInt32.max) {
      let narrow = Buffer<UInt32>(count: count) { target in
        if let validity {
          for row in 0..<count {
            target[row] = UInt32(
              truncatingIfNeeded: validity[row] ? UInt64(bitPattern: source[row] &- least) : null)
          }
        } else {
          for row in 0..<count { target[row] = UInt32(truncatingIfNeeded: source[row] &- least) }
        }
      }
      self.init(values: .narrow(narrow), domain: domain)
    } else {
      let wide = Buffer<UInt64>(count: count) { target in
        for row in 0..<count {
          let isValid = validity.map { $0[row] } ?? true
          target[row] = isValid ? UInt64(bitPattern: source[row] &- least) : null
        }
      }
      self.init(values: .wide(wide), domain: domain)
    }
  }

  /// Any 64 bits.
  ///
  /// With nulls there is no bit left to tell them, so the values are numbered first.
  private init(wide bits: Buffer<UInt64>, _ validity: Bitmap?, until context: RunContext?) {
    guard let validity else {
      self.init(values: .wide(bits), domain: nil)
      return
    }
    let numbers = groupsByHash(bits, until: context)
    let values = Buffer<UInt32>(count: bits.count) { target in
      for row in 0..<bits.count {
        target[row] = validity[row] ? UInt32(numbers.ids.base[row]) : UInt32(numbers.count)
      }
    }
    self.init(values: .narrow(values), domain: UInt64(numbers.count) + 1)
  }

  /// Whether another key fits beside this one.
  func canTake(_ other: PackedKey) -> Bool {
    guard let domain, let more = other.domain else { return false }
    return !domain.multipliedReportingOverflow(by: more).overflow
  }

  /// Both keys as one number.
  func combined(with other: PackedKey) -> PackedKey {
    let more = other.domain ?? 1
    let domain = (self.domain ?? 1) &* more
    if domain <= UInt64(UInt32.max), case .narrow(let high) = values,
      case .narrow(let low) = other.values
    {
      let factor = UInt32(truncatingIfNeeded: more)
      let result = Buffer<UInt32>(count: high.count) { target in
        for row in 0..<high.count { target[row] = high.base[row] &* factor &+ low.base[row] }
      }
      return PackedKey(values: .narrow(result), domain: domain)
    }
    let high = widened
    let low = other.widened
    let result = Buffer<UInt64>(count: high.count) { target in
      for row in 0..<high.count { target[row] = high.base[row] &* more &+ low.base[row] }
    }
    return PackedKey(values: .wide(result), domain: domain)
  }

  private var widened: Buffer<UInt64> {
    switch values {
    case .wide(let values): values
    case .narrow(let values):
      Buffer(count: values.count) { target in
        for row in 0..<values.count { target[row] = UInt64(values.base[row]) }
      }
    }
  }

  /// The same key as consecutive numbers.
  func numbered(_ directLimit: UInt64, until context: RunContext?) -> PackedKey {
    let numbers = groups(directLimit: directLimit, until: context)
    let values = numbers.ids.pointer.withMemoryRebound(to: UInt32.self) { ids in
      Buffer<UInt32>(count: ids.count) { target in
        for row in 0..<ids.count { target[row] = ids[row] }
      }
    }
    return PackedKey(values: .narrow(values), domain: UInt64(max(numbers.count, 1)))
  }

  func groups(directLimit: UInt64, until context: RunContext?) -> Groups {
    switch values {
    case .narrow(let values):
      if let domain, domain <= directLimit {
        return groupsByIndex(values, domain: Int(domain), until: context)
      }
      return groupsByHash(values, until: context)
    case .wide(let values): return groupsByHash(values, until: context)
    }
  }
}

/// The bits of a real with one pattern for every not-a-number and one zero.
@inline(__always)
func canonicalBits(_ value: Double) -> UInt64 {
  value.isNaN ? Double.nan.bitPattern : (value + 0.0).bitPattern
}

/// Codes of the distinct texts, for a dictionary in which equal texts may stand twice.
private func distinctCodes(
  _ codes: Codes, _ dictionary: TextDictionary, until context: RunContext?
) -> (Buffer<UInt32>, Int) {
  var interner = TextInterner()
  let result = Buffer<UInt32>(count: codes.count) { target in
    for row in 0..<codes.count {
      // What is left is 0, the first code.
      if row & 0xFFFF == 0xFFFF, context?.isCancelled == true { break }
      target[row] = interner.intern(dictionary.bytes(codes[row]))
    }
  }
  return (result, max(interner.count, 1))
}
