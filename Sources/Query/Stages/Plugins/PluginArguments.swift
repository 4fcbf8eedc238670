import CasebookLanguage
import CasebookTables
import CasebookValues

extension EvaluateStage.Request {
  /// The arguments by their places.
  var values: [CasebookLanguage.Expression] {
    call.arguments.filter { $0.name == nil }.map(\.value)
  }

  /// Refuses a call with too few arguments.
  func require(_ count: Int) throws(Diagnostic) {
    guard values.count < count else { return }
    let usage = PluginCatalogue.plugin(call.name.text)?.usage ?? call.name.text
    throw BindIssue.shape(
      "\(call.name.text) needs at least \(count) arguments", help: "evaluate \(usage)"
    ).at(span)
  }

  /// The column that an argument names.
  func column(_ index: Int) throws(Diagnostic) -> Int {
    try binder.column(values[index], of: input.fields)
  }

  /// The columns named from an argument on.
  func columns(from index: Int) throws(Diagnostic) -> [Int] {
    var columns: [Int] = []
    for value in values.dropFirst(index) {
      columns.append(try binder.column(value, of: input.fields))
    }
    return columns
  }

  /// The column of a time or of another evenly counted thing, and what a step of it counts.
  func timeline(_ index: Int) throws(Diagnostic) -> Int {
    let column = try column(index)
    switch input.fields[column].type {
    case .int, .long, .datetime, .timespan: return column
    default:
      throw BindIssue.shape(
        "a time or a whole number is needed here, and this is \(input.fields[column].type.name)",
        help: "todatetime() or tolong()"
      ).at(values[index].span)
    }
  }

  /// A constant on the timeline, as the whole number that it is stored as.
  func point(_ index: Int, _ what: String) throws(Diagnostic) -> Int64 {
    guard let point = try binder.constant(values[index], what: what).timelinePoint else {
      throw BindIssue.constantOfType(what: what, expected: "a time, a timespan or a whole number")
        .at(
          values[index].span)
    }
    return point
  }

  /// A constant length on the timeline, greater than 0.
  func length(_ index: Int, _ what: String) throws(Diagnostic) -> Int64 {
    let length = try point(index, what)
    guard length > 0 else {
      throw BindIssue.constantOfType(what: what, expected: "greater than 0").at(values[index].span)
    }
    return length
  }

  /// The evenly long or calendar periods that an argument gives, counted from a point.
  func periods(_ index: Int, _ what: String, of time: Int, from start: Int64) throws(Diagnostic)
    -> TimelinePeriods
  {
    if case .string(let word) = try binder.constant(values[index], what: what) {
      guard let unit = TimelinePeriods.units[word], input.fields[time].type == .datetime else {
        throw BindIssue.constantOfType(
          what: what, expected: "a length, or 'week', 'month' or 'year' of a datetime"
        ).at(values[index].span)
      }
      return TimelinePeriods(kind: .calendar(unit))
    }
    return TimelinePeriods(kind: .even(try length(index, what), from: start))
  }

  /// A constant number of rows or of other things, not below `least`.
  func count(_ index: Int, _ what: String, least: Int = 0) throws(Diagnostic) -> Int {
    let count = try binder.constantCount(values[index], what: what)
    guard count >= least else {
      throw BindIssue.constantOfType(what: what, expected: "at least \(least)").at(
        values[index].span)
    }
    return count
  }

  /// A constant number.
  func number(_ index: Int, _ what: String) throws(Diagnostic) -> Scalar {
    let value = try binder.constant(values[index], what: what)
    guard value.asReal != nil else {
      throw BindIssue.constantOfType(what: what, expected: "a number").at(values[index].span)
    }
    return value
  }

  /// Rows grouped by the first columns of `plan`, with aggregates over further ones, in the order of the
  /// first column.
  func grouped(
    _ plan: Plan, keyCount: Int, _ aggregates: [(function: String, column: Int?, name: String)],
    constant: Scalar? = nil
  ) throws(Diagnostic) -> Plan {
    let fields = plan.fields
    let keys = fields.indices.prefix(keyCount).map {
      Plan.Output(fields[$0], .column(index: $0, type: fields[$0].type))
    }
    var found: [Plan.Aggregate] = []
    for (name, column, output) in aggregates {
      guard let function = AggregateCatalogue.function(name) else { continue }
      var arguments: [TypedExpression] = []
      if let column {
        arguments.append(
          TypedExpression(
            .column(index: column, type: fields[column].type),
            isProtected: fields[column].isProtected))
      }
      if let constant { arguments.append(TypedExpression(.constant(constant))) }
      var aggregate = try binder.aggregateCall(
        function, arguments, arguments.map { _ in ("", false) }, span: span, spans: [])
      aggregate.fields[0].name = output
      found.append(aggregate)
    }
    return .sort(
      .summarize(plan, Plan.Grouping(keys: keys, aggregates: found)),
      [Plan.SortKey(.column(index: 0, type: fields[0].type), isDescending: false, nullsFirst: true)]
    )
  }
}

extension Scalar {
  /// The whole number that a time, a timespan or an integer is stored as.
  var timelinePoint: Int64? {
    switch self {
    case .datetime(let ticks), .timespan(let ticks): ticks
    default: asLong
    }
  }
}
