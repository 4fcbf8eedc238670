import Foundation
import Testing

/// The executable without a terminal: what goes where, and the exit statuses.
@Suite struct CommandLineTests {
  @Test func resultsGoToStandardOutput() throws {
    let outcome = try Program.run(["-c", "print a = 1, b = 'x'"])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("a  b"))
    #expect(!outcome.output.contains("\u{1B}"))
    #expect(outcome.errors.isEmpty)
  }

  @Test(arguments: [
    (
      "json-table",
      #"{"columns":[{"name":"a","type":"long"},{"name":"b","type":"string"}],"rows":[[1,"x"]]}"#
        + "\n"
    ),
    ("csv", "a,b\n1,x\n"), ("tsv", "a\tb\n1\tx\n"), ("ndjson", "{\"a\":1,\"b\":\"x\"}\n"),
    ("json", "[\n{\"a\":1,\"b\":\"x\"}\n]\n"),
    ("markdown", "| a | b |\n| ---: | --- |\n| 1 | x |\n"),
  ])
  func formats(format: String, expected: String) throws {
    let statement = "print a = 1, b = 'x'"
    #expect(try Program.run(["-c", statement, "--format", format]).output == expected)
    #expect(try Program.run(["--format", format, "-c", statement]).output == expected)
  }

  @Test func chartsAreDrawnWhereAPersonReads() throws {
    let statement = "datatable(q: string, n: long)['a', 3, 'b', 6] | render barchart"
    let text = try Program.run(["-c", statement]).output
    #expect(text.contains("a  3  █"))
    #expect(text.contains("2 rows; `| render table` shows them"))
    let page = try Program.run(["-c", statement, "--format", "html"]).output
    #expect(page.contains("<svg") && page.contains("<table>"))
    // A program wants the rows.
    #expect(try Program.run(["-c", statement, "--format", "csv"]).output == "q,n\na,3\nb,6\n")
  }

  @Test func severalResultsAreParted() throws {
    let two = ["-c", "print a = 1; let x = 2; print b = x"]
    #expect(try Program.run(two + ["--format", "csv"]).output == "a\n1\n\nb\n2\n")
    #expect(
      try Program.run(two + ["--format", "json-table"]).output.split(separator: "\n").count == 2)
  }

  @Test func aFailureStopsAndPoints() throws {
    let outcome = try Program.run(["-c", "print 1; print nosuch + 1; print 3", "--format", "csv"])
    #expect(outcome.status == 1)
    #expect(outcome.output == "print_0\n1\n")
    #expect(outcome.errors.contains("error E"))
    #expect(outcome.errors.contains("^^^^^^"))
  }

  @Test func aScriptThatIsRunTakesWhatIsSet() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path + "/parts", withIntermediateDirectories: true)
    _ = try folder.write("param deep: long = 3\n", to: "parts/deep.cb")
    _ = try folder.write("param n: long = 1\nrun \"deep.cb\"\n", to: "parts/inner.cb")
    let outer = try folder.write(
      "param top: long = 5\nrun \"parts/inner.cb\"\nprint top, n, deep\n", to: "outer.cb")
    let arguments = ["run", outer, "--format", "csv", "--quiet"]
    let plain = try Program.run(arguments, in: folder)
    #expect(plain.output.hasSuffix("\n5,1,3\n"))
    let set = try Program.run(arguments + ["--set", "n=7", "--set", "deep=8"], in: folder)
    #expect(set.output.hasSuffix("\n5,7,8\n"))
    let unknown = try Program.run(arguments + ["--set", "m=7"], in: folder)
    #expect(unknown.status == 2)
    #expect(unknown.errors.contains("it has top, n, deep"))
    // Its own default takes the place of what was there, and that is said.
    let twice = try folder.write(
      "param n: long = 5\nrun \"parts/inner.cb\"\nprint n\n", to: "twice.cb")
    let replaced = try Program.run(["run", twice, "--format", "csv"], in: folder)
    #expect(replaced.output.hasSuffix("\n1\n"))
    #expect(replaced.errors.contains("parts/inner.cb sets n to its own default, 1; it was 5"))
  }

  @Test func scriptsNameThePlace() throws {
    let folder = try TemporaryFolder()
    let script = try folder.write("print 1\n\nprint 1\n| extend b = nosuch\n", to: "wrong.cb")
    for arguments in [[script], ["run", script]] {
      let outcome = try Program.run(arguments, in: folder)
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("wrong.cb:4:14"))
    }
  }

  @Test func standardInputIsAScript() throws {
    let outcome = try Program.run(["--format", "csv"], input: "print a = 2\n| extend b = a + 1\n")
    #expect(outcome.output == "a,b\n2,3\n")
    #expect(try Program.run([], input: "print nosuch").errors.contains("<stdin>:1:7"))
  }

  @Test func parametersComeFromTheCommandLine() throws {
    let folder = try TemporaryFolder()
    let script = try folder.write("param n: long = 1\nprint n + 1\n", to: "p.cb")
    #expect(try Program.run(["run", script, "--format", "csv"]).output == "print_0\n2\n")
    #expect(
      try Program.run(["run", script, "--set", "n=41", "--format", "csv"]).output
        == "print_0\n42\n")
    #expect(try Program.run(["run", script, "--set", "n=x"]).status == 1)
    let misspelt = try Program.run(["run", script, "--set", "m=1"])
    #expect(misspelt.status == 2)
    #expect(misspelt.errors.contains("declares no such parameter; it has n"))
  }

  @Test func theStartupFileIsForThePromptOnly() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("print 'from the file'\n", to: "config/casebook/init.cb")
    let outcome = try Program.run(["-c", "print 1"], in: folder)
    #expect(!outcome.output.contains("from the file"))
  }

  @Test(arguments: [
    ["--nosuch"], ["--format", "xml", "-c", "print 1"], ["notes.txt"], ["--threads", "0"],
    ["--memory", "much"], ["run"], ["run", "a.cb", "--set", "n"], ["generate", "--cases", "1"],
  ])
  func wrongCommandLines(arguments: [String]) throws {
    let outcome = try Program.run(arguments)
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    #expect(!outcome.errors.isEmpty)
  }

  @Test func helpAndVersion() throws {
    let help = try Program.run(["--help"])
    #expect(help.status == 0)
    #expect(help.output.contains("casebook [OPTIONS] -c 'STATEMENTS'"))
    #expect(try Program.run(["--version"]).output.contains("."))
    #expect(try Program.run(["generate", "--help"]).output.contains("--seed"))
  }

  @Test func aMissingScriptIsSaid() throws {
    let outcome = try Program.run(["nowhere.cb"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("nowhere.cb"))
  }

  @Test func aReaderThatLeavesIsNoError() throws {
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/bash")
    shell.arguments = [
      "-c",
      "'\(Program.path)' -c 'range n from 1 to 300000 step 1' --format csv | head -n 1; "
        + "echo ${PIPESTATUS[0]}",
    ]
    let (output, errors) = (Pipe(), Pipe())
    shell.standardOutput = output
    shell.standardError = errors
    try shell.run()
    shell.waitUntilExit()
    let text = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    #expect(text == "n\n0\n")
    #expect(errors.fileHandleForReading.availableData.isEmpty)
  }

  @Test func quietSaysNothingButResults() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("a,b\n1,2\n", to: "small.csv")
    let load = ["-c", "load 'small.csv' as small; small | count", "--format", "csv"]
    #expect(try Program.run(load + ["--quiet"], in: folder).errors.isEmpty)
    #expect(try Program.run(load, in: folder).errors.contains("small"))
    #expect(try Program.run(load, in: folder).output == "Count\n1\n")
  }

  @Test func timingGoesToStandardError() throws {
    let outcome = try Program.run(["-c", "timing on; print 1", "--format", "csv"])
    #expect(outcome.output == "print_0\n1\n")
    #expect(outcome.errors.contains("s\n"))
  }

  @Test func theWorkspaceKeepsWhatWasLoaded() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("a\n1\n2\n", to: "small.csv")
    let file = folder.path + "/kept.casebook"
    #expect(try Program.run(["-c", "load 'small.csv' as small", file], in: folder).status == 0)
    #expect(
      try Program.run(["-c", "small | count", file, "--format", "csv"], in: folder).output
        == "Count\n2\n")
  }

  @Test func generatedFilesAreListed() throws {
    let folder = try TemporaryFolder()
    let command = ["generate", "--cases", "20", "--seed", "3", "--out", "made"]
    let first = try Program.run(command + ["--format", "csv"], in: folder)
    #expect(first.status == 0)
    #expect(first.output.hasPrefix("file,rows,bytes\ncases.csv,20,"))
    #expect(try Program.run(command, in: folder).status == 1)
    #expect(try Program.run(command + ["--replace"], in: folder).status == 0)
  }
}

