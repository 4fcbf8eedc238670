import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// Runs a text without a workspace: parse, bind, rewrite, run, as the engine does.
enum QueryRun {
  static let signatures = SignatureSet(StageCatalogue.set.signatures)

  /// The table of the text's last pipeline.
  static func table(
    _ text: String, threads: Int = 2, catalog: any Catalog = EmptyCatalog()
  ) throws -> Table {
    let tree = parse(text, signatures: signatures)
    if let error = tree.diagnostics.first(where: { $0.severity == .error }) { throw error }
    let context = RunContext(clock: clock, seed: 1, threads: threads)
    var scope = Scope()
    var result = Table(fields: [])
    for statement in tree.statements {
      let binder = Binder(
        catalog: catalog, scope: scope, context: context, source: tree.source,
        runNow: { try Execution(context).run(Optimiser.optimised($0)) })
      switch statement.kind {
      case .binding(let binding):
        scope[binding.name.text] = try binder.definition(of: binding)
      case .pipeline(let pipeline):
        result = try Execution(context).run(Optimiser.optimised(try binder.plan(of: pipeline)))
        scope = binder.scope
      default: break
      }
    }
    return result
  }

  /// 2026-03-01T12:00:00Z, in ticks.
  static let clock: Int64 = 639_079_632_000_000_000

  /// The rows as the shell prints them in `tsv`, without a header.
  static func text(of table: Table) -> String {
    (0..<table.rowCount).map { row in
      table.columns.map { cell($0.scalar(row)) }.joined(separator: "\t")
    }.joined(separator: "\n")
  }

  private static func cell(_ value: Scalar) -> String {
    if case .bool(let value) = value { return value ? "true" : "false" }
    let text = value.text
    guard text.contains(where: { $0 == "\t" || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
