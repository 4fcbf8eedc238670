import Foundation
import Testing

/// That a run which was killed goes on where it stopped.
@Suite(.serialized) struct ResumeTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Ten cells, of which the ninth waits for a file that nobody writes to.
  private static let script =
    (1...8).map { "print cell = \($0), square = \($0 * $0)\n" }.joined()
    + "externaldata(a: long) [\"slow.csv\"] | summarize total = sum(a)\nprint cell = 10\n"

  @Test func aRunKilledInTheNinthCellOfTenStartsThereAgain() throws {
    let script = try folder.write(Self.script, to: "ten.cb")
    #expect(mkfifo(folder.path + "/slow.csv", 0o600) == 0)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path)
    process.arguments = ["run", script]
    process.environment = Program.environment(home: folder)
    process.standardOutput = Pipe()
    process.standardError = Pipe()
    try process.run()
    // Each result is kept as its cell ends.
    let results = folder.path + "/.cache/casebook/results"
    var kept = 0
    for _ in 0..<600 where kept < 8 {
      usleep(50_000)
      kept = (try? FileManager.default.contentsOfDirectory(atPath: results).count) ?? 0
    }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(kept == 8)

    try FileManager.default.removeItem(atPath: folder.path + "/slow.csv")
    _ = try folder.write("1\n2\n", to: "slow.csv")
    let again = try Program.run(["run", script, "--format", "csv"], in: folder)
    #expect(again.status == 0)
    #expect(again.output.contains("total\n3\n"))
    #expect(again.errors.contains("8 results as computed before"))
    let fresh = try Program.run(["run", script, "--format", "csv", "--fresh"], in: folder)
    #expect(fresh.output == again.output)
    #expect(!fresh.errors.contains("as computed before"))
  }
}
