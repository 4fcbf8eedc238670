import Foundation
import Testing

/// Queries whose rows Microsoft's own engine returned give the same rows here.
@Suite struct ConformanceTests {
  /// The cases, where they lie beside the repository.
  private static let file = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "shared/conformance/kql/cases.jsonl")
  static var isHere: Bool { FileManager.default.isReadableFile(atPath: file.path()) }

  @Test(.enabled(if: isHere, "../shared/conformance/kql is not here"))
  func rowsAgree() throws {
    var counts = (core: 0, coreAgreeing: 0, all: 0, agreeing: 0)
    for line in try String(contentsOf: Self.file, encoding: .utf8).split(separator: "\n") {
      let example = try #require(ConformanceCase(json: String(line)))
      let agrees = example.difference() == nil
      counts.all += 1
      counts.agreeing += agrees ? 1 : 0
      guard example.isCore else { continue }
      counts.core += 1
      counts.coreAgreeing += agrees ? 1 : 0
    }
    print("core \(counts.coreAgreeing) of \(counts.core), all \(counts.agreeing) of \(counts.all)")
    #expect(counts.coreAgreeing * 100 >= counts.core * 95)
  }
}
