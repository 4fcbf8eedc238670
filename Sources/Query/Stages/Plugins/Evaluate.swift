import CasebookLanguage
import CasebookTables
import CasebookValues

/// `evaluate pivot(queue)`: a stage whose columns depend on the data.
enum EvaluateStage: StageDeclaration {
  static let signature = Signature(
    "evaluate", role: .stageOrSource,
    [
      .parameters([Parameter("hint.*")]), .operand("plugin"),
      .optional([.symbol(":"), .schema("schema")]),
    ])
  static let summary =
    "Turns values into columns or columns into rows: pivot, bag_unpack, narrow."
  static let details = """
    pivot(column, aggregate, keys...) makes a column of each value of a column; the aggregate is count()
    unless given, the keys are all other columns. bag_unpack(column) makes a column of each key of a
    bag, in the order of their names; OutputColumnPrefix, columnsConflict (error, replace_source,
    keep_source) and ignoredProperties may be given by name. narrow() makes a row of each cell.
    ipv4_lookup(T, address, range) and ipv6_lookup add the columns of the rows of T whose range an
    address is in; a last argument `true` keeps rows without one. What
    comes before is run when the statement is bound; with `: (a: long, b: string)` behind bag_unpack its
    columns are known beforehand.
    """
  static let examples = [
    Example(
      """
      datatable(day: long, queue: string)[1, "spam", 1, "fraud", 2, "spam"] | evaluate pivot(queue)
      """, "a column a value", output: "1\t1\t1\n2\t0\t1"),
    Example(
      "print d = dynamic({\"queue\": \"fraud\", \"n\": 3}) | evaluate bag_unpack(d)",
      "a column a key", output: "3\tfraud"),
    Example(
      "print a = 1, b = \"x\" | evaluate narrow()", "a row a cell", output: "0\ta\t1\n0\tb\tx"),
  ]

  /// What a plugin is given: its arguments, the rows, and the columns that were declared.
  struct Request {
    let call: Call
    let span: Span
    let input: Plan
    let schema: [Field]?
    let binder: Binder

    /// An argument by its place or its name.
    func argument(_ index: Int, _ name: String) -> CasebookLanguage.Expression? {
      if let named = call.arguments.first(where: { $0.name?.text == name }) { return named.value }
      let unnamed = call.arguments.filter { $0.name == nil }
      return unnamed.indices.contains(index) ? unnamed[index].value : nil
    }

    /// The rows, which decide the columns.
    func rows(of plan: Plan) throws(Diagnostic) -> Table {
      guard let runNow = binder.runNow else {
        throw BindIssue.dependsOnData(call.name.text).at(span)
      }
      do {
        return try runNow(plan)
      } catch let diagnostic as Diagnostic {
        throw diagnostic
      } catch {
        throw BindIssue.failed("the rows for \(call.name.text) could not be made: \(error)").at(
          span)
      }
    }
  }

  private static let plugins: [String: @Sendable (Request) throws(Diagnostic) -> Plan] = [
    "pivot": pivoted, "bag_unpack": bagUnpacked, "narrow": narrowed,
    "ipv4_lookup": lookedUpIPv4, "ipv6_lookup": lookedUpIPv6,
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    guard let syntax = stage.expression("plugin") else { return input }
    guard case .call(let call) = syntax.unbracketed.kind else {
      throw BindIssue.shape("a plugin is called with brackets", help: "evaluate pivot(column)").at(
        syntax.span)
    }
    guard let plugin = plugins[call.name.text] else {
      throw BindIssue.unsupported(
        "evaluate \(call.name.text)",
        instead: "plugins: " + plugins.keys.sorted().joined(separator: ", ")
      ).at(call.name.span)
    }
    let schema = stage.has("schema") ? try binder.fields(stage.schema("schema")) : nil
    return try plugin(
      Request(call: call, span: syntax.span, input: input, schema: schema, binder: binder))
  }
}
