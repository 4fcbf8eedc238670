import CasebookQuery
import CasebookTables
import CasebookValues
import CasebookWorkspace
import Glibc

/// The workspace as the engine uses it, opened when first needed, with what the session changes about
/// how it is seen.
final class Store {
  /// The workspace; a transient one touches no disk before something is written.
  let workspace: Workspace
  /// Tables as they were when the statement began, so that one statement sees one version.
  private var opened: [String: any TableSource] = [:]

  init(_ configuration: Configuration) throws {
    if let path = configuration.workspacePath {
      workspace = try Workspace.open(path)
    } else {
      workspace = Workspace.transient()
    }
    if let limit = configuration.memoryLimitBytes {
      workspace.boundCache(limit: limit / 4, ceiling: limit / 2)
    }
  }

  func close() throws { try workspace.close() }

  /// Rulesets that the statement used, by how it named them: `intake`, `intake@live`.
  private(set) var usedRulesets: [(reference: String, ruleset: StoredRuleset)] = []
  /// Files outside the workspace that it read, with a hash of their bytes.
  private(set) var usedFiles: [String: String] = [:]

  /// Notes that a ruleset is used.
  func note(_ ruleset: StoredRuleset, as reference: String) {
    usedRulesets.append((reference, ruleset))
  }

  /// Tables whose marks it went by without reading their rows.
  private(set) var usedMarks: Set<String> = []

  /// Notes that the marks of a table are used.
  func note(marksOf table: String) { usedMarks.insert(table) }

  /// Notes that a file is read.
  func note(file path: String, _ bytes: [UInt8]) {
    usedFiles[path] = String(bytes.withUnsafeBytes { XXHash64.hash($0) }, radix: 16)
  }

  /// Forgets which versions of tables were seen, at the start of a statement.
  func refresh() {
    opened = [:]
    usedRulesets = []
    usedFiles = [:]
    usedMarks = []
  }

  /// The rows of a dataset, or nil when there is none of that name.
  func source(_ name: String) throws -> (any TableSource)? {
    if let known = opened[name] { return known }
    guard try workspace.info(name) != nil else { return nil }
    let table = try workspace.dataset(name)
    opened[name] = table
    return table
  }

  /// The tables that were opened since the statement began.
  var openedTables: [String: any TableSource] { opened }

  /// The names of all datasets, sorted.
  var names: [String] { (try? workspace.datasetNames().sorted()) ?? [] }
}

/// What the binder sees: stored tables, with the columns shown that were revealed.
struct WorkspaceCatalog: Catalog, @unchecked Sendable {
  // Unchecked: the store is used by the engine's own thread only; the binder runs on it.
  let store: Store
  let revealed: Set<String>
  let directory: String?
  let parameters: [String: Scalar]
  /// What `let` and `as` defined.
  let scope: Scope
  /// What a script that is only checked has defined.
  let checked: CheckedDefinitions

  func table(named name: String) throws -> (any TableSource)? {
    guard let source = try store.source(name) else { return nil }
    let shown = Set(
      source.fields.indices.filter { revealed.contains(name + "." + source.fields[$0].name) })
    return shown.isEmpty ? source : RevealedSource(base: source, shown: shown)
  }

  func log(named name: String) throws -> LogRoles? {
    try store.workspace.log(of: name)?.roles
  }

  var tableNames: [String] { store.names }

  func externalText(at path: String) throws -> [UInt8] {
    let bytes = try readFile(resolved(path, in: directory))
    store.note(file: path, bytes)
    return bytes
  }
}

/// A stored table some of whose protected columns may be shown.
private struct RevealedSource: TableSource {
  let base: any TableSource
  let shown: Set<Int>

  var fields: [Field] {
    base.fields.enumerated().map { index, field in
      Field(field.name, field.type, isProtected: field.isProtected && !shown.contains(index))
    }
  }
  var rowCount: Int { base.rowCount }
  var blockRowCounts: [Int] { base.blockRowCounts }
  var identity: String? { base.identity }
  func statistics(block: Int, column: Int) -> BlockStatistics? {
    base.statistics(block: block, column: column)
  }
  func read(block: Int, columns: [Int]) throws -> [Column] {
    try base.read(block: block, columns: columns)
  }
  func readWhole(columns: [Int], _ context: RunContext) throws -> [Column] {
    try base.readWhole(columns: columns, context)
  }
}

extension Engine {
  var catalog: WorkspaceCatalog {
    WorkspaceCatalog(
      store: store, revealed: session.revealed, directory: configuration.directory,
      parameters: session.parameters, scope: session.scope, checked: session.checked)
  }

  /// Whether a name stands for a table here.
  func isTable(_ name: String) -> Bool {
    switch session.scope[name] {
    case .table: true
    case .value, .function: false
    case nil: (try? store.source(name)) != nil
    }
  }
}
