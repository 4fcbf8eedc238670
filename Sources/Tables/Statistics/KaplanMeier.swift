import Glibc

/// A point of a survival curve: a time at which members ended or were last watched, or zero.
public struct SurvivalPoint: Sendable, Equatable {
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

  /// The interval of `survival`, from log(-log S) with Greenwood's variance.
  ///
  /// S itself at 0 and 1 (Kalbfleisch and Prentice 1980).
  public func band(confidence: Double = 0.95) -> (low: Double, high: Double) {
    guard survival > 0, survival < 1 else { return (survival, survival) }
    let z = NormalDistribution.criticalValue(confidence: confidence)
    let logarithm = log(survival)
    let reach = exp(z * greenwood.squareRoot() / -logarithm)
    return (exp(logarithm * reach), exp(logarithm / reach))
  }
}

/// The estimate of Kaplan and Meier (1958): the share of a group that lasts beyond a time, where not all
/// were watched to their end.
///
/// S is the product of 1 - d/n over the times up to it at which d of the n then at risk ended. Ends come
/// before censorings at equal times; who enters at a time is at risk then, as in lifelines.
extension Lifetimes {
  /// The points of the curve by time; the first is at zero, also where there are no members.
  public var survival: [SurvivalPoint] {
    var points: [SurvivalPoint] = []
    walk { point in
      points.append(point)
      return true
    }
    return points
  }

  /// The share that lasts beyond a time.
  ///
  /// Null without members, and past the longest time watched unless it is zero there.
  public func survival(beyond time: Int64) -> Double? {
    guard let longest else { return nil }
    var last = 1.0
    walk { point in
      if point.after <= time { last = point.survival }
      return point.after <= time
    }
    return time > longest && last > 0 ? nil : last
  }

  /// Follows the curve point by point for as long as `body` says so.
  @inline(__always)
  public func walk(_ body: (SurvivalPoint) -> Bool) {
    withCursors { cursors in
      var atRisk = count - entered.count
      var point = SurvivalPoint(
        after: 0, atRisk: atRisk, ended: 0, censored: 0, survival: 1, greenwood: 0)
      if cursors.next != 0, !body(point) { return }
      var greenwood = CompensatedSum()
      // While nobody enters or is lost, the product telescopes: no rounding gathers.
      var base = (survival: 1.0, atRisk: Double(atRisk))
      while let time = cursors.next {
        let step = cursors.take(time)
        if step.entered > 0 {
          atRisk += step.entered
          base = (point.survival, Double(atRisk))
        }
        let rest = Double(atRisk - step.ended)
        if step.ended > 0 {
          point.survival = base.survival * (rest / base.atRisk)
          if rest > 0 { greenwood.add(Double(step.ended) / (Double(atRisk) * rest)) }
        }
        if step.ended + step.censored > 0 || time == 0 {
          point.after = time
          point.atRisk = atRisk
          point.ended = step.ended
          point.censored = step.censored
          point.greenwood = greenwood.value
          if !body(point) { return }
        }
        atRisk -= step.ended + step.censored
        if step.censored > 0 { base = (point.survival, Double(atRisk)) }
      }
    }
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
  @inline(__always)
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
  @inline(__always)
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
  @inline(__always)
  func withCursors<Result>(_ body: (inout LifetimeCursors) -> Result) -> Result {
    withExtendedLifetime(self) {
      var cursors = LifetimeCursors(self)
      return body(&cursors)
    }
  }
}
