import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `estimate score label=outcome baseline=(at < t)`: what a score's precision and recall are before labels come.
enum EstimateStage: StageDeclaration {
  static let signature = Signature.analysis(
    "estimate",
    parameters: SignalArguments.labelParameters + SignalArguments.intervalParameters
      + SignalArguments.binParameters + [
        Parameter("baseline"), Parameter("threshold"), Parameter("force"), Parameter("period"),
      ])
  static let summary =
    "Precision, recall and AUC of a calibrated score on cases whose labels are not there yet."
  static let details = """
    A row a period (all other rows without period=), ascending, null last; rows where baseline= is true are no row
    themselves. tp is the sum of scores of the rows flagged at threshold= (0.5), fp of 1 - score, fn and tn of the
    unflagged; auc is over pairs weighted by score × (1 - other score), a row's pair with itself tied. Nothing is said
    unless the baseline is calibrated (see calibration), save with force=true. The bounds are of resamples that draw
    labels too. labelled and realised_precision to realised_auc are of the rows whose labels are there. All this
    assumes that the share of positives at each score has not moved.
    """
  static let examples = [
    Example(
      """
      range i from 1 to 400 step 1
      | extend old = i <= 200, score = (i % 10) / 10.0 + 0.05
      | extend y = i * 7919 % 1000 < score * 1000
      | estimate score label=y baseline=(old) samples=50 force=true direction=higher
      | project period, n, tp, fp, precision, recall, labelled, realised_precision
      """, "the second half by the scores alone",
      output: "rest\t200\t75.0\t24.999999999999998\t0.75\t0.75\t200\t0.75")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let arguments = AnalysisArguments(stage, over: input.fields, binder)
    let period = try arguments.expression("period")
    let type = period?.type ?? .string
    var cases = try SignalArguments(
      stage, over: input, binder, columns: EstimateOperation.ownFields(type).map(\.name))
    let baseline = try BaselineArgument.read(arguments, &cases)
    let column = period.map { cases.add("period", $0) }
    let threshold = try arguments.real("threshold", expected: "a number", where: { $0.isFinite })
    return .apply(
      EstimateOperation(
        arguments: cases, baseline: baseline, threshold: threshold ?? 0.5,
        isForced: try arguments.flag("force", otherwise: false), period: column, periodType: type,
        hidesPeriods: period?.isProtected ?? false), [cases.plan])
  }
}

/// Every period of every score and group.
private struct EstimateOperation: TableOperation {
  let arguments: SignalArguments
  let baseline: Int
  let threshold: Double
  let isForced: Bool
  let period: Int?
  let periodType: ScalarType
  let hidesPeriods: Bool
  var title: String { "estimate" }

  static func ownFields(
    _ periodType: ScalarType, hidesPeriods: Bool = false, hidesScores: Bool = false
  ) -> [Field] {
    func hidden(_ name: String) -> Field { Field(name, .real, isProtected: hidesScores) }
    return [
      Field("signal", .string), Field("period", periodType, isProtected: hidesPeriods),
      Field("n", .long), hidden("tp"), hidden("fp"), hidden("fn"), hidden("tn"), hidden("accuracy"),
    ] + ["precision", "recall", "auc"].flatMap { Field.withInterval($0, isProtected: hidesScores) }
      + [
        Field("usable", .bool), Field("labelled", .long), Field("realised_precision", .real),
        Field("realised_recall", .real), Field("realised_auc", .real), Field("note", .string),
      ]
  }

  private var ownFields: [Field] {
    Self.ownFields(periodType, hidesPeriods: hidesPeriods, hidesScores: arguments.hidesScores)
  }

  var fields: [Field] { arguments.groups + ownFields }

  var mainColumns: [String] {
    arguments.groups.map(\.name) + [
      "signal", "period", "n", "precision", "recall", "auc", "usable", "realised_precision",
      "realised_recall", "realised_auc", "note",
    ]
  }

