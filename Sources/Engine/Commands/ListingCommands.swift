import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues
import CasebookWorkspace

/// `datasets`: what is stored here.
enum DatasetsCommand: CommandDeclaration {
  static let signature = Signature("datasets", role: .tableCommand, [])
  static let summary = "One row a dataset: rows, columns, where it came from and when."
  static let examples = [Example("datasets"), Example("datasets | where rows > 1000")]

  private static let fields = [
    Field("name", .string), Field("rows", .long), Field("columns", .long),
    Field("source", .string), Field("loaded_at", .datetime), Field("rejects", .long),
    Field("sha256", .string),
  ]

  static func columns(_ command: Command, _ run: StatementRun) -> [Field]? { fields }

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    let rows = try run.engine.store.workspace.datasets().map { info -> [Scalar] in
      let sources = info.loads.flatMap(\.provenance.sources)
      return [
        .string(info.name), .long(Int64(info.rowCount)), .long(Int64(info.fields.count)),
        .string(sources.map(\.path).joined(separator: ", ")),
        info.loads.last.map { .datetime($0.loadedAt) } ?? .null(.datetime),
        .long(Int64(info.loads.reduce(0) { $0 + $1.provenance.rejectCount })),
        .string(sources.count == 1 ? sources[0].sha256 : ""),
      ]
    }
    return .table(Table(fields: fields, rows: rows))
  }
}

/// `show rejects name` and its kind: listings.
enum ShowCommand: CommandDeclaration {
  static let signature = Signature(
    "show", role: .tableCommand,
    [
      .oneOf(
        "what",
        [
          "columns", "datasets", "lets", "lists", "logs", "params", "pools", "queues", "rejects",
          "reveals", "rules", "rulesets", "sessions", "settings", "tests", "versions", "views",
        ]),
      .optional([.name("of")]),
    ])
  static let summary =
    "Lists columns, datasets, views, settings, rejects; queues, rulesets, rules, versions, tests."
  static let details = """
    `show rules`, `show tests` and `show versions` take a ruleset's name, or list all.

    `show rejects NAME` lists the lines of a load that were not taken as they stand, with the reason, and the rows
    that cannot be events of the log (the line is then the row). `show logs` lists the roles of logs. `show
    columns NAME` lists a dataset's columns with their marks: late, protected. `show sessions` lists the sittings
    at the prompt whose record is kept; `casebook --recover` takes up the last that was cut off.
    """
  static let examples = [Example("show settings"), Example("show views")]
  static let names: [String: [NameKind]] = ["of": [.dataset]]

  static func columns(_ command: Command, _ run: StatementRun) throws -> [Field]? {
    guard case .table(let table) = try Self.run(command, run) else { return nil }
    return table.fields
  }

