import CasebookLanguage
import CasebookTables
import CasebookValues

/// `top-nested 2 of queue by count(), top-nested 1 of reviewer by sum(n)`.
enum TopNestedStage: StageDeclaration {
  static let signature = Signature(
    "top-nested",
    [
      .repeated(
        "levels", separator: ",",
        [
          .optional([.word("top-nested")]), .optional([.operand("count")]), .word("of"),
          .item("column"),
          .optional([.word("with"), .parameters([Parameter("others")])]), .word("by"),
          .sortKey("by"),
        ])
    ])
  static let summary = "The top values of a column, within each the top values of another."
  static let details = """
    Each level gives two columns: the value and its aggregate, by which the greatest (with `asc` the
    least) are chosen. Without a number a level keeps all values. `with others = "rest"` adds a row for
    the values that are left out, with the aggregate over all of them.
    """
  static let examples = [
    Example(
      """
      datatable(q: string, r: string, n: long)["a", "x", 5, "a", "y", 7, "b", "x", 9]
      | top-nested 1 of q by total = sum(n), top-nested 1 of r by best = max(n)
      """, "two levels", output: "a\t12\ty\t7"),
    Example(
      """
      datatable(q: string, n: long)["a", 5, "b", 2, "c", 1]
      | top-nested 1 of q with others = "rest" by total = sum(n)
      """, "with the rest", output: "a\t5\nrest\t3"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    var taken = NameSet()
    var levels: [TopNestedOperation.Level] = []
    var columns: [Plan.Output] = []
    for group in stage.groups("levels") {
      guard let by = group.sortKeys("by").first else { continue }
      let key = try binder.outputs(group.items("column"), over: input.fields, taken: &taken)
      guard let value = key.first else { continue }
      var aggregate = try aggregateCall(by, over: input.fields, binder)
      guard aggregate.fields.count == 1 else {
        throw BindIssue.shape("a level needs one figure", help: "by sum(n)").at(by.span)
      }
      if aggregate.fields[0].type == .dynamic {
        throw BindIssue.shape("dynamic values have no order", help: "by count() or sum(n)").at(
          by.span)
      }
      aggregate.fields[0].name = taken.unique(by.name?.text ?? "aggregated_" + value.field.name)
      let first = columns.count
      columns.append(value)
      columns += aggregate.arguments.map { Plan.Output(Field("argument", $0.type), $0) }
      levels.append(
        TopNestedOperation.Level(
          key: value.field, column: first, aggregate: aggregate,
          count: try group.expression("count").map { syntax throws(Diagnostic) in
            try binder.constantCount(syntax, what: "the number of values")
          }, others: try others(group, type: value.field.type, binder),
          isAscending: by.isAscending ?? false))
    }
    // Arguments may repeat a column, and names do not count below the operation.
    columns = columns.enumerated().map { index, output in
      Plan.Output(Field("\(index)", output.field.type), output.expression)
    }
    return .apply(TopNestedOperation(levels: levels), [.compute(input, columns)])
  }

  private static func aggregateCall(
    _ key: SortKey, over fields: [Field], _ binder: Binder
  ) throws(Diagnostic) -> Plan.Aggregate {
    guard case .call(let call) = key.value.unbracketed.kind,
      let function = AggregateCatalogue.function(call.name.text)
    else {
      throw BindIssue.shape("a level is ordered by an aggregate", help: "by count()").at(
        key.value.span)
    }
    let outer = binder.aggregates
    binder.aggregates = AggregateCollector(input: fields, keys: [], plainKeys: [])
    defer { binder.aggregates = outer }
    return try binder.boundAggregate(function, call, span: key.value.span)
  }

  private static func others(
    _ group: PartGroup, type: ScalarType, _ binder: Binder
  ) throws(Diagnostic) -> Scalar? {
    guard let syntax = group.parameter("others") else { return nil }
    let value = try binder.constant(syntax, what: "the name of the others").converted(to: type)
    guard !value.isNull else {
      throw BindIssue.constantOfType(what: "the name of the others", expected: "a \(type.name)").at(
        syntax.span)
    }
    return value
  }
}

/// Chooses values level by level.
///
/// The input has for each level its key and the aggregate's arguments.
private struct TopNestedOperation: TableOperation {
  struct Level {
    let key: Field
    /// Where the key is in the input; the arguments follow it.
    let column: Int
    let aggregate: Plan.Aggregate
    let count: Int?
    let others: Scalar?
    let isAscending: Bool
  }

