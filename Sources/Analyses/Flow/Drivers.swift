import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `drivers`: what slow cases have in common.
enum DriversStage: StageDeclaration {
  static let signature = Signature.log(
    "drivers",
    parameters: [
      Parameter("slow"), Parameter("limit"), Parameter("least"),
      Parameter("missing", words: ["skip", "keep"]), Parameter("across"),
    ])
  static let summary =
    "Which values of which columns are more frequent among slow cases than among all."
  static let details = """
    A row per value of each column in `across` with at least `least` cases (20), by q. Slow are cases above the 90th
    percentile of ended durations; `slow=p95` takes another, `limit=7d` a length of time, `slow=(reopened > 0)` a
    condition on the case's first event. If any case is open, only cases whose limit (or percentile) had passed by `as_of`
    count, as in `sla`; a condition has no limit, so there all cases count. Cases with no value are skipped;
    `missing=keep` makes them a value of their own.

    rate is slow / cases, lift is rate over the rate of all, excess the slow cases beyond what that rate gives. p is Fisher's
    exact test, two-sided; q is Benjamini and Hochberg's over all rows. note says thin below 30 cases, and leak? where
    a value is slow always and alone, as one that is only known afterwards would be. Values are those of the first event.
    Refused are times and columns declared `late`: they follow from how long the case took.

    A row says that the value is associated with slow cases, not that it makes them slow: values go together with others
    (see `where_case` to look inside one). Sources: Fisher 1922; Benjamini and Hochberg 1995.
    """
  static let examples = [
    Example(
      """
      range n from 1 to 100 step 1
      | extend id = tostring(n), opened = datetime(2026-01-05), kind = iff(n % 5 == 0, "appeal", "report")
      | extend closed = opened + iff(kind == "appeal", 9d, 1d) + n * 1m
      | drivers case=id opened=opened closed=closed limit=7d across=kind
      | project attribute, value, cases, slow, lift, note
      """, "every fifth case is an appeal, and takes nine days",
      output: "kind\tappeal\t20\t20\t5.0\tthin; leak?\nkind\treport\t80\t0\t0.0\t"),
    Example(
      "cases | drivers across=(language, vertical) | project attribute, value, cases, slow, lift = round(lift, 2) | take 2",
      "which of two columns goes with slow cases",
      output: "language\tpt\t380\t208\t5.26\nlanguage\ten\t1379\t80\t0.56"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let log = try LogStage(stage, input, binder, needs: .cases)
    let arguments = log.arguments
    let across = try across(log, input)
    let rule = try rule(arguments)
    var extras = across.map { log.output($0) }
    if case .condition = rule, let condition = try arguments.condition("slow") {
      extras.append(
        Plan.Output(
          Field("slow", .bool, isProtected: condition.isProtected), condition.expression))
    }
    let isTime = log.hasProtectedTimes || extras.contains { $0.field.isProtected }
    let isValue = across.contains { input.fields[$0].isProtected }
    let real = { Field($0, .real, isProtected: isTime) }
    let own =
      [
        Field("attribute", .string), Field("value", .string, isProtected: isValue),
        Field("cases", .long), Field("slow", .long),
      ] + ["rate", "lift", "excess", "p", "q"].map(real) + [Field("note", .string)]
    let groups = try arguments.groups(besides: own.map(\.name))
    let operation = Drivers(
      fields: groups.map(\.field) + own, attributes: across.map { input.fields[$0].name },
      rule: rule, least: try arguments.count("least", in: 1...Int(Int32.max), otherwise: 20),
      keepsMissing: try arguments.word("missing", ["skip", "keep"]) == "keep",
      isProtected: isTime || isValue)
    return log.plan(operation, groups: groups, extras: extras)
  }

  /// The columns of `across`, refused where they tell how long the case took.
  private static func across(_ log: LogStage, _ input: Plan) throws(Diagnostic) -> [Int] {
    let arguments = log.arguments
    guard let syntax = arguments.syntax("across") else {
      let fitting = input.fields.indices.filter { reason(against: $0, log, input) == nil }
      let names = fitting.map { input.fields[$0].name }
        .filter { name in !log.roles.columns.values.contains(name) }
      throw arguments.problem(
        "drivers needs the columns to look at",
        help: "such as across=(" + names.prefix(4).joined(separator: ", ") + ")")
    }
    let columns = try arguments.columns("across")
    for (column, item) in zip(columns, syntax.asList) {
      if let reason = reason(against: column, log, input) {
        throw arguments.problem(
          "'\(input.fields[column].name)' \(reason)", help: "take it out of across", at: item.span)
      }
    }
    return columns
  }

  private static func reason(against column: Int, _ log: LogStage, _ input: Plan) -> String? {
    let field = input.fields[column]
    if log.roles.columns[.caseID] == field.name { return "is the case itself" }
    if log.roles.columns[.closed] == field.name {
      return "is known only when a case closes"
    }
    if field.type == .datetime || field.type == .timespan {
      return "is a time, and times tell how long a case took"
    }
    if field.type == .dynamic { return "is dynamic; take a value out of it first" }
    if input.lateColumns.contains(column) {
      return "is declared late: it is known only after the decision"
    }
    return nil
  }

  private static func rule(_ arguments: AnalysisArguments) throws(Diagnostic) -> Drivers.Rule {
    let limit = try arguments.ticks("limit")
    guard let syntax = arguments.syntax("slow") else {
      return limit.map { .limit($0) } ?? .percentile(0.9)
    }
    if limit != nil {
      throw arguments.problem(
        "slow and limit both say which cases are slow", help: "keep one of them", at: syntax.span)
    }
    if case .name(let name) = syntax.kind {
      guard let percent = Double(name.text.dropFirst()), name.text.hasPrefix("p"), percent > 0,
        percent < 100
      else {
        throw arguments.expected(
          "slow", "a percentile such as p90, or a condition in brackets", at: syntax.span)
      }
      return .percentile(percent / 100)
    }
    return .condition
  }
}

/// Values that go with slow cases.
struct Drivers: LogOperation {
  var readsCases: Bool { false }
  /// Which cases are slow.
  enum Rule: Sendable {
    /// Above a percentile of ended durations.
    case percentile(Double)
    /// Above a length of time in ticks of the case's clock.
    case limit(Int64)
    /// Where the last of the extra columns is true at the first event.
    case condition
  }

