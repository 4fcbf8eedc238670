import CasebookFormats
import CasebookLanguage
import CasebookQuery
import CasebookRender
import CasebookTables
import CasebookValues
import CasebookWorkspace
import Glibc

/// `load "path" as name`: a file becomes a dataset.
enum LoadCommand: CommandDeclaration {
  static let signature = Signature(
    "load", role: .command,
    [
      .string("path"),
      .clauses([
        [.word("as"), .name("as")], [.word("append"), .name("append")],
        [.word("with"), .bracketedParameters(LoadOptions.parameters)],
      ]),
    ])
  static let summary =
    "Reads CSV or TSV files, also gzip- or zstd-compressed, into a dataset."
  static let details = """
    Without `as` the dataset is named after the file. A pattern such as "2026-*.csv" loads all files that match
    as one. Onto an existing name a load replaces it; `append` adds to it. Types are inferred and widened when a
    later row needs it, so `007` stays text.

    Options: delimiter=";", header=true|false, types=(score:real, opened_at:datetime="dd/MM/yyyy HH:mm"),
    timezone="Europe/Dublin" for times without an offset, decimal=",", thousands=".", nulls=("NA", "-"),
    encoding="utf-8", on_error=fail|skip|null.

    What does not fit a declared type becomes null and is counted; `show rejects NAME` lists the lines.
    """
  static let examples = [
    Example("load \"cases.csv\" as cases"),
    Example("load \"events.csv\" as events with (types=(agent:string), nulls=(\"NA\"))"),
  ]

  static let withdrawal = Withdrawal.possible
  static let names: [String: [NameKind]] = ["as": [.dataset], "append": [.dataset]]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    try placingErrors(of: command) { try loaded(command, run) }
  }

  private static func loaded(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let pattern = command.string("path") else { return .nothing }
    let options = try LoadOptions(command, run)
    try requireFile(pattern, command, run)
    let paths = try expandGlob(resolved(pattern, in: run.engine.configuration.directory))
    let name = try options.name(for: paths[0], command)
    if case .value? = run.engine.session.scope[name] {
      throw Diagnostic(
        code: "E0315", message: "'\(name)' is a `let` value", span: command.span,
        help: "load it under another name")
    }
    let files = paths.map { path in
      run.engine.configuration.standIns[run.engine.writtenPath(path)] ?? path
    }
    let loading = Loading(name: name, paths: files, options: options, statement: run)
    let summary = try loading.perform()
    // A `let` table of that name would hide what was just loaded.
    run.engine.session.scope[name] = nil
    run.engine.store.refresh()
    return .message(summary)
  }

  /// Throws where no such file is there and one of nearly the same name is.
  private static func requireFile(
    _ path: String, _ command: Command, _ run: StatementRun
  ) throws {
    let file = resolved(path, in: run.engine.configuration.directory)
    guard !path.contains(where: { "*?[~".contains($0) }), access(file, F_OK) != 0 else { return }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let entries = folderEntries(
      resolved(folder.isEmpty ? "." : folder, in: run.engine.configuration.directory))
    guard
      let near = nearest(
        to: String(path.dropFirst(folder.count)), in: entries.filter { !$0.isFolder }.map(\.name))
    else { return }
    let span = command.expression("path")?.span ?? command.span
    let written = spelled(text: folder + near)
    throw Diagnostic(
      code: "E0404", message: "there is no file \(path)", span: span,
      help: "did you mean \(written)?", fix: Diagnostic.Fix([.init(span, written)]))
  }

  static func check(_ command: Command, _ run: StatementRun) throws {
    guard let pattern = command.string("path") else { return }
    let options = try LoadOptions(command, run)
    try placingErrors(of: command) {
      let paths = try expandGlob(resolved(pattern, in: run.engine.configuration.directory))
      let name = try options.name(for: paths[0], command)
      let fields = try CSVReader(paths: paths, options: options.csv).schema()
      let table = Table(fields: fields)
      run.engine.session.scope[name] = .table(
        LogRoles.proposed(for: fields).map { .log(of: table, $0) } ?? .values(table))
    }
  }

  /// What is wrong with a file is shown at its path, with a declared column at the declaration.
  private static func placingErrors<Result>(
    of command: Command, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch let error as FormatError {
      var (span, help) = (command.expression("path")?.span ?? command.span, error.help)
      switch error {
      case .unknownColumn(let column, let known):
        if let nearest = nearest(to: column, in: known) { help = "did you mean \(nearest)?" }
        span = declaration(of: column, in: command)?.span ?? span
      case .unknownTimestampFormat(let column, _):
        span = declaration(of: column, in: command)?.span ?? span
      default: break
      }
      throw Diagnostic(code: "E0404", message: error.message, span: span, help: help)
    }
  }

  private static func declaration(of column: String, in command: Command) -> Name? {
    for argument in command.parameters {
      guard case .schema(let columns) = argument.value.kind else { continue }
      if let found = columns.first(where: { $0.name.text == column }) { return found.name }
    }
    return nil
  }
}

