import CasebookTables

/// What a backtest says in plain sentences: rules that never fire and why, and rules that drift.
enum BacktestFindings {
  static func sentences(_ result: Backtest) -> [String] {
    var sentences: [String] = []
    for rule in result.set.ruleset.rules where rule.state == .live && rule.exclusive != nil {
      guard let counts = result.rules[rule.name], counts.hits == 0, result.rowCount > 0 else {
        continue
      }
      sentences.append(idle(rule.name, counts))
    }
    let alarms = Drift.verdicts(result).filter { $0.value == "alarm" }.keys.sorted()
    if !alarms.isEmpty {
      sentences.append(
        "The share of cases changed in the last full period for \(alarms.joined(separator: ", ")).")
    }
    return sentences
  }

  private static func idle(_ name: String, _ counts: RuleCounts) -> String {
    let taker = counts.takersByName.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
    if counts.matched > 0, counts.outranked == counts.matched {
      let others = counts.takersByName.count > 1 ? ", mostly by \(taker)" : " by \(taker)"
      return counts.matched == 1
        ? "\(name) never fires: the one case it is true for is taken\(others)."
        : "\(name) never fires: all \(counts.matched) cases it is true for are taken\(others)."
    }
    if counts.matched > 0 {
      return "\(name) never fires, though it is true for \(cases(counts.matched))."
    }
    if counts.unknown > 0 {
      let column = counts.missingByName.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
      return "\(name) never fires: it is true for no case, and unknown for \(cases(counts.unknown))"
        + (column.isEmpty ? "." : ", where \(column) is missing.")
    }
    return "\(name) never fires: its condition is true for no case."
  }

  private static func cases(_ count: Int) -> String { count == 1 ? "1 case" : "\(count) cases" }
}