  var drawing: RenderHint? {
    arguments.drawing(
      periodType == .datetime ? "timechart" : "linechart", x: "period",
      y: ["auc"], bounds: ["auc"], references: "realised_auc")
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let frame = try CaseFrame(inputs[0], arguments, context)
    let cells = try DriftCells(frame, period, .condition(baseline), context)
    let regrouped = frame.regrouped(cells.cellOfRow, count: cells.count)
    var report = SignalReport(ownFields)
    for score in arguments.scores {
      let ranked = try RankedScore(score, regrouped, .whole, context)
      let everywhere = try ScoredCells(ranked.values, regrouped, context)
      let verdicts = try baselineVerdicts(ranked, cells, regrouped, context)
      var range = GroupRange()
      for pair in cells.pairs {
        try context.checkpoint()
        let verdict = verdicts[pair.base] ?? "undefined"
        let estimate = try Estimate(
          ranked, everywhere, pair, regrouped, threshold,
          isShown: isForced || verdict == "calibrated",
          arguments, context)
        let name: Scalar =
          period.map { frame.table.columns[$0].scalar(cells.firstRows[pair.cell]) }
          ?? .string("rest")
        report.append(
          group: pair.group,
          estimate.values(
            score.name, name, verdict: verdict, labelled: regrouped.labelledCounts[pair.cell]))
        if frame.groups == nil, period == nil, !score.isProtected {
          estimate.say(score.name, verdict, context)
        }
        range.add(estimate.precision)
      }
      if frame.groups != nil || period != nil, !score.isProtected {
        range.say(
          score.name, "the precision to be expected", over: period == nil ? "groups" : "periods",
          context)
      }
    }
    if cells.pairs.isEmpty, frame.count > 0 {
      context.warn("every row is in the baseline, so there is nothing to estimate")
    } else if !cells.pairs.isEmpty {
      context.warn("the estimates assume that the share of positives at each score has not moved")
    }
    return report.table(frame)
  }

  private func baselineVerdicts(
    _ ranked: RankedScore, _ cells: DriftCells, _ frame: CaseFrame, _ context: RunContext
  ) throws -> [Int: String] {
    var verdicts: [Int: String] = [:]
    for base in Set(cells.pairs.map(\.base)).sorted() {
      verdicts[base] = try CalibrationFigures.verdict(ranked, base, frame, arguments, context)
    }
    return verdicts
  }
}

/// What a score expects of one period.
private struct Estimate {
  private let n: Int
  private var sums: ExpectedCounts?
  private var auc: Double?
  private var bounds: [FlagBounds.Bounds?] = [nil, nil, nil]
  private var realised: (precision: Double?, recall: Double?, auc: Double?)
  private var note = ""

  init(
    _ ranked: RankedScore, _ scored: ScoredCells, _ pair: DriftCells.Pair, _ frame: CaseFrame,
    _ threshold: Double, isShown: Bool, _ arguments: SignalArguments, _ context: RunContext
  ) throws {
    let ladder = scored.ladders[pair.cell].turned(to: ranked.direction)
    n = ladder.used
    if frame.neverReviewed[pair.cell] == 0 { realise(ranked.ladders[pair.cell], threshold) }
    if n == 0 {
      note = "precision: no scores"
    } else if !ladder.spansProbabilities || ranked.direction == .lower {
      note = "precision: no probability"
    } else if isShown {
      sums = ExpectedCounts(ladder, threshold)
      auc = Self.expectedArea(ladder)
      if sums?.precision == nil { note = "precision: nothing flagged" }
      if arguments.intervalMethod != .none {
        let samples = try EstimateResamples(
          ranked, pair.cell, frame, threshold, samples: arguments.samples, context)
        bounds = samples.values.map {
          Resampling.bounds($0, confidence: arguments.confidence)
        }
      }
    }
  }

  /// What the labelled rows of the period say.
  private mutating func realise(_ ladder: Ladder, _ threshold: Double) {
    let flagged = BaselineSums(ladder, threshold)
    let all = flagged.flaggedPositives + flagged.flaggedNegatives
    realised = (
      all > 0 ? flagged.flaggedPositives / all : nil,
      flagged.positives > 0 ? flagged.flaggedPositives / flagged.positives : nil,
      RankFigures(ladder).auc
    )
  }

  /// The area over pairs weighted by the chance that the one is positive and the other negative.
  private static func expectedArea(_ ladder: Ladder) -> Double? {
    var (above, pairs) = (0.0, 0.0)
    var (positives, negatives) = (0.0, 0.0)
    for step in 0..<ladder.count {
      let size = ladder.weight(step)
      let (p, n) = (size * ladder.scores.base[step], size * (1 - ladder.scores.base[step]))
      pairs += n * (above + p / 2)
      above += p
      positives += p
      negatives += n
    }
    return positives > 0 && negatives > 0 ? pairs / (positives * negatives) : nil
  }

  func values(_ name: String, _ period: Scalar, verdict: String, labelled: Int) -> [Scalar] {
    var notes = note
    if verdict != "calibrated" {
      notes += (notes.isEmpty ? "" : "; ") + "the baseline is \(verdict)"
    }
    var values: [Scalar] = [
      .string(name), period, .figure(n), .figure(sums?.truePositives),
      .figure(sums?.falsePositives),
      .figure(sums?.falseNegatives), .figure(sums?.trueNegatives), .figure(sums?.accuracy),
    ]
    for (value, bounds) in zip([sums?.precision, sums?.recall, auc], bounds) {
      values += scalars(value, value == nil ? nil : bounds)
    }
    values += [
      .bool(sums != nil && verdict == "calibrated"), .figure(labelled),
      .figure(realised.precision), .figure(realised.recall), .figure(realised.auc), .string(notes),
    ]
    return values
  }

