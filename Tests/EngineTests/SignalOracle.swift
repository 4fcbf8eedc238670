import CasebookEngine
import CasebookLanguage
import CasebookTables
import CasebookTestSupport
import CasebookValues
import Testing

/// Figures from elsewhere for the credit data, and what the program says of the same cases.
///
/// Every field of an oracle is either compared by a test that names it or named in `unanswered`, with
/// the reason; a field that is in neither fails.
final class SignalOracle {
  static let isHere = Places.exists(Places.shared + "/data/credit_default/oracle")
  private static let data = Places.shared + "/data/"

  private let engine: Engine

  /// A workspace with the credit cases as `c`, loaded once for all tests.
  private static let loaded: Result<Workbench, any Error> = Result {
    let bench = Workbench()
    bench.folder.link("cases.csv", to: data + "credit_default/cases.csv")
    let engine = try bench.engine()
    #expect(engine.number("load \"cases.csv\" as c; c | count") == 30_000)
    try engine.close()
    return bench
  }

  /// An engine on the credit cases, `c`.
  init(threads: Int = 2) throws { engine = try Self.loaded.get().engine(threads: threads) }

  deinit { try? engine.close() }

  /// An oracle file.
  static func json(_ path: String) throws -> Dynamic {
    let text = try #require(TemporaryFolder.bytes(at: data + path))
    return try #require(Dynamic(json: String(decoding: text, as: UTF8.self)))
  }

  /// The last table that statements give.
  func table(_ text: String) throws -> Table {
    var result: Table?
    var failure: String?
    engine.run(text) { cell in
      if case .table(let table) = cell.output { result = table }
      if case .failure(let diagnostic) = cell.output { failure = diagnostic.message }
    }
    if let failure { Issue.record("\(text): \(failure)") }
    return try #require(result)
  }

  /// The rows of a table by their columns' names.
  func rows(_ text: String) throws -> [[String: Scalar]] {
    let table = try table(text)
    return (0..<table.rowCount).map { row in
      Dictionary(uniqueKeysWithValues: zip(table.fields.map(\.name), table.row(row)))
    }
  }
}

extension TemporaryFolder {
  /// The bytes of a file anywhere.
  static func bytes(at path: String) -> [UInt8]? {
    let folder = TemporaryFolder()
    folder.link("linked", to: path)
    return folder.read("linked")
  }
}

/// Says where a figure differs from an oracle's by more than a relative tolerance.
func expectFigure(
  _ figure: Scalar?, _ expected: Dynamic?, _ what: String, tolerance: Double = 1e-9,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let expected, !expected.isNull else {
    #expect(figure?.isNull ?? false, "\(what): null", sourceLocation: sourceLocation)
    return
  }
  guard let wanted = expected.asReal else {
    #expect(figure?.text == expected.text, "\(what)", sourceLocation: sourceLocation)
    return
  }
  expectFigure(figure, wanted, what, tolerance: tolerance, sourceLocation: sourceLocation)
}

/// Says where a figure differs from a number by more than a relative tolerance.
func expectFigure(
  _ figure: Scalar?, _ wanted: Double, _ what: String, tolerance: Double = 1e-9,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let value = figure?.asReal else {
    Issue.record("\(what): no figure", sourceLocation: sourceLocation)
    return
  }
  #expect(
    abs(value - wanted) <= tolerance * max(abs(wanted), 1e-300) || abs(value - wanted) < 1e-15,
    "\(what): \(value) is not \(wanted)", sourceLocation: sourceLocation)
}

/// Checks that an oracle has no field but those that are compared or answered for.
func expectFields(
  _ oracle: Dynamic?, compared: Set<String>, unanswered: [String: String] = [:], _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let fields = Set(oracle?.keys ?? [])
  let rest = fields.subtracting(compared).subtracting(unanswered.keys)
  #expect(
    !fields.isEmpty && rest.isEmpty, "\(what): \(rest.sorted())", sourceLocation: sourceLocation)
}
