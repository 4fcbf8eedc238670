import CasebookTables
import CasebookValues
import Testing

@testable import CasebookFormats

/// What the tests compare: names with types, and rows as text with `-` for null.
struct Loaded: Equatable {
  var columns: [String]
  var rows: [[String]]
}

/// Loads text from memory.
func load(
  _ text: String, threads: Int = 1, pieceBytes: Int = 1 << 20,
  _ configure: (inout CSVOptions) -> Void = { _ in }
) throws -> (table: Loaded, summary: LoadSummary) {
  try load(Array(text.utf8), threads: threads, pieceBytes: pieceBytes, configure)
}

func load(
  _ bytes: [UInt8], threads: Int = 1, pieceBytes: Int = 1 << 20,
  _ configure: (inout CSVOptions) -> Void = { _ in }
) throws -> (table: Loaded, summary: LoadSummary) {
  var options = CSVOptions()
  configure(&options)
  let reader = CSVReader([.memory(bytes)], options: options, pieceBytes: pieceBytes)
  let (table, summary) = try reader.table(context: RunContext(clock: 0, threads: threads))
  return (laidOut(table), summary)
}

func laidOut(_ table: Table) -> Loaded {
  Loaded(
    columns: table.fields.map { "\($0.name):\($0.type.name)" },
    rows: (0..<table.rowCount).map { row in
      table.columns.map { $0.isNull(row) ? "-" : text($0.scalar(row)) }
    })
}

private func text(_ scalar: Scalar) -> String {
  switch scalar {
  case .datetime(let ticks): Instant.plainText(ticks)
  case .string(let value): value
  case .long(let value): "\(value)"
  case .int(let value): "\(value)"
  case .real(let value), .decimal(let value): "\(value)"
  case .bool(let value): "\(value)"
  case .timespan(let ticks):
    asciiText(capacity: Timespan.textCapacity) { Timespan.write(ticks, $0) }
  case .guid(let value): value
  case .dynamic(let value): value.jsonText
  case .null: "-"
  }
}

/// Checks names with types, and rows.
func check(
  _ text: String, _ columns: [String], _ rows: [[String]],
  _ configure: (inout CSVOptions) -> Void = { _ in },
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let loaded = try load(text, configure).table
  #expect(loaded.columns == columns, sourceLocation: sourceLocation)
  #expect(loaded.rows == rows, sourceLocation: sourceLocation)
}

/// The error that loading text ends with.
func loadError(
  _ text: String, _ configure: (inout CSVOptions) -> Void = { _ in }
) -> FormatError? {
  do {
    _ = try load(text, configure)
    return nil
  } catch {
    return error as? FormatError
  }
}

/// A generator of numbers that gives the same ones for the same seed.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