/// What a `load` says besides its path.
struct LoadOptions {
  static let parameters = [
    Parameter("format", words: ["csv", "tsv"]), Parameter("delimiter"),
    Parameter("header", words: ["true", "false"]), Parameter("types"), Parameter("timezone"),
    Parameter("encoding"), Parameter("decimal"), Parameter("thousands"), Parameter("nulls"),
    Parameter("on_error", words: ["fail", "skip", "null"]), Parameter("quote"),
  ]

  var csv = CSVOptions()
  /// The options as written, kept with the dataset.
  let written: String
  let appends: Bool

  init(_ command: Command, _ run: StatementRun) throws {
    written =
      command.parameters.isEmpty
      ? "" : command.parameters.map { run.text($0) }.joined(separator: ", ")
    appends = command.has("append")
    for argument in command.parameters {
      try set(argument.name?.text ?? "", argument.value, run)
    }
  }

  private mutating func set(
    _ name: String, _ value: CasebookLanguage.Expression, _ run: StatementRun
  ) throws {
    switch name {
    case "format":
      switch word(value) {
      case "csv": break
      case "tsv": csv.delimiter = UInt8(ascii: "\t")
      default: throw Self.wrong(name, "csv or tsv", value)
      }
    case "delimiter":
      csv.delimiter = word(value) == "\\t" ? 9 : try byte(value, name)
    case "quote": csv.quote = word(value) == "" ? nil : try byte(value, name)
    case "decimal": csv.decimalMark = try byte(value, name)
    case "thousands": csv.thousandsMark = try byte(value, name)
    case "header":
      guard let isOn = Bool(word(value)) else { throw Self.wrong(name, "true or false", value) }
      csv.hasHeader = isOn
    case "timezone":
      guard let zone = Zone.named(word(value)) else {
        throw Self.wrong(name, "the name of a zone, such as \"Europe/Dublin\"", value)
      }
      csv.timezone = zone
    case "encoding":
      guard let encoding = CSVOptions.Encoding(rawValue: word(value).lowercased()) else {
        throw Self.wrong(
          name, CSVOptions.Encoding.allCases.map(\.rawValue).joined(separator: ", "), value)
      }
      csv.encoding = encoding
    case "on_error":
      switch word(value) {
      case "fail": csv.onError = .fail
      case "skip": csv.onError = .skip
      case "null": csv.onError = .null
      default: throw Self.wrong(name, "fail, skip or null", value)
      }
    case "nulls": csv.nulls = value.asList.map { word($0) }
    case "types": try setTypes(value, run)
    default: break
    }
  }

  private mutating func setTypes(
    _ value: CasebookLanguage.Expression, _ run: StatementRun
  ) throws {
    guard case .schema(let columns) = value.kind else {
      throw Self.wrong("types", "columns with types, such as (score:real)", value)
    }
    let binder = run.makeBinder()
    for column in columns {
      guard let type = column.type else { continue }
      csv.types[column.name.text] = CSVOptions.DeclaredType(
        try binder.type(type), format: column.defaultValue.map { word($0) })
    }
  }

  private func word(_ value: CasebookLanguage.Expression) -> String {
    value.asLiteral?.text ?? value.asName?.text ?? ""
  }

  private func byte(_ value: CasebookLanguage.Expression, _ name: String) throws -> UInt8 {
    let bytes = Array(word(value).utf8)
    guard bytes.count == 1 else { throw Self.wrong(name, "one character in quotes", value) }
    return bytes[0]
  }

  private static func wrong(
    _ name: String, _ expected: String, _ value: CasebookLanguage.Expression
  ) -> Diagnostic {
    Diagnostic(code: "E0316", message: "\(name) is \(expected)", span: value.span)
  }

  /// The dataset's name: as said, else the file's name without folder and endings.
  func name(for path: String, _ command: Command) throws -> String {
    if let name = command.name("append") ?? command.name("as") { return name.text }
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let stem = String(file.prefix { $0 != "." })
    let name = String(stem.map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "_" })
    guard !name.isEmpty else {
      throw Diagnostic(
        code: "E0317", message: "no name can be made of this file's", span: command.span,
        help: "say one: load \"...\" as name")
    }
    return name
  }
}
