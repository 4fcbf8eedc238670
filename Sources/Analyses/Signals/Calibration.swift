import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `calibration score label=outcome`: whether a score means what it says.
enum CalibrationStage: StageDeclaration {
  static let signature = Signature.analysis(
    "calibration",
    parameters: SignalArguments.labelParameters + SignalArguments.intervalParameters
      + SignalArguments.binParameters + [Parameter("of", words: ["bins", "summary"])])
  static let summary = "Whether cases scored 0.3 are positive three times in ten."
  static let details = """
    A row a bin, empty ones too: n used rows above low and up to high, their mean score, the rate of positives with
    Wilson's interval, and gap, rate minus mean score. of=summary gives a row a score: oe is rate over mean score;
    slope and intercept are of a logistic regression on logit(score), with Wald's interval; ece is the mean gap,
    ece_null what chance alone leaves 19 times in 20 (1,000 seeded draws); mce the largest gap; reliability,
    resolution and uncertainty are the parts of the Brier score. verdict: thin (under 30 of a class), over-confident
    (slope under 0.8), under-confident (above 1.25), too high (oe under 0.9), too low (above 1.1), misshapen (ece above
    0.02), else calibrated. A cut-off counts only if its interval agrees, so calibrated means no evidence against it.
    A score outside 0 to 1 is no probability: its figures are null.
    """
  static let examples = [
    Example(
      """
      datatable(score: real, y: long)[0.9, 1, 0.8, 1, 0.8, 0, 0.6, 0, 0.5, 1, 0.5, 0, 0.2, 0, 0.1, 0]
      | calibration score label=y bins=2 direction=higher
      | project bin, low, high, n, positives, mean_score, rate, gap
      """, "two bins",
      output: """
        1\t\t0.55\t4\t1\t0.325\t0.25\t-0.07500000000000001
        2\t0.55\t\t4\t2\t0.775\t0.5\t-0.275
        """)
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let arguments = AnalysisArguments(stage, over: input.fields, binder)
    let isSummary = try arguments.word("of", ["bins", "summary"]) == "summary"
    let columns = CalibrationOperation.ownFields(isSummary, isProtected: false).map(\.name)
    let cases = try SignalArguments(stage, over: input, binder, columns: columns)
    return .apply(CalibrationOperation(arguments: cases, isSummary: isSummary), [cases.plan])
  }
}

/// The bins, or the summary, of every score in every group.
private struct CalibrationOperation: TableOperation {
  let arguments: SignalArguments
  let isSummary: Bool
  var title: String { "calibration" }

  static func ownFields(_ isSummary: Bool, isProtected: Bool) -> [Field] {
    func hidden(_ name: String) -> Field { Field(name, .real, isProtected: isProtected) }
    if isSummary {
      return [
        Field("signal", .string), Field("labelled", .long), Field("positives", .long),
        Field("bins", .long), hidden("mean_score"), Field("rate", .real),
      ] + Field.withInterval("oe", isProtected: isProtected)
        + Field.withInterval("slope", isProtected: isProtected) + [
          hidden("intercept"), hidden("ece"), hidden("ece_null"), hidden("mce"), hidden("brier"),
          hidden("reliability"), Field("resolution", .real), Field("uncertainty", .real),
          Field("verdict", .string),
        ]
    }
    return [
      Field("signal", .string), Field("bin", .long), hidden("low"), hidden("high"),
      Field("n", .long), Field("positives", .long), hidden("mean_score"),
    ] + Field.withInterval("rate") + [hidden("gap")]
  }

  private var ownFields: [Field] {
    Self.ownFields(isSummary, isProtected: arguments.hidesScores)
  }

  var fields: [Field] { arguments.groups + ownFields }

  var mainColumns: [String] {
    if !isSummary { return [] }
    return arguments.groups.map(\.name)
      + [
        "signal", "verdict", "slope", "slope_low", "slope_high", "oe", "ece", "ece_null",
        "positives",
      ]
  }

