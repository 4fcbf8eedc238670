import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `prevalence score label=outcome baseline=(at < t)`: how many positives there are where nobody labelled.
enum PrevalenceStage: StageDeclaration {
  static let signature = Signature.analysis(
    "prevalence",
    parameters: SignalArguments.labelParameters + SignalArguments.intervalParameters
      + SignalArguments.binParameters + [Parameter("baseline"), Parameter("threshold")])
  static let summary =
    "The share of positives among new cases, from a score and labels of older ones."
  static let details = """
    Rows where baseline= is true give the labels; the estimates are of all other rows that have a score, labelled or
    not. cc is the share flagged at threshold= (0.5); acc corrects it by the baseline's rates, (cc - fpr) / (tpr - fpr);
    pcc is the mean score; pacc corrects it by the baseline's mean scores of both classes; em fits the prior by
    expectation maximisation. All are clipped to 0 to 1. cc has Wilson's interval, acc the delta method's, the others
    that of resamples of both sides. pcc and em are usable only where the baseline is calibrated (see calibration), and
    nothing corrected where the baseline does not flag positives more often than negatives. observed is the rate of
    those of the rows that are labelled. All assume that scores of each class are distributed as they were.
    """
  static let examples = [
    Example(
      """
      range i from 1 to 400 step 1
      | extend old = i <= 200, y = i % 4 == 0
      | extend score = iff(y, 0.3, 0.1) + i % 9 * 0.06
      | prevalence score label=y baseline=(old) samples=50 direction=higher
      | where method in ("cc", "acc") | project method, n, n_base, prevalence, observed
      """, "the second half by the labels of the first",
      output: """
        cc\t200\t200\t0.31\t0.25
        acc\t200\t200\t0.2788461538461538\t0.25
        """)
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let arguments = AnalysisArguments(stage, over: input.fields, binder)
    var cases = try SignalArguments(
      stage, over: input, binder, columns: PrevalenceOperation.ownFields(false).map(\.name))
    let baseline = try BaselineArgument.read(arguments, &cases)
    let threshold = try arguments.real(
      "threshold", expected: "a number", where: { $0.isFinite })
    return .apply(
      PrevalenceOperation(arguments: cases, baseline: baseline, threshold: threshold ?? 0.5),
      [cases.plan])
  }
}

/// A baseline that is a condition.
enum BaselineArgument {
  /// The column of the condition.
  static func read(
    _ arguments: AnalysisArguments, _ cases: inout SignalArguments
  ) throws(Diagnostic) -> Int {
    guard let condition = try arguments.condition("baseline") else {
      throw arguments.problem(
        "\(arguments.stage.word.text) needs a baseline",
        help: "baseline=(opened_at < datetime(2026-01-15))")
    }
    return cases.add("baseline", condition)
  }
}

/// Every method for every score and group.
private struct PrevalenceOperation: TableOperation {
  let arguments: SignalArguments
  let baseline: Int
  let threshold: Double
  var title: String { "prevalence" }

  static func ownFields(_ isProtected: Bool) -> [Field] {
    [
      Field("signal", .string), Field("method", .string), Field("n", .long),
      Field("n_base", .long), Field("labelled", .long),
    ] + Field.withInterval("prevalence", isProtected: isProtected) + [
      Field("usable", .bool), Field("observed", .real), Field("note", .string),
    ]
  }

  var fields: [Field] { arguments.groups + Self.ownFields(arguments.hidesScores) }

  var mainColumns: [String] {
    arguments.groups.map(\.name) + [
      "signal", "method", "prevalence", "prevalence_low", "prevalence_high", "usable", "observed",
      "note",
    ]
  }

  var drawing: RenderHint? {
    arguments.drawing(
      "intervals", x: "method", y: ["prevalence"], bounds: ["prevalence"], references: "observed")
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let frame = try CaseFrame(inputs[0], arguments, context)
    let cells = try DriftCells(frame, nil, .condition(baseline), context)
    let regrouped = frame.regrouped(cells.cellOfRow, count: cells.count)
    var report = SignalReport(Self.ownFields(arguments.hidesScores))
    for score in arguments.scores {
      let ranked = try RankedScore(score, regrouped, .whole, context)
      let everywhere = try ScoredCells(ranked.values, regrouped, context)
      var range = GroupRange()
      for pair in cells.pairs {
        try context.checkpoint()
        let methods = try PrevalenceMethods(
          ranked, everywhere, pair, regrouped, threshold, arguments, context)
        for method in methods.all {
          var values: [Scalar] = [
            .string(score.name), .string(method.name), .figure(methods.n),
            .figure(methods.baseCount),
            .figure(regrouped.labelledCounts[pair.cell]),
          ]
          values += scalars(method.value, method.bounds)
          values += [
            .bool(method.isUsable), .figure(methods.observed), .string(method.note),
          ]
          report.append(group: pair.group, values)
        }
        range.add(methods.all.first { $0.name == "acc" }?.value)
        if frame.groups == nil { say(score, methods, context) }
      }
      if frame.groups != nil, !score.isProtected {
        range.say(score.name, "the corrected share of positives", context)
      }
    }
    if cells.pairs.isEmpty, frame.count > 0 {
      context.warn("every row is in the baseline, so there is nothing to estimate")
    }
    return report.table(frame)
  }

  private func say(
    _ score: SignalArguments.Score, _ methods: PrevalenceMethods, _ context: RunContext
  ) {
    guard !score.isProtected, let acc = methods.all.first(where: { $0.name == "acc" }),
      let value = acc.value
    else { return }
    let bounds = acc.bounds.map { bounds in
      " (\(spokenNumber(arguments.confidence * 100)) % \(spokenNumber(bounds.low)) to "
        + "\(spokenNumber(bounds.high)))"
    }
    let flagged = methods.all.first { $0.name == "cc" }?.value.map(spokenNumber) ?? "none"
    context.find(
      "\(score.name): about \(spokenNumber(value))\(bounds ?? "") of \(countText(methods.n)) cases are positive by "
        + "the corrected count, where \(flagged) are flagged; this holds if scores of each class did not move."
    )
  }
}
