/// Random numbers by name instead of by turn: what is drawn depends on the seed, the stream (a case,
/// an hour, an agent) and the purpose, never on what was drawn before.
///
/// SplitMix64's output function over a counter. [Steele, Lea and Flood 2014]
struct RandomSource {
  /// What a number decides.
  ///
  /// Raw values are part of the format: new purposes go at the end.
  enum Purpose: UInt64 {
    case second, vertical, policy, source, country, language, languageMissing, strikes, truth
    case reports, scoreA, scoreB, scoreAMissing, scoreBMissing
    case screenWait, screenTime, routeTime, auditSample
    case wait, handling, agent, sameAgent, informationAsked, informationTime, neverAnswered, answer
    case secondReview, escalation, decision, action, notifyTime, closeTime
    case appeal, appealTime, appealResult, closeAgain
    case duplicate, duplicateDelay, late, lateDelay, swapped
    case votes, voter, voteTime, vote
    case arrivals, skill
  }

  /// A family of streams, so that case 7, hour 7 and agent 7 share nothing.
  enum Family: UInt64 {
    case cases, hours, agents
  }

  private let base: UInt64

  init(seed: UInt64, family: Family, member: Int) {
    let stream = family.rawValue << 48 | UInt64(member)
    base = Self.mixed(Self.mixed(seed &+ Self.step) ^ stream &* 0xD1B5_4A32_D192_ED03)
  }

  /// 64 random bits; `index` tells apart repeated draws for one purpose.
  @inline(__always)
  func bits(_ purpose: Purpose, _ index: Int = 0) -> UInt64 {
    Self.mixed(base &+ Self.step &* (purpose.rawValue << 8 &+ UInt64(index) &+ 1))
  }

  /// A real in [0, 1) of 53 bits.
  @inline(__always)
  func unit(_ purpose: Purpose, _ index: Int = 0) -> Double {
    Double(bits(purpose, index) >> 11) * 0x1p-53
  }

  @inline(__always)
  func chance(_ probability: Double, _ purpose: Purpose, _ index: Int = 0) -> Bool {
    unit(purpose, index) < probability
  }

  /// A whole number in `0..<bound`.
  @inline(__always)
  func below(_ bound: Int, _ purpose: Purpose, _ index: Int = 0) -> Int {
    Int(bits(purpose, index).multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A nearly normal number, mean 0 and variance 1: the sum of twelve uniforms less six.
  ///
  /// Whole-number sums and one subtraction give the same bits on every platform, which the
  /// logarithms and cosines of exact methods do not. Tails end at 6.
  @inline(__always)
  func normal(_ purpose: Purpose, _ index: Int = 0) -> Double {
    var sum: UInt64 = 0
    for part in 0..<3 {
      let lanes = bits(purpose, index &* 3 &+ part)
      sum &+= (lanes & 0xFFFF) &+ (lanes >> 16 & 0xFFFF) &+ (lanes >> 32 & 0xFFFF) &+ lanes >> 48
    }
    // Half a step for each of the twelve lanes centres the sum.
    return (Double(sum) + 6) * 0x1p-16 - 6
  }

  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  @inline(__always)
  private static func mixed(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
    return bits ^ bits >> 31
  }
}

/// e to the power of `x`, from additions and multiplications only.
///
/// The system's own `exp` may differ in the last bit between library versions, and a score that
/// rounds the other way would change the file.
func exponential(_ x: Double) -> Double {
  let bounded = min(max(x, -700), 700)
  let halvings = (bounded * 1.442_695_040_888_963_4).rounded()
  let rest = bounded - halvings * 0.693_147_180_559_945_3
  var sum = 1.0
  for divisor in stride(from: 14.0, through: 1.0, by: -1.0) {
    sum = 1 + rest / divisor * sum
  }
  return sum * Double(sign: .plus, exponent: Int(halvings), significand: 1)
}
