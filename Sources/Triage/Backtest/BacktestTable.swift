import CasebookTables
import CasebookValues

/// The rows of `backtest`.
enum BacktestTable {
  static let fields = [
    Field("rule", .string), Field("at", .real), Field("action", .string),
    Field("queue", .string), Field("state", .string), Field("reached", .long),
    Field("matched", .long), Field("hits", .long), Field("unique", .long),
    Field("marginal", .long), Field("outranked", .long), Field("outranked_by", .string),
    Field("overtaken", .long), Field("unknown", .long), Field("unknown_column", .string),
    Field("where_differs", .long), Field("labelled", .long), Field("right", .long),
    Field("precision", .real), Field("precision_low", .real), Field("precision_high", .real),
    Field("worst", .real), Field("best", .real), Field("recall", .real),
    Field("recall_low", .real), Field("recall_high", .real), Field("appealed", .long),
    Field("overturned", .long), Field("moved", .real), Field("hours", .real),
    Field("conflicts", .long), Field("drift", .string), Field("note", .string),
  ]

  /// Labels below which precision says little.
  static let thinLabels = 30

  static func table(_ result: Backtest) -> Table {
    let set = result.set.ruleset
    let drift = Drift.verdicts(result)
    var rows = set.rules.map { rule -> [Scalar] in
      let counts = result.rules[rule.name] ?? RuleCounts()
      return row(
        Head(
          name: rule.name, at: rule.at, action: rule.exclusive?.kind.rawValue ?? "",
          queue: rule.exclusive?.queue ?? "", state: rule.state.rawValue),
        counts, result, isRule: true, drift: drift[rule.name] ?? "")
    }
    let last: [(String, ExclusiveAction?, RuleCounts)] = [
      ("default", set.fallback, result.fallback),
      ("unknown", set.unknown ?? set.fallback, result.unknown), ("all", nil, result.whole),
    ]
    for (name, action, counts) in last {
      let head = Head(
        name: name, action: action?.kind.rawValue ?? "", queue: action?.queue ?? "")
      rows.append(row(head, counts, result, isRule: name == "all", drift: ""))
    }
    return Table(fields: fields, rows: rows)
  }

  private struct Head {
    var name: String
    var at: Double?
    var action: String
    var queue: String
    var state = ""
  }

  private static func row(
    _ head: Head, _ counts: RuleCounts, _ result: Backtest, isRule: Bool, drift: String
  ) -> [Scalar] {
    let number = { (count: Int) -> Scalar in
      // The last rows are no rules: nothing matches them or stands before them.
      isRule ? .long(Int64(count)) : .null(.long)
    }
    let real = { (value: Double?) -> Scalar in value.map { .real($0) } ?? .null(.real) }
    let precision = Rate(counts.right, of: counts.labelled)
    let recall = head.name == "all" ? Rate(0, of: 0) : Rate(counts.recalled, of: counts.positives)
    let unlabelled = counts.hits - counts.labelled
    let isOverall = head.name == "all"
    return [
      .string(head.name), real(head.at), .string(head.action), .string(head.queue),
      .string(head.state), number(counts.reached), number(counts.matched),
      .long(Int64(counts.hits)), number(counts.unique),
      isOverall ? .null(.long) : number(counts.marginal),
      isOverall ? .null(.long) : number(counts.outranked), .string(taker(counts)),
      isOverall ? .null(.long) : number(counts.overtaken), number(counts.unknown),
      .string(missingColumn(counts, result)),
      isOverall ? .null(.long) : number(counts.whereDiffers), .long(Int64(counts.labelled)),
      .long(Int64(counts.right)), real(precision.value), real(precision.low),
      real(precision.high), real(Rate(counts.right, of: counts.hits).value),
      real(Rate(counts.right + unlabelled, of: counts.hits).value), real(recall.value),
      real(recall.low), real(recall.high), .long(Int64(counts.appealed)),
      .long(Int64(counts.overturned)),
      result.hasMoves ? real(Rate(counts.moved, of: counts.hits).value) : .null(.real),
      real(hours(counts)), number(counts.conflicts), .string(drift),
      .string(counts.labelled < thinLabels ? "thin" : ""),
    ]
  }

  /// Who took most of what was outranked; of equals the first by name.
  private static func taker(_ counts: RuleCounts) -> String {
    counts.takersByName.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
  }

  /// The column that is missing most often, of equals the one that comes first in the cases.
  private static func missingColumn(_ counts: RuleCounts, _ result: Backtest) -> String {
    result.set.fields.map(\.name).max {
      (counts.missingByName[$0] ?? 0) < (counts.missingByName[$1] ?? 0)
    }.flatMap { (counts.missingByName[$0] ?? 0) > 0 ? $0 : nil } ?? ""
  }

  /// The work of the hits; null where none of it is known.
  static func hours(_ counts: RuleCounts) -> Double? {
    guard counts.workKnown > 0 else { return counts.hits == 0 ? 0 : nil }
    return Double(counts.workTicks) / Double(Ticks.perHour)
  }
}

/// A share with Wilson's 95 % interval; nil where there is nothing to divide by.
struct Rate {
  var value: Double?
  var low: Double?
  var high: Double?

  init(_ part: Int, of whole: Int) {
    guard whole > 0 else { return }
    value = Double(part) / Double(whole)
    if let interval = Wilson.interval(Double(part), of: Double(whole)) {
      low = interval.low
      high = interval.high
    }
  }
}
