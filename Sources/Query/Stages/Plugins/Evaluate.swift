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
    "Calls a plugin, such as pivot, which turns values into columns."
  static let details =
    "The plugins have pages of their own: "
    + PluginCatalogue.all.map(\.name).joined(separator: ", ")
    + ". Where columns depend on data, what comes before is run when the statement is bound."
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
    /// Whether the declared columns begin with `*`, the columns that are there anyway.
    let schemaHasStar: Bool
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

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    guard let syntax = stage.expression("plugin") else { return input }
    guard case .call(let call) = syntax.unbracketed.kind else {
      throw BindIssue.shape("a plugin is called with brackets", help: "evaluate pivot(column)").at(
        syntax.span)
    }
    guard let plugin = PluginCatalogue.plugin(call.name.text) else {
      throw BindIssue.unsupported(
        "evaluate \(call.name.text)",
        instead: "plugins: " + PluginCatalogue.all.map(\.name).joined(separator: ", ")
      ).at(call.name.span)
    }
    let declared = stage.schema("schema")
    let columns = declared.filter { $0.name.text != "*" || $0.name.isQuoted }
    let schema = stage.has("schema") ? try binder.fields(columns) : nil
    return try plugin.bind(
      Request(
        call: call, span: syntax.span, input: input, schema: schema,
        schemaHasStar: columns.count < declared.count, binder: binder))
  }
}
