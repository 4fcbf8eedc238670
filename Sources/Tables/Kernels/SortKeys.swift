import CasebookValues

/// A key as whole numbers from 0 whose order is the order asked for, computed from the column when a
/// row is looked at: a copy of the numbers would cost more memory traffic than they do to make.
struct SortKey {
  private enum Source {
    case numbers(Buffer<UInt64>)
    case longs(Buffer<Int64>)
    case reals(Buffer<Double>)
    case ranks(Codes, Buffer<UInt32>)
  }
  private let source: Source
  private let least: UInt64
  private let greatest: UInt64
  private let isDescending: Bool
  private let unit: UInt64
  /// Numbers are below two to this power.
  let bitCount: Int

  private init(
    _ source: Source, _ range: (least: UInt64, greatest: UInt64), isDescending: Bool,
    unit: UInt64 = 1
  ) {
    self.source = source
    (least, greatest) = range
    self.isDescending = isDescending
    self.unit = unit
    bitCount = 64 - ((greatest - least) / unit).leadingZeroBitCount
  }

  /// The number of a row.
  func number(_ row: Int) -> UInt64 {
    let bits =
      switch source {
      case .numbers(let values): values.base[row]
      case .longs(let values): orderedBits(values.base[row])
      case .reals(let values): orderedBits(values.base[row])
      case .ranks(let codes, let ranks): UInt64(ranks.base[codes[row]])
      }
    return (isDescending ? greatest - bits : bits - least) / unit
  }

  /// Writes `bits` of every row's number into the words of `rows`, `left` bits from their end.
  func add(
    _ bits: Range<Int>, to words: UnsafeMutablePointer<UInt64>, rows: Range<Int>, left: Int
  ) {
    let part = PartWriter(
      words: words, rows: rows, shift: UInt64(bits.lowerBound), left: UInt64(left),
      mask: bits.count == 64 ? ~0 : (1 as UInt64) << UInt64(bits.count) &- 1)
    let (least, greatest, isDescending) = (least, greatest, isDescending)
    switch source {
    case .numbers(let values):
      let base = values.base
      part.write { isDescending ? greatest - base[$0] : base[$0] - least }
    case .longs(let values):
      let base = values.base
      switch unit {
      // Division by a number that the compiler knows is several times as fast.
      case 10_000_000:
        part.write {
          let bits = orderedBits(base[$0])
          return (isDescending ? greatest - bits : bits - least) / 10_000_000
        }
      case 10_000:
        part.write {
          let bits = orderedBits(base[$0])
          return (isDescending ? greatest - bits : bits - least) / 10_000
        }
      default:
        part.write {
          let bits = orderedBits(base[$0])
          return isDescending ? greatest - bits : bits - least
        }
      }
    case .reals(let values):
      let base = values.base
      part.write {
        let bits = orderedBits(base[$0])
        return isDescending ? greatest - bits : bits - least
      }
    case .ranks(let codes, let ranks):
      let wide = codes.widened
      part.write {
        let bits = UInt64(ranks.base[Int(wide.base[$0])])
        return isDescending ? greatest - bits : bits - least
      }
    }
  }
}

/// Some bits of a key on their way into words.
private struct PartWriter {
  let words: UnsafeMutablePointer<UInt64>
  let rows: Range<Int>
  let shift: UInt64
  let left: UInt64
  let mask: UInt64

  @inline(__always)
  func write(_ number: (Int) -> UInt64) {
    let first = rows.lowerBound
    for row in rows { words[row &- first] |= (number(row) &>> shift & mask) &<< left }
  }
}

@inline(__always)
private func orderedBits(_ value: Int64) -> UInt64 { UInt64(bitPattern: value) ^ (1 << 63) }

/// Not-a-number sorts as this, below every real.
private let undefined: UInt64 = 0

@inline(__always)
private func orderedBits(_ value: Double) -> UInt64 {
  if value.isNaN { return undefined }
  let bits = (value + 0.0).bitPattern
  return bits >> 63 == 1 ? ~bits : bits | (1 << 63)
}

