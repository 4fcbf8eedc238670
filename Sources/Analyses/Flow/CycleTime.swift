import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `cycle_time`: how long cases take, open ones counted for as long as they were watched.
enum CycleTimeStage: StageDeclaration {
  static let signature = Signature.log(
    "cycle_time",
    parameters: [
      Parameter("percentiles"), Parameter("from"), Parameter("pause"),
      Parameter("curve", words: ["true", "false"]), Parameter("horizon"),
    ])
  static let summary = "How long cases take from start to end, with open cases counted as such."
  static let details = """
    A row per group. Open cases are not dropped: they are known to last at least until `as_of`, and the Kaplan-Meier
    estimate uses that. median, p25, p75 and p90 are the least times by which that share of all cases has ended, null
    where that many have not ended yet (note: not reached); median_low and median_high bound the median at 95 %.
    restricted_mean is the mean time up to horizon, by default the least of the groups' longest times. ended_median and
    ended_mean look at ended cases only and so are too short while long cases are still open: compare. chi2, df and p
    are the log-rank test of equal pace over all groups, the same on every row. note says thin below 30 ended cases.

    `percentiles=(50, 95)` gives other columns; `from=datetime(...)` watches from then on: cases begun before enter at
    their age, cases that ended before are left out. `calendar="mon-fri 08:00-18:00 Europe/Dublin"` counts working time, a
    working day as its hours. `pause=("Wait for customer")` stops the clock while these steps last, which takes starts or
    meaning=state_entry. `horizon=30d` sets the horizon. `curve=true` gives the curve instead: after, at_risk, ended, censored, survival, low, high;
    `render` draws it in any case.

    When not to trust it: if cases that stay open differ from the rest in a way unknown here (say, lost ones), or if the
    pace changed over time; then group by the week of the start, or see `shift`. Sources: Kaplan and Meier 1958; the band
    is log(-log) with Greenwood's variance; Mantel 1966.
    """
  static let examples = [
    Example(
      """
      datatable(id: string, opened: datetime, closed: datetime)[
        "A", datetime(2026-01-05 08:00), datetime(2026-01-05 10:40),
        "B", datetime(2026-01-05 08:00), datetime(2026-01-05 13:00),
        "C", datetime(2026-01-05 09:00), datetime(null)]
      | cycle_time case=id opened=opened closed=closed as_of=datetime(2026-01-05 14:00)
      | project cases, ended, open, median, median_low, p25
      """, "a row a case, one of them open", output: "3\t2\t1\t05:00:00\t02:40:00\t02:40:00"),
    Example(
      "cases | cycle_time by vertical | project vertical, cases, open, median | take 2",
      "kinds of harm side by side",
      output: "spam\t952\t7\t03:00:33\nfraud\t854\t7\t03:29:46"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let log = try LogStage(stage, input, binder, needs: .cases)
    let arguments = log.arguments
    let percentiles =
      try arguments.reals(
        "percentiles", expected: "numbers above 0 and below 100, such as (25, 90)"
      ) {
        $0 > 0 && $0 < 100
      } ?? [25, 75, 90]
    let isCurve = try arguments.flag("curve", otherwise: false)
    let names = percentiles.map(columnName)
    if let twice = names.indices.first(where: { names[..<$0].contains(names[$0]) }) {
      throw arguments.problem(
        "the percentile \(names[twice].dropFirst()) is there twice", help: "name each once",
        at: arguments.syntax("percentiles")?.span)
    }
    let isTime = log.hasProtectedTimes
    let own = isCurve ? curveFields(isTime) : fields(names, isTime)
    let groups = try arguments.groups(besides: own.map(\.name))
    let operation = CycleTime(
      fields: groups.map(\.field) + own, curveFields: groups.map(\.field) + curveFields(isTime),
      shares: percentiles.map { $0 / 100 }, from: try arguments.instant("from"),
      pausing: try log.pausingSteps(), isCurve: isCurve, horizon: try arguments.ticks("horizon"),
      isProtected: isTime)
    return log.plan(operation, groups: groups)
  }

  /// `p90`, and `p99_9` for 99.9.
  private static func columnName(_ percentile: Double) -> String {
    let text = Scalar.real(percentile).text
    let digits = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    return "p" + digits.replacing(".", with: "_")
  }

  private static func fields(_ percentiles: [String], _ isProtected: Bool) -> [Field] {
    let span = { Field($0, .timespan, isProtected: isProtected) }
    let real = { Field($0, .real, isProtected: isProtected) }
    return [Field("cases", .long), Field("ended", .long), Field("open", .long)]
      + (["median", "median_low", "median_high"] + percentiles).map(span)
      + ["restricted_mean", "horizon", "ended_median", "ended_mean"].map(span)
      + [real("chi2"), Field("df", .long), real("p"), Field("note", .string)]
  }

  private static func curveFields(_ isProtected: Bool) -> [Field] {
    [Field("after", .timespan, isProtected: isProtected)]
      + ["at_risk", "ended", "censored"].map { Field($0, .long, isProtected: isProtected) }
      + ["survival", "low", "high"].map { Field($0, .real, isProtected: isProtected) }
  }
}

/// The survival of a log's cases.
struct CycleTime: LogOperation {
  var fields: [Field]
  let curveFields: [Field]
  var readsCases: Bool { false }
  /// The shares of ended cases whose times are columns.
  let shares: [Double]
  let from: Int64?
  let pausing: [String]
  var isCurve: Bool
  /// Whether the curve ends where hardly any case is left, so that one of years does not press all others together.
  var leavesTail = false
  let horizon: Int64?
  let isProtected: Bool

