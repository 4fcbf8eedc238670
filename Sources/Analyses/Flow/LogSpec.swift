import CasebookLanguage
import CasebookQuery
import CasebookTables

/// How the columns of a table that holds just what a stage reads are a log.
struct LogSpec: Sendable {
  /// The roles with everything that the stage overrides.
  var roles: LogRoles
  /// Where each role's column stands in the table.
  var columns: [LogRole: Int] = [:]
  /// Where the columns of `by` stand.
  var groups: Range<Int> = 0..<0
  /// Where further columns stand that the stage asked for.
  var extras: Range<Int> = 0..<0
  /// End of observation in ticks, where it is known before any row is read.
  var asOf: Int64?
  /// Names the rows and roles, so that the index may be kept; nil for rows that are not a stored dataset's.
  var key: DerivedKey?
  /// Whether the index may be kept in the workspace, and not only in memory.
  var isKept = false
  /// Whether the index, once known, stands for the column of cases, which is the last of the table.
  var canLeaveCases = false
  /// Whether a second table holds the cases (and times) of the log before any filter.
  var hasGround = false
  /// Whether stages before may have cut events out of cases.
  var isCut = false
  /// The stage's word, where errors point to.
  var span: Span
  /// The stage's word.
  var word: String

  /// Whether the rows are events, and not cases.
  var hasEvents: Bool { roles.hasEvents }
}

/// What a stage makes of a log.
///
/// The form of every stage of the family: it reads a `LogView` and nothing else.
protocol LogOperation: Sendable {
  /// The columns of the result.
  var fields: [Field] { get }
  /// How `render` without a kind draws the result.
  var drawing: RenderHint? { get }
  /// What `render` without a kind shows in its place, where that is another table of the same log.
  var drawn: Self? { get }
  /// Whether it asks who worked; other stages need not read that column.
  var readsResource: Bool { get }
  /// Whether it shows or compares the names of cases; other stages need not read that column once the index is known.
  var readsCases: Bool { get }
  /// Makes the result.
  func run(_ log: LogView, _ context: RunContext) throws -> Table
}

extension LogOperation {
  /// As a table.
  var drawing: RenderHint? { nil }
  /// Its own table.
  var drawn: Self? { nil }
  /// It may ask.
  var readsResource: Bool { true }
  /// It may.
  var readsCases: Bool { true }
}

/// A stage of a log as an operation of the plan.
struct LogApplication<Stage: LogOperation>: TableOperation {
  let stage: Stage
  var spec: LogSpec
  let title: String
  /// The index, where it was known before anything was read.
  var known: LogIndex.Known?
  var fields: [Field] { stage.fields }
  var drawing: RenderHint? { stage.drawing }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let log = try LogView(
      inputs[0], ground: spec.hasGround ? inputs[1] : nil, spec, known: known, context)
    return try stage.run(log, context)
  }

  var drawn: (any TableOperation)? {
    stage.drawn.map { LogApplication(stage: $0, spec: spec, title: title) }
  }

  /// With a known index, names of cases that nobody asks for are not read.
  func shortened(_ inputs: [Plan], _ context: RunContext) -> (any TableOperation, [Plan])? {
    guard spec.canLeaveCases, case .compute(let input, let outputs)? = inputs.first,
      let key = spec.key, let known = LogIndex.Known(key, context)
    else { return nil }
    var shorter = self
    shorter.known = known
    shorter.spec.columns[.caseID] = nil
    return (shorter, [.compute(input, Array(outputs.dropLast()))])
  }
}
