import CasebookTables

/// Reals: whole numbers over a power of ten where that gives back the very same bits, else as is.
///
/// Scores, rates and amounts have a few decimals, and then three bytes do for eight.
enum RealCodec {
  private static let powers: [Double] = (0...12).map { exponent in
    (0..<exponent).reduce(1.0) { power, _ in power * 10 }
  }

  /// The least and greatest of the values that are there; nil when none is, or one is NaN.
  static func range(
    _ values: UnsafePointer<Double>, count: Int, validity: Bitmap?
  ) -> (least: Double, greatest: Double)? {
    var least = Double.infinity
    var greatest = -Double.infinity
    var any = false
    for row in 0..<count where validity?[row] ?? true {
      let value = values[row]
      if value.isNaN { return nil }
      any = true
      least = value < least ? value : least
      greatest = value > greatest ? value : greatest
    }
    return any ? (least, greatest) : nil
  }

  /// Appends values as decimals if that is exact and smaller; nothing else was written if not.
  static func encodeDecimals(
    _ values: UnsafePointer<Double>, count: Int, validity: Bitmap?, into sink: ByteSink
  ) -> Bool {
    withUnsafeTemporaryAllocation(of: Int64.self, capacity: count + 1) { scratch in
      guard let whole = scratch.baseAddress,
        let exponent = exponent(values, count, validity, whole),
        let range = LongCodec.range(whole, count: count, validity: validity),
        BitPacking.width(of: UInt64(bitPattern: range.greatest &- range.least)) < 56
      else { return false }
      sink.append(UInt8(exponent))
      LongCodec.encode(whole, count: count, validity: validity, least: range.least, into: sink)
      return true
    }
  }

  /// The least power of ten that makes all values whole, with `whole` filled; nil if none does.
  private static func exponent(
    _ values: UnsafePointer<Double>, _ count: Int, _ validity: Bitmap?,
    _ whole: UnsafeMutablePointer<Int64>
  ) -> Int? {
    var exponent = 0
    var row = 0
    // Every value before `row` is whole at `exponent`; one that is not raises it and starts again.
    while row < count {
      if validity?[row] ?? true {
        guard let number = decimal(values[row], powers[exponent]) else {
          var next = exponent + 1
          while next < powers.count, decimal(values[row], powers[next]) == nil { next += 1 }
          if next == powers.count { return nil }
          exponent = next
          row = 0
          continue
        }
        whole[row] = number
      } else {
        whole[row] = 0
      }
      row += 1
    }
    return exponent
  }

  @inline(__always)
  private static func decimal(_ value: Double, _ power: Double) -> Int64? {
    let scaled = value * power
    guard abs(scaled) < 2_251_799_813_685_248 else { return nil }
    // Adding and taking away 1.5 * 2^52 rounds to a whole number without a library call.
    let rounded = (scaled + 6_755_399_441_055_744) - 6_755_399_441_055_744
    guard (rounded / power).bitPattern == value.bitPattern else { return nil }
    return Int64(rounded)
  }

  /// Reads decimals; null rows hold zero.
  static func decodeDecimals(
    _ source: inout ByteSource, count: Int, validity: Bitmap?,
    into target: UnsafeMutablePointer<Double>
  ) throws(Damage) {
    let exponent = Int(try source.read(UInt8.self))
    guard exponent < powers.count else { throw Damage() }
    let power = powers[exponent]
    let raw = UnsafeMutableRawPointer(target).assumingMemoryBound(to: Int64.self)
    try LongCodec.decode(&source, count: count, validity: validity, into: raw)
    // In place: each element is read as a whole number before it is written as a real.
    for row in 0..<count { target[row] = Double(raw[row]) / power }
  }
}
