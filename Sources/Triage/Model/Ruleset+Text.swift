import CasebookValues

extension Ruleset {
  /// What a rule does, as it is written behind `then`.
  public func actionText(_ rule: Rule) -> String {
    var words: [String] = []
    if let exclusive = rule.exclusive { words.append(text(exclusive)) }
    words += rule.labels.map { "label " + quotedText($0) }
    words += rule.unlabels.map { "unlabel " + quotedText($0) }
    if let limit = rule.limit {
      words.append("sla " + lengthText(limit.ticks) + (limit.isOpenTime ? " open" : ""))
    }
    if let priority = rule.priority { words.append("priority \(priority)") }
    if let share = rule.sampling { words.append("qa " + shareText(share)) }
    if let note = rule.note { words.append("note " + quotedText(note)) }
    if rule.continues { words.append("continue") }
    return words.joined(separator: ", ")
  }

  /// An exclusive action as it is written.
  public func text(_ action: ExclusiveAction) -> String {
    switch action.kind {
    case .route, .escalate: "\(action.kind.rawValue) \(spelled(action.queue))"
    case .close: "close " + quotedText(action.reason)
    case .hold:
      "hold until \(action.until.map { text($0) } ?? "") to \(spelled(action.queue))"
        + (action.isPaused ? " paused" : "")
    }
  }
}

/// A length of time in the largest unit that says it without a rest: `90m`, `2d`.
public func lengthText(_ ticks: Int64) -> String {
  let units: [(String, Int64)] = [
    ("d", Ticks.perDay), ("h", Ticks.perHour), ("m", Ticks.perMinute), ("s", Ticks.perSecond),
  ]
  for (unit, length) in units where ticks % length == 0 { return "\(ticks / length)\(unit)" }
  return Scalar.timespan(ticks).text
}

/// A share as a percentage without needless digits: `5%`, `0.5%`.
func shareText(_ share: Double) -> String {
  let percent = (share * 1e8).rounded() / 1e6
  let whole = percent.rounded()
  return (whole == percent ? "\(Int(whole))" : "\(percent)") + "%"
}