/// `casebook fmt` and `casebook check`.
@Suite struct ScriptCommandTests {
  private static let untidy = "// kept\nprint   a=1|extend b=2\n"

  @Test func formattingRewritesTheFile() throws {
    let folder = try TemporaryFolder()
    let script = try folder.write(Self.untidy, to: "a.cb")
    let check = try Program.run(["fmt", script, "--check"])
    #expect(check.status == 1)
    #expect(check.errors.contains("a.cb"))
    #expect(try folder.read("a.cb") == Self.untidy)
    #expect(try Program.run(["fmt", script]).status == 0)
    #expect(try folder.read("a.cb") == "// kept\nprint a = 1 | extend b = 2\n")
    #expect(try Program.run(["fmt", script, "--check"]).status == 0)
  }

  @Test func formattingKeepsLinksAndModes() throws {
    let folder = try TemporaryFolder()
    let script = try folder.write(Self.untidy, to: "a.cb")
    let manager = FileManager.default
    try manager.setAttributes([.posixPermissions: 0o750], ofItemAtPath: script)
    let link = folder.path + "/link.cb"
    try manager.createSymbolicLink(atPath: link, withDestinationPath: script)
    #expect(try Program.run(["fmt", link]).status == 0)
    #expect(try manager.destinationOfSymbolicLink(atPath: link) == script)
    #expect(try folder.read("a.cb") != Self.untidy)
    #expect(try manager.attributesOfItem(atPath: script)[.posixPermissions] as? Int == 0o750)
    #expect(try manager.contentsOfDirectory(atPath: folder.path).sorted() == ["a.cb", "link.cb"])
  }

