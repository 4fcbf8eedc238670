import Foundation
import Testing

/// Tutorials as a new hire meets them: the list, the conversation, progress on disk.
@Suite struct TutorialTests {
  private static let answers = [
    "load \"reviews.csv\" as reviews", "describe reviews", "reviews | take 5",
    "reviews | where golden | count",
  ]

  private func play(_ lines: [String], in folder: TemporaryFolder) throws -> Program.Outcome {
    try Program.run(
      ["tutorial", "first-look"], input: lines.map { $0 + "\n" }.joined(), in: folder)
  }

  private func listed(in folder: TemporaryFolder) throws -> String {
    try Program.run(["tutorial", "--format", "csv"], in: folder).output
  }

  @Test func allAnswersOfAllTutorialsAreRight() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(["tutorial", "--check"], in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.components(separatedBy: "answers are right").count == 7)
    // A check leaves nobody's progress behind.
    #expect(!folder.exists("state/casebook/tutorials"))
  }

  @Test func aBrokenTutorialIsNamedByItsStep() throws {
    let folder = try TemporaryFolder()
    let script = try folder.write(
      """
      // # T
      // About: a
      //
      // Minutes: 1

      // ## Second thoughts
      // Task: t
      //
      // Hint: 1
      //
      // Hint: 2
      //
      // Hint: 3
      print nosuch
      """, to: "own.cb")
    let outcome = try Program.run(["tutorial", "--check", script], in: folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("tutorial own, step 'Second thoughts'"))
    #expect(try Program.run(["tutorial", "--check", "nosuch"], in: folder).status == 2)
    #expect(
      try Program.run(["tutorial", "frist-look"], in: folder).errors.contains(
        "did you mean first-look?"))
    #expect(try Program.run(["tutorial", "--restart"], in: folder).status == 2)
    #expect(try Program.run(["tutorial", "time", "rules"], in: folder).status == 2)
  }

  @Test func aRightAnswerGoesOnAndAWrongOneSaysWhy() throws {
    let folder = try TemporaryFolder()
    let outcome = try play(
      ["load \"reviews.csv\" as r", "reviews | take 1"] + Self.answers.prefix(3)
        + ["reviews | count", "reviews | where golden | count"], in: folder)
    #expect(outcome.status == 0)
    let text = outcome.output
    #expect(text.contains("Not yet. `reviews | count` does not work yet"))
    #expect(text.contains("Not yet. `Count` is 1707, and should be 430."))
    #expect(text.contains("Right. 430 of 1,707 votes can be checked."))
    #expect(text.contains("5 of 10: Two conditions"))
    #expect(outcome.errors.contains("error E"))
  }

  @Test func hintsEndAndWordsDoNotCollideWithStatements() throws {
    let folder = try TemporaryFolder()
    let outcome = try play(
      ["hint", "HINT;", " hint ", "hint", "show datasets", "show", "back", "skip"], in: folder)
    for text in [
      "Hint 1 of 3", "Hint 3 of 3", "That was the last hint.",
      "    load \"reviews.csv\" as reviews",
      "This is the first step.", "2 of 10: What is in it?",
    ] {
      #expect(outcome.output.contains(text), "\(text)")
    }
    // `show datasets` is a statement still.
    #expect(outcome.output.contains("[]") || outcome.output.contains("rows"))
    #expect(try listed(in: folder).contains("first-look,15,1 of 10"))
  }

  @Test func lookingAroundDoesNotAnnoy() throws {
    let folder = try TemporaryFolder()
    let outcome = try play(
      Self.answers.prefix(1) + ["print 1", "print 2", "reviews | summarize by vendor"], in: folder)
    #expect(!outcome.output.contains("Not yet"))
    let fourth = try play(["print 1", "print 2", "print 3", "print 4"], in: folder)
    #expect(fourth.output.contains("Still to do: describe `reviews`."))
  }

  @Test func progressIsKeptAndResumed() throws {
    let folder = try TemporaryFolder()
    _ = try play(Array(Self.answers.prefix(2)) + ["quit", "reviews | take 5"], in: folder)
    #expect(try listed(in: folder).contains("first-look,15,2 of 10"))
    // What the earlier steps defined is there again.
    let second = try play(
      ["reviews | take 5", "again"] + Array(repeating: "back", count: 4), in: folder)
    #expect(second.output.contains("Welcome back."))
    #expect(second.output.contains("3 of 10: See a few rows"))
    #expect(second.output.contains("This is the first step."))
    let third = try Program.run(
      ["tutorial", "first-look", "--restart"], input: Self.answers[0] + "\n", in: folder)
    #expect(third.output.contains("1 of 10: Load the file"))
    #expect(third.output.contains("Right."))
    #expect(try listed(in: folder).contains("first-look,15,1 of 10"))
  }

  @Test(arguments: [
    "", "{", "[1,2]", "{\"done\":7,\"current\":[1],\"finished\":\"yes\"}",
    "{\"done\":{\"Load the file\":\"bogus\",\"x\":\"answered\"},\"current\":\"no such step\"}",
    String(repeating: "[", count: 50_000), "\u{0}\u{1}\u{1B}[2J",
  ])
  func aHostileFileOfProgressIsNone(text: String) throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(text, to: "state/casebook/tutorials/first-look.json")
    #expect(try listed(in: folder).contains("first-look,15,0 of 10"))
    let outcome = try play(Array(Self.answers.prefix(1)), in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("Right."))
    #expect(!outcome.output.contains("\u{1B}[2J"))
    #expect(try listed(in: folder).contains("first-look,15,1 of 10"))
  }

  @Test func aPipeOrFolderInPlaceOfProgressDoesNotHang() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/state/casebook/tutorials"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    #expect(mkfifo(path + "/first-look.json", 0o600) == 0)
    #expect(try listed(in: folder).contains("first-look,15,0 of 10"))
    try FileManager.default.removeItem(atPath: path + "/first-look.json")
    try FileManager.default.createDirectory(
      atPath: path + "/first-look.json", withIntermediateDirectories: true)
    let outcome = try play(Array(Self.answers.prefix(1)), in: folder)
    #expect(outcome.output.contains("Right."))
    #expect(outcome.errors.contains("the progress cannot be kept"))
  }

  @Test func aScriptThatChangedKeepsWhatIsDone() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(
      "{\"done\":{\"Load the file\":\"answered\",\"A step of old\":\"shown\"},\"current\":\"A step of old\"}",
      to: "state/casebook/tutorials/first-look.json")
    let outcome = try play(["describe reviews"], in: folder)
    #expect(
      outcome.output.contains(
        "This tutorial has changed since you were here; it goes on with step 2."))
    #expect(outcome.output.contains("Right."))
  }

  // MARK: At a terminal

  @Test func aConversation() throws {
    let folder = try TemporaryFolder()
    let terminal = try PseudoTerminal(
      ["tutorial", "first-look"], in: folder, columns: 100, rows: 40,
      variables: ["PAGER": "cat"])
    try terminal.expect("1 of 10: Load the file")
    try terminal.expect("first-look 1/10> ")
    // `show` alone would be an unfinished statement elsewhere.
    terminal.type("show\r")
    try terminal.expect("Type it in")
    terminal.type("load \"rev\t")
    try terminal.expect("reviews.csv")
    terminal.type(" as reviews\r")
    try terminal.expect("Right.")
    try terminal.expect("first-look 2/10> ")
    terminal.type("describe nosuch\r")
    try terminal.expect("error E")
    terminal.type("describe reviews\r")
    try terminal.expect("first-look 3/10> ")
    terminal.type("\u{4}")
    #expect(try terminal.exitStatus() == 0)
    #expect(try listed(in: folder).contains("first-look,15,2 of 10"))
  }

  @Test func aKillLosesAtMostTheOpenStep() throws {
    let folder = try TemporaryFolder()
    do {
      let terminal = try PseudoTerminal(["tutorial", "first-look"], in: folder)
      try terminal.expect("first-look 1/10> ")
      terminal.type(Self.answers[0] + "\r")
      try terminal.expect("first-look 2/10> ")
      let other = try play([], in: folder)
      #expect(other.errors.contains("is open in another terminal"))
      #expect(other.status == 1)
      // The terminal goes, and with it the program, by SIGKILL.
    }
    let outcome = try play(["describe reviews"], in: folder)
    #expect(outcome.output.contains("2 of 10"))
    #expect(outcome.output.contains("3 of 10"))
  }
}
