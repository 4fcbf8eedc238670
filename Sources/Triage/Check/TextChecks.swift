import CasebookLanguage
import CasebookValues

/// What the text of a set tells without any case.
enum TextChecks {
  typealias Finding = RulesetCheck.Finding

  static func findings(_ set: Ruleset, clock: Int64) -> [Finding] {
    queueFindings(set) + escalationFindings(set) + ruleFindings(set, clock: clock)
      + setFindings(set)
  }

  /// The name that a message has in quotes.
  static func named(in message: String) -> String {
    let parts = message.split(separator: "'", omittingEmptySubsequences: false)
    return parts.count > 2 ? String(parts[1]) : ""
  }

  private static func queueFindings(_ set: Ruleset) -> [Finding] {
    var found: [Finding] = []
    let unknown = { (name: String, rules: [String], place: String) in
      guard !name.isEmpty, set.queues[name] == nil else { return }
      let near = nearest(to: name, in: set.queues.keys.sorted())
      found.append(
        Finding(
          "unknown_queue", "error", rules: rules,
          "\(place) sends cases to '\(name)', which is no queue"
            + (near.map { "; did you mean \($0)?" } ?? "")))
    }
    for rule in set.rules where rule.state != .off {
      unknown(rule.exclusive?.queue ?? "", [rule.name], "rule \(rule.name)")
    }
    unknown(set.fallback?.queue ?? "", [], "`default`")
    unknown(set.unknown?.queue ?? "", [], "`unknown`")
    for clause in set.nevers { unknown(clause.queue, [], "`never close`") }
    for name in set.usedQueues.sorted() {
      if let next = set.queues[name]?.escalatesTo { unknown(next, [], "queue \(name)") }
    }
    return found
  }

  /// Queues that send cases round in a circle.
  private static func escalationFindings(_ set: Ruleset) -> [Finding] {
    var found: [Finding] = []
    var told: Set<String> = []
    for start in set.usedQueues.sorted() where !told.contains(start) {
      var path = [start]
      while let next = set.queues[path[path.count - 1]]?.escalatesTo {
        if let index = path.firstIndex(of: next) {
          let circle = path[index...] + [next]
          if told.isDisjoint(with: circle) {
            found.append(
              Finding(
                "escalation_cycle", "error",
                "cases that wait go round: " + circle.joined(separator: " to ")))
          }
          told.formUnion(circle)
          break
        }
        path.append(next)
      }
    }
    return found
  }

  private static func ruleFindings(_ set: Ruleset, clock: Int64) -> [Finding] {
    var found: [Finding] = []
    for rule in set.rules where rule.state != .off {
      let name = rule.name
      let warn = { (code: String, detail: String) in
        found.append(Finding(code, "warning", rules: [name], detail))
      }
      if let to = rule.to, to <= clock {
        warn("window_ended", "rule \(name) ended \(Scalar.datetime(to).text)")
      }
      if rule.exclusive?.kind == .close, rule.sampling == nil {
        warn("close_without_qa", "rule \(name) closes cases and draws none for review: qa 5%")
      }
      if rule.owner == nil { warn("no_owner", "nobody answers for rule \(name): owner \"...\"") }
      if rule.because == nil { warn("no_reason", "rule \(name) does not say why: because \"...\"") }
      if rule.exclusive == nil, !rule.continues, set.mode == .first {
        warn(
          "stops_without_decision",
          "rule \(name) keeps later rules from deciding its cases, which go to default; "
            + "end it with `continue`")
      }
      if let gap = shortLimit(rule, set) { warn("sla_before_opening", gap) }
    }
    return found
  }

  /// A time limit that can pass while the queue is closed.
  private static func shortLimit(_ rule: Rule, _ set: Ruleset) -> String? {
    guard let limit = rule.limit, !limit.isOpenTime, let name = rule.exclusive?.queue,
      let queue = set.queues[name]
    else { return nil }
    let closed = queue.hours.longestClosed
    guard closed > limit.ticks else { return nil }
    return "rule \(rule.name) allows \(lengthText(limit.ticks)), and \(name) is closed for up to "
      + "\(lengthText(closed)): sla \(lengthText(limit.ticks)) open"
  }

  private static func setFindings(_ set: Ruleset) -> [Finding] {
    var found: [Finding] = []
    if set.unknown == nil {
      found.append(
        Finding(
          "no_unknown", "warning",
          "cases with a missing value that matters go to default: unknown route QUEUE"))
    }
    if set.fallback == nil {
      found.append(
        Finding(
          "no_default", "warning", "a case that no rule decides goes nowhere: default route QUEUE"))
    }
    return found
  }
}

extension BusinessCalendar {
  /// The longest time without an open minute within two weeks, in ticks.
  var longestClosed: Int64 {
    if isAlwaysOpen { return 0 }
    // Weeks far from the changes of summer time, as a rule of thumb.
    let start = 739_403 * Ticks.perDay
    let step = 15 * Ticks.perMinute
    var longest: Int64 = 0
    var closed: Int64 = 0
    for index in 0..<(14 * 24 * 4) {
      closed = isOpen(at: start + Int64(index) * step) ? 0 : closed + step
      longest = max(longest, closed)
    }
    return longest
  }
}