  @Test func standardInputIsLaidOutOnStandardOutput() throws {
    let outcome = try Program.run(["fmt", "-"], input: Self.untidy)
    #expect(outcome.output == "// kept\nprint a = 1 | extend b = 2\n")
  }

  /// Queues, rulesets, rules and tests: a long clause stands on a line of its own, short ones stay together, and
  /// what was laid out by hand stays.
  @Test func longRulesHaveAClauseALine() throws {
    let script = """
      queue a staff 2 aht 3m
      ruleset intake on cases key case_id decided opened_at mode first default route a unknown route a never close when policy == "x" route a right route when outcome == "violating" wrong outcome == "benign"
      rule hot in intake at 10 when vertical == "fraud" and strikes >= 3 then route a, sla 1h, label "hot", qa 5% because "{strikes} strikes" owner "policy" from 2026-01-01 state live
      rule low in intake
        at 20 when score < 0.1
        then route a
      test "hot one" in intake given (vertical = "fraud", strikes = 3, score = 0.51) gives route a, by hot, sla 1h

      """
    let wanted = """
      queue a staff 2 aht 3m
      ruleset intake on cases key case_id decided opened_at mode first
        default route a
        unknown route a
        never close when policy == "x" route a
        right route when outcome == "violating" wrong outcome == "benign"
      rule hot in intake at 10
        when vertical == "fraud" and strikes >= 3
        then route a, sla 1h, label "hot", qa 5%
        because "{strikes} strikes" owner "policy" from 2026-01-01 state live
      rule low in intake
        at 20 when score < 0.1
        then route a
      test "hot one" in intake given (vertical="fraud", strikes=3, score=0.51)
        gives route a, by hot, sla 1h

      """
    #expect(try Program.run(["fmt", "-"], input: script).output == wanted)
    #expect(try Program.run(["fmt", "-"], input: wanted).output == wanted)
    #expect(try Program.run(["check", "-"], input: wanted).status == 0)
  }