  var precision: Double? { sums?.precision }

  func say(_ name: String, _ verdict: String, _ context: RunContext) {
    guard let precision = sums?.precision, let recall = sums?.recall else { return }
    let doubt = verdict == "calibrated" ? "" : ", though the baseline is \(verdict)"
    context.find(
      "\(name): precision \(spokenNumber(precision)) and recall \(spokenNumber(recall)) are to be expected on "
        + "\(countText(n)) cases, if the share of positives at each score has not moved\(doubt).")
  }
}

/// Expected counts at a threshold.
struct ExpectedCounts: Sendable {
  var truePositives = 0.0
  var falsePositives = 0.0
  var falseNegatives = 0.0
  var trueNegatives = 0.0

  /// The sums of scores of a ladder's cases.
  init(_ ladder: Ladder, _ threshold: Double) {
    let last = ladder.lastStep(flaggedAt: threshold) ?? -1
    for step in 0..<ladder.count {
      let size = ladder.weight(step)
      let (p, n) = (size * ladder.scores.base[step], size * (1 - ladder.scores.base[step]))
      if step <= last {
        truePositives += p
        falsePositives += n
      } else {
        falseNegatives += p
        trueNegatives += n
      }
    }
  }

  var accuracy: Double? {
    let all = truePositives + falsePositives + falseNegatives + trueNegatives
    return all > 0 ? (truePositives + trueNegatives) / all : nil
  }
  var precision: Double? {
    let all = truePositives + falsePositives
    return all > 0 ? truePositives / all : nil
  }
  var recall: Double? {
    let all = truePositives + falseNegatives
    return all > 0 ? truePositives / all : nil
  }
}

/// Precision, recall and area of resamples whose labels are drawn from the scores.
private struct EstimateResamples {
  private(set) var values: [[Double?]] = [[], [], []]

  init(
    _ ranked: RankedScore, _ cell: Int, _ frame: CaseFrame, _ threshold: Double, samples: Int,
    _ context: RunContext
  ) throws {
    let cases = try SortedCases(
      ranked.values, frame, ranked.direction, includesUnlabelled: true, context)
    let run = cases.run(cell)
    let draws = PoissonWeights(seed: context.seed)
    let blockCount = (samples + PoissonWeights.lanes - 1) / PoissonWeights.lanes
    let (scores, own) = (ranked.values, frame.ownWeights)
    let blocks = try context.mapParallel(blockCount) { block in
      try Self.block(run, scores, own, threshold, draws, block, context)
    }
    for sample in blocks.joined().prefix(samples) {
      for index in 0..<3 { values[index].append(sample[index]) }
    }
  }

  /// Sixteen resamples; the rows come highest score first.
  private static func block(
    _ run: Buffer<Int32>, _ scores: Buffer<Double>, _ own: Buffer<Double>?, _ threshold: Double,
    _ draws: PoissonWeights, _ block: Int, _ context: RunContext
  ) throws -> [[Double?]] {
    typealias Lanes = SIMD16<Double>
    var (above, beside, pairs) = (Lanes.zero, Lanes.zero, Lanes.zero)
    var (here, there) = (Lanes.zero, Lanes.zero)
    var (found, flagged) = (Lanes.zero, Lanes.zero)
    try PoissonDraws(draws).forEach(run, block: block, context) { place, row, drawn in
      let score = scores.base[row]
      let drawn = drawn * (own?.base[row] ?? 1)
      var label = Lanes.zero
      for lane in 0..<PoissonWeights.lanes {
        let round = block * PoissonWeights.lanes + lane
        label[lane] = draws.uniform(row: row, round: round) < score ? 1 : 0
      }
      here += drawn * label
      there += drawn * (1 - label)
      if score >= threshold {
        found += drawn * label
        flagged += drawn
      }
      if place + 1 < run.count, scores.base[Int(run.base[place + 1])] == score { return }
      pairs += there * (above + here / 2)
      above += here
      beside += there
      (here, there) = (.zero, .zero)
    }
    return (0..<PoissonWeights.lanes).map { lane in
      let (p, n) = (above[lane], beside[lane])
      return [
        flagged[lane] > 0 ? found[lane] / flagged[lane] : nil, p > 0 ? found[lane] / p : nil,
        p > 0 && n > 0 ? pairs[lane] / (p * n) : nil,
      ]
    }
  }
}
