import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `compare_signals a, b label=outcome`: which of two scores ranks better, on the same cases.
enum CompareSignalsStage: StageDeclaration {
  static let signature = Signature.analysis(
    "compare_signals",
    parameters: SignalArguments.labelParameters + SignalArguments.intervalParameters + [
      Parameter("at")
    ])
  static let summary = "Which of two scores ranks better on the same cases, and how surely."
  static let details = """
    A row a pair of scores, in the order of the arguments, on labelled rows that have both. difference is auc_a -
    auc_b with DeLong's paired interval, z and p; q is p over all rows of the result (Benjamini and Hochberg). Where
    the variance is 0 they are null. With weights the interval is of paired resamples and z, p and q are null.
    at=(a, b), a threshold a score, counts the cases that only one of two flags rightly, with McNemar's exact p.
    """
  static let examples = [
    Example(
      """
      datatable(a: real, b: real, y: long)
        [0.9, 0.4, 1, 0.8, 0.9, 1, 0.7, 0.3, 0, 0.4, 0.5, 1, 0.3, 0.2, 0, 0.1, 0.6, 0]
      | compare_signals a, b label=y at=(0.5, 0.5) direction=higher
      | project signal_a, signal_b, positives, auc_a, auc_b, only_a_right, only_b_right, mcnemar_p
      """, "two scores of six cases",
      output: "a\tb\t3\t0.8888888888888888\t0.7777777777777778\t2\t2\t1.0")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let arguments = AnalysisArguments(stage, over: input.fields, binder)
    let cases = try SignalArguments(
      stage, over: input, binder, columns: CompareOperation.ownFields.map(\.name),
      scores: .twoOrMore)
    let at = try arguments.reals("at", expected: "numbers", where: { $0.isFinite })
    if let at, at.count != cases.scores.count {
      throw arguments.problem(
        "at needs a threshold for each of \(cases.scores.count) scores", help: "at=(0.5, 0.5)",
        at: arguments.syntax("at")?.span)
    }
    return .apply(CompareOperation(arguments: cases, at: at), [cases.plan])
  }
}

/// Every pair of scores in every group.
private struct CompareOperation: TableOperation {
  let arguments: SignalArguments
  let at: [Double]?
  var title: String { "compare_signals" }

  static let ownFields =
    [
      Field("signal_a", .string), Field("signal_b", .string), Field("labelled", .long),
      Field("positives", .long), Field("auc_a", .real), Field("auc_b", .real),
    ] + Field.withInterval("difference") + [
      Field("z", .real), Field("p", .real), Field("q", .real), Field("only_a_right", .long),
      Field("only_b_right", .long), Field("mcnemar_p", .real),
    ]

  var fields: [Field] { arguments.groups + Self.ownFields }

  var mainColumns: [String] {
    arguments.groups.map(\.name) + [
      "signal_a", "signal_b", "difference", "difference_low", "difference_high", "q", "auc_a",
      "auc_b", "labelled", "positives",
    ]
  }

  var drawing: RenderHint? {
    RenderHint(
      kind: "intervals",
      properties: [
        .init(name: "xcolumn", value: "signal_a"), .init(name: "ycolumns", value: "difference"),
        .init(
          name: "series",
          value: (arguments.groups.map(\.name) + ["signal_b"]).joined(separator: ", ")),
        .init(name: "low", value: "difference_low"), .init(name: "high", value: "difference_high"),
        .init(name: "reference", value: "0"),
      ])
  }

  /// One pair in one group.
  private struct Pair {
    var a = ""
    var b = ""
    var group = 0
    var labelled = 0
    var positives = 0
    var aucs: (Double?, Double?)
    var bounds: (low: Double, high: Double)?
    var test: (z: Double, p: Double)?
    var q: Double?
    var onlyRight: (Int, Int)?
    var difference: Double? {
      aucs.0.flatMap { a in aucs.1.map { a - $0 } }
    }
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let frame = try CaseFrame(inputs[0], arguments, context)
    let scores = arguments.scores
    let ranked = try scores.map { try RankedScore($0, frame, [], context) }
    if let first = ranked.first {
      SignalWarnings.ofNeverReviewed(first, frame, "areas are null", context)
    }
    var pairs: [Pair] = []
    for first in scores.indices {
      for second in scores.indices where second > first {
        pairs += try compared(ranked[first], ranked[second], first, second, frame, context)
      }
    }
    let adjusted = BenjaminiHochberg.adjust(pairs.map { $0.test?.p })
    for index in pairs.indices { pairs[index].q = adjusted[index] }
    say(pairs, frame, context)
    var report = SignalReport(Self.ownFields)
    for pair in pairs {
      var values: [Scalar] = [
        .string(pair.a), .string(pair.b), .figure(pair.labelled), .figure(pair.positives),
        .figure(pair.aucs.0), .figure(pair.aucs.1),
      ]
      values += scalars(pair.difference, pair.bounds)
      values += [
        .figure(pair.test?.z), .figure(pair.test?.p), .figure(pair.q),
        .figure(pair.onlyRight?.0), .figure(pair.onlyRight?.1),
        .figure(pair.onlyRight.flatMap { McNemar.exact($0.0, $0.1) ?? 1 }),
      ]
      report.append(group: pair.group, values)
    }
    return report.table(frame)
  }