extension SortKey {
  /// The numbers of one key.
  ///
  /// A key with nulls or not-a-number becomes two: first where they stand, then the values.
  static func keys(of key: SortColumn, rowCount: Int) -> [SortKey] {
    let hasNulls = key.column.validity != nil
    switch key.column.data {
    case .longs(let values) where !hasNulls:
      guard let (least, greatest) = extremes(values, nil) else { return [] }
      let unit = key.column.type.isTemporal ? commonUnit(values) : 1
      return [
        SortKey(
          .longs(values), (orderedBits(least), orderedBits(greatest)),
          isDescending: key.isDescending, unit: unit)
      ]
    case .reals(let values) where !hasNulls && !values.pointer.contains { $0.isNaN }:
      guard let (least, greatest) = extremes(values, nil) else { return [] }
      return [
        SortKey(
          .reals(values), (orderedBits(least), orderedBits(greatest)),
          isDescending: key.isDescending)
      ]
    case .texts(let codes, let dictionary) where !hasNulls:
      return [
        SortKey(
          .ranks(codes, dictionary.ranks), (0, UInt64(max(dictionary.count, 1) - 1)),
          isDescending: key.isDescending)
      ]
    default:
      return flaggedKeys(key, numbers(key.column, rowCount))
    }
  }

  private static func numbers(_ column: Column, _ rowCount: Int) -> Buffer<UInt64> {
    Buffer(count: rowCount) { target in
      switch column.data {
      case .bools(let values):
        for row in 0..<rowCount { target[row] = UInt64(values.base[row]) }
      case .longs(let values):
        for row in 0..<rowCount { target[row] = orderedBits(values.base[row]) }
      case .reals(let values):
        for row in 0..<rowCount { target[row] = orderedBits(values.base[row]) }
      case .texts(let codes, let dictionary):
        let ranks = dictionary.ranks
        for row in 0..<rowCount { target[row] = UInt64(ranks.base[codes[row]]) }
      }
    }
  }

  /// Null outermost, then not-a-number, then the values.
  private static func flaggedKeys(_ key: SortColumn, _ bits: Buffer<UInt64>) -> [SortKey] {
    let validity = key.column.validity
    let isReal = key.column.type.isFractional
    let places: (null: UInt64, undefined: UInt64, value: UInt64) =
      key.nullsFirst ? (0, 1, 2) : (2, 1, 0)
    var filler: UInt64?
    let flags = Buffer<UInt64>(count: bits.count) { target in
      for row in 0..<bits.count {
        let isValid = validity.map { $0[row] } ?? true
        if !isValid {
          target[row] = places.null
        } else if isReal, bits.base[row] == undefined {
          target[row] = places.undefined
        } else {
          target[row] = places.value
          filler = filler ?? bits.base[row]
        }
      }
    }
    // Rows without a value take that of another, so that they do not widen the range.
    let present = Buffer<UInt64>(count: bits.count) { target in
      for row in 0..<bits.count {
        target[row] = flags.base[row] == places.value ? bits.base[row] : filler ?? 0
      }
    }
    guard let range = extremes(present, nil) else { return [] }
    return [
      SortKey(.numbers(flags), (0, 2), isDescending: false),
      SortKey(.numbers(present), range, isDescending: key.isDescending),
    ]
  }

  /// Moments and durations are often whole seconds; counting in those saves sorting passes.
  private static func commonUnit(_ values: Buffer<Int64>) -> UInt64 {
    guard let first = values.pointer.first else { return 1 }
    if values.pointer.allSatisfy({ ($0 &- first) % Ticks.perSecond == 0 }) {
      return UInt64(Ticks.perSecond)
    }
    if values.pointer.allSatisfy({ ($0 &- first) % Ticks.perMillisecond == 0 }) {
      return UInt64(Ticks.perMillisecond)
    }
    return 1
  }
}
