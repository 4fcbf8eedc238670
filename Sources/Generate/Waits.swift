/// How long things take, drawn from lognormal laws by queue and week.
enum Waits {
  /// Seconds between entering a queue and the start of work.
  static func beforeWork(
    in queue: Queue, enteredAt time: Int, _ random: RandomSource, _ index: Int
  ) -> Int {
    if queue == Planted.bottleneckQueue && time >= Planted.bottleneckBegins {
      return seconds(median: 100 * 3600, spread: 0.45, random, .wait, index)
    }
    let hours: Double =
      switch queue {
      case .auto: 14
      case .general: 2.6
      case .fraud: 3.2
      case .conduct: 3.6
      case .portuguese: 10
      case .authority: 1.2
      case .specialist: 11
      case .appeals: 15
      }
    // Fewer people work at weekends.
    let weekend = Period.isWeekend(time) && queue != .authority ? 1.6 : 1.0
    return seconds(median: hours * 3600 * weekend, spread: 0.7, random, .wait, index)
  }

  /// Seconds of work on a step.
  static func handling(_ step: Step, by vendor: Vendor, _ random: RandomSource, _ index: Int) -> Int
  {
    let minutes: Double =
      switch step {
      case .languageReview: 5
      case .specialistReview: 14
      case .appealReview: 9
      case .secondReview: 3
      case .qualityCheck: 2
      default: 3.5
      }
    let median = minutes * 60 * Staff.pace(of: vendor)
    return seconds(median: median, spread: 0.6, random, .handling, index)
  }

  /// Seconds until someone outside answers or appeals.
  static func outside(
    medianHours: Double, _ random: RandomSource, _ purpose: RandomSource.Purpose
  ) -> Int {
    seconds(median: medianHours * 3600, spread: 0.6, random, purpose, 0)
  }

  private static func seconds(
    median: Double, spread: Double, _ random: RandomSource, _ purpose: RandomSource.Purpose,
    _ index: Int
  ) -> Int {
    1 + Int(median * exponential(spread * random.normal(purpose, index)))
  }
}
