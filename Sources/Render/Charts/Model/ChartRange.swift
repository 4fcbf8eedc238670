import CasebookValues
import Glibc

/// The least and the greatest of some values.
struct ChartRange {
  private(set) var least = Double.infinity
  private(set) var greatest = -Double.infinity
  private(set) var leastPositive = Double.infinity

  var isEmpty: Bool { least > greatest }

  mutating func add(_ value: Double?) {
    guard let value, value.isFinite else { return }
    least = min(least, value)
    greatest = max(greatest, value)
    if value > 0 { leastPositive = min(leastPositive, value) }
  }

  /// The axis over these values.
  ///
  /// Bars begin at zero, and so do lines that come near it, but not what is along x. `lower` and `upper` are what a person wants.
  func axis(
    _ unit: ChartAxis.Unit, isLog: Bool, fromZero: Bool, title: String?, lower: Double?,
    upper: Double?, roundsOut: Bool = true, isAlongX: Bool = false
  ) -> ChartAxis {
    var bounds = isEmpty ? (0.0, 1.0) : (least, greatest)
    if isLog {
      bounds = leastPositive <= greatest ? logBounds : (1, 10)
      if let lower, lower > 0 { bounds.0 = lower }
      if let upper, upper > bounds.0 { bounds.1 = upper }
      return ChartAxis(unit, lower: bounds.0, upper: bounds.1, isLog: true, title: title)
    }
    if unit == .datetime {
      if bounds.0 >= bounds.1 {
        let half = Double(Ticks.perDay) / 2
        bounds = isEmpty ? (0, 1) : (bounds.0 - half, bounds.1 + half)
      }
    } else {
      let seeksZero = !isAlongX
      if fromZero || (seeksZero && bounds.0 >= 0 && bounds.0 <= bounds.1 * 0.5) {
        bounds.0 = min(bounds.0, 0)
      }
      if fromZero || (seeksZero && bounds.1 <= 0 && bounds.1 >= bounds.0 * 0.5) {
        bounds.1 = max(bounds.1, 0)
      }
      if bounds.0 == bounds.1 { bounds = isAlongX ? around(bounds.0) : apart(bounds.0, unit) }
      if roundsOut { bounds = roundedOut(bounds, unit) }
    }
    if let lower, lower < (upper ?? bounds.1) { bounds.0 = lower }
    if let upper, upper > bounds.0 { bounds.1 = upper }
    return ChartAxis(unit, lower: bounds.0, upper: bounds.1, title: title)
  }

  private var logBounds: (Double, Double) {
    let low = power(10, (log10(leastPositive) + 1e-9).rounded(.down))
    let high = power(10, (log10(greatest) - 1e-9).rounded(.up))
    guard low > 0, high.isFinite else { return (leastPositive, greatest) }
    return high > low ? (low, high) : (low, low * 10)
  }

  /// Bounds with a single value in their middle.
  private func around(_ value: Double) -> (Double, Double) {
    let half = max(value.magnitude * 0.01, 0.5)
    return (value - half, value + half)
  }

  /// Bounds from zero to a single value.
  private func apart(_ value: Double, _ unit: ChartAxis.Unit) -> (Double, Double) {
    if value == 0 { return (0, unit == .timespan ? Double(Ticks.perSecond) : 1) }
    return value > 0 ? (0, value) : (value, 0)
  }

  /// Bounds at round values, so that the least and the greatest point stand inside.
  private func roundedOut(
    _ bounds: (Double, Double), _ unit: ChartAxis.Unit
  ) -> (Double, Double) {
    let length = bounds.1 / 2 - bounds.0 / 2
    guard length > 0, length < 1e300 else { return bounds }
    let step =
      unit == .timespan
      ? spanStep(length * 2, atMost: 10) : ChartAxis.roundStep(length * 2, atMost: 10)
    let low = (bounds.0 / step + 1e-9).rounded(.down) * step
    let high = (bounds.1 / step - 1e-9).rounded(.up) * step
    return low < high ? (low, high) : bounds
  }
}
