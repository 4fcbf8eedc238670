import Foundation
import Testing

/// That what is protected or secret is in no file that a sitting, a run or a report leaves behind.
@Suite(.serialized) struct ArtefactTests {
  private static let planted = [
    "Rosalind.Planted@example.org", "peppery-secret-4711", "Q-PLANTED-9",
  ]
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    _ = try folder.write(
      "id,email,score\n1,\(Self.planted[0]),0.5\n2,\(Self.planted[2]),0.25\n", to: "cases.csv")
    _ = try folder.write(Self.planted[1], to: "secret")
  }

  private static let statements = [
    "protect cases.email",
    "secret param salt: string from env \"CASEBOOK_PLANTED\"",
    "cases | where email == \"\(planted[0])\" | project id, email, h = strcat(salt, email)",
    "cases | where email has \"PLANTED\" | summarize n = count() by email",
    "let mine = cases | where email startswith \"Rosalind\"", "mine | project-away score",
    "print salted = hash_sha256(strcat(salt, \"x\"))", "cases | take 1 | as one",
    "expect cases | where score > 1 is empty",
  ]

  private var variables: [String: String] { ["CASEBOOK_PLANTED": Self.planted[1]] }

  /// Everything that lies below the folder, but what was planted and what quotes it by the person's own hand.
  private func leftBehind(except own: Set<String>) throws -> [(name: String, text: String)] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    return try names.compactMap { name in
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(
        atPath: folder.path + "/" + name, isDirectory: &isFolder)
      guard !isFolder.boolValue, !own.contains(name) else { return nil }
      let data = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name))
      return (name, String(decoding: data, as: UTF8.self))
    }
  }

  private func expectNothingPlanted(except own: Set<String>, among wanted: [String]) throws {
    let files = try leftBehind(except: own)
    for name in wanted { #expect(files.contains { $0.name.contains(name) }, "\(name) is missing") }
    for (name, text) in files {
      for secret in Self.planted { #expect(!text.contains(secret), "\(secret) in \(name)") }
    }
  }

  @Test func aSittingLeavesNothingOfItBehind() throws {
    let terminal = try PseudoTerminal(["--quiet"], in: folder, variables: variables)
    try terminal.expect("casebook> ")
    for statement in ["load \"\(folder.path)/cases.csv\" as cases"] + Self.statements {
      terminal.type(statement + "\r")
      try terminal.expect("casebook> ")
    }
    terminal.type("\u{4}")
    try terminal.expect("Leave? [y/N] ")
    terminal.type("y")
    #expect(try terminal.exitStatus() == 0)
    try expectNothingPlanted(except: ["cases.csv", "secret"], among: ["sessions/", "history"])
  }

  @Test func aRunItsLockAndItsReportHoldNothingOfIt() throws {
    let script = try folder.write(
      "// # Planted\n// {{ one.email }}\nload \"cases.csv\" as cases\n\n"
        + Self.statements.joined(separator: "\n\n") + "\n",
      to: "planted.cb")
    let report = folder.path + "/report.html"
    for arguments in [
      ["run", script], ["run", script, "--lock"], ["run", script, "--verify"],
      ["render", script, "-o", report], ["render", script, "-o", folder.path + "/report.md"],
      ["render", script, "-o", folder.path + "/report.ipynb"],
    ] {
      let outcome = try Program.run(arguments, in: folder, variables: variables)
      #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
      for secret in Self.planted {
        #expect(!outcome.output.contains(secret) && !outcome.errors.contains(secret))
      }
    }
    // The script itself quotes what its author typed; a report that shows statements masks it.
    try expectNothingPlanted(
      except: ["cases.csv", "secret", "planted.cb"],
      among: ["planted.cb.lock", "report.html", "report.md", "report.ipynb", "key"])
  }
}
