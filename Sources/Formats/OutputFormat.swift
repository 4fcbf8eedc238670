public import CasebookTables
import CasebookValues

/// How a table is written as text.
public enum OutputFormat: Sendable, Hashable {
  /// Cells parted by commas. Unless `raw`, texts that a spreadsheet would run as a formula get a `'`
  /// in front.
  case csv(raw: Bool)
  /// The same, parted by tabs.
  case tsv(raw: Bool)
  /// An array of objects.
  case json
  /// An object a line.
  case ndjson
  /// One line: `{"columns":[{"name":…,"type":…}],"rows":[[…],…]}`.
  case jsonTable
  /// A Markdown table.
  case markdown
}

/// Receives text as it is made, some tens of kilobytes at a time.
public typealias ByteSink = (UnsafeRawBufferPointer) throws -> Void

/// Writes a whole table.
public func write(_ table: Table, as format: OutputFormat, to sink: ByteSink) throws {
  var writer = TableWriter(format, fields: table.fields)
  try writer.begin(sink)
  try writer.write(table, sink)
  try writer.finish(sink)
}

/// Writes a table part by part: `begin`, any number of `write`, `finish`.
public struct TableWriter {
  private let format: OutputFormat
  private let fields: [Field]
  private let output: OutputBuffer
  private let delimited: DelimitedCells
  private let keys: [[UInt8]]
  private var rowCount = 0

  /// A writer of tables with these fields; protected ones are written as `***`.
  public init(_ format: OutputFormat, fields: [Field]) {
    self.format = format
    self.fields = fields
    output = OutputBuffer()
    switch format {
    case .csv(let raw): delimited = DelimitedCells(delimiter: UInt8(ascii: ","), isRaw: raw)
    case .tsv(let raw): delimited = DelimitedCells(delimiter: 9, isRaw: raw)
    default: delimited = DelimitedCells(delimiter: 0, isRaw: true)
    }
    keys = fields.enumerated().map { position, field in
      var key: [UInt8] = position == 0 ? [UInt8(ascii: "{")] : [UInt8(ascii: ",")]
      writeJSONString(field.name, to: &key)
      return key + [UInt8(ascii: ":")]
    }
  }

  /// Writes what stands before the rows.
  public mutating func begin(_ sink: ByteSink) throws {
    switch format {
    case .csv, .tsv: beginDelimited()
    case .markdown: beginMarkdown()
    case .json: output.append("[")
    case .jsonTable: beginJSONTable()
    case .ndjson: break
    }
    try output.flush(to: sink)
  }

  /// Writes the rows of a table that has the writer's fields.
  public mutating func write(_ table: Table, _ sink: ByteSink) throws {
    precondition(table.columns.count == fields.count, "the fields the writer was made for")
    let columns = zip(fields, table.columns).map { CellColumn($0, $1) }
    try withExtendedLifetime(table) {
      for row in 0..<table.rowCount {
        writeRow(row, columns)
        rowCount += 1
        if output.count > OutputBuffer.flushCount { try output.flush(to: sink) }
      }
    }
    try output.flush(to: sink)
  }

  /// Writes what stands behind the rows.
  public mutating func finish(_ sink: ByteSink) throws {
    switch format {
    case .csv, .tsv, .markdown, .ndjson: return
    case .json: output.append(rowCount == 0 ? "]\n" : "\n]\n")
    case .jsonTable: output.append("]}\n")
    }
    try output.flush(to: sink)
  }
}

extension TableWriter {
  private func beginDelimited() {
    for (position, field) in fields.enumerated() {
      if position > 0 { output.append(delimited.delimiter) }
      withBytes(of: field.name) { delimited.writeText($0, isOnly: fields.count == 1, output) }
    }
    output.append(10)
  }

  private func beginMarkdown() {
    for field in fields {
      output.append("| ")
      withBytes(of: field.name) { writeMarkdownText($0, output) }
      output.append(" ")
    }
    output.append("|\n")
    for field in fields { output.append(field.type.isNumeric ? "| ---: " : "| --- ") }
    output.append("|\n")
  }

  private func beginJSONTable() {
    output.append("{\"columns\":[")
    for (position, field) in fields.enumerated() {
      var object = Array((position == 0 ? "{\"name\":" : ",{\"name\":").utf8)
      writeJSONString(field.name, to: &object)
      output.append(object)
      output.append(",\"type\":\"")
      output.append(Array(field.type.name.utf8))
      output.append("\"}")
    }
    output.append("],\"rows\":[")
  }

  private func writeRow(_ row: Int, _ columns: [CellColumn]) {
    switch format {
    case .csv, .tsv:
      for position in columns.indices {
        if position > 0 { output.append(delimited.delimiter) }
        delimited.write(columns[position], row, isOnly: columns.count == 1, output)
      }
      output.append(10)
    case .markdown:
      for column in columns {
        output.append("| ")
        writeMarkdownCell(column, row, output)
        output.append(" ")
      }
      output.append("|\n")
    case .json:
      output.append(rowCount == 0 ? "\n" : ",\n")
      writeObject(row, columns)
    case .ndjson:
      writeObject(row, columns)
      output.append(10)
    case .jsonTable:
      output.append(rowCount == 0 ? "[" : ",[")
      for position in columns.indices {
        if position > 0 { output.append(UInt8(ascii: ",")) }
        writeJSONCell(columns[position], row, output)
      }
      output.append(UInt8(ascii: "]"))
    }
  }

  private func writeObject(_ row: Int, _ columns: [CellColumn]) {
    for position in columns.indices {
      output.append(keys[position])
      writeJSONCell(columns[position], row, output)
    }
    output.append(columns.isEmpty ? "{}" : "}")
  }
}
