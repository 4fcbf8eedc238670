/// Random numbers that are a function of where they are used, so that no order of evaluation and
/// no number of threads changes them.
public enum CounterRandom {
  /// 64 random bits for a seed, a cell of the session, a stage of its pipeline and an index there.
  @inlinable
  public static func draw(seed: UInt64, cell: UInt64, stage: UInt64, index: UInt64) -> UInt64 {
    draw(key(seed: seed, cell: cell, stage: stage), index)
  }

  /// What seed, cell and stage come to; a loop mixes it once and draws by index.
  @inlinable
  public static func key(seed: UInt64, cell: UInt64, stage: UInt64) -> UInt64 {
    mixed(mixed(mixed(seed) ^ cell &+ 0x9E37_79B9_7F4A_7C15) ^ stage &+ 0xD1B5_4A32_D192_ED03)
  }

  /// The bits at an index of a key's sequence (SplitMix64, seeded by the key).
  @inlinable
  public static func draw(_ key: UInt64, _ index: UInt64) -> UInt64 {
    mixed(key &+ (index &+ 1) &* 0x9E37_79B9_7F4A_7C15)
  }

  /// A number from 0 up to, not including, 1, from the upper 53 bits.
  @inlinable
  public static func unit(_ bits: UInt64) -> Double {
    Double(bits >> 11) * 0x1p-53
  }

  /// A whole number below a bound, as good as evenly spread while the bound is far below 2^64.
  @inlinable
  public static func below(_ bound: Int, _ bits: UInt64) -> Int {
    Int(truncatingIfNeeded: bits.multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// SplitMix64's output function (Steele, Lea and Flood 2014).
  @inlinable
  static func mixed(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}

/// A generator over one key's sequence, for functions that take one.
public struct CounterGenerator: RandomNumberGenerator, Sendable {
  private let key: UInt64
  private var index: UInt64 = 0

  /// A generator for a seed, a cell and a stage.
  public init(seed: UInt64, cell: UInt64 = 0, stage: UInt64 = 0) {
    key = CounterRandom.key(seed: seed, cell: cell, stage: stage)
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    defer { index &+= 1 }
    return CounterRandom.draw(key, index)
  }
}
