import CasebookTables
import CasebookValues

/// What one score adds to another, on the labelled rows that have both.
struct RedundancyPair: Sendable {
  /// Places of the scores among the arguments.
  let signal: Int
  let given: Int
  let group: Int
  private(set) var labelled = 0
  private(set) var spearman: Double?
  private(set) var tau: Double?
  private(set) var aucGiven: Double?
  private(set) var aucBoth: Double?
  private(set) var chi2: Double?
  private(set) var p: Double?
  private(set) var coefficient: Double?
  var q: Double?

  /// How much the area rises; measured on the rows that were fitted.
  var gain: Double? { aucBoth.flatMap { both in aucGiven.map { both - $0 } } }

  /// Both orders of two scores, in every group.
  static func pairs(
    _ a: RankedScore, _ b: RankedScore, _ first: Int, _ second: Int, _ frame: CaseFrame,
    _ context: RunContext
  ) throws -> [RedundancyPair] {
    let classes = Buffer<UInt8>(count: frame.count) { target in
      for row in 0..<frame.count {
        let isMissing = a.values.base[row].isNaN || b.values.base[row].isNaN
        target[row] = isMissing ? CaseClass.unlabelled : frame.classes.base[row]
      }
    }
    let casesA = try SortedCases(a.values, frame, .higher, classes: classes, context)
    let casesB = try SortedCases(b.values, frame, .higher, classes: classes, context)
    var pairs: [RedundancyPair] = []
    for group in 0..<frame.groupCount {
      try context.checkpoint()
      let rows = casesA.run(group)
      let ranks = (
        MidRanks(rows, a.values, count: frame.count),
        MidRanks(casesB.run(group), b.values, count: frame.count)
      )
      let spearman = MidRanks.correlation(ranks.0, ranks.1, rows)
      let tau = try KendallTau.tauB(ranks.0, ranks.1, rows, context)
      for (signal, given, isFirst) in [(first, second, true), (second, first, false)] {
        var pair = RedundancyPair(signal: signal, given: given, group: group)
        pair.labelled = rows.count
        pair.spearman = spearman
        pair.tau = tau
        if frame.neverReviewed[group] == 0 {
          try pair.fit(isFirst ? a : b, isFirst ? b : a, rows, classes, frame, context)
        }
        pairs.append(pair)
      }
    }
    return pairs
  }

  private init(signal: Int, given: Int, group: Int) {
    (self.signal, self.given, self.group) = (signal, given, group)
  }

  /// Compares the regression on both with that on one (Wilks 1938).
  private mutating func fit(
    _ signal: RankedScore, _ given: RankedScore, _ rows: Buffer<Int32>, _ classes: Buffer<UInt8>,
    _ frame: CaseFrame, _ context: RunContext
  ) throws {
    aucGiven = try Self.area(given.values, rows, given.direction, frame, context)
    guard let x = Self.standardised(given.values, rows),
      let y = Self.standardised(signal.values, rows)
    else { return }
    var points = LogisticFit.Points(numbers: [x], positives: [], negatives: [])
    for place in 0..<rows.count {
      let row = Int(rows.base[place])
      let weight = frame.weights?.base[row] ?? 1
      let isPositive = classes.base[row] == CaseClass.positive
      points.positives.append(isPositive ? weight : 0)
      points.negatives.append(isPositive ? 0 : weight)
    }
    guard let alone = LogisticFit(points) else { return }
    try context.checkpoint()
    points.numbers.append(y)
    guard let both = LogisticFit(points) else { return }
    coefficient = both.coefficients[2]
    let fitted = Buffer<Double>(count: frame.count) { target in
      for place in 0..<rows.count {
        target[Int(rows.base[place])] =
          both.coefficients[0] + both.coefficients[1] * x[place] + both.coefficients[2] * y[place]
      }
    }
    aucBoth = try Self.area(fitted, rows, .higher, frame, context)
    // Weights that do not count cases give no likelihood.
    if frame.weights == nil {
      let ratio = max(2 * (both.logLikelihood - alone.logLikelihood), 0)
      chi2 = ratio
      p = ChiSquared.upperTail(ratio, degrees: 1)
    }
  }

  /// The area of numbers on some rows.
  private static func area(
    _ values: Buffer<Double>, _ rows: Buffer<Int32>, _ direction: Direction, _ frame: CaseFrame,
    _ context: RunContext
  ) throws -> Double? {
    let cases = try SortedCases(sorting: rows, by: values, direction, context)
    return RankFigures(try cases.ladder(of: cases.rows, frame, context)).auc
  }

  /// Distances from the mean in standard deviations, divisor n; nil where there is no spread.
  private static func standardised(_ values: Buffer<Double>, _ rows: Buffer<Int32>) -> [Double]? {
    let count = Double(rows.count)
    let numbers = rows.array.map { values.base[Int($0)] }
    let mean = numbers.reduce(0, +) / count
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    guard variance > 0, variance.isFinite else { return nil }
    let deviation = variance.squareRoot()
    return numbers.map { ($0 - mean) / deviation }
  }
}
