import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// A query with the rows that Microsoft's own engine returned for it.
struct ConformanceCase {
  let id: String
  let query: String
  let isCore: Bool
  let isRefused: Bool
  private let columns: [(name: String, type: String)]
  private let rows: [[Dynamic]]
  private let isOrdered: Bool
  /// Whether elements of arrays may stand in any order.
  private let hasSets: Bool

  init?(json: String) {
    guard let value = Dynamic(json: json), case .string(let id)? = value["id"],
      case .string(let query)? = value["query"], let expected = value["expected"]
    else { return nil }
    self.id = id
    self.query = query
    isCore = value["core"] == .bool(true)
    isRefused = expected["error"] == .bool(true)
    isOrdered = expected["ordered"] == .bool(true)
    columns = (expected["columns"]?.elements ?? []).map {
      (name: $0["name"]?.text ?? "", type: $0["type"]?.text ?? "")
    }
    rows = (expected["rows"]?.elements ?? []).map { $0.elements ?? [] }
    let functions = (value["tags"]?["funcs"]?.elements ?? []).map(\.text)
    hasSets = functions.contains { ["make_set", "make_set_if", "makeset"].contains($0) }
  }

  /// In what the result differs; nil when it agrees.
  func difference() -> String? {
    do {
      let table = try QueryRun.table(query)
      return isRefused ? "an error was expected" : difference(table)
    } catch let diagnostic as Diagnostic {
      return isRefused ? nil : "\(diagnostic.code): \(diagnostic.message)"
    } catch {
      return isRefused ? nil : "\(error)"
    }
  }

  private func difference(_ table: Table) -> String? {
    guard table.fields.map(\.name) == columns.map(\.name) else {
      return "columns \(table.fields.map(\.name)), expected \(columns.map(\.name))"
    }
    let types = table.fields.map { Self.coarse($0.type.name) }
    let wanted = columns.map { Self.coarse($0.type) }
    guard types == wanted else { return "types \(types), expected \(wanted)" }
    guard table.rowCount == rows.count else {
      return "\(table.rowCount) rows, expected \(rows.count)"
    }
    var got = (0..<table.rowCount).map { row in
      zip(table.row(row), wanted).map { normal($0.0.plain, $0.1) }
    }
    var expected = rows.map { row in zip(row, wanted).map { normal($0.0, $0.1) } }
    if !isOrdered {
      got.sort { Self.sortKey($0) < Self.sortKey($1) }
      expected.sort { Self.sortKey($0) < Self.sortKey($1) }
    }
    for (row, (a, b)) in zip(got, expected).enumerated()
    where !zip(a, b).allSatisfy({ Self.same($0, $1) }) {
      return "row \(row): \(Dynamic.array(a).jsonText), expected \(Dynamic.array(b).jsonText)"
    }
    return nil
  }

  private static func coarse(_ type: String) -> String {
    switch type {
    case "long": "int"
    case "decimal", "double": "real"
    default: type
    }
  }

  /// A value in the form that is compared.
  private func normal(_ value: Dynamic, _ type: String) -> Dynamic {
    switch (type, value) {
    case ("string", .null): return .string("")
    case ("datetime", .string(let text)), ("timespan", .string(let text)):
      let scalar = Scalar.string(text).converted(to: type == "datetime" ? .datetime : .timespan)
      return .string(scalar.isNull ? text : scalar.text)
    case ("bool", .long(let value)): return .bool(value != 0)
    case ("dynamic", .string(let text)) where text.hasPrefix("[") || text.hasPrefix("{"):
      return loosened(Dynamic(json: text) ?? value)
    case ("guid", .string(let text)): return .string(text.filter { $0 != "'" })
    default: return loosened(value)
    }
  }

  private func loosened(_ value: Dynamic) -> Dynamic {
    switch value {
    case .array(let items):
      let items = items.map(loosened)
      return .array(hasSets ? items.sorted { $0.jsonText < $1.jsonText } : items)
    case .bag(let pairs):
      return .bag(of: pairs.map { ($0.key, loosened($0.value)) }).withSortedKeys
    case .string(let text):
      let instant = Scalar.string(text).converted(to: .datetime)
      return text.count >= 20 && !instant.isNull ? .string(instant.text) : value
    default: return value
    }
  }

  private static func sortKey(_ row: [Dynamic]) -> String {
    row.map { value in
      guard let real = value.asReal, real.isFinite else { return value.jsonText }
      return text(ofReal: (real * 1e6).rounded() / 1e6)
    }.joined(separator: "\u{1}")
  }

  private static func same(_ a: Dynamic, _ b: Dynamic) -> Bool {
    switch (a, b) {
    case (.array(let x), .array(let y)):
      return x.count == y.count && zip(x, y).allSatisfy { same($0, $1) }
    case (.bag(let x), .bag(let y)):
      return x.map(\.key) == y.map(\.key) && zip(x, y).allSatisfy { same($0.value, $1.value) }
    default: break
    }
    guard let x = a.asReal, let y = b.asReal else { return a == b }
    return x == y || (x.isNaN && y.isNaN) || abs(x - y) <= 1e-9 * max(abs(x), abs(y))
  }
}

extension Scalar {
  /// The value as JSON would hold it.
  fileprivate var plain: Dynamic {
    switch self {
    case .null: .null
    case .bool(let value): .bool(value)
    case .int(let value): .long(Int64(value))
    case .long(let value): .long(value)
    case .real(let value), .decimal(let value):
      value.isFinite
        ? .real(value) : .string(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
    case .dynamic(let value): value
    default: .string(text)
    }
  }
}
