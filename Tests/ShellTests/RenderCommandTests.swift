import Foundation
import Testing

/// `casebook render`, and the statements `render` and `run`, as a person types them.
@Suite struct RenderCommandTests {
  private func folder(_ script: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try folder.write(script, to: "weekly.cb")
    return folder
  }

  private func text(_ name: String, in folder: TemporaryFolder) throws -> String {
    try String(contentsOfFile: folder.path + "/" + name, encoding: .utf8)
  }

  @Test func aReportIsWritten() throws {
    let folder = try folder("// # Weekly\nparam n: long = 1\nprint n | as one\n// {{ one }}\n")
    for (name, sign) in [
      ("out.html", "<!DOCTYPE html>"), ("out.md", "# Weekly"), ("out.ipynb", "{\n \"cells\""),
    ] {
      let outcome = try Program.run(
        ["render", "weekly.cb", "-o", name, "--set", "n=7"], in: folder)
      #expect(outcome.status == 0)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors == "wrote \(name): 2 statements\n")
      let text = try text(name, in: folder)
      #expect(text.hasPrefix(sign))
      #expect(text.contains("7"))
    }
    let quiet = try Program.run(
      ["render", "weekly.cb", "--output", "out.md", "--quiet"], in: folder)
    #expect(quiet.status == 0 && quiet.errors.isEmpty)
    // It holds case data, so it is its owner's.
    let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/out.md")
    #expect(mode[.posixPermissions] as? Int == 0o600)
  }

  /// A process that was killed while it wrote, which no handler sees.
  @Test func whatAKilledRenderLeftIsRemovedByTheNext() throws {
    let folder = try folder(
      "range x from 1 to 40000000 step 1 | extend y = strcat(\"a\", x) | summarize dcount(y)\n")
    let names = { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
    let partials = { try names().filter { $0.hasSuffix(".partial") } }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path)
    process.arguments = ["render", "weekly.cb", "-o", "out.html"]
    process.environment = Program.environment(home: folder)
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.standardError = FileHandle.nullDevice
    try process.run()
    for _ in 0..<500 where try partials().isEmpty { usleep(20_000) }
    #expect(try partials() == ["out.html.\(process.processIdentifier).partial"])

    _ = try folder.write("print 1\n", to: "short.cb")
    // One that is being written stays.
    #expect(try Program.run(["render", "short.cb", "-o", "out.html"], in: folder).status == 0)
    #expect(try partials().count == 1)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    _ = try folder.write("what a person named so", to: "out.html.notes.partial")
    // A pattern does not take it for a file.
    let loaded = try Program.run(["-c", "load \"out*\" as x"], in: folder)
    #expect(!loaded.errors.contains("partial"))
    #expect(try Program.run(["render", "short.cb", "-o", "out.html"], in: folder).status == 0)
    #expect(try partials() == ["out.html.notes.partial"])
  }

  @Test func whatFailedIsWrittenAndTold() throws {
    let folder = try folder("print 1\nexpect (print n = 1) is empty\nprint 2\n// {{ no.n }}\n")
    let outcome = try Program.run(["render", "weekly.cb", "-o", "out.md"], in: folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("weekly.cb:2:1"))
    #expect(try text("out.md", in: folder).contains("**This failed.**"))

    let quoting = try self.folder("print 1\n// one\n//   and {{ no.n }}\n")
    let second = try Program.run(["render", "weekly.cb", "-o", "out.md"], in: quoting)
    #expect(second.status == 1)
    #expect(second.errors.contains("error E0731: no result is named 'no'"))
    #expect(second.errors.contains(" --> weekly.cb:3:10"))
    #expect(try text("out.md", in: quoting).contains("no result is named"))
  }

  @Test(arguments: ["out.pdf", "out", "out.html/", "html"])
  func unknownEndingsAreRefused(name: String) throws {
    let folder = try folder("print 1\n")
    let outcome = try Program.run(["render", "weekly.cb", "-o", name], in: folder)
    #expect(outcome.status == 2)
    #expect(
      outcome.errors
        == "casebook: the ending of \(name) says no format of a report; endings: .html, .md, .ipynb\n"
    )
  }

  @Test func whatCannotBeWrittenIsToldBeforeTheScriptRuns() throws {
    let folder = try folder("export print 1 to \"trace.csv\"\n")
    let outcome = try Program.run(["render", "weekly.cb", "-o", "no/out.html"], in: folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("no/out.html cannot be written"))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/trace.csv"))
    #expect(try Program.run(["render", "no.cb", "-o", "out.html"], in: folder).status == 1)
    #expect(
      try Program.run(["render", "weekly.cb", "-o", "out.html", "--set", "x=1"], in: folder).status
        == 2)
    #expect(try Program.run(["render", "weekly.cb"], in: folder).status == 2)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["weekly.cb"])
  }

  @Test func theStatementRendersFromACleanWorkspace() throws {
    let folder = try folder("// # Weekly\nprint x = 5 | as five\n")
    let outcome = try Program.run(
      [
        "-c",
        "let five = print 6; render \"weekly.cb\" to \"out.html\"; five; render \"weekly.cb\" to \"out.html\"",
      ], in: folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("out.html: 1 statement"))
    #expect(outcome.output.contains("6"))
    #expect(outcome.errors.contains("say `replace` behind the path to overwrite it"))
    #expect(try text("out.html", in: folder).contains("<h1>Weekly</h1>"))
    let other = try Program.run(["-c", "render \"weekly.cb\" to \"out.pdf\""], in: folder)
    #expect(other.errors.contains("endings: .html, .md, .ipynb"))
  }

  @Test func theStatementRunsAScriptHere() throws {
    let folder = try folder("run \"part/inner.cb\"\nt | count\n")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/part", withIntermediateDirectories: false)
    _ = try folder.write("n\n1\n2\n", to: "part/two.csv")
    _ = try folder.write("load \"two.csv\" as t\nlet far = t | where n > 1\n", to: "part/inner.cb")
    let outcome = try Program.run(["-c", "run \"weekly.cb\"; far", "--format", "csv"], in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.output == "Count\n2\n\nn\n2\n")
    #expect(try Program.run(["check", "weekly.cb"], in: folder).status == 0)
    _ = try folder.write("run \"weekly.cb\"\n", to: "weekly.cb")
    let endless = try Program.run(["weekly.cb"], in: folder)
    #expect(endless.status == 1)
    #expect(endless.errors.contains("E0735"))
    #expect(try Program.run(["check", "weekly.cb"], in: folder).status == 1)
  }
}
