/// The 64-bit hash of the xxHash family that `hash` and `hash_xxhash64` give.
///
/// Texts are hashed by their UTF-8 bytes, longs, instants and durations by the eight bytes of their
/// count, lowest first.
public enum XXHash64 {
  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

  /// The hash of bytes.
  public static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
    var index = 0
    var sum: UInt64
    if bytes.count >= 32 {
      var lanes: (UInt64, UInt64, UInt64, UInt64) = (
        seed &+ prime1 &+ prime2, seed &+ prime2, seed, seed &- prime1
      )
      while index &+ 32 <= bytes.count {
        lanes.0 = round(lanes.0, word(bytes, index))
        lanes.1 = round(lanes.1, word(bytes, index &+ 8))
        lanes.2 = round(lanes.2, word(bytes, index &+ 16))
        lanes.3 = round(lanes.3, word(bytes, index &+ 24))
        index &+= 32
      }
      sum =
        rotated(lanes.0, 1) &+ rotated(lanes.1, 7) &+ rotated(lanes.2, 12)
        &+ rotated(lanes.3, 18)
      for lane in [lanes.0, lanes.1, lanes.2, lanes.3] {
        sum = (sum ^ round(0, lane)) &* prime1 &+ prime4
      }
    } else {
      sum = seed &+ prime5
    }
    return finished(sum &+ UInt64(bytes.count), bytes, from: index)
  }

  private static func finished(
    _ start: UInt64, _ bytes: UnsafeRawBufferPointer, from first: Int
  ) -> UInt64 {
    var sum = start
    var index = first
    while index &+ 8 <= bytes.count {
      sum = rotated(sum ^ round(0, word(bytes, index)), 27) &* prime1 &+ prime4
      index &+= 8
    }
    if index &+ 4 <= bytes.count {
      let half = UInt32(
        littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self))
      sum = rotated(sum ^ (UInt64(half) &* prime1), 23) &* prime2 &+ prime3
      index &+= 4
    }
    while index < bytes.count {
      sum = rotated(sum ^ (UInt64(bytes[index]) &* prime5), 11) &* prime1
      index &+= 1
    }
    sum = (sum ^ (sum >> 33)) &* prime2
    sum = (sum ^ (sum >> 29)) &* prime3
    return sum ^ (sum >> 32)
  }

  private static func word(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
  }

  private static func round(_ sum: UInt64, _ word: UInt64) -> UInt64 {
    rotated(sum &+ word &* prime2, 31) &* prime1
  }

  private static func rotated(_ value: UInt64, _ count: UInt64) -> UInt64 {
    value << count | value >> (64 - count)
  }

  /// The hash of a text's UTF-8 bytes.
  public static func hash(_ text: String) -> Int64 {
    withBytes(of: text) { Int64(bitPattern: hash(UnsafeRawBufferPointer($0))) }
  }

  /// The hash of a whole number's eight bytes.
  public static func hash(_ value: Int64) -> Int64 {
    withUnsafeBytes(of: value.littleEndian) { Int64(bitPattern: hash($0)) }
  }

  /// The hash that the language gives for a scalar.
  public static func hash(_ value: Scalar) -> Int64 {
    switch value {
    case .int(let number): hash(Int64(number))
    case .long(let number), .datetime(let number), .timespan(let number): hash(number)
    case .real(let number), .decimal(let number):
      hash(Int64(bitPattern: number.bitPattern))
    default: hash(value.text)
    }
  }
}
