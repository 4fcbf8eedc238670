import CasebookEngine
import CasebookLanguage
import CasebookTables
import CasebookTestSupport
import CasebookValues
import Testing

/// An engine with a log, and its answers as tables.
final class FlowBench {
  private let bench = Workbench()
  private let engine: Engine
  /// What the last statement said of its figures, and warned of.
  private(set) var findings: [String] = []
  private(set) var warnings: [String] = []

  /// Runs statements, none of which may fail.
  init(_ statements: String, threads: Int = 2) throws {
    engine = try bench.engine(threads: threads)
    _ = try cells(statements)
  }

  deinit { try? engine.close() }

  /// The columns of a real log under their roles, ended cases told by their last completion.
  static func helpdesk() throws -> FlowBench {
    try FlowBench(
      """
      load "\(Places.shared)/data/helpdesk/helpdesk.csv" as events
      log events (case=case_id, step=activity, at=timestamp, resource=resource, closed_by=last)
      """)
  }

  static func incidents() throws -> FlowBench {
    try FlowBench(
      """
      load "\(Places.shared)/data/servicenow_incidents/servicenow_incidents.csv" as events
      log events (case=case_id, step=activity, at=timestamp, closed_by=last)
      """)
  }

  static func purchasing() throws -> FlowBench {
    try FlowBench(
      """
      load "\(Places.shared)/data/purchasing/purchasing.csv" as events
      log events (case=case_id, step=activity, start=start_timestamp, at=timestamp, resource=resource, closed_by=last)
      """)
  }

  static func named(_ name: String) throws -> FlowBench {
    switch name {
    case "helpdesk": try helpdesk()
    case "purchasing": try purchasing()
    default: try incidents()
    }
  }

  /// The table that a statement gives.
  func table(_ statement: String) throws -> FlowAnswer {
    let cell = try #require(try cells(statement).last)
    guard case .table(let table) = cell.output else {
      throw Failure(text: "no table: \(statement)")
    }
    findings = cell.findings
    warnings = cell.warnings.map(\.text)
    return FlowAnswer(table)
  }

  /// The diagnostic with which a statement fails.
  func failure(_ statement: String) -> Diagnostic? {
    var found: Diagnostic?
    engine.run(statement) { cell in
      if case .failure(let diagnostic) = cell.output { found = diagnostic }
    }
    return found
  }

  /// Bytes of the answer, for comparisons.
  func answer(_ statement: String) -> String { engine.answer(statement) }

  private func cells(_ statements: String) throws -> [Cell] {
    var cells: [Cell] = []
    engine.run(statements) { cells.append($0) }
    for cell in cells {
      if case .failure(let diagnostic) = cell.output {
        throw Failure(text: "\(diagnostic.code) \(diagnostic.message)")
      }
    }
    return cells
  }

  struct Failure: Error, CustomStringConvertible {
    var text: String
    var description: String { text }
  }
}

/// A table whose cells are reached by the names of columns.
struct FlowAnswer {
  let table: Table

  init(_ table: Table) { self.table = table }

  var rowCount: Int { table.rowCount }

  func scalar(_ column: String, _ row: Int = 0) throws -> Scalar {
    let index = try #require(table.index(of: column), "no column \(column)")
    try #require(row < table.rowCount, "no row \(row)")
    return table.columns[index].scalar(row)
  }

  func text(_ column: String, _ row: Int = 0) throws -> String { try scalar(column, row).text }

  /// A number, a length of time in seconds; not-a-number for null.
  func number(_ column: String, _ row: Int = 0) throws -> Double {
    switch try scalar(column, row) {
    case .timespan(let ticks): Double(ticks) / Double(Ticks.perSecond)
    case .long(let value): Double(value)
    case .real(let value): value
    default: .nan
    }
  }

  /// The row in which columns have these texts.
  func row(_ values: [String: String]) -> Int? {
    (0..<rowCount).first { row in
      values.allSatisfy { column, value in (try? text(column, row)) == value }
    }
  }
}

/// A file of figures that another program computed from a real log.
struct OracleFolder {
  private let folder: String

  init(_ dataset: String) { folder = Places.shared + "/data/\(dataset)/oracle/" }

  static var isHere: Bool { Places.exists(Places.shared + "/data/helpdesk/oracle/summary.json") }
  static let whereFrom: Comment = "../shared/data is not here"

  /// A part of the summary.
  func summary(_ key: String) throws -> Dynamic {
    let bytes = try #require(readFile(folder + "summary.json"))
    let all = try #require(bytes.withUnsafeBufferPointer { Dynamic(json: $0) })
    return try #require(all[key], "no \(key) in the summary")
  }

  /// The rows of a CSV file without quotes, by the names of its columns.
  func rows(_ name: String) throws -> [[String: String]] {
    let bytes = try #require(readFile(folder + name))
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map {
        String($0).replacing("\r", with: "")
      }
    }
    let names = try #require(lines.first)
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }
  }
}

extension Dynamic {
  /// The number under a key.
  func number(_ key: String) throws -> Double { try #require(self[key]?.asReal, "no \(key)") }
  /// The text under a key.
  func name(_ key: String) throws -> String { try #require(self[key], "no \(key)").text }
  /// The list under a key.
  func list(_ key: String) throws -> [Dynamic] { try #require(self[key]?.elements, "no \(key)") }
}

/// Equal within 1e-9 of the value, or one unit of the last digit that the oracle prints.
func expectClose(
  _ actual: Double, _ expected: Double, digit: Double = 1e-6, _ what: String,
  _ place: SourceLocation = #_sourceLocation
) {
  let isClose = abs(actual - expected) <= max(digit * 1.000001, 1e-9 * abs(expected))
  #expect(isClose, "\(what): \(actual), not \(expected)", sourceLocation: place)
}

/// Equal to six digits.
func expectSixDigits(
  _ actual: Double, _ expected: Double, _ what: String,
  _ place: SourceLocation = #_sourceLocation
) {
  let isClose = actual == expected || abs(actual - expected) <= 1e-5 * abs(expected)
  #expect(isClose, "\(what): \(actual), not \(expected)", sourceLocation: place)
}
