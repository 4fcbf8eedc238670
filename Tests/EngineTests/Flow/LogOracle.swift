import CasebookEngine
import CasebookLanguage
import CasebookTables
import CasebookTestSupport
import CasebookValues
import Foundation
import Testing

/// A real log with what other programs say of it, under `closed_by=last`.
struct LogOracle {
  /// The folders of logs, and how each is declared.
  static let declarations = [
    "helpdesk": "case=case_id, step=activity, at=timestamp, resource=resource",
    "servicenow_incidents": "case=case_id, step=activity, at=timestamp, resource=resource",
    "purchasing":
      "case=case_id, step=activity, start=start_timestamp, at=timestamp, resource=resource",
  ]

  /// The logs that are there.
  static var names: [String] {
    declarations.keys.sorted().filter {
      FileManager.default.fileExists(atPath: Places.shared + "/data/\($0)/oracle/summary.json")
    }
  }

  let name: String
  let engine: Engine
  /// `summary.json`.
  let summary: [String: Any]

  init(_ name: String, threads: Int = 2) throws {
    self.name = name
    let folder = Places.shared + "/data/" + name
    var configuration = Configuration()
    configuration.directory = folder
    configuration.threads = threads
    engine = try Engine(configuration)
    let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/oracle/summary.json"))
    summary = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let declaration = try #require(Self.declarations[name])
    engine.run(
      "load \"\(name).csv\" as t\nlog t (\(declaration), closed_by=last)"
    ) { #expect(!$0.isFailure) }
  }

  /// The rows that a text gives, by column.
  func rows(_ text: String) -> [[String: Scalar]] {
    var rows: [[String: Scalar]] = []
    engine.run(text) { cell in
      if case .failure(let diagnostic) = cell.output {
        Issue.record("\(text): \(diagnostic.message)")
      }
      guard case .table(let table) = cell.output else { return }
      rows = (0..<table.rowCount).map { row in
        Dictionary(uniqueKeysWithValues: zip(table.fields.map(\.name), table.row(row)))
      }
    }
    return rows
  }

  /// The rows of an oracle's CSV file.
  func file(_ file: String) -> [[String: Scalar]] {
    engine.run("load \"oracle/\(file).csv\" as oracle_\(file)") { #expect(!$0.isFailure) }
    return rows("oracle_\(file)")
  }

  /// A part of the summary.
  func part(_ key: String) throws -> [String: Any] {
    try #require(summary[key] as? [String: Any], "\(key) of \(name)")
  }
}

extension Scalar {
  /// The value in seconds, or as a plain number; nil where null.
  var measure: Double? {
    switch self {
    case .timespan(let ticks): Double(ticks) / 1e7
    case .null: nil
    default: asReal
    }
  }
}

/// Whether a value is what the oracle says, to 1e-9 or one unit of the sixth decimal.
func agrees(_ value: Double?, _ expected: Double?) -> Bool {
  guard let value, let expected else { return value == nil && expected == nil }
  return abs(value - expected) <= max(1.000001e-6, abs(expected) * 1e-9)
}

extension [String: Scalar] {
  /// Expects a column to have the value that the oracle gives.
  func expect(
    _ column: String, _ expected: Any?, _ place: String, times factor: Double = 1,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let wanted = (expected as? Scalar)?.measure ?? (expected as? NSNumber)?.doubleValue
    let value = self[column]?.measure.map { $0 * factor }
    #expect(
      agrees(value, wanted),
      "\(place) \(column): \(value.map { "\($0)" } ?? "null") for \(wanted.map { "\($0)" } ?? "null")",
      sourceLocation: sourceLocation)
  }

  /// The text of a column.
  func text(_ column: String) -> String { self[column]?.text ?? "" }
}
