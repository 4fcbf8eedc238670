import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// What a query came to, row by row as text.
typealias Rows = [String]

/// A table's rows as text that both engines' answers can be brought to.
func rows(_ table: Table) -> Rows {
  (0..<table.rowCount).map { row in
    table.columns.map { column in
      switch column.scalar(row) {
      case .null: "null"
      case .bool(let value): value ? "1" : "0"
      case .int(let value): "\(value)"
      case .long(let value), .datetime(let value), .timespan(let value): "\(value)"
      case .real(let value), .decimal(let value): realText(value)
      case .string(let value): "'\(value)'"
      case let other: other.text
      }
    }.joined(separator: "|")
  }
}

/// A real to twelve digits, as sums may be rounded differently.
func realText(_ value: Double) -> String {
  if value == 0 { return "0.0" }
  guard value.isFinite else { return "\(value)" }
  var digits = value.magnitude
  var exponent = 0
  while digits >= 10 {
    digits /= 10
    exponent += 1
  }
  while digits < 1 {
    digits *= 10
    exponent -= 1
  }
  return "\(value < 0 ? "-" : "")\((digits * 1e11).rounded())e\(exponent)"
}

/// Runs pipelines without an engine around: parse, bind, optimise, run.
struct Asking: Sendable {
  let catalog: any Catalog
  var threads = 1
  var isOptimised = true

  static let signatures = SignatureSet(StageCatalogue.set.signatures)

  /// The table that a text asks for.
  func table(_ kql: String) throws -> Table {
    let context = RunContext(clock: Instant.unixEpoch, threads: threads)
    let plan = try plan(kql, context)
    return try Execution(context).run(isOptimised ? Optimiser.optimised(plan) : plan)
  }

  private func plan(_ kql: String, _ context: RunContext) throws -> Plan {
    let tree = parse(kql, signatures: Self.signatures)
    if let error = tree.diagnostics.first(where: { $0.severity == .error }) { throw error }
    guard let statement = tree.statements.first, case .pipeline(let pipeline) = statement.kind
    else { throw NoPipeline() }
    let binder = Binder(catalog: catalog, scope: Scope(), context: context, source: tree.source)
    return try binder.plan(of: pipeline)
  }

  private struct NoPipeline: Error {}
}
