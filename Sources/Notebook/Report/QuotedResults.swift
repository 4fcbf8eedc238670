import CasebookEngine
import CasebookLanguage
import CasebookRender
import CasebookTables

/// The results that prose quotes, as they were where they were defined.
struct QuotedResults {
  /// The names that prose of the script quotes.
  private let wanted: Set<String>
  private var results: [String: [Result]] = [:]

  private struct Result {
    /// Which entry of the report defined it.
    let entry: Int
    let columns: [String]
    let rowCount: Int
    /// The cells of its one row.
    let cells: [String]
  }

  init(wanted: Set<String>) { self.wanted = wanted }

  /// Notes what a statement defined.
  mutating func note(_ cell: Cell, entry: Int, _ engine: Engine) throws {
    let output: Table? = if case .table(let table) = cell.output { table } else { nil }
    for name in Self.namesDefined(by: cell.statement) {
      // What costs nothing is noted in any case, for the prose of scripts that this one runs.
      let isOutput = cell.statement.defined?.label == "as " + name
      guard isOutput || wanted.contains(name) else { continue }
      guard let table = try isOutput ? output : engine.firstRows(ofName: name, count: 2) else {
        continue
      }
      results[name, default: []].append(
        Result(
          entry: entry, columns: table.fields.map(\.name), rowCount: table.rowCount,
          cells: table.rowCount == 1 ? table.shownCells(ofRow: 0) : []))
    }
  }

  /// Whether prose quotes the result that a cell shows: one row that `as` named.
  func isQuoted(_ cell: Cell) -> Bool {
    guard case .table(let table) = cell.output, table.rowCount == 1 else { return false }
    return wanted.contains { cell.statement.defined?.label == "as " + $0 }
  }

  private static func namesDefined(by statement: Statement) -> [String] {
    switch statement.kind {
    case .binding(let binding): return [binding.name.text]
    case .command(let command) where command.name == "param" || command.name == "load":
      return [command.name("name") ?? command.name("as")].compactMap { $0?.text }
    case .parameters(let columns): return columns.map(\.name.text)
    case .pipeline(let pipeline):
      return pipeline.stages.compactMap { $0.name == "as" ? $0.name("name")?.text : nil }
    default: return []
    }
  }

  /// The value of a quote in the prose of an entry, or the diagnostic that says why there is none.
  ///
  /// The last result of the name before the prose counts; a summary at the top may quote what comes after it.
  func value(of quote: Prose.Quote, in entry: Int) -> Swift.Result<String, Diagnostic> {
    guard let target = quote.target else {
      return .failure(
        Diagnostic(
          code: "E0730", message: "this quotes no result", span: quote.span,
          help: "the form is {{ name.column }}; \\{{ is no quote"))
    }
    let known = results[target.name] ?? []
    guard let result = known.last(where: { $0.entry < entry }) ?? known.first else {
      return .failure(unknownName(target.name, quote))
    }
    guard result.rowCount == 1 else {
      return .failure(
        Diagnostic(
          code: "E0732",
          message:
            "'\(target.name)' has \(result.rowCount == 0 ? "no row" : "several rows"), and a quote needs one",
          span: quote.span, help: "`| summarize ... | as \(target.name)` or `| take 1` makes it one"
        ))
    }
    guard let column = target.column ?? (result.columns.count == 1 ? result.columns.first : nil),
      let index = result.columns.firstIndex(of: column)
    else { return .failure(unknownColumn(target, result, quote)) }
    return .success(result.cells[index])
  }

  private func unknownName(_ name: String, _ quote: Prose.Quote) -> Diagnostic {
    let near = nearest(to: name, in: results.keys.sorted())
    return Diagnostic(
      code: "E0731", message: "no result is named '\(name)'", span: quote.span,
      help: near.map { "did you mean \($0)?" }
        ?? "`| as \(name)` behind a pipeline names its result")
  }

  private func unknownColumn(
    _ target: Prose.Target, _ result: Result, _ quote: Prose.Quote
  ) -> Diagnostic {
    let message =
      target.column.map { "'\(target.name)' has no column '\($0)'" }
      ?? "'\(target.name)' has several columns, and a quote needs one"
    return Diagnostic(
      code: "E0733", message: message, span: quote.span,
      help: "columns here: " + result.columns.joined(separator: ", "))
  }
}