  let levels: [Level]
  var title: String { "top-nested" }
  var fields: [Field] { levels.flatMap { [$0.key, $0.aggregate.fields[0]] } }

  /// A value chosen so far, with the rows that have it.
  private struct Node {
    var values: [Scalar]
    let rows: [Int32]
    let isOthers: Bool
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let table = inputs[0]
    var nodes = [Node(values: [], rows: (0..<Int32(table.rowCount)).map { $0 }, isOthers: false)]
    for level in levels {
      var chosen: [Node] = []
      for node in nodes {
        try context.checkpoint()
        chosen += try choose(level, within: node, of: table, context)
      }
      nodes = chosen
    }
    return Table(fields: fields, rows: nodes.map(\.values))
  }

  private func choose(
    _ level: Level, within node: Node, of table: Table, _ context: RunContext
  ) throws -> [Node] {
    let rows = Buffer(node.rows)
    if node.isOthers {
      // What was left out above is not taken apart again.
      let figure =
        level.others == nil
        ? Scalar.missing(level.aggregate.fields[0].type)
        : try aggregated(
          level, rows, Buffer(repeating: 0, count: rows.count), count: 1, table, context
        ).scalar(0)
      return [
        Node(
          values: node.values + [level.others ?? .missing(level.key.type), figure], rows: node.rows,
          isOthers: true)
      ]
    }
    let keys = table.columns[level.column].gathered(by: rows)
    let groups = group(by: [keys], rowCount: rows.count)
    guard groups.count > 0 else { return [] }
    let figures = try aggregated(level, rows, groups.ids, count: groups.count, table, context)
    let order = topOrder(
      [
        SortColumn(
          figures, isDescending: !level.isAscending, nullsFirst: false)
      ], rowCount: groups.count, count: level.count.map { max($0, 0) } ?? groups.count)
    var rowsOfGroups = [[Int32]](repeating: [], count: groups.count)
    for row in 0..<rows.count { rowsOfGroups[Int(groups.ids[row])].append(rows[row]) }
    var nodes = order.array.map { group in
      Node(
        values: node.values + [
          keys.scalar(Int(groups.firstRows[Int(group)])), figures.scalar(Int(group)),
        ], rows: rowsOfGroups[Int(group)], isOthers: false)
    }
    let isChosen = Set(order.array)
    let rest = node.rows.enumerated().filter { !isChosen.contains(groups.ids[$0.offset]) }.map(
      \.element)
    if let others = level.others, !rest.isEmpty {
      let figure = try aggregated(
        level, Buffer(rest), Buffer(repeating: 0, count: rest.count), count: 1, table, context)
      nodes.append(
        Node(values: node.values + [others, figure.scalar(0)], rows: rest, isOthers: true))
    }
    return nodes
  }

  /// The level's figure for each group of some rows.
  private func aggregated(
    _ level: Level, _ rows: Buffer<Int32>, _ groups: Buffer<Int32>, count: Int, _ table: Table,
    _ context: RunContext
  ) throws -> Column {
    let state = level.aggregate.makeState()
    let arguments = level.aggregate.arguments.enumerated().map { index, argument in
      if let constant = argument.constantValue { return Vector.constant(constant) }
      return .column(table.columns[level.column + 1 + index].gathered(by: rows))
    }
    state.update(
      groups: groups.base, arguments: arguments, rowCount: rows.count, groupCount: count)
    return try state.finish(groupCount: count, context)[0]
  }
}