  var drawing: RenderHint? {
    let groups = fields.prefix(groupWidth).map(\.name)
    return isCurve
      ? RenderHint(
        .stepchart,
        [
          .xcolumn: "after", .ycolumns: "survival", .low: "low", .high: "high", .ymin: "0",
          .ymax: "1",
        ]
      ).split(by: groups)
      : .perGroup(.intervals, groups, otherwise: "cases", [.ycolumns: "median"])
  }

  /// A line a group is drawn through the curve, which the summary does not hold.
  var drawn: CycleTime? {
    let names = curveFields.map(\.name)
    guard !isCurve, Set(names).count == names.count else { return nil }
    var curve = self
    (curve.fields, curve.isCurve, curve.leavesTail) = (curveFields, true, true)
    return curve
  }

  func run(_ log: LogView, _ context: RunContext) throws -> Table {
    try log.requireClosing()
    log.warnOfRows(context)
    log.warnOfClosing(context)
    let groups = try CaseGroups(log, context)
    let lifetimes = try CaseLifetimes(
      log, groups, from: from, pausing: pausing, context
    ).groups
    try context.checkpoint()
    let end = horizon ?? lifetimes.compactMap(\.longest).min()
    let test = LogRank.test(lifetimes)
    let rows = try context.mapParallel(lifetimes.count) { group in
      SurvivalSummary(lifetimes[group], shares: [0.5] + shares, horizon: end)
    }
    if !isProtected {
      CycleTimeFinding(log, groups, lifetimes, rows, test).tell(context)
    }
    return isCurve
      ? try curves(groups, lifetimes, context)
      : summaries(rows, groups, lifetimes, end, test, context)
  }

  private func curves(
    _ groups: CaseGroups, _ lifetimes: [Lifetimes], _ context: RunContext
  ) throws -> Table {
    var table = FlowTable(fields)
    // Hardly any: less than a hundredth, which of fewer than a hundred cases is none.
    let ends = leavesTail && from == nil ? lifetimes.map { last(of: $0) } : []
    let end = ends.max()
    if let end, let longest = lifetimes.compactMap(\.longest).max(), longest > end {
      context.find(
        "Drawn to \(Spoken.time(end)), where less than 1 % of cases is left; curve=true goes on to \(Spoken.time(longest))."
      )
    }
    var points = 0
    for (group, lifetimes) in lifetimes.enumerated() {
      try context.checkpoint()
      lifetimes.walk { point in
        points &+= 1
        if points & 0xFFF == 0, context.isCancelled { return false }
        if let end, point.after > end { return false }
        let band = point.band()
        table.append(
          groups, group,
          [
            .timespan(Duration.rounded(point.after)), .count(point.atRisk), .count(point.ended),
            .count(point.censored), .real(point.survival), .real(band.low), .real(band.high),
          ])
        return true
      }
    }
    try context.checkpoint()
    return table.finish()
  }

  /// When the last hundredth of a group's cases begins; its longest time where there is none.
  private func last(of lifetimes: Lifetimes) -> Int64 {
    var end: Int64 = 0
    lifetimes.walk { point in
      if point.atRisk * 100 < lifetimes.count { return false }
      end = point.after
      return true
    }
    return end
  }

  private func summaries(
    _ rows: [SurvivalSummary], _ groups: CaseGroups, _ lifetimes: [Lifetimes], _ end: Int64?,
    _ test: LogRank.Result?, _ context: RunContext
  ) -> Table {
    if lifetimes.count > LogRank.mostGroups {
      context.warn(
        "more than \(LogRank.mostGroups) groups: the log-rank test over all of them is left out")
    }
    var table = FlowTable(fields)
    for (group, summary) in rows.enumerated() {
      table.append(groups, group, values(summary, lifetimes[group], end, test))
    }
    return table.finish()
  }

  private func values(
    _ summary: SurvivalSummary, _ group: Lifetimes, _ horizon: Int64?, _ test: LogRank.Result?
  ) -> [Scalar] {
    let ended = group.ended
    var sum: Int128 = 0
    for time in ended.pointer { sum += Int128(time) }
    let spans: [Scalar] =
      [.span(summary.quantiles[0]), .span(summary.medianLow), .span(summary.medianHigh)]
      + summary.quantiles.dropFirst().map { .span($0) }
    return [.count(group.count), .count(ended.count), .count(group.censored.count)] + spans + [
      .span(summary.restrictedMean.map(Self.rounded)),
      .span(summary.restrictedMean == nil ? nil : horizon.map(Duration.rounded)),
      .span(Quantile.ofSorted(ended.pointer, 0.5, roundedTo: Ticks.perMicrosecond)),
      .span(Duration.mean(sum, ended.count)), .share(test?.chi2), .count(test?.degrees),
      .share(test?.p), .string(note(summary, ended.count)),
    ]
  }

  private static func rounded(_ ticks: Double) -> Int64 {
    Int64((ticks / 10).rounded(.toNearestOrEven)) * 10
  }

  /// What is thin, and which percentiles were not reached.
  private func note(_ summary: SurvivalSummary, _ ended: Int) -> String {
    var notes = ended < 30 ? ["thin"] : []
    let names = fields.suffix(fields.count - groupWidth).dropFirst(3).map(\.name)
    let reached = ["median"] + names.dropFirst(3).prefix(shares.count)
    let missing = zip(reached, summary.quantiles).filter { $0.1 == nil }.map(\.0)
    if !missing.isEmpty { notes.append(missing.joined(separator: ", ") + " not reached") }
    return notes.joined(separator: "; ")
  }

  /// How many leading columns are groups.
  private var groupWidth: Int { fields.count - (isCurve ? 7 : 14 + shares.count) }
}
