import CasebookValues

/// A key as whole numbers from 0 whose order is the order asked for.
struct SortKey {
  /// One number a row.
  let values: Buffer<UInt64>
  /// Numbers are below two to this power.
  let bitCount: Int

  /// The numbers of one key.
  ///
  /// A key with nulls that takes all 64 bits becomes two.
  static func keys(of key: SortColumn, rowCount: Int) -> [SortKey] {
    let column = key.column
    switch column.data {
    case .bools(let values):
      let bits = Buffer<UInt64>(count: rowCount) { target in
        for row in 0..<rowCount { target[row] = UInt64(values.base[row]) }
      }
      return keys(bits, key, unit: 1, isReal: false)
    case .longs(let values):
      let unit = column.type.isTemporal ? commonUnit(values) : 1
      let bits = Buffer<UInt64>(count: rowCount) { target in
        for row in 0..<rowCount { target[row] = UInt64(bitPattern: values.base[row]) ^ 1 << 63 }
      }
      return keys(bits, key, unit: unit, isReal: false)
    case .reals(let values):
      let bits = Buffer<UInt64>(count: rowCount) { target in
        for row in 0..<rowCount { target[row] = orderedBits(values.base[row]) }
      }
      return keys(bits, key, unit: 1, isReal: true)
    case .texts(let codes, let dictionary):
      let ranks = dictionary.ranks
      let bits = Buffer<UInt64>(count: rowCount) { target in
        for row in 0..<rowCount { target[row] = UInt64(ranks.base[codes[row]]) }
      }
      return keys(bits, key, unit: 1, isReal: false)
    }
  }

  /// Not-a-number sorts as this, below every real.
  private static let undefined: UInt64 = 0

  private static func orderedBits(_ value: Double) -> UInt64 {
    if value.isNaN { return undefined }
    let bits = (value + 0.0).bitPattern
    return bits >> 63 == 1 ? ~bits : bits | 1 << 63
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

  private static func keys(
    _ bits: Buffer<UInt64>, _ key: SortColumn, unit: UInt64, isReal: Bool
  ) -> [SortKey] {
    let count = bits.count
    let validity = key.column.validity
    let hasUndefined = isReal && bits.pointer.contains(undefined)
    guard validity != nil || hasUndefined else {
      return [plain(bits, key.isDescending, unit)]
    }
    // Null outermost, then not-a-number, then the values.
    let places: (null: UInt64, undefined: UInt64, value: UInt64) =
      key.nullsFirst ? (0, 1, 2) : (2, 1, 0)
    let flags = Buffer<UInt64>(count: count) { target in
      for row in 0..<count {
        let isValid = validity.map { $0[row] } ?? true
        target[row] =
          !isValid
          ? places.null : isReal && bits.base[row] == undefined ? places.undefined : places.value
      }
    }
    let present = Buffer<UInt64>(count: count) { target in
      let filler = firstPresent(bits, flags, places.value)
      for row in 0..<count {
        target[row] = flags.base[row] == places.value ? bits.base[row] : filler
      }
    }
    return [SortKey(values: flags, bitCount: 2), plain(present, key.isDescending, unit)]
  }

  /// Stands in rows without a value, so that they do not widen the range of the others.
  private static func firstPresent(
    _ bits: Buffer<UInt64>, _ flags: Buffer<UInt64>, _ place: UInt64
  ) -> UInt64 {
    for row in 0..<bits.count where flags.base[row] == place { return bits.base[row] }
    return 0
  }

  private static func plain(
    _ bits: Buffer<UInt64>, _ isDescending: Bool, _ unit: UInt64
  ) -> SortKey {
    guard let (least, greatest) = extremes(bits, nil) else {
      return SortKey(values: bits, bitCount: 0)
    }
    let count = bits.count
    let source = bits.base
    let divisor = StaticDivisor(unit)
    let values = Buffer<UInt64>(count: count) { target in
      if isDescending {
        for row in 0..<count { target[row] = divisor.divide(greatest - source[row]) }
      } else {
        for row in 0..<count { target[row] = divisor.divide(source[row] - least) }
      }
    }
    return SortKey(
      values: values, bitCount: 64 - divisor.divide(greatest - least).leadingZeroBitCount)
  }
}

/// Division by one of a few numbers that the compiler knows, which is several times as fast.
private struct StaticDivisor {
  private let unit: UInt64

  init(_ unit: UInt64) { self.unit = unit }

  @inline(__always)
  func divide(_ value: UInt64) -> UInt64 {
    switch unit {
    case 10_000_000: value / 10_000_000
    case 10_000: value / 10_000
    default: value
    }
  }
}
