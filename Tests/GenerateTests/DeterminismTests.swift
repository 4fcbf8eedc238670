import CasebookGenerate
import Foundation
import Testing

/// Same seed, same bytes.
@Suite struct DeterminismTests {
  private func files(cases: Int, seed: UInt64, threads: Int) throws -> [Data] {
    let folder = try TemporaryFolder()
    return try Operation(cases: cases, seed: seed, threads: threads).write(to: folder.path)
      .map { try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + $0.name)) }
  }

  @Test func threadsChangeNoByte() throws {
    let one = try files(cases: 9_000, seed: 11, threads: 1)
    #expect(try files(cases: 9_000, seed: 11, threads: 2) == one)
    #expect(try files(cases: 9_000, seed: 11, threads: 4) == one)
  }

  @Test func roundsJoinWithoutASeam() throws {
    // More than one round of cases is held at a time; events carry over between rounds.
    let one = try files(cases: 17_000, seed: 3, threads: 1)
    #expect(try files(cases: 17_000, seed: 3, threads: 4) == one)
  }

  @Test func seedsDiffer() throws {
    let first = try files(cases: 500, seed: 1, threads: 1)
    for (a, b) in zip(first, try files(cases: 500, seed: 2, threads: 1)) { #expect(a != b) }
  }

  @Test(arguments: [0, 1, 2, 50]) func tinySetsAreWhole(cases: Int) throws {
    let folder = try TemporaryFolder()
    let written = try Operation(cases: cases, seed: 5, threads: 4).write(to: folder.path)
    #expect(written[0].rows == cases)
    #expect(written[3].rows == 26_208)
  }

  /// The committed set is what the code makes.
  @Test func datasetsAreFresh() throws {
    let committed = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("datasets")
    let folder = try TemporaryFolder()
    let written = try Operation(cases: 4_000, seed: 1, threads: 2).write(to: folder.path)
    for file in written {
      let made = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + file.name))
      let kept = try Data(contentsOf: committed.appendingPathComponent(file.name))
      #expect(made == kept, "datasets/\(file.name): run casebook generate (see its README)")
    }
    #expect(written.reduce(0) { $0 + $1.bytes } < 3_000_000)
    let readme = try String(
      contentsOf: committed.appendingPathComponent("README.md"), encoding: .utf8)
    for problem in Operation.planted {
      #expect(readme.contains("**\(problem.name)**"), "\(problem.name) is not in the README")
      #expect(readme.contains(problem.look), "\(problem.name): its statement is not in the README")
    }
  }
}
