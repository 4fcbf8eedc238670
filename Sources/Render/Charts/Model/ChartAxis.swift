import CasebookValues
import Glibc

/// One axis of a chart: what it measures, from where to where, and where its ticks stand.
public struct ChartAxis: Sendable, Equatable {
  /// What is measured.
  public enum Unit: Sendable, Equatable {
    case number
    /// Ticks of 100 ns.
    case timespan
    /// Ticks of 100 ns since the year 1, in UTC.
    case datetime
    /// Places 0, 1, ... with names.
    case names([String])
  }

  /// One tick.
  public struct Tick: Sendable, Equatable {
    /// Where.
    public var value: Double
    /// Its text.
    public var text: String
    /// What holds from here on, such as the day of an hour.
    public var context: String?
  }

  /// What is measured.
  public var unit: Unit
  /// Where it begins.
  public var lower: Double
  /// Where it ends.
  public var upper: Double
  /// Whether equal lengths are equal ratios.
  public var isLog = false
  /// What it is called.
  public var title: String?
  /// Whether only whole numbers are measured.
  public var isWhole = false

  /// An axis over these bounds.
  public init(
    _ unit: Unit, lower: Double, upper: Double, isLog: Bool = false, title: String? = nil
  ) {
    self.unit = unit
    self.lower = lower
    self.upper = upper
    self.isLog = isLog
    self.title = title
  }

  /// The place of a value from 0 to 1, beyond that outside; nil where it has none.
  public func position(_ value: Double) -> Double? {
    guard value.isFinite else { return nil }
    if isLog {
      guard value > 0, lower > 0 else { return nil }
      let (low, high) = (log10(lower), log10(upper))
      return high > low ? (log10(value) - low) / (high - low) : 0.5
    }
    // Halves, lest the length of a range of huge numbers be infinite.
    let length = upper / 2 - lower / 2
    return length > 0 ? (value / 2 - lower / 2) / length : 0.5
  }

  /// Whether the axis has names instead of a scale.
  public var names: [String]? {
    if case .names(let names) = unit { names } else { nil }
  }

  /// At most so many ticks at round values within the bounds.
  public func ticks(atMost count: Int) -> [Tick] {
    let count = max(count, 1)
    switch unit {
    case .names(let names):
      let stride = max(1, (names.count + count - 1) / count)
      return names.indices.filter { $0 % stride == 0 }
        .map { Tick(value: Double($0), text: names[$0]) }
    case .datetime: return timeTicks(atMost: count)
    case .timespan where !isLog: return spanTicks(atMost: count)
    case .timespan: return logTicks(atMost: count) { spanTickText($0, step: $0) }
    case .number where isLog: return logTicks(atMost: count) { compactText($0) }
    case .number: return numberTicks(atMost: count)
    }
  }

  /// The text of one value, as exactly as a person wants it.
  public func text(of value: Double) -> String {
    switch unit {
    case .number: return plainNumber(value)
    case .timespan: return spanTickText(value, step: max(value.magnitude / 1000, 1))
    case .datetime:
      guard let ticks = Int64(exactly: value.rounded()), Instant.isValid(ticks) else { return "" }
      return ticks % Ticks.perDay == 0 ? Instant.dateText(ticks) : Instant.plainText(ticks)
    case .names(let names):
      guard let index = Int(exactly: value), names.indices.contains(index) else { return "" }
      return names[index]
    }
  }
}

extension ChartAxis {
  /// The round number, 1, 2 or 5 times a power of ten, that parts a length into at most `count`.
  static func roundStep(_ length: Double, atMost count: Int) -> Double {
    let rough = length / Double(max(count, 1))
    guard rough > 0, rough.isFinite else { return 1 }
    let magnitude = power(10, log10(rough).rounded(.down))
    guard magnitude > 0 else { return rough }
    // A little room, so that 0.1 + 0.2 does not push a step up.
    return [1, 2, 5, 10].map { $0 * magnitude }.first { $0 >= rough * 0.999_999 } ?? magnitude * 10
  }

  private func numberTicks(atMost count: Int) -> [Tick] {
    let half = upper / 2 - lower / 2
    guard half > 0, half < 1e307 else {
      return [lower, upper].map { Tick(value: $0, text: compactText($0)) }
    }
    let (step, first, last) = steps(atMost: count) { parts in
      let step = ChartAxis.roundStep(half * 2, atMost: parts)
      return isWhole ? max(step, 1) : step
    }
    guard last >= first, last - first < 10_000, first.magnitude < 1e15 else {
      return [lower, upper].map { Tick(value: $0, text: compactText($0)) }
    }
    let values = stride(from: first, through: last, by: 1).map { $0 * step }
    return zip(values, steppedTexts(values, step: step)).map { Tick(value: $0, text: $1) }
  }

  private func logTicks(atMost count: Int, text: (Double) -> String) -> [Tick] {
    guard lower > 0, upper >= lower else { return [] }
    let first = (log10(lower) - 0.000_001).rounded(.up)
    let last = (log10(upper) + 0.000_001).rounded(.down)
    guard last >= first else { return [lower, upper].map { Tick(value: $0, text: text($0)) } }
    let powers = Int(last - first) + 1
    let stride = max(1, (powers + count - 1) / count)
    // Where there is room, twos and fives stand between the powers of ten.
    let between: [Double] = powers * 3 <= count ? [1, 2, 5] : [1]
    var ticks: [Tick] = []
    for exponent in Swift.stride(from: Int(first) - 1, through: Int(last), by: 1) {
      guard (exponent - Int(first)) % stride == 0 else { continue }
      for factor in between {
        let value = factor * power(10, Double(exponent))
        if value >= lower * 0.999_999, value <= upper * 1.000_001 {
          ticks.append(Tick(value: value, text: text(value)))
        }
      }
    }
    return ticks
  }

  /// The least round step of which at most `count` multiples are within the bounds, with the first and the last.
  private func steps(
    atMost count: Int, _ step: (_ parts: Int) -> Double
  ) -> (step: Double, first: Double, last: Double) {
    var found = (step: 0.0, first: 0.0, last: 0.0)
    for parts in stride(from: count * 2, through: 1, by: -1) {
      let length = step(parts)
      guard length != found.step else { continue }
      found = (
        length, (lower / length - 0.000_001).rounded(.up),
        (upper / length + 0.000_001).rounded(.down)
      )
      if found.last - found.first < Double(count) { break }
    }
    return found
  }

  private func spanTicks(atMost count: Int) -> [Tick] {
    let length = upper - lower
    guard length > 0, length < 9e18 else {
      return [Tick(value: lower, text: spanTickText(lower, step: max(lower.magnitude, 1)))]
    }
    let (step, first, last) = steps(atMost: count) { spanStep(length, atMost: $0) }
    guard last >= first, last - first < 10_000 else { return [] }
    return stride(from: first, through: last, by: 1).map {
      Tick(value: $0 * step, text: spanTickText($0 * step, step: step))
    }
  }
}

/// A power with a whole exponent, exact where a double can be.
func power(_ base: Double, _ exponent: Double) -> Double {
  exponent < 0 ? 1 / pow(base, -exponent) : pow(base, exponent)
}