  /// The listing that a word alone stands for at the head of a pipeline: `rejects | where line > 5`.
  static func listing(_ word: String) -> ((StatementRun) throws -> Table)? {
    switch word {
    case "lets": { lets($0) }
    case "logs": { try LogListing.roles(of: nil, $0) }
    case "params": { params($0) }
    case "rejects": { try rejects(of: nil, $0) }
    case "reveals": { try reveals($0) }
    case "settings": { settings($0) }
    case "views": { try views($0) }
    default:
      TriageListings.words.contains(word)
        ? { try TriageListings.table(word, of: nil, $0) ?? Table(fields: []) } : nil
    }
  }

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    let what = command.word("what") ?? ""
    if let table = try TriageListings.table(what, of: command.name("of"), run) {
      return .table(table)
    }
    switch what {
    case "columns": return .table(try columns(try name(command), run))
    case "datasets": return try DatasetsCommand.run(command, run)
    case "lets": return .table(lets(run))
    case "logs": return .table(try LogListing.roles(of: command.name("of"), run))
    case "params": return .table(params(run))
    case "rejects": return .table(try rejects(of: command.name("of"), run))
    case "reveals": return .table(try reveals(run))
    case "sessions": return .table(try run.host(for: command).sessionTable())
    case "settings": return .table(settings(run))
    default: return .table(try views(run))
    }
  }

  private static func name(_ command: Command) throws -> Name {
    guard let name = command.name("of") else {
      throw Diagnostic(
        code: "E0318", message: "of which dataset?", span: command.span,
        help: "show \(command.word("what") ?? "") NAME; `datasets` lists the names")
    }
    return name
  }

  private static func columns(_ name: Name, _ run: StatementRun) throws -> Table {
    let info = try run.dataset(name)
    return Table(
      fields: [
        Field("column", .string), Field("type", .string), Field("late", .bool),
        Field("protected", .bool),
      ],
      rows: info.fields.map {
        [
          .string($0.field.name), .string($0.field.type.name), .bool($0.isLate),
          .bool($0.field.isProtected),
        ]
      })
  }

  private static func rejects(of name: Name?, _ run: StatementRun) throws -> Table {
    let store = run.engine.store.workspace
    let names = try name.map { [try run.dataset($0).name] } ?? store.datasetNames()
    var rows: [[Scalar]] = []
    for name in names {
      rows += try LogListing.rejects(of: name, run).map { [.string(name)] + $0 }
      guard let source = try store.rejects(of: name) else { continue }
      for block in source.blockRowCounts.indices {
        let columns = try source.read(block: block, columns: Array(source.fields.indices))
        rows += (0..<source.blockRowCounts[block]).map { row in
          [.string(name)] + columns.map { $0.scalar(row) }
        }
      }
    }
    return Table(
      fields: [
        Field("dataset", .string), Field("file", .string), Field("line", .long),
        Field("column", .string), Field("reason", .string),
      ], rows: rows)
  }

  private static func lets(_ run: StatementRun) -> Table {
    let scope = run.engine.session.scope
    return Table(
      fields: [Field("name", .string), Field("kind", .string)],
      rows: scope.names.map { name in
        let kind =
          switch scope[name] {
          case .table: "table"
          case .function: "function"
          case .value(let value): value.type.name
          case nil: ""
          }
        return [.string(name), .string(kind)]
      })
  }

  private static func params(_ run: StatementRun) -> Table {
    let session = run.engine.session
    let scope = session.scope
    return Table(
      fields: [
        Field("name", .string), Field("type", .string), Field("value", .string),
        Field("allowed", .string),
      ],
      rows: session.parameterNames.compactMap { name in
        guard case .value(let value)? = scope[name] else { return nil }
        return [
          .string(name), .string(value.type.name),
          .string(
            session.secrets[name] == nil ? value.expression.constantValue?.text ?? "" : "***"),
          .string(session.allowedValues[name] ?? ""),
        ]
      })
  }

  private static func settings(_ run: StatementRun) -> Table {
    Table(
      fields: [Field("name", .string), Field("value", .string), Field("summary", .string)],
      rows: Settings.all.map {
        [.string($0.name), .string(run.engine.session.settings[$0.name]), .string($0.summary)]
      })
  }

  private static func views(_ run: StatementRun) throws -> Table {
    Table(
      fields: [Field("name", .string), Field("created_at", .datetime), Field("text", .string)],
      rows: try run.engine.store.workspace.views().map {
        [.string($0.name), .datetime($0.created), .string($0.text)]
      })
  }

  private static func reveals(_ run: StatementRun) throws -> Table {
    Table(
      fields: [
        Field("at", .datetime), Field("action", .string), Field("column", .string),
        Field("reason", .string),
      ],
      rows: try run.engine.store.workspace.audit().map {
        [.datetime($0.at), .string($0.action), .string($0.subject), .string($0.reason)]
      })
  }
}

extension StatementRun {
  /// What is stored under a name; an error at the name when there is nothing.
  func dataset(_ name: Name) throws -> DatasetInfo {
    if let info = try engine.store.workspace.info(name.text) { return info }
    let known = try engine.store.workspace.datasetNames()
    throw Diagnostic(
      code: "E0319", message: "no dataset is named '\(name.text)'", span: name.span,
      help: nearest(to: name.text, in: known).map { "did you mean \($0)?" }
        ?? "`datasets` lists the names",
      fix: Diagnostic.Fix(naming: nearest(to: name.text, in: known), at: name.span))
  }
}
