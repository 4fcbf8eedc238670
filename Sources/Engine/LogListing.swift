import CasebookAnalyses
import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues
import CasebookWorkspace

/// What listings and loads say of logs.
enum LogListing {
  /// A row an argument of every log, or of one.
  static func roles(of name: Name?, _ run: StatementRun) throws -> Table {
    let workspace = run.engine.store.workspace
    let names = try name.map { [try run.dataset($0).name] } ?? workspace.datasetNames()
    var rows: [[Scalar]] = []
    for name in names {
      guard let log = try workspace.log(of: name) else { continue }
      rows += log.roles.arguments.map {
        [
          .string(name), .string($0.name), .string($0.value),
          .string(log.isProposed ? "load" : "log"),
        ]
      }
    }
    return Table(
      fields: [
        Field("dataset", .string), Field("argument", .string), Field("value", .string),
        Field("said_by", .string),
      ], rows: rows)
  }

  /// The rows of a dataset that cannot be events: no file, the row's number, the column, the reason.
  static func rejects(of name: String, _ run: StatementRun) throws -> [[Scalar]] {
    guard let source = try run.engine.catalog.table(named: name),
      let roles = try run.engine.catalog.log(named: name)
    else { return [] }
    let plan = Plan.scan(Plan.Scan(name: name, source: source, roles: roles))
    let context = run.context
    let facts = try LogFacts(plan, context) {
      try Execution(context).run(Optimiser.optimised($0))
    }
    return facts.rejects.map { reject in
      [
        .string(""), .long(Int64(reject.row)), .string(roles.columns[reject.role] ?? ""),
        .string("\(reject.reason), so no event of the log"),
      ]
    }
  }

  /// What a load says of the log that its dataset is, and takes from names where nothing was declared.
  static func proposal(for info: DatasetInfo, _ run: StatementRun) throws -> [String] {
    let workspace = run.engine.store.workspace
    let fields = info.fields.map(\.field)
    if let known = try workspace.log(of: info.name), !known.isProposed {
      let names = Set(fields.map(\.name))
      let gone = known.roles.columns.filter { !names.contains($0.value) }.map(\.key.rawValue)
      return gone.isEmpty
        ? ["log as declared: \(known.roles.written)"]
        : ["the log's column for \(gone.sorted().joined(separator: ", ")) is gone; declare it anew"]
    }
    guard let roles = LogRoles.proposed(for: fields) else {
      try workspace.setLog(nil, of: info.name)
      return []
    }
    try workspace.setLog(StoredLog(roles, isProposed: true), of: info.name)
    return ["log by its names: \(roles.written)", "`log \(info.name) (...)` says otherwise"]
  }
}
