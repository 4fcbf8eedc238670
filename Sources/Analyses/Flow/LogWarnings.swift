import CasebookQuery
import CasebookTables

/// The warnings that stages of a log share; each stage gives those that bear on its answer.
extension LogView {
  /// Ties above 1 %, overlaps, cut cases and rows that are no events.
  func warnOfOrder(_ context: RunContext) {
    warnOfRows(context)
    guard spec.hasEvents else { return }
    let facts = order
    if facts.ties * 100 > facts.pairs {
      context.warn(
        "\(share(facts.ties, facts.pairs)) of consecutive events have equal times; the file's order decides",
        rows: facts.ties)
    }
    if facts.overlaps > 0 {
      context.warn(
        "the next event begins before this one is completed; such a gap counts as 0",
        rows: facts.overlaps)
    }
  }

  /// Rows that are no events, and cases cut by stages before.
  func warnOfRows(_ context: RunContext) {
    let counts = events.counts
    for (count, what) in [
      (counts.withoutCase, "case"), (counts.withoutStep, "step"), (counts.withoutTime, "time"),
    ] where count > 0 {
      context.warn("no \(what): the row is left out of the log", rows: count)
    }
    if counts.inverted > 0 {
      context.warn(
        "completed before it started: taken to start and end then", rows: counts.inverted)
    }
    if cutCaseCount > 0 {
      context.warn(
        "\(cutCaseCount == 1 ? "1 case has" : "\(cutCaseCount) cases have") lost events to a filter, so that events became "
          + "neighbours that were none; `where_case` keeps whole cases")
    }
    if counts.lifecycleOther > 0 {
      context.warn("lifecycle neither start nor complete: left out", rows: counts.lifecycleOther)
    }
  }

  /// That `closed_by=last` takes every case as ended.
  func warnOfClosing(_ context: RunContext) {
    if roles.closing == .last, roles.columns[.closed] == nil {
      context.warn("closed_by=last: a case that will go on is taken to have ended")
    }
  }

  /// That one time is taken as the completion because nobody said what it means.
  func warnOfMeaning(_ context: RunContext) {
    if isMeaningAssumed {
      context.warn(
        "one time is taken as the step's completion; meaning=state_entry or completion says so")
    }
  }

  /// Whether events have one time and nobody said what it means.
  var isMeaningAssumed: Bool {
    spec.hasEvents && !hasStarts && roles.meaning == nil
  }

  private func share(_ part: Int, _ whole: Int) -> String {
    let tenths = (part * 1000 + whole / 2) / max(whole, 1)
    return "\(tenths / 10).\(tenths % 10) %"
  }
}
