/// What all cases of a set share: the arrivals, the staff, and the tables that draws look up.
///
/// Read-only after `init`, so every worker reads the same value.
struct World: Sendable {
  let cases: Int
  let seed: UInt64
  let arrivals: Arrivals
  let staff: Staff

  let verticals = Choice([0.22, 0.24, 0.18, 0.12, 0.14, 0.10])
  let countries = Choice(Country.all.map(\.weight))
  let strikes = Choice([0.60, 0.20, 0.10, 0.055, 0.025, 0.013, 0.007])
  let strikesOfFlaggedFraud = Choice([0.20, 0.17, 0.12, 0.21, 0.15, 0.10, 0.05])
  private let sources = Choice([0.49, 0.25, 0.13, 0.08, 0.05])
  private let sourcesOfFraud = Choice([0.36, 0.19, 0.36, 0.05, 0.04])
  private let policies: [[UInt8]]
  private let languages: [CountryLanguages]

  init(cases: Int, seed: UInt64) {
    self.cases = cases
    self.seed = seed
    arrivals = Arrivals(cases: cases, seed: seed)
    staff = Staff(cases: cases, seed: seed)
    policies = Vertical.allCases.map { vertical in
      Policy.all.indices.filter { Policy.all[$0].vertical == vertical }.map(UInt8.init)
    }
    languages = Country.all.map(CountryLanguages.init)
  }

  /// Trusted flaggers specialise in fraud.
  func source(of vertical: Vertical, _ random: RandomSource) -> Source {
    let table = vertical == .fraud ? sourcesOfFraud : sources
    return Source.allCases[table.pick(random.unit(.source))]
  }

  func policy(of vertical: Vertical, _ random: RandomSource) -> UInt8 {
    let choices = policies[Int(vertical.rawValue)]
    return choices[random.below(choices.count, .policy)]
  }

  func language(in country: Int, _ random: RandomSource) -> Int {
    languages[country].pick(random.unit(.language))
  }

  /// How likely a case is to be violating, by what is known when it is opened.
  ///
  /// Scores depend on the outcome only, never on these: their AUC is therefore the same in every
  /// segment, and a segment where it is not was planted.
  func probabilityOfViolating(_ vertical: Vertical, _ source: Source, strikes: Int) -> Double {
    if vertical == .fraud && source == .trusted_flagger && strikes >= Planted.ruleStrikes {
      return Planted.ruleViolating
    }
    let base =
      switch vertical {
      case .fraud: 0.36
      case .spam: 0.38
      case .harassment: 0.26
      case .hate: 0.28
      case .adult: 0.36
      case .counterfeit: 0.30
      }
    let bySource =
      switch source {
      case .user_report: 0.80
      case .classifier: 1.10
      case .trusted_flagger: 1.05
      case .email: 0.60
      case .authority: 1.35
      }
    let byStrikes = strikes >= Planted.ruleStrikes ? 1.40 : strikes > 0 ? 1.15 : 1
    return min(0.9, base * bySource * byStrikes)
  }

  /// The queue that a case is routed to when a person must see it.
  func queue(_ vertical: Vertical, _ source: Source, language: Int) -> Queue {
    if language == CountryLanguages.bottleneck { return Planted.bottleneckQueue }
    if source == .authority { return .authority }
    switch vertical {
    case .fraud, .counterfeit: return .fraud
    case .harassment, .hate: return .conduct
    case .spam, .adult: return .general
    }
  }
}

/// A weighted choice among few alternatives.
struct Choice: Sendable {
  private let cumulative: [Double]

  init(_ weights: [Double]) {
    let total = weights.reduce(0, +)
    var sum = 0.0
    cumulative = weights.map { weight in
      sum += weight
      return sum / total
    }
  }

  /// The alternative at a point of [0, 1).
  func pick(_ point: Double) -> Int {
    for (index, limit) in cumulative.enumerated() where point < limit { return index }
    return cumulative.count - 1
  }
}

private struct CountryLanguages: Sendable {
  static let bottleneck = index(of: Planted.bottleneckLanguage)

  private let first: Int
  private let firstLimit: Double
  private let second: Int
  private let secondLimit: Double

  init(_ country: Country) {
    first = Self.index(of: country.first)
    firstLimit = country.firstShare
    second = Self.index(of: country.second)
    secondLimit = country.firstShare + country.secondShare
  }

  func pick(_ point: Double) -> Int {
    point < firstLimit ? first : point < secondLimit ? second : 0
  }

  /// English is first in the list, and stands for whatever a country does not name.
  private static func index(of language: String) -> Int {
    Country.languages.firstIndex(of: language) ?? 0
  }
}
