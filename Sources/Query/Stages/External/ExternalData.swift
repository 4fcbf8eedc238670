import CasebookLanguage
import CasebookTables
import CasebookValues

/// `externaldata (a: long, b: string) ["file.csv"] with (ignoreFirstRecord=true)`.
enum ExternalDataStage: StageDeclaration {
  static let signature = Signature(
    "externaldata", aliases: ["external_data"], role: .source,
    [
      .schema("columns"), .rows("files"),
      .optional([
        .word("with"),
        .bracketedParameters([
          Parameter(
            "format", words: ["csv", "tsv", "psv", "scsv", "json", "multijson", "txt", "raw"]),
          Parameter("ignoreFirstRecord", words: ["true", "false"]),
        ]),
      ]),
    ])
  static let summary = "Rows of local files, read each time the statement runs."
  static let details = """
    The format is csv, tsv, psv (`|`), scsv (`;`), json (an object a line), txt (a line a row) or raw (a
    file a row); unless given it follows from the file's name. Fields go to the columns by their place,
    keys of objects by name; what is not of a column's type is null. `load` keeps a file's rows in the
    workspace and is quicker for more than one question.
    """
  static let examples = [
    Example("externaldata (queue: string, n: long) [] | count", "no file, no rows", output: "0")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let fields = try binder.fields(stage.schema("columns"))
    guard !fields.isEmpty else { throw BindIssue.noColumns(what: "this table").at(stage.span) }
    let format = (stage.parameter("format").flatMap { $0.asName?.text ?? $0.asLiteral?.text })
    var files: [ExternalOperation.File] = []
    for syntax in stage.expressions("files") {
      let path = try binder.constantText(syntax, what: "a file's name")
      guard !path.contains("://") else {
        throw BindIssue.unsupported(
          "reading from the network", instead: "fetch the file, and give its local name"
        ).at(syntax.span)
      }
      let name = format ?? ExternalOperation.format(ofFile: path)
      guard let format = ExternalOperation.Format(rawValue: name) else {
        throw BindIssue.shape(
          "this format is not read",
          help: "formats: csv, tsv, psv, scsv, json, multijson, txt, raw"
        ).at(stage.parameter("format")?.span ?? syntax.span)
      }
      files.append(ExternalOperation.File(path: path, format: format))
    }
    return .apply(
      ExternalOperation(
        fields: fields, files: files,
        skipsFirst: stage.parameter("ignoreFirstRecord").map {
          ($0.asLiteral?.text ?? $0.asName?.text) == "true"
        } ?? false, catalog: binder.catalog), [])
  }
}

/// Reads texts and lays their records out as columns.
private struct ExternalOperation: TableOperation {
  enum Format: String, Sendable {
    case csv, tsv, psv, scsv, json, multijson, txt, raw

    /// What parts the fields of a record.
    var delimiter: UInt8? {
      switch self {
      case .csv: UInt8(ascii: ",")
      case .tsv: UInt8(ascii: "\t")
      case .psv: UInt8(ascii: "|")
      case .scsv: UInt8(ascii: ";")
      case .json, .multijson, .txt, .raw: nil
      }
    }
  }

  struct File: Sendable {
    let path: String
    let format: Format
  }

  let fields: [Field]
  let files: [File]
  let skipsFirst: Bool
  let catalog: any Catalog
  var title: String { "externaldata" }

  func estimatedRows(_ inputs: [Int]) -> Int { files.isEmpty ? 0 : 1000 }

  /// The format that a file's name tells of.
  static func format(ofFile path: String) -> String {
    guard let dot = path.lastIndex(of: ".") else { return "txt" }
    switch path[path.index(after: dot)...].lowercased() {
    case "csv": return "csv"
    case "tsv": return "tsv"
    case "psv": return "psv"
    case "json", "jsonl", "ndjson": return "json"
    default: return "txt"
    }
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    var builders = fields.map { ColumnBuilder($0.type) }
    var isSkipping = false
    for file in files {
      try context.checkpoint()
      isSkipping = skipsFirst
      let bytes = try catalog.externalText(at: file.path)
      bytes.withUnsafeBufferPointer { text in
        func add(_ fieldTexts: [[UInt8]]) {
          if isSkipping {
            isSkipping = false
          } else {
            append(fieldTexts, to: &builders)
          }
        }
        switch file.format {
        case .json, .multijson: objects(in: text) { append($0, to: &builders) }
        case .raw: add([Array(text)])
        case .txt: lines(of: text) { add([Array($0)]) }
        default: records(in: text, delimiter: file.format.delimiter ?? UInt8(ascii: ","), add)
        }
      }
    }
    let rowCount = builders[0].count
    return Table(
      fields: fields, columns: builders.indices.map { builders[$0].finish() }, rowCount: rowCount)
  }

  private func append(_ texts: [[UInt8]], to builders: inout [ColumnBuilder]) {
    for (index, field) in fields.enumerated() {
      guard texts.indices.contains(index) else {
        builders[index].appendNull()
        continue
      }
      texts[index].withUnsafeBufferPointer { text in
        if field.type == .string {
          builders[index].append(utf8: text)
        } else {
          builders[index].append(value(of: text, as: field.type) ?? .null(field.type))
        }
      }
    }
  }

  private func append(_ object: Dynamic, to builders: inout [ColumnBuilder]) {
    for (index, field) in fields.enumerated() {
      let value = object[field.name] ?? .null
      builders[index].append(Scalar.dynamic(value).converted(to: field.type))
    }
  }

  /// Objects one a line, or an array of them over the whole text.
  private func objects(in text: UnsafeBufferPointer<UInt8>, _ body: (Dynamic) -> Void) {
    if case .array(let items)? = Dynamic(json: text) {
      for item in items { body(item) }
      return
    }
    lines(of: text) { line in
      if let object = Dynamic(json: line) { body(object) }
    }
  }

  /// Calls `body` with each line that is not empty, without its end.
  private func lines(
    of text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    var start = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while start < text.count {
      let newline = text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
      let end = newline > start && text[newline - 1] == UInt8(ascii: "\r") ? newline - 1 : newline
      if end > start { body(UnsafeBufferPointer(rebasing: text[start..<end])) }
      start = newline + 1
    }
  }

  /// Calls `body` with the fields of each record.
  ///
  /// Quoted fields may hold delimiters and line ends.
  private func records(
    in text: UnsafeBufferPointer<UInt8>, delimiter: UInt8, _ body: ([[UInt8]]) -> Void
  ) {
    let quote = UInt8(ascii: "\"")
    var (record, field): ([[UInt8]], [UInt8]) = ([], [])
    var (isQuoted, wasQuoted) = (false, false)
    var index = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    func endRecord() {
      if !record.isEmpty || !field.isEmpty || wasQuoted { body(record + [field]) }
      (record, field, wasQuoted) = ([], [], false)
    }
    while index < text.count {
      let byte = text[index]
      index += 1
      if isQuoted {
        guard byte == quote else {
          field.append(byte)
          continue
        }
        if index < text.count, text[index] == quote {
          field.append(quote)
          index += 1
        } else {
          isQuoted = false
        }
        continue
      }
      switch byte {
      case quote where field.isEmpty && !wasQuoted: (isQuoted, wasQuoted) = (true, true)
      case delimiter:
        record.append(field)
        (field, wasQuoted) = ([], false)
      case UInt8(ascii: "\r") where index < text.count && text[index] == UInt8(ascii: "\n"): break
      case UInt8(ascii: "\n"): endRecord()
      default: field.append(byte)
      }
    }
    endRecord()
  }
}