  let fields: [Field]
  let attributes: [String]
  let rule: Rule
  let least: Int
  let keepsMissing: Bool
  let isProtected: Bool

  var drawing: RenderHint? {
    RenderHint(
      .barchart,
      [
        .xcolumn: "attribute", .series: "value", .ycolumns: "lift", .reference: "1",
        .kind: "unstacked",
      ]
    ).split(by: fields.dropLast(10).map(\.name))
  }

  func run(_ log: LogView, _ context: RunContext) throws -> Table {
    log.warnOfRows(context)
    let groups = try CaseGroups(log, context)
    let slow = try SlowCases(log, groups, rule, context)
    var rows: [DriverRow] = []
    for (place, name) in attributes.enumerated() {
      try context.checkpoint()
      rows += values(log, groups, slow, log.spec.extras.lowerBound + place, name)
    }
    let tested = rows
    let p = try context.mapParallel(rows.count) { tested[$0].p }
    let q = BenjaminiHochberg.adjust(p)
    for index in rows.indices { rows[index].q = q[index] ?? 1 }
    let order = try rows.indices.sorted(context) { left, right in rows[left].precedes(rows[right]) }
    var table = FlowTable(fields)
    for index in order {
      table.append(groups, rows[index].group, rows[index].values(p: p[index]))
    }
    if groups.columns.isEmpty, !isProtected { find(order.first.map { rows[$0] }, slow, context) }
    return table.finish()
  }

