import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `capture score label=outcome top=(0.01, 0.05)`: what the strictest cases hold.
enum CaptureStage: StageDeclaration {
  static let signature = Signature.analysis(
    "capture", parameters: SignalArguments.labelParameters + [Parameter("top")])
  static let summary = "How many positives lie in the top shares of a score."
  static let details = """
    A row a share of top= (0.01, 0.05, 0.1, 0.2 and 0.5 unless given), in that order. The top k is of labelled rows
    with a score, k = ceil(top × those); rows tied at cut_score count by expectation, so tp may be a fraction.
    above and tied are the rows stricter than the cut and at it. capture is tp over all positives, lift precision
    over prevalence. block_k and block_tp take the whole block of ties.
    """
  static let examples = [
    Example(
      """
      datatable(score: real, y: long)[0.9, 1, 0.8, 1, 0.8, 0, 0.6, 0, 0.5, 1, 0.5, 0, 0.2, 0, 0.1, 0]
      | capture score label=y top=(0.25, 0.5) direction=higher
      | project top, k, cut_score, above, tied, tp, capture, lift
      """, "one of two tied rows is expected in the top quarter",
      output: """
        0.25\t2\t0.8\t1\t2\t1.5\t0.5\t2.0
        0.5\t4\t0.6\t3\t1\t2.0\t0.6666666666666666\t1.3333333333333333
        """)
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let arguments = AnalysisArguments(stage, over: input.fields, binder)
    let cases = try SignalArguments(
      stage, over: input, binder, columns: CaptureOperation.ownFields(false).map(\.name))
    let tops = try arguments.reals(
      "top", expected: "shares above 0 and at most 1", where: { $0 > 0 && $0 <= 1 })
    return .apply(
      CaptureOperation(arguments: cases, tops: tops ?? [0.01, 0.05, 0.1, 0.2, 0.5]), [cases.plan])
  }
}

/// What the top shares of every score hold, in every group.
private struct CaptureOperation: TableOperation {
  let arguments: SignalArguments
  let tops: [Double]
  var title: String { "capture" }

  static func ownFields(_ isProtected: Bool) -> [Field] {
    [
      Field("signal", .string), Field("top", .real), Field("k", .long), Field("labelled", .long),
      Field("cut_score", .real, isProtected: isProtected), Field("above", .long),
      Field("tied", .long), Field("tp", .real), Field("precision", .real), Field("capture", .real),
      Field("lift", .real), Field("block_k", .long), Field("block_tp", .long),
    ]
  }

  var fields: [Field] { arguments.groups + Self.ownFields(arguments.hidesScores) }
  var drawing: RenderHint? {
    arguments.drawing("linechart", x: "top", y: ["capture"], references: "diagonal")
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let frame = try CaseFrame(inputs[0], arguments, context)
    var report = SignalReport(Self.ownFields(arguments.hidesScores))
    for score in arguments.scores {
      let ranked = try RankedScore(score, frame, [], context)
      SignalWarnings.ofNeverReviewed(ranked, frame, "shares are null", context)
      for group in 0..<frame.groupCount {
        try context.checkpoint()
        for top in tops {
          report.append(
            group: group,
            values(ranked, group, top, TopFigures(ranked.ladders[group], top: top), frame))
        }
      }
      say(ranked, frame, context)
    }
    return report.table(frame)
  }

  private func values(
    _ ranked: RankedScore, _ group: Int, _ top: Double, _ figures: TopFigures?, _ frame: CaseFrame
  ) -> [Scalar] {
    let isBlank = frame.neverReviewed[group] > 0
    func estimate(_ value: Double?) -> Scalar { isBlank ? .null(.real) : .figure(value) }
    return [
      .string(ranked.score.name), .real(top), .figure(figures?.k ?? 0),
      .figure(frame.labelledCounts[group]), .figure(figures?.cutScore), .figure(figures?.above),
      .figure(figures?.tied), estimate(figures?.truePositives), estimate(figures?.precision),
      estimate(figures?.capture), estimate(figures?.lift), .figure(figures?.blockCount),
      .figure(figures?.blockTruePositives),
    ]
  }

  private func say(_ ranked: RankedScore, _ frame: CaseFrame, _ context: RunContext) {
    if frame.groups != nil, let top = tops.first {
      var range = GroupRange()
      for (group, ladder) in ranked.ladders.enumerated() where frame.neverReviewed[group] == 0 {
        range.add(TopFigures(ladder, top: top)?.capture)
      }
      return range.say(
        ranked.score.name, "the share of the positives in the top \(spokenNumber(top * 100)) %",
        context)
    }
    guard frame.groups == nil, frame.neverReviewed[0] == 0, let top = tops.first,
      let figures = TopFigures(ranked.whole, top: top), let capture = figures.capture,
      let lift = figures.lift
    else { return }
    context.find(
      "\(ranked.score.name): the top \(spokenNumber(top * 100)) %, \(countText(figures.k)) cases, hold "
        + "\(spokenNumber(capture * 100)) % of the positives, \(spokenNumber(lift)) times their share."
    )
  }
}