  private func compared(
    _ a: RankedScore, _ b: RankedScore, _ first: Int, _ second: Int, _ frame: CaseFrame,
    _ context: RunContext
  ) throws -> [Pair] {
    let classes = Buffer<UInt8>(count: frame.count) { target in
      for row in 0..<frame.count {
        let isMissing = a.values.base[row].isNaN || b.values.base[row].isNaN
        target[row] = isMissing ? CaseClass.unlabelled : frame.classes.base[row]
      }
    }
    let casesA = try SortedCases(a.values, frame, a.direction, classes: classes, context)
    let casesB = try SortedCases(b.values, frame, b.direction, classes: classes, context)
    return try (0..<frame.groupCount).map { group in
      try context.checkpoint()
      var pair = Pair(a: a.score.name, b: b.score.name, group: group, aucs: (nil, nil))
      let run = casesA.run(group)
      let placedA = try Placements(run, a.values, classes, context)
      let placedB = try Placements(casesB.run(group), b.values, classes, context)
      pair.labelled = run.count
      pair.positives = placedA.positiveCount
      if let at {
        pair.onlyRight = onlyRight(run, classes, (a, at[first]), (b, at[second]))
      }
      if frame.neverReviewed[group] > 0 {
        return pair
      }
      pair.aucs =
        frame.weights == nil
        ? (placedA.auc, placedB.auc)
        : try (
          RankFigures(casesA.ladder(group: group, frame, context)).auc,
          RankFigures(casesB.ladder(group: group, frame, context)).auc
        )
      if frame.weights == nil { try test(&pair, placedA, placedB, run, classes, context) }
      if arguments.intervalMethod == .bootstrap {
        pair.bounds = try resampledBounds(casesA, casesB, group, frame, context)
      }
      return pair
    }
  }

  /// DeLong's paired test (1988).
  private func test(
    _ pair: inout Pair, _ a: Placements, _ b: Placements, _ run: Buffer<Int32>,
    _ classes: Buffer<UInt8>, _ context: RunContext
  ) throws {
    guard let difference = pair.difference,
      let varianceA = try Placements.covariance(a, a, run, classes, context),
      let varianceB = try Placements.covariance(b, b, run, classes, context),
      let both = try Placements.covariance(a, b, run, classes, context)
    else { return }
    let variance = varianceA + varianceB - 2 * both
    // Equal rankings leave rounding, no variance.
    guard variance > 1e-15 * max(varianceA, varianceB) else { return }
    let z = difference / variance.squareRoot()
    pair.test = (z, NormalDistribution.twoSided(z))
    if arguments.intervalMethod == .delong {
      let reach =
        NormalDistribution.criticalValue(confidence: arguments.confidence) * variance.squareRoot()
      pair.bounds = (difference - reach, difference + reach)
    }
  }

  private func resampledBounds(
    _ a: SortedCases, _ b: SortedCases, _ group: Int, _ frame: CaseFrame, _ context: RunContext
  ) throws -> (low: Double, high: Double)? {
    let first = try Resampling.ranked(
      a, group: group, frame, samples: arguments.samples, context)
    let second = try Resampling.ranked(
      b, group: group, frame, samples: arguments.samples, context)
    let differences = zip(first, second).map { pair in
      pair.0.auc.flatMap { a in pair.1.auc.map { a - $0 } }
    }
    return Resampling.bounds(differences, confidence: arguments.confidence)
  }

  private func onlyRight(
    _ run: Buffer<Int32>, _ classes: Buffer<UInt8>, _ a: (RankedScore, Double),
    _ b: (RankedScore, Double)
  ) -> (Int, Int) {
    func isRight(_ side: (RankedScore, Double), _ row: Int) -> Bool {
      let score = side.0.values.base[row]
      let isFlagged = side.0.direction == .higher ? score >= side.1 : score <= side.1
      return isFlagged == (classes.base[row] == CaseClass.positive)
    }
    var counts = (0, 0)
    for place in 0..<run.count {
      let row = Int(run.base[place])
      let (x, y) = (isRight(a, row), isRight(b, row))
      if x, !y { counts.0 += 1 }
      if y, !x { counts.1 += 1 }
    }
    return counts
  }

  private func say(_ pairs: [Pair], _ frame: CaseFrame, _ context: RunContext) {
    if pairs.count == 1, let pair = pairs.first, let difference = pair.difference,
      let bounds = pair.bounds
    {
      let level = spokenNumber(arguments.confidence * 100)
      if bounds.low > 0 || bounds.high < 0 {
        let isFirst = difference > 0
        let size = abs(difference)
        let ends = isFirst ? (bounds.low, bounds.high) : (-bounds.high, -bounds.low)
        context.find(
          "\(isFirst ? pair.a : pair.b) ranks better than \(isFirst ? pair.b : pair.a) by "
            + "\(spokenNumber(size)), \(level) % \(spokenNumber(ends.0)) to \(spokenNumber(ends.1)), on "
            + "\(countText(pair.labelled)) cases.")
      } else {
        context.find(
          "No difference in ranking between \(pair.a) and \(pair.b) is shown: "
            + "\(spokenNumber(difference)), \(level) % \(spokenNumber(bounds.low)) to "
            + "\(spokenNumber(bounds.high)).")
      }
    } else if pairs.contains(where: { $0.q != nil }) {
      context.find(
        "In \(pairs.count { ($0.q ?? 1) < 0.05 }) of \(pairs.count { $0.q != nil }) pairs the ranking differs "
          + "(q < 0.05, two-sided).")
    }
  }
}
