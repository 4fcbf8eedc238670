import Glibc

/// What a survival curve says in a few figures, read in one pass without keeping the curve.
public struct SurvivalSummary: Sendable, Equatable {
  /// For each share asked for, the least time by which it has ended; null if that is not reached.
  ///
  /// By which S <= (1 - p)(1 + 1e-12).
  public private(set) var quantiles: [Int64?]
  /// The least time at which the lower line of the 95 % band reaches one half.
  public private(set) var medianLow: Int64?
  /// The least time at which the upper line of the band reaches one half.
  public private(set) var medianHigh: Int64?
  /// The mean time up to the horizon, the area under the curve; null beyond what was watched.
  public private(set) var restrictedMean: Double?

  /// Follows a group; `shares` are of the ended, between 0 and 1.
  public init(_ group: Lifetimes, shares: [Double], horizon: Int64? = nil) {
    let bounds = shares.map { (1 - $0) * (1 + 1e-12) }
    let half = HalfLines()
    var found = [Int64?](repeating: nil, count: shares.count)
    var lines: (low: Int64?, high: Int64?)
    var area = CompensatedSum()
    var last = (time: Int64(0), survival: 1.0)
    let end = horizon ?? -1
    var missing = shares.count
    group.walk { point in
      if last.time < end { area.add(last.survival * Double(min(point.after, end) - last.time)) }
      last = (point.after, point.survival)
      guard point.ended > 0 else { return true }
      if missing > 0 {
        for (index, bound) in bounds.enumerated() where found[index] == nil {
          if point.survival <= bound {
            found[index] = point.after
            missing -= 1
          }
        }
      }
      if lines.low == nil, half.isLowReached(point) { lines.low = point.after }
      if lines.high == nil, half.isHighReached(point) { lines.high = point.after }
      return true
    }
    quantiles = found
    (medianLow, medianHigh) = lines
    guard let horizon, let longest = group.longest else { return }
    if last.survival == 0 || horizon <= longest { restrictedMean = area.value }
  }
}

/// Whether the lines of the band have reached one half.
///
/// The lower line S^exp(zσ/-log S) is at most 1/2 where zσ >= -log S log(log 2 / -log S), and likewise the
/// upper one; both are tested without a root or a power for points that are plainly far from it.
private struct HalfLines {
  private let z = NormalDistribution.criticalValue(confidence: 0.95)
  private let half = 0.5 * (1 + 1e-12)

  @inline(__always)
  func isLowReached(_ point: SurvivalPoint) -> Bool {
    point.survival <= half || (point.survival < 1 && isReached(point, 1))
  }

  @inline(__always)
  func isHighReached(_ point: SurvivalPoint) -> Bool {
    point.survival <= 0 || (point.survival <= half && isReached(point, -1))
  }

  private func isReached(_ point: SurvivalPoint, _ sign: Double) -> Bool {
    let logarithm = log(point.survival)
    let reach = exp(sign * z * point.greenwood.squareRoot() / -logarithm)
    return exp(logarithm * reach) <= half
  }
}
