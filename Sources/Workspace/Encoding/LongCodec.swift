import CasebookTables

/// 64-bit integers as multiples of their common divisor above their least value.
///
/// Instants and durations are counts of 100 ns, but most of them are whole seconds or more: the
/// divisor saves 23 bits a value.
enum LongCodec {
  /// The least and greatest of the values that are there; nil when none is.
  static func range(
    _ values: UnsafePointer<Int64>, count: Int, validity: Bitmap?
  ) -> (least: Int64, greatest: Int64)? {
    var least = Int64.max
    var greatest = Int64.min
    if let validity {
      var any = false
      for row in 0..<count where validity[row] {
        any = true
        least = min(least, values[row])
        greatest = max(greatest, values[row])
      }
      return any ? (least, greatest) : nil
    }
    for row in 0..<count {
      least = min(least, values[row])
      greatest = max(greatest, values[row])
    }
    return count == 0 ? nil : (least, greatest)
  }

  /// Appends `count` values; what stands in null rows is not kept.
  static func encode(
    _ values: UnsafePointer<Int64>, count: Int, validity: Bitmap?, least: Int64,
    into sink: ByteSink
  ) {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count + 1) { scratch in
      guard let numbers = scratch.baseAddress else { return }
      for row in 0..<count { numbers[row] = UInt64(bitPattern: values[row] &- least) }
      if let validity {
        // A null takes the value before it, which costs least in either kind of group.
        var last: UInt64 = 0
        for row in 0..<count {
          if validity[row] { last = numbers[row] } else { numbers[row] = last }
        }
      }
      let common = ExactDivisor.common(UnsafeBufferPointer(start: numbers, count: count))
      if common > 1 {
        let divisor = ExactDivisor(common)
        for row in 0..<count { numbers[row] = divisor.quotient(numbers[row]) }
      }
      sink.append(least)
      sink.append(max(common, 1))
      PackedIntegers.encode(numbers, count: count, into: sink)
    }
  }

  /// Reads `count` values; null rows hold zero.
  static func decode<Target: FixedWidthInteger & BitwiseCopyable>(
    _ source: inout ByteSource, count: Int, validity: Bitmap?,
    into target: UnsafeMutablePointer<Target>
  ) throws(Damage) {
    let least = try source.read(UInt64.self)
    let divisor = try source.read(UInt64.self)
    try PackedIntegers.decode(
      &source, count: count, base: least, multiplier: divisor, into: target)
    if let validity { clearNulls(target, count, validity) }
  }

  @inline(__always)
  static func clearNulls<Target: FixedWidthInteger & BitwiseCopyable>(
    _ target: UnsafeMutablePointer<Target>, _ count: Int, _ validity: Bitmap
  ) {
    for word in 0..<((count + 63) / 64) {
      var missing = ~validity.words.base[word]
      while missing != 0 {
        let row = word &* 64 &+ missing.trailingZeroBitCount
        if row < count { target[row] = 0 }
        missing &= missing &- 1
      }
    }
  }
}
