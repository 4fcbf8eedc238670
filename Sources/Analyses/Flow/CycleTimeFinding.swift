import CasebookQuery
import CasebookTables
import CasebookValues

/// What the figures of `cycle_time` say, in a sentence.
struct CycleTimeFinding {
  private let log: LogView
  private let groups: CaseGroups
  private let lifetimes: [Lifetimes]
  private let summaries: [SurvivalSummary]
  private let test: LogRank.Result?

  init(
    _ log: LogView, _ groups: CaseGroups, _ lifetimes: [Lifetimes],
    _ summaries: [SurvivalSummary], _ test: LogRank.Result?
  ) {
    self.log = log
    self.groups = groups
    self.lifetimes = lifetimes
    self.summaries = summaries
    self.test = test
  }

  func tell(_ context: RunContext) {
    if groups.columns.isEmpty { tellOne(context) } else { tellGroups(context) }
  }

  private func tellOne(_ context: RunContext) {
    guard let summary = summaries.first, let group = lifetimes.first, group.count > 0 else {
      return
    }
    let open = group.censored.count
    guard let median = summary.quantiles[0] else {
      let ended = group.ended.count
      context.find(
        "\(Spoken.count(ended)) of \(Spoken.count(group.count, of: "case")) have ended, so by when half of them will have is not known yet."
      )
      return
    }
    var sentence = "Half of the cases end within \(time(median))"
    if let low = summary.medianLow {
      sentence += summary.medianHigh.map { " (95 % \(time(low)) to \(time($0)))" } ?? ""
    }
    if open > 0 {
      sentence +=
        ", \(Spoken.count(open, of: "open case")) of \(Spoken.count(group.count)) counted in"
    }
    context.find(sentence + ".")
  }

  private func tellGroups(_ context: RunContext) {
    guard let test, !log.spec.groups.contains(where: { log.table.fields[$0].isProtected }) else {
      return
    }
    let known = summaries.indices.filter { summaries[$0].quantiles[0] != nil }
    let median = { summaries[$0].quantiles[0] ?? 0 }
    guard let slowest = known.max(by: { median($0) < median($1) }),
      let fastest = known.min(by: { median($0) < median($1) }), slowest != fastest
    else { return }
    let verdict =
      test.p < 0.05
      ? "the groups differ in pace (log-rank \(Spoken.p(test.p)))"
      : "which may be chance (log-rank \(Spoken.p(test.p)))"
    context.find(
      "Half of the cases end within \(time(median(fastest))) for \(name(fastest)) and \(time(median(slowest))) for \(name(slowest)); \(verdict)."
    )
  }

  private func time(_ ticks: Int64) -> String {
    Spoken.time(ticks, hasHours: log.roles.calendar.map { !$0.isAlwaysOpen } ?? false)
  }

  private func name(_ group: Int) -> String { groups.name(group) }
}
