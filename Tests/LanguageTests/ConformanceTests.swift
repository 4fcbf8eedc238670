import CasebookLanguage
import Foundation
import Testing

/// Every query that Microsoft's engine accepted parses as one query.
@Suite struct ConformanceTests {
  @Test(.enabled(if: Conformance.isHere, "../shared/conformance/kql is not here"))
  func acceptedQueriesParse() throws {
    for example in try Conformance.queries() where !example.isRefused {
      let tree = parse(example.query, signatures: Sample.signatures)
      #expect(tree.diagnostics.isEmpty, "\(example.query)")
      checkLaws(tree, example.query, #_sourceLocation)
      #expect(isOneQuery(tree), "\(example.query)")
    }
  }

  /// `let` and the like, then one pipeline.
  private func isOneQuery(_ tree: SyntaxTree) -> Bool {
    var statements = tree.statements
    while let last = statements.last, case .empty = last.kind { statements.removeLast() }
    guard case .pipeline? = statements.popLast()?.kind else { return false }
    return statements.allSatisfy { statement in
      switch statement.kind {
      case .binding, .setting, .parameters, .unsupported, .empty: true
      default: false
      }
    }
  }
}

/// The conformance cases, read where they lie beside the repository.
enum Conformance {
  struct Example: Decodable {
    struct Expected: Decodable {
      var error: Bool?
    }

    var query: String
    var expected: Expected?
    var isRefused: Bool { expected?.error == true }
  }

  static let file = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "shared/conformance/kql/cases.jsonl")

  static var isHere: Bool { FileManager.default.isReadableFile(atPath: file.path()) }

  static func queries() throws -> [Example] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
      try JSONDecoder().decode(Example.self, from: Data(line.utf8))
    }
  }
}
