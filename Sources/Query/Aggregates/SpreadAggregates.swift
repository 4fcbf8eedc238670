import CasebookTables
import CasebookValues

/// `stdev`, `variance`, `covariance` and their kin.
enum SpreadAggregates {
  static let all: [AggregateFunction] = kinds.flatMap { kind in
    [
      kind,
      kind.filtered(
        kind.name + "if",
        condition: kind.parameters.count,
        summary: kind.summary.dropLast() + ", of the rows for which a condition is true.",
        example: Example(
          "range x from 1 to 6 step 1 | summarize round(\(kind.name)if(\(kind.parameters.count == 2 ? "x, x" : "x"), x < 6), 3)",
          output: filteredOutputs[kind.name]),
        rename: { kind.name + "if" + $0.dropFirst(kind.name.count) }),
    ]
  }

  private static let filteredOutputs = [
    "stdev": "1.581", "stdevp": "1.414", "variance": "2.5", "variancep": "2.0",
    "covariance": "2.5", "covariancep": "2.0",
  ]

  private static let kinds = [
    spread(
      "stdev", "The standard deviation of a sample.", "1.581"
    ) { $0.sampleVariance.squareRoot() },
    spread(
      "stdevp", "The standard deviation of a population.", "1.414"
    ) { $0.variance.squareRoot() },
    spread("variance", "The variance of a sample.", "2.5") { $0.sampleVariance },
    spread("variancep", "The variance of a population.", "2.0") { $0.variance },
    joint("covariance", "The covariance of a sample of pairs.", "5.0") { $0.sampleCovariance },
    joint("covariancep", "The covariance of a population of pairs.", "4.0") { $0.covariance },
  ]

  private static let details =
    "Nulls are left out; 0 for fewer than two values. Computed in one pass (Welford)."

  private static func spread(
    _ name: String, _ summary: String, _ output: String,
    _ result: @escaping @Sendable (Moments) -> Double
  ) -> AggregateFunction {
    AggregateFunction(
      name, [FunctionParameter("value", [.number, .dynamic])], summary: summary,
      details: details,
      examples: [
        Example(
          "range x from 1 to 5 step 1 | summarize v = \(name)(x) | project round(v, 3)",
          output: output)
      ]
    ) { arguments in
      .init([(named(name, arguments), .real)]) { MomentsState(result) }
    }
  }

  private static func joint(
    _ name: String, _ summary: String, _ output: String,
    _ result: @escaping @Sendable (Moments) -> Double
  ) -> AggregateFunction {
    AggregateFunction(
      name,
      [FunctionParameter("x", [.number, .dynamic]), FunctionParameter("y", [.number, .dynamic])],
      summary: summary, details: details,
      examples: [
        Example(
          "range x from 1 to 5 step 1 | extend y = 2 * x | summarize \(name)(x, y)",
          output: output)
      ]
    ) { arguments in
      guard arguments.count == 2 else { return nil }
      let name = [name, arguments[0].name, arguments[1].name].joined(separator: "_")
      return .init([(name, .real)]) { MomentsState(result) }
    }
  }
}

/// Count, means and summed products of deviations of pairs; for one variable both are the same.
struct Moments: Sendable {
  private var count = 0.0
  private var meanX = 0.0
  private var meanY = 0.0
  private var products = 0.0

  /// Adds a pair.
  @inline(__always)
  mutating func add(_ x: Double, _ y: Double) {
    count += 1
    let deltaX = x - meanX
    meanX += deltaX / count
    meanY += (y - meanY) / count
    products += deltaX * (y - meanY)
  }

  /// Adds what another set of pairs holds (Chan).
  mutating func add(_ other: Moments) {
    if other.count == 0 { return }
    let total = count + other.count
    let deltaX = other.meanX - meanX
    let deltaY = other.meanY - meanY
    products += other.products + deltaX * deltaY * count * other.count / total
    meanX += deltaX * other.count / total
    meanY += deltaY * other.count / total
    count = total
  }

  /// Of pairs, over the population.
  var covariance: Double { count < 1 ? 0 : products / count }
  /// Of pairs, over a sample.
  var sampleCovariance: Double { count < 2 ? (products.isNaN ? .nan : 0) : products / (count - 1) }
  /// Of one variable, over the population.
  var variance: Double { covariance }
  /// Of one variable, over a sample.
  var sampleVariance: Double { sampleCovariance }
}

/// Moments of each group.
///
/// `@unchecked Sendable`: one worker at a time owns a state.
private final class MomentsState: AggregateState, @unchecked Sendable {
  private let result: @Sendable (Moments) -> Double
  private var moments: [Moments] = []

  init(_ result: @escaping @Sendable (Moments) -> Double) { self.result = result }

  func update(
    groups: UnsafePointer<Int32>, arguments: [Vector], rowCount: Int, groupCount: Int
  ) {
    moments.grow(to: groupCount, with: Moments())
    let (x, xValid) = realValues(arguments[0], rowCount)
    let (y, yValid) = arguments.count > 1 ? realValues(arguments[1], rowCount) : (x, xValid)
    moments.withUnsafeMutableBufferPointer { moments in
      forEachValid(rowCount, Bitmap.intersection(xValid, yValid)) { row in
        moments[Int(groups[row])].add(x.base[row], y.base[row])
      }
    }
  }

  func merge(
    _ later: any AggregateState, groups: UnsafePointer<Int32>, count: Int, groupCount: Int
  ) {
    guard let later = later as? MomentsState else { return }
    moments.grow(to: groupCount, with: Moments())
    for group in 0..<min(count, later.moments.count) {
      moments[Int(groups[group])].add(later.moments[group])
    }
  }

  func finish(groupCount: Int, _ context: RunContext) throws -> [Column] {
    moments.grow(to: groupCount, with: Moments())
    return [
      try realColumn(.real, groupCount, context) { result(moments[$0]) }
    ]
  }
}