  var drawing: RenderHint? {
    isSummary
      ? arguments.drawing(
        "intervals", x: "signal", y: ["slope"], bounds: ["slope"], references: "1")
      : arguments.drawing(
        "scatterchart", x: "mean_score", y: ["rate"], bounds: ["rate"], references: "diagonal",
        size: "n")
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let frame = try CaseFrame(inputs[0], arguments, context)
    var report = SignalReport(ownFields)
    for score in arguments.scores {
      let ranked = try RankedScore(score, frame, [], context)
      SignalWarnings.ofNeverReviewed(ranked, frame, "rates are null", context)
      let cases =
        arguments.intervalMethod == .bootstrap
        ? try SortedCases(ranked.values, frame, ranked.direction, context) : nil
      if ranked.whole.count > 0, !ranked.whole.spansProbabilities {
        context.warn(
          "\(score.name): scores outside 0 to 1 are no probabilities, so nothing is said of them")
      }
      var range = GroupRange()
      for group in 0..<frame.groupCount {
        try context.checkpoint()
        if isSummary {
          try appendSummary(ranked, group, cases, frame, &report, context)
        } else {
          try appendBins(ranked, group, frame, &report, context)
        }
        let ladder = ranked.ladders[group]
        if frame.neverReviewed[group] == 0, ladder.spansProbabilities {
          range.add(BinFigures(ladder, Bins(arguments.binning, of: ladder)).calibrationError)
        }
      }
      if frame.groups != nil, !score.isProtected { range.say(score.name, "the mean gap", context) }
    }
    return report.table(frame)
  }

  // MARK: Bins

  private func appendBins(
    _ ranked: RankedScore, _ group: Int, _ frame: CaseFrame, _ report: inout SignalReport,
    _ context: RunContext
  ) throws {
    let ladder = ranked.ladders[group]
    let edges = Bins(arguments.binning, of: ladder)
    let cells = BinFigures(ladder, edges).cells
    let isKnown = frame.neverReviewed[group] == 0
    let resampled = try resampledRates(ranked, group, edges, frame, context)
    for (bin, cell) in cells.enumerated() {
      let bounds = resampled?[bin] ?? (arguments.intervalMethod == .delong ? wilson(cell) : nil)
      let gap = cell.rate.flatMap { rate in cell.meanScore.map { rate - $0 } }
      var values: [Scalar] = [
        .string(ranked.score.name), .figure(bin + 1),
        .figure(bin > 0 ? edges.edges[bin - 1] : nil),
        .figure(bin < edges.edges.count ? edges.edges[bin] : nil), .figure(cell.count),
        .figure(cell.positiveCount), .figure(isKnown ? cell.meanScore : nil),
      ]
      values += scalars(isKnown ? cell.rate : nil, isKnown ? bounds : nil)
      values.append(.figure(isKnown ? gap : nil))
      report.append(group: group, values)
    }
    sayBins(ranked, ladder, cells, frame, context)
  }

  private func wilson(_ cell: BinFigures.Cell) -> (low: Double, high: Double)? {
    Wilson.interval(
      Double(cell.positiveCount), of: Double(cell.count), confidence: arguments.confidence)
  }

  private func resampledRates(
    _ ranked: RankedScore, _ group: Int, _ edges: Bins, _ frame: CaseFrame, _ context: RunContext
  ) throws -> [(low: Double, high: Double)?]? {
    guard arguments.intervalMethod == .bootstrap else { return nil }
    guard edges.count < 60 else {
      context.warn("bootstrap bounds are left out: there are too many bins; take fewer bins=")
      return nil
    }
    var rows = BufferBuilder<Int32>()
    let outcomes = Buffer<Int8>(count: frame.count) { target in
      for row in 0..<frame.count {
        let score = ranked.values.base[row]
        let isUsed =
          frame.classes.base[row] != CaseClass.unlabelled && !score.isNaN
          && frame.groupNumber(row) == group
        if isUsed { rows.append(Int32(truncatingIfNeeded: row)) }
        let bin = isUsed ? edges.bin(of: score) : -1
        target[row] = Int8(isUsed ? bin * 2 + Int(frame.classes.base[row]) : -1)
      }
    }
    let sums = try Resampling.sums(
      outcomes: edges.count * 2, rows: rows.finish(), outcomes, frame.weights,
      samples: arguments.samples, context)
    return (0..<edges.count).map { bin in
      Resampling.bounds(
        sums.map { sample in
          let all = sample[bin * 2] + sample[bin * 2 + 1]
          return all > 0 ? sample[bin * 2 + 1] / all : nil
        }, confidence: arguments.confidence)
    }
  }

  private func sayBins(
    _ ranked: RankedScore, _ ladder: Ladder, _ cells: [BinFigures.Cell], _ frame: CaseFrame,
    _ context: RunContext
  ) {
    guard frame.groups == nil, frame.neverReviewed[0] == 0, ladder.spansProbabilities,
      !ranked.score.isProtected
    else { return }
    let outside = cells.count { cell in
      guard let bounds = wilson(cell), let mean = cell.meanScore else { return false }
      return mean < bounds.low || mean > bounds.high
    }
    let filled = cells.count { $0.count > 0 }
    context.find(
      "\(ranked.score.name): in \(outside) of \(filled) bins the mean score lies outside the interval of the "
        + "rate; of=summary says whether that is more than chance.")
  }

