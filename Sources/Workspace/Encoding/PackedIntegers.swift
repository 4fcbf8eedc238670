/// A run of unsigned numbers, bit-packed in groups of 1,024 with a reference and a width each.
///
/// A group is stored as distances from its least value, or, where neighbours lie closer together,
/// as differences from the value before. Small groups keep one odd value from widening the others.
enum PackedIntegers {
  static let groupCount = 1_024
  private static let differenceFlag: UInt8 = 0x80

  /// Appends `count` numbers.
  static func encode(_ values: UnsafePointer<UInt64>, count: Int, into sink: ByteSink) {
    var greatest: UInt64 = 0
    for row in 0..<count { greatest = max(greatest, values[row]) }
    let referenceBytes = (BitPacking.width(of: greatest) + 7) / 8
    sink.append(UInt8(referenceBytes))
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: groupCount + 8) { scratch in
      guard let scratch = scratch.baseAddress else { return }
      for first in stride(from: 0, to: count, by: groupCount) {
        let size = min(groupCount, count - first)
        encodeGroup(values + first, size, referenceBytes, scratch, sink)
      }
    }
  }

  private static func encodeGroup(
    _ values: UnsafePointer<UInt64>, _ count: Int, _ referenceBytes: Int,
    _ scratch: UnsafeMutablePointer<UInt64>, _ sink: ByteSink
  ) {
    var least = values[0]
    var greatest = values[0]
    var leastStep = Int64.max
    var greatestStep = Int64.min
    for row in 1..<max(count, 1) {
      let value = values[row]
      least = min(least, value)
      greatest = max(greatest, value)
      let step = Int64(bitPattern: value &- values[row &- 1])
      leastStep = min(leastStep, step)
      greatestStep = max(greatestStep, step)
    }
    let width = BitPacking.width(of: greatest - least)
    // Steps of a range that fits in 62 bits cannot have wrapped around.
    let stepWidth =
      width > 62 || count < 2
      ? 64 : BitPacking.width(of: UInt64(bitPattern: greatestStep &- leastStep))
    let padded = (count + 7) / 8 * 8
    for row in count..<max(padded, count) { scratch[row] = 0 }
    // Differences are slower to read: they have to save something.
    if stepWidth + 2 < width {
      sink.append(UInt8(stepWidth) | differenceFlag)
      sink.append(values[0], bytes: referenceBytes)
      sink.append(leastStep)
      scratch[0] = 0
      let reference = UInt64(bitPattern: leastStep)
      for row in 1..<count { scratch[row] = values[row] &- values[row &- 1] &- reference }
      pack(scratch, count, stepWidth, sink)
    } else {
      sink.append(UInt8(width))
      sink.append(least, bytes: referenceBytes)
      for row in 0..<count { scratch[row] = values[row] &- least }
      pack(scratch, count, width, sink)
    }
  }

  private static func pack(
    _ values: UnsafePointer<UInt64>, _ count: Int, _ width: Int, _ sink: ByteSink
  ) {
    let byteCount = BitPacking.byteCount(count, width: width)
    sink.reserve(byteCount)
    BitPacking.pack(values, count: count, width: width, into: sink.end)
    sink.advance(byteCount)
  }

  /// Reads `count` numbers back, each as `base + number * multiplier`, cut to the target's width.
  static func decode<Target: FixedWidthInteger & BitwiseCopyable>(
    _ source: inout ByteSource, count: Int, base: UInt64 = 0, multiplier: UInt64 = 1,
    into target: UnsafeMutablePointer<Target>
  ) throws(Damage) {
    let referenceBytes = Int(try source.read(UInt8.self))
    guard referenceBytes <= 8 else { throw Damage() }
    var first = 0
    while first < count {
      let size = min(groupCount, count - first)
      let kind = try source.read(UInt8.self)
      let width = Int(kind & ~differenceFlag)
      guard width <= 64 else { throw Damage() }
      let reference = base &+ (try source.read(bytes: referenceBytes)) &* multiplier
      let start = target + first
      if kind & differenceFlag != 0 {
        let step = (try source.read(UInt64.self)) &* multiplier
        let packed = try source.take(BitPacking.byteCount(size, width: width))
        BitPacking.unpack(
          packed, count: size, width: width,
          into: StepTarget(
            start: start, step: step, multiplier: multiplier, running: reference &- step))
      } else if multiplier == 1 {
        let packed = try source.take(BitPacking.byteCount(size, width: width))
        BitPacking.unpack(
          packed, count: size, width: width,
          into: DistanceTarget(start: start, reference: Target(truncatingIfNeeded: reference)))
      } else {
        let packed = try source.take(BitPacking.byteCount(size, width: width))
        BitPacking.unpack(
          packed, count: size, width: width,
          into: MultipleTarget(start: start, reference: reference, multiplier: multiplier))
      }
      first += size
    }
  }
}

/// A number above a reference.
private struct DistanceTarget<Value: FixedWidthInteger & BitwiseCopyable>: UnpackTarget {
  let start: UnsafeMutablePointer<Value>
  let reference: Value

  @inline(__always)
  func store(_ row: Int, _ value: UInt64) {
    start[row] = reference &+ Value(truncatingIfNeeded: value)
  }
}

/// A multiple of a divisor above a reference.
private struct MultipleTarget<Value: FixedWidthInteger & BitwiseCopyable>: UnpackTarget {
  let start: UnsafeMutablePointer<Value>
  let reference: UInt64
  let multiplier: UInt64

  @inline(__always)
  func store(_ row: Int, _ value: UInt64) {
    start[row] = Value(truncatingIfNeeded: reference &+ value &* multiplier)
  }
}

/// A difference from the row before.
private struct StepTarget<Value: FixedWidthInteger & BitwiseCopyable>: UnpackTarget {
  let start: UnsafeMutablePointer<Value>
  let step: UInt64
  let multiplier: UInt64
  var running: UInt64

  @inline(__always)
  mutating func store(_ row: Int, _ value: UInt64) {
    running = running &+ step &+ value &* multiplier
    start[row] = Value(truncatingIfNeeded: running)
  }
}
