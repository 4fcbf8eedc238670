import Glibc

/// The share of a group that still lasts after a time, where not all were watched to their end.
///
/// Kaplan and Meier (1958): S is the product of 1 - d/n over the times up to it at which d of the n
/// then at risk ended. Ends come before censorings at equal times; who enters at a time is at risk
/// then, as in lifelines. Without members the curve is the one point (0, 1).
public struct KaplanMeier: Sendable {
  /// A time at which members ended or were last watched, or zero.
  public struct Point: Sendable, Equatable {
    /// The time.
    public var after: Int64
    /// How many were under watch just before it.
    public var atRisk: Int
    /// How many ended.
    public var ended: Int
    /// How many were last watched.
    public var censored: Int
    /// The share that lasts beyond it.
    public var survival: Double
    /// Greenwood's sum of d / (n (n - d)), the relative variance of `survival`.
    public var greenwood: Double
  }

  /// The points by time; the first is at zero.
  public let points: [Point]

  /// Follows a group.
  public init(_ group: Lifetimes) {
    points = group.withCursors { cursors in
      var points: [Point] = []
      points.reserveCapacity(min(group.count + 1, 1 << 16))
      var survival = 1.0
      var greenwood = CompensatedSum()
      var atRisk = group.count - group.entered.count
      if cursors.next != 0 {
        points.append(
          Point(
            after: 0, atRisk: atRisk, ended: 0, censored: 0, survival: 1, greenwood: 0))
      }
      while let time = cursors.next {
        let step = cursors.take(time)
        atRisk += step.entered
        if step.ended > 0 {
          let rest = Double(atRisk - step.ended)
          survival *= rest / Double(atRisk)
          if rest > 0 { greenwood.add(Double(step.ended) / (Double(atRisk) * rest)) }
        }
        if step.ended + step.censored > 0 || points.isEmpty {
          points.append(
            Point(
              after: time, atRisk: atRisk, ended: step.ended, censored: step.censored,
              survival: survival, greenwood: greenwood.value))
        }
        atRisk -= step.ended + step.censored
      }
      return points
    }
  }

  /// The share that lasts beyond a time; null past the longest time watched unless it is zero there.
  public func survival(at time: Int64) -> Double? {
    let next = firstIndex(in: 0..<points.count) { points[$0].after > time }
    guard next > 0 else { return 1 }
    let survival = points[next - 1].survival
    return next == points.count && points[next - 1].after < time && survival > 0 ? nil : survival
  }

  /// The least time by which a share has ended: S <= (1 - p)(1 + 1e-12); null if that is not reached.
  public func quantile(_ p: Double) -> Int64? {
    let bound = (1 - p) * (1 + 1e-12)
    return firstTime { $0.survival <= bound }
  }

  /// The least times at which the lower and the upper line of the band reach one half.
  public func medianLimits(confidence: Double = 0.95) -> (low: Int64?, high: Int64?) {
    let z = NormalDistribution.criticalValue(confidence: confidence)
    let bound = 0.5 * (1 + 1e-12)
    return (
      firstTime { Self.band($0, z).low <= bound }, firstTime { Self.band($0, z).high <= bound }
    )
  }

  /// The interval of a point's survival, from log(-log S) with Greenwood's variance.
  ///
  /// S itself at 0 and 1 (Kalbfleisch and Prentice 1980).
  public func band(_ point: Point, confidence: Double = 0.95) -> (low: Double, high: Double) {
    Self.band(point, NormalDistribution.criticalValue(confidence: confidence))
  }

  /// The mean time up to a horizon: the area under the curve, in ticks.
  public func restrictedMean(to horizon: Int64) -> Double {
    var area = CompensatedSum()
    for (index, point) in points.enumerated() {
      guard point.after < horizon, point.survival > 0 else { break }
      let next = index + 1 < points.count ? min(points[index + 1].after, horizon) : horizon
      area.add(point.survival * Double(next - point.after))
    }
    return area.value
  }

  private func firstTime(_ holds: (Point) -> Bool) -> Int64? {
    points.first(where: holds)?.after
  }

  private static func band(_ point: Point, _ z: Double) -> (low: Double, high: Double) {
    let survival = point.survival
    guard survival > 0, survival < 1 else { return (survival, survival) }
    let logarithm = log(survival)
    let reach = exp(z * point.greenwood.squareRoot() / -logarithm)
    return (exp(logarithm * reach), exp(logarithm / reach))
  }
}

/// Where one walks along the three lists of a group.
struct LifetimeCursors {
  private let ended: UnsafeBufferPointer<Int64>
  private let censored: UnsafeBufferPointer<Int64>
  private let entered: UnsafeBufferPointer<Int64>
  private var place = (ended: 0, censored: 0, entered: 0)

  fileprivate init(_ group: Lifetimes) {
    (ended, censored, entered) = (
      group.ended.pointer, group.censored.pointer, group.entered.pointer
    )
  }

  /// The next time of any list.
  var next: Int64? {
    var least = Int64.max
    if place.ended < ended.count { least = ended[place.ended] }
    if place.censored < censored.count { least = min(least, censored[place.censored]) }
    if place.entered < entered.count { least = min(least, entered[place.entered]) }
    let isDone =
      place.ended == ended.count && place.censored == censored.count
      && place.entered == entered.count
    return isDone ? nil : least
  }

  /// How many there are at the next time, which is passed.
  mutating func take(_ time: Int64) -> (ended: Int, censored: Int, entered: Int) {
    let start = place
    while place.ended < ended.count, ended[place.ended] == time { place.ended += 1 }
    while place.censored < censored.count, censored[place.censored] == time {
      place.censored += 1
    }
    while place.entered < entered.count, entered[place.entered] == time { place.entered += 1 }
    return (
      place.ended - start.ended, place.censored - start.censored, place.entered - start.entered
    )
  }
}

extension Lifetimes {
  /// Walks along the lists, which stay alive meanwhile.
  func withCursors<Result>(_ body: (inout LifetimeCursors) -> Result) -> Result {
    withExtendedLifetime(self) {
      var cursors = LifetimeCursors(self)
      return body(&cursors)
    }
  }
}
