/// How often each row is drawn in resamples: Poisson(1), so that a resample needs no second pass.
///
/// The weight of row i in resample r depends on seed, r and i alone (Hanley and MacGibbon 2006): all
/// scores meet the same resamples, differences stay paired, and threads change nothing. One hash of
/// (seed, row, r / 4) gives four resamples 16 bits each.
struct PoissonWeights: Sendable {
  /// Resamples that are drawn together.
  static let lanes = 16
  typealias Lanes = SIMD16<UInt16>

  private let seed: UInt64

  /// Draws that begin with a seed.
  init(seed: UInt64) { self.seed = Self.mixed(seed &+ 0x9E37_79B9_7F4A_7C15) }

  /// The bits of a row for the 16 resamples of a block, 16 each.
  @inline(__always)
  func hashes(row: Int, block: Int) -> (UInt64, UInt64, UInt64, UInt64) {
    let start = seed ^ (UInt64(truncatingIfNeeded: row) &* 0xD6E8_FEB8_6659_FD93)
    let first = UInt64(truncatingIfNeeded: block &* 4)
    return (
      Self.mixed(start &+ (first &+ 1) &* 0x9E37_79B9_7F4A_7C15),
      Self.mixed(start &+ (first &+ 2) &* 0x9E37_79B9_7F4A_7C15),
      Self.mixed(start &+ (first &+ 3) &* 0x9E37_79B9_7F4A_7C15),
      Self.mixed(start &+ (first &+ 4) &* 0x9E37_79B9_7F4A_7C15)
    )
  }

  /// The weight that 16 uniform bits stand for: how many of the distribution's steps they reach.
  ///
  /// The steps are the cumulative probabilities of 0 to 7 in 65,536ths; rounded so, the mean stays 1.
  @inline(__always)
  static func count(_ bits: UInt16) -> UInt16 {
    var count: UInt16 = bits >= 24_109 ? 1 : 0
    count &+= bits >= 48_219 ? 1 : 0
    count &+= bits >= 60_273 ? 1 : 0
    count &+= bits >= 64_292 ? 1 : 0
    count &+= bits >= 65_296 ? 1 : 0
    count &+= bits >= 65_497 ? 1 : 0
    count &+= bits >= 65_531 ? 1 : 0
    count &+= bits >= 65_535 ? 1 : 0
    return count
  }

  /// Spreads every bit over the word (Stafford's thirteenth mix).
  @inline(__always)
  static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform numbers from 0 up to 1 for a row in a round, from (seed, round, row) alone.
  @inline(__always)
  func uniform(row: Int, round: Int) -> Double {
    let start = seed ^ (UInt64(truncatingIfNeeded: row) &* 0xD6E8_FEB8_6659_FD93)
    let bits = Self.mixed(
      start &+ (UInt64(truncatingIfNeeded: round) &+ 1) &* 0xA24B_AED4_963E_E407)
    return Double(bits >> 11) * 0x1p-53
  }
}
