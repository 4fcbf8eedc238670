import Foundation
import Glibc
import Testing

@testable import CasebookGenerate

/// Where files cannot go, the error says so and nothing is left behind.
@Suite struct OutputTests {
  private let operation = Operation(cases: 300, seed: 1, threads: 1)

  private func error(_ path: String, replace: Bool = false) -> GenerateError? {
    do {
      _ = try operation.write(to: path, replace: replace)
      return nil
    } catch {
      return error
    }
  }

  @Test func missingDirectoriesAreMade() throws {
    let folder = try TemporaryFolder()
    #expect(error(folder.path + "/a/b/c/") == nil)
    #expect(FileManager.default.fileExists(atPath: folder.path + "/a/b/c/cases.csv"))
  }

  @Test func existingFilesStayUnlessReplaced() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/reviews.csv"
    try "mine".write(toFile: path, atomically: false, encoding: .utf8)
    #expect(error(folder.path) == .filesExist(directory: folder.path, names: ["reviews.csv"]))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
    #expect(folder.names == ["reviews.csv"])
    #expect(error(folder.path, replace: true) == nil)
    #expect(folder.names == ["cases.csv", "events.csv", "reviews.csv", "volumes.csv"])
  }

  @Test func aFileIsNotADirectory() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/file"
    try "".write(toFile: path, atomically: false, encoding: .utf8)
    #expect(error(path) == .notADirectory(path))
    #expect(error(path + "/below") == .notADirectory(path))
  }

  @Test func aDirectoryThatCannotBeMade() {
    guard case .cannotMakeDirectory("/proc/casebook", _) = error("/proc/casebook/set") else {
      Issue.record("expected an error about the directory")
      return
    }
  }

  @Test(.enabled(if: geteuid() != 0, "the superuser may write anywhere"))
  func aDirectoryWithoutPermission() throws {
    let folder = try TemporaryFolder()
    chmod(folder.path, 0o500)
    defer { chmod(folder.path, 0o700) }
    guard case .cannotWrite(folder.path + "/cases.csv", _) = error(folder.path) else {
      Issue.record("expected an error about the first file")
      return
    }
  }

  @Test func aFolderInTheWayOfAFile() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path + "/events.csv/full", withIntermediateDirectories: true)
    guard case .cannotWrite(folder.path + "/events.csv", _) = error(folder.path, replace: true)
    else {
      Issue.record("expected an error about events.csv")
      return
    }
    #expect(!folder.names.contains { $0.hasSuffix(".unfinished") })
  }

  @Test func aFullDiskSaysSo() {
    let descriptor = open("/dev/full", O_WRONLY)
    defer { close(descriptor) }
    let text = [UInt8](repeating: 65, count: 100_000)
    #expect(
      OutputFile.writeAll(text, to: descriptor, path: "/set/cases.csv")
        == .diskFull("/set/cases.csv"))
  }

  @Test func leftoversOfAKilledRunAreReplacedAndLinksNotFollowed() throws {
    let folder = try TemporaryFolder()
    let victim = folder.path + "/victim"
    try "precious".write(toFile: victim, atomically: false, encoding: .utf8)
    symlink(victim, folder.path + "/cases.csv.unfinished")
    #expect(error(folder.path) == nil)
    #expect(try String(contentsOfFile: victim, encoding: .utf8) == "precious")
  }

  @Test func cancellingLeavesNothing() throws {
    let folder = try TemporaryFolder()
    #expect(throws: GenerateError.cancelled) {
      try operation.write(to: folder.path, isCancelled: { true })
    }
    #expect(folder.names.isEmpty)
  }

  @Test func progressEndsAtOne() throws {
    let folder = try TemporaryFolder()
    var shares: [Double] = []
    _ = try Operation(cases: 17_000, seed: 1, threads: 2)
      .write(to: folder.path, progress: { shares.append($0) })
    #expect(shares.count > 1)
    #expect(shares == shares.sorted())
    #expect(shares.last == 1)
  }

  @Test(arguments: [-1, Operation.mostCases + 1]) func impossibleNumbersOfCases(count: Int) {
    #expect(throws: GenerateError.caseCount(count, most: Operation.mostCases)) {
      try Operation(cases: count, seed: 1, threads: 1).write(to: "/nowhere")
    }
  }
}
