import CasebookTables
import Glibc

/// A logistic regression on one or two numbers, by Newton's method; unpenalised.
struct LogisticFit: Sendable {
  /// Intercept, then the slope of each number.
  let coefficients: [Double]
  /// The standard error of each, from the curvature (Wald).
  let errors: [Double]
  /// The log-likelihood.
  let logLikelihood: Double

  /// Cases that share their numbers: how many are positive and negative, as they count.
  struct Points: Sendable {
    /// The values of each number, a point after the other.
    var numbers: [[Double]]
    var positives: [Double]
    var negatives: [Double]
  }

  /// The fit; nil where it does not exist: one class, numbers that separate the classes, or numbers
  /// that depend on each other.
  init?(_ points: Points) {
    let width = points.numbers.count + 1
    guard width <= 3 else { return nil }
    let positives = points.positives.reduce(0, +)
    let negatives = points.negatives.reduce(0, +)
    guard positives > 0, negatives > 0 else { return nil }
    var beta = [Double](repeating: 0, count: width)
    beta[0] = log(positives / negatives)
    var previous = -Double.infinity
    var state = Curvature(points, beta)
    for _ in 0..<100 {
      guard let step = state.solved() else { return nil }
      // Half a step at a time where a whole one goes down, as beyond the top of a steep likelihood.
      var scale = 1.0
      var next = beta
      let least = state.logLikelihood - 1e-12 * abs(state.logLikelihood)
      for _ in 0..<30 {
        next = zip(beta, step).map { $0 + scale * $1 }
        state = Curvature(points, next)
        if state.logLikelihood >= least { break }
        scale /= 2
      }
      let moved = zip(step, next).map { abs($0) * scale / max(1, abs($1)) }.max() ?? 0
      beta = next
      // Numbers that separate the classes drive the slopes without end.
      if beta.contains(where: { !$0.isFinite || abs($0) > 1e6 }) { return nil }
      if moved < 1e-12 || (moved < 1e-9 && state.logLikelihood <= previous) { break }
      previous = state.logLikelihood
    }
    // A likelihood of 1 means that everything is told apart.
    guard let inverse = state.inverse(), state.logLikelihood < -1e-6 * (positives + negatives)
    else {
      return nil
    }
    coefficients = beta
    errors = (0..<width).map { inverse[$0][$0].squareRoot() }
    logLikelihood = state.logLikelihood
    if errors.contains(where: { !$0.isFinite || $0 > 1e4 }) { return nil }
  }
}

/// The likelihood of coefficients with its slope and curvature.
private struct Curvature {
  var gradient: [Double]
  var hessian: [[Double]]
  var logLikelihood = 0.0

  init(_ points: LogisticFit.Points, _ beta: [Double]) {
    let width = beta.count
    let count = points.positives.count
    var (g0, g1, g2) = (0.0, 0.0, 0.0)
    var (h00, h01, h02, h11, h12, h22) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    var likelihood = 0.0
    let (b0, b1, b2) = (beta[0], width > 1 ? beta[1] : 0, width > 2 ? beta[2] : 0)
    let none = [Double]()
    (width > 1 ? points.numbers[0] : none).withUnsafeBufferPointer { first in
      (width > 2 ? points.numbers[1] : none).withUnsafeBufferPointer { second in
        points.positives.withUnsafeBufferPointer { positives in
          points.negatives.withUnsafeBufferPointer { negatives in
            for place in 0..<count {
              let x = width > 1 ? first[place] : 0
              let y = width > 2 ? second[place] : 0
              let (p, n) = (positives[place], negatives[place])
              let eta = b0 + b1 * x + b2 * y
              let e = exp(-abs(eta))
              let mean = eta >= 0 ? 1 / (1 + e) : e / (1 + e)
              likelihood -= log1p(e) * (p + n) + (eta >= 0 ? n * eta : -p * eta)
              let all = p + n
              let residual = p - all * mean
              // From e itself: 1 - mean would be 0 far out.
              let weight = all * e / ((1 + e) * (1 + e))
              g0 += residual
              g1 += residual * x
              g2 += residual * y
              h00 += weight
              h01 += weight * x
              h02 += weight * y
              h11 += weight * x * x
              h12 += weight * x * y
              h22 += weight * y * y
            }
          }
        }
      }
    }
    let full = [[h00, h01, h02], [h01, h11, h12], [h02, h12, h22]]
    gradient = Array([g0, g1, g2].prefix(width))
    hessian = full.prefix(width).map { Array($0.prefix(width)) }
    logLikelihood = likelihood
  }

  /// Newton's step; nil where the curvature is flat in some direction.
  func solved() -> [Double]? {
    guard let inverse = inverse() else { return nil }
    return inverse.map { row in zip(row, gradient).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  /// The inverse of the curvature, by Gauss and Jordan with pivots, scaled to a unit diagonal first.
  func inverse() -> [[Double]]? {
    let width = hessian.count
    let scales = (0..<width).map { hessian[$0][$0].squareRoot() }
    guard scales.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    var left = (0..<width).map { i in (0..<width).map { hessian[i][$0] / (scales[i] * scales[$0]) }
    }
    var right = (0..<width).map { i in (0..<width).map { $0 == i ? 1.0 : 0.0 } }
    for column in 0..<width {
      guard
        let pivot = (column..<width).max(by: { abs(left[$0][column]) < abs(left[$1][column]) }),
        abs(left[pivot][column]) > 1e-11
      else { return nil }
      left.swapAt(column, pivot)
      right.swapAt(column, pivot)
      let value = left[column][column]
      left[column] = left[column].map { $0 / value }
      right[column] = right[column].map { $0 / value }
      for row in 0..<width where row != column && left[row][column] != 0 {
        let factor = left[row][column]
        for place in 0..<width {
          left[row][place] -= factor * left[column][place]
          right[row][place] -= factor * right[column][place]
        }
      }
    }
    return (0..<width).map { i in (0..<width).map { right[i][$0] / (scales[i] * scales[$0]) } }
  }
}
