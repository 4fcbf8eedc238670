/// When cases are opened: a Poisson number an hour around a weekly and daily rhythm with slow
/// growth, scaled so that the whole period has exactly the cases asked for.
struct Arrivals: Sendable {
  /// `firstCase[h]` is the first case opened in hour h or later; one more entry ends the last hour.
  private let firstCase: [Int]
  private let seed: UInt64

  /// Shares by weekday from Monday, and by hour of day in UTC.
  private static let weekdays = [1.12, 1.08, 1.05, 1.03, 1.04, 0.86, 0.82]
  private static let hoursOfDay = [
    0.62, 0.52, 0.46, 0.44, 0.48, 0.58, 0.72, 0.88, 1.02, 1.12, 1.18, 1.20,
    1.22, 1.28, 1.34, 1.38, 1.40, 1.38, 1.34, 1.30, 1.24, 1.12, 0.96, 0.78,
  ]
  private static let growthPerWeek = 0.006

  init(cases: Int, seed: UInt64) {
    self.seed = seed
    let expected = (0..<Period.hours).map(Self.intensity)
    let scale = Double(cases) / expected.reduce(0, +)
    let drawn = expected.enumerated().map { hour, intensity in
      Self.poisson(intensity * scale, RandomSource(seed: seed, family: .hours, member: hour))
    }
    let total = drawn.reduce(0, +)
    // A tiny set may draw no case at all; the rhythm itself then places the few that there are.
    let weights = total > 0 ? drawn : expected
    let perWeight = Double(cases) / weights.reduce(0, +)
    var sum = 0.0
    var firstCase = [0]
    firstCase.reserveCapacity(Period.hours + 1)
    for weight in weights {
      sum += weight
      firstCase.append(min(cases, Int((sum * perWeight).rounded())))
    }
    firstCase[Period.hours] = cases
    self.firstCase = firstCase
  }

  /// The hour in which a case is opened.
  func hour(of caseIndex: Int) -> Int {
    var low = 0
    var high = Period.hours
    while high - low > 1 {
      let middle = (low + high) / 2
      if firstCase[middle] <= caseIndex { low = middle } else { high = middle }
    }
    return low
  }

  /// The second at which a case is opened.
  ///
  /// Each case has its own slot of the hour and falls anywhere
  /// in it, so that cases stand in order of opening without a sort.
  func opening(of caseIndex: Int) -> Int {
    let hour = hour(of: caseIndex)
    let first = firstCase[hour]
    let count = firstCase[hour + 1] - first
    let random = RandomSource(seed: seed, family: .cases, member: caseIndex)
    let place = (Double(caseIndex - first) + random.unit(.second)) / Double(count)
    return hour * Period.hour + min(Period.hour - 1, Int(place * Double(Period.hour)))
  }

  private static func intensity(ofHour hour: Int) -> Double {
    let day = hour / 24
    return weekdays[day % 7] * hoursOfDay[hour % 24] * (1 + growthPerWeek * Double(day) / 7)
  }

  /// By multiplying uniforms for small means, by the normal limit for others. [Knuth 1969]
  private static func poisson(_ mean: Double, _ random: RandomSource) -> Double {
    if mean > 30 {
      return max(0, (mean + mean.squareRoot() * random.normal(.arrivals)).rounded())
    }
    let limit = exponential(-mean)
    var product = random.unit(.arrivals)
    var count = 0
    while product > limit && count < 200 {
      count += 1
      product *= random.unit(.arrivals, count)
    }
    return Double(count)
  }
}