  @Test func aBrokenScriptIsLeftAlone() throws {
    let folder = try TemporaryFolder()
    let text = "print   1\n\nprint (2\n"
    let script = try folder.write(text, to: "broken.cb")
    let outcome = try Program.run(["fmt", script])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("broken.cb:3"))
    #expect(try folder.read("broken.cb") == text)
  }

  @Test func checkListsEverythingThatIsWrong() throws {
    let folder = try TemporaryFolder()
    let script = try folder.write("print 1 +\n\nprint 2\n\nprint ]\n", to: "wrong.cb")
    let outcome = try Program.run(["check", script])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("wrong.cb:1"))
    #expect(outcome.errors.contains("wrong.cb:5"))
  }

  @Test func theDemonstrationRuns() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path
    #expect(try Program.run(["fmt", root + "/scripts/demo.cb", "--check"]).status == 0)
    let script = try String(contentsOfFile: root + "/scripts/demo.cb", encoding: .utf8)
      .replacing("datasets/", with: root + "/datasets/")
    let folder = try TemporaryFolder()
    let outcome = try Program.run(["run", folder.write(script, to: "demo.cb")], in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("portuguese"))
  }

  @Test func checkBindsRulesToTheDataThatTheScriptLoads() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("id,opened_at,score\n1,2026-03-01,0.5\n", to: "cases.csv")
    let right = """
      param cut: real = 0.9
      load "cases.csv" as cases
      list known from cases.id
      queue q staff 1
      ruleset s on cases key id default route q
      rule r in s when score >= cut and id in known then route q
      test "t" in s given (score = 1.0) gives route q
      publish s because "x" if all rules labelled > 1 on cases mature=(opened_at + 1d)
      cases | triage s@live | project _rule
      check s
      test s
      explain_case 7 in s
      diff s@1, s

      """
    let path = try folder.write(right, to: "right.cb")
    let outcome = try Program.run(["check", path], in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    // What is wrong, where it stands, and the word there.
    let wrong = [
      ("score >= cut", "scor >= cut", "6:18"),
      ("known from cases.id", "known from cases.di", "3:23"),
      ("given (score = 1.0)", "given (scor = 1.0)", "7:22"),
      ("given (score = 1.0)", "given (score = \"x\")", "7:30"),
      ("labelled > 1", "labeled > 1", "8:36"), ("opened_at + 1d", "opened + 1d", "8:66"),
      ("project _rule", "project _rul", "9:33"), ("check s\n", "check t\n", "10:7"),
      ("test s\n", "test t\n", "11:6"), ("7 in s", "7 in t", "12:19"),
      ("s@1, s\n", "s@1, t\n", "13:11"),
      ("rule r in s ", "rule r in t ", "6:11"),
    ]
    for (before, after, place) in wrong {
      let path = try folder.write(right.replacingOccurrences(of: before, with: after), to: "w.cb")
      let outcome = try Program.run(["check", path], in: folder)
      #expect(outcome.status == 1, "\(after)")
      #expect(outcome.errors.contains("w.cb:\(place)\n"), "\(after): \(outcome.errors)")
    }
  }

  @Test func checkBindsButDoesNotRun() throws {
    let folder = try TemporaryFolder()
    let script = try folder.write(
      "param n: long\nprint a = n | project b\n\nprint 1 | where nosuch > 2\n", to: "names.cb")
    let outcome = try Program.run(["check", script, "--set", "n=1"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("names.cb:2:23"))
    #expect(outcome.errors.contains("names.cb:4:17"))
    #expect(outcome.output.isEmpty)
    let right = try folder.write("print 1\n", to: "right.cb")
    #expect(try Program.run(["check", right]).status == 0)
  }
}