  /// The values of a column with enough cases, within each group.
  private func values(
    _ log: LogView, _ groups: CaseGroups, _ slow: SlowCases, _ column: Int, _ name: String
  ) -> [DriverRow] {
    let first = Buffer<Int32>(count: log.caseCount) { target in
      for number in 0..<log.caseCount {
        target[number] = Int32(truncatingIfNeeded: log.firstRow(of: number))
      }
    }
    let values = log.table.columns[column].gathered(by: first)
    let ids = group(by: [values], rowCount: log.caseCount)
    // Numbers of an id within each group.
    var places = PairTable(width: max(ids.count, 1), groups: groups.count)
    var counts: [(cases: Int, slow: Int)] = []
    for number in 0..<log.caseCount where slow.counts(number) {
      let place = places.number(groups[number], 0, Int(ids.ids.base[number]))
      if place == counts.count { counts.append((0, 0)) }
      counts[place].cases += 1
      counts[place].slow += slow.isSlow(number) ? 1 : 0
    }
    return counts.indices.compactMap { place in
      let (group, _, id) = places.pair(place)
      let value = values.scalar(Int(ids.firstRows.base[id]))
      let isMissing = value.isNull || value.text.isEmpty
      guard counts[place].cases >= least, keepsMissing || !isMissing else { return nil }
      return DriverRow(
        group: group, attribute: name, value: isMissing ? "(missing)" : value.text,
        cases: counts[place].cases, slow: counts[place].slow, all: slow.totals[group])
    }
  }

  private func find(_ row: DriverRow?, _ slow: SlowCases, _ context: RunContext) {
    guard let row else {
      context.find(
        "No value has \(Spoken.count(least, of: "case")) that count, so none was tested.")
      return
    }
    guard row.q < 0.05, let lift = row.lift else {
      context.find("No value is associated with slow cases beyond chance (q < 0.05).")
      return
    }
    let times = (lift * 10).rounded() / 10
    context.find(
      "\(row.attribute) \(row.value) is associated with \(lift > 1 ? "slow" : "fast") cases: \(percentText(row.rate)) of its \(Spoken.count(row.cases)) are slow, \(times) times the rate of all."
    )
  }
}

/// What one value of a column has to do with slow cases.
struct DriverRow: Sendable {
  var group: Int
  var attribute: String
  var value: String
  var cases: Int
  var slow: Int
  /// Cases and slow ones of the group.
  var all: (cases: Int, slow: Int)
  var q = 1.0

  var rate: Double { Double(slow) / Double(cases) }
  /// The rate of all cases.
  var base: Double { Double(all.slow) / Double(all.cases) }
  /// Null where no case is slow.
  var lift: Double? { all.slow == 0 ? nil : rate / base }

  /// Fisher's exact test of slow or not by this value or another.
  var p: Double? {
    FisherExact.twoSided(
      slow, cases - slow, all.slow - slow, all.cases - cases - (all.slow - slow))
  }

  func values(p: Double?) -> [Scalar] {
    var notes: [String] = []
    if cases < 30 { notes.append("thin") }
    if slow > 0, slow == cases, slow == all.slow, cases < all.cases { notes.append("leak?") }
    return [
      .string(attribute), .string(value), .count(cases), .count(slow), .real(rate), .share(lift),
      .real(Double(slow) - Double(cases) * base), .share(p), .real(q),
      .string(notes.joined(separator: "; ")),
    ]
  }

  func precedes(_ other: DriverRow) -> Bool {
    if group != other.group { return group < other.group }
    if q != other.q { return q < other.q }
    let (a, b) = (lift ?? 0, other.lift ?? 0)
    if a != b { return a > b }
    if attribute != other.attribute { return attribute.isBefore(other.attribute) }
    return value.isBefore(other.value)
  }
}