  // MARK: Summary

  private func appendSummary(
    _ ranked: RankedScore, _ group: Int, _ cases: SortedCases?, _ frame: CaseFrame,
    _ report: inout SignalReport, _ context: RunContext
  ) throws {
    let ladder = ranked.ladders[group]
    let edges = Bins(arguments.binning, of: ladder)
    var figures: CalibrationFigures?
    if frame.neverReviewed[group] == 0 {
      figures = CalibrationFigures(ladder, edges, confidence: arguments.confidence)
    }
    if figures != nil {
      figures?.calibrationErrorNull = try CalibrationFigures.calibrationErrorNull(
        ranked, group: group, edges, frame, context)
      if let cases {
        let fits = try Self.resampledFits(cases, group, frame, arguments.samples, context)
        figures?.take(
          slopes: fits.map(\.slope), ratios: fits.map(\.ratio), confidence: arguments.confidence)
      }
    }
    let shows = arguments.intervalMethod != .none
    var values: [Scalar] = [
      .string(ranked.score.name), .figure(frame.labelledCounts[group]),
      .figure(ladder.positiveCount), .figure(edges.count), .figure(figures?.probability.meanScore),
      .figure(figures?.rate),
    ]
    values += scalars(figures?.observedToExpected, shows ? figures?.observedBounds : nil)
    values += scalars(figures?.slope, shows ? figures?.slopeBounds : nil)
    values += [
      .figure(figures?.intercept), .figure(figures?.calibrationError),
      .figure(figures?.calibrationErrorNull), .figure(figures?.bins.greatestError),
      .figure(figures?.probability.brier), .figure(figures?.reliability),
      .figure(figures?.resolution), .figure(figures?.uncertainty),
      .string(figures?.verdict ?? "undefined"),
    ]
    report.append(group: group, values)
    if let figures, frame.groups == nil, !ranked.score.isProtected {
      context.find(Self.sentence(ranked.score.name, figures))
    }
  }

  /// Slope and ratio of every resample.
  private static func resampledFits(
    _ cases: SortedCases, _ group: Int, _ frame: CaseFrame, _ samples: Int, _ context: RunContext
  ) throws -> [(slope: Double?, ratio: Double?)] {
    let blockCount = (samples + PoissonWeights.lanes - 1) / PoissonWeights.lanes
    let draws = PoissonWeights(seed: context.seed)
    let ladder = try cases.ladder(group: group, frame, context)
    // Two lists of 16 sums a step on every worker.
    try context.require(bytes: ladder.count * min(context.threads, blockCount) * 256)
    let logits = (0..<ladder.count).map { CalibrationFigures.logit(ladder.scores[$0]) }
    let blocks = try context.mapParallel(blockCount) { block in
      let steps = try Resampling.steps(
        cases, group, frame, draws, block, count: ladder.count, context)
      return (0..<PoissonWeights.lanes).map { lane -> (slope: Double?, ratio: Double?) in
        let positives = steps.positives.map { $0[lane] }
        let negatives = steps.negatives.map { $0[lane] }
        let fit = LogisticFit(
          LogisticFit.Points(numbers: [logits], positives: positives, negatives: negatives))
        let found = positives.reduce(0, +)
        let expected = (0..<ladder.count).reduce(0.0) { sum, step in
          sum + ladder.scores[step] * (positives[step] + negatives[step])
        }
        return (fit?.coefficients[1], expected > 0 ? found / expected : nil)
      }
    }
    return Array(blocks.joined().prefix(samples))
  }

  private static func sentence(_ name: String, _ figures: CalibrationFigures) -> String {
    let error = figures.calibrationError.map { "mean gap \(spokenNumber($0))" } ?? "no mean gap"
    let null = figures.calibrationErrorNull.map {
      ", chance alone leaves up to \(spokenNumber($0))"
    }
    switch figures.verdict {
    case "thin": return "\(name): too few cases of one class to judge its calibration."
    case "over-confident", "under-confident":
      return
        "\(name) is \(figures.verdict): its slope is \(figures.slope.map(spokenNumber) ?? "unknown") "
        + "where 1 is right."
    case "too high", "too low":
      return
        "\(name) is \(figures.verdict): there are "
        + "\(figures.observedToExpected.map(spokenNumber) ?? "unknown") times as many positives as it says."
    case "misshapen": return "\(name) is misshapen: \(error)\(null ?? "")."
    default: return "\(name): no evidence against its calibration (\(error)\(null ?? ""))."
    }
  }
}
