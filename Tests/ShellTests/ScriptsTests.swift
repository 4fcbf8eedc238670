import CasebookTestSupport
import Foundation
import Testing

/// Every script of the repository runs, and gives what its lock says.
@Suite struct ScriptsTests {
  private static let folder = Places.repository + "/scripts/"

  private static func scripts(_ part: String) -> [String] {
    let place = folder + (part.isEmpty ? "" : part + "/")
    return names(in: place).filter { $0.hasSuffix(".cb") }.map { place + $0 }
  }

  @Test(arguments: scripts("playbooks"))
  func aPlaybookGivesWhatItsLockSays(path: String) throws {
    let outcome = try Program.run(["run", path, "--verify"])
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("unchanged"))
  }

  @Test func thereAreFourPlaybooks() {
    #expect(Self.scripts("playbooks").count == 4)
  }

  /// A playbook fixes whatever a result may hang on, says what must hold, and names its results.
  @Test(arguments: scripts("playbooks"))
  func aPlaybookIsOneToRelyOn(path: String) throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for word in ["\nparam ", "\nclock ", "\nseed ", "\nexpect ", "| as ", "| render "] {
      #expect(text.contains(word), "\(word)")
    }
    #expect(text.hasPrefix("// # "))
    #expect(try Program.run(["check", path]).status == 0)
  }

  @Test(arguments: scripts("playbooks") + scripts("tutorials") + scripts(""))
  func aScriptIsInTheCanonicalLayout(path: String) throws {
    let outcome = try Program.run(["fmt", "--check", path])
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func theReportOfTheReadmeGivesWhatItsLockSays() throws {
    let outcome = try Program.run(["run", Self.folder + "report.cb", "--verify"])
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
  }

  @Test func theDemoRuns() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/datasets", withDestinationPath: Places.datasets)
    let text = try String(contentsOfFile: Self.folder + "demo.cb", encoding: .utf8)
    let outcome = try Program.run([], input: text, in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("portuguese"))
  }
}
