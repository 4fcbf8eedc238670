import CasebookEngine
import CasebookNotebook
import CasebookTables
import CasebookTestSupport
import Testing

/// Reading tutorials, judging answers, and moving about in one.
@Suite struct TutorialTests {
  private static let head = "// # T\n// About: a\n//\n// Minutes: 5\n\n"

  private static func task(
    _ solution: String, _ fields: String = "", title: String = "// ## Step\n"
  ) -> String {
    title + "// Task: do it\n//\n// Hint: 1\n//\n// Hint: 2\n//\n// Hint: 3\n" + fields
      + solution + "\n"
  }

  private static var surroundings: TutorialSurroundings {
    TutorialSurroundings(
      makeEngine: { folder in
        var configuration = Configuration()
        configuration.directory = folder
        return try Engine(configuration)
      },
      generate: { _, _ in },
      run: { arguments, _, _ in arguments.contains("--fails") ? 1 : 0 })
  }

  private func run(_ text: String) throws -> TutorialRun {
    let run = try TutorialRun(
      TutorialLibrary.tutorial("t", text: Self.head + text), in: TutorialFolder(),
      Self.surroundings)
    try run.enter(0)
    return run
  }

  /// What is said of a learner's text.
  private func judgement(of text: String, in run: TutorialRun) throws -> TutorialRun.Judgement {
    var cells: [Cell] = []
    run.engine.run(text) { cells.append($0) }
    return try run.judge(cells)
  }

  private func judgement(
    of answer: String, for solution: String, _ fields: String = ""
  ) throws -> TutorialRun.Judgement {
    let run = try run(Self.task(solution, fields))
    defer { run.close() }
    return try judgement(of: answer, in: run)
  }

  private static let table =
    "datatable(q: string, n: long, s: real)[\"a\", 1, 0.25, \"b\", 2, 0.5, \"c\", 3, 0.75]"

  // MARK: Looking around

  /// A table and a look at it are no tries, however much they resemble the answer; what computes is one.
  @Test func aLookAroundIsNoTry() throws {
    let run = try TutorialRun(
      TutorialLibrary.tutorial(
        "t",
        text: Self.head + "// ## Load\nload \"rows.csv\" as rows\n\n"
          + Self.task("rows | where n > 1")),
      in: TutorialFolder(), Self.surroundings)
    defer { run.close() }
    #expect(writeFile(run.folder.path + "/rows.csv", Array("q,n\na,1\nb,2\nc,3\n".utf8)))
    for part in run.step?.parts ?? [] { try run.play(part) { _ in } }
    try run.goOn()
    for text in ["rows", "rows | take 2", "rows | count", "describe rows", "datasets"] {
      #expect(try judgement(of: text, in: run) == .unlike, "\(text)")
    }
    for text in ["rows | where n > 2", "let x = rows | where n > 0; x", "rows | sort by n"] {
      let judgement = try judgement(of: text, in: run)
      if case .wrong = judgement {} else { Issue.record("\(text): \(judgement)") }
    }
    #expect(try judgement(of: "rows | where n >= 2", in: run) == .right)
  }

  // MARK: Results

  @Test(arguments: [
    table,
    // Other names, another order of columns and rows, more columns, rounded numbers.
    table + " | project s, queue = q, count = n | sort by count",
    table + " | extend more = 1",
    table + " | extend s = iff(n == 1, 0.3, s)",
    table + " | extend n = todouble(n)",
  ])
  func theSameRowsAreRight(answer: String) throws {
    #expect(try judgement(of: answer, for: Self.table) == .right)
  }

  @Test(arguments: [
    (
      table + " | where n < 3",
      ["It has 2 rows, and should have 3 rows.", "There is no row for q = c."]
    ),
    (
      table + " | extend n = iff(q == \"b\", 5, n)",
      ["`n` is 5 in the row for q = b, and should be 2."]
    ),
    (table + " | project q, n", ["A column is missing: `s`, a real."]),
    (table + " | extend n = tostring(n)", ["`n` is a string here, and should be a long."]),
    (
      table + " | union (print q = \"d\", n = 4, s = 1.0)",
      ["It has 4 rows, and should have 3 rows.", "The row for q = d is too many."]
    ),
    (
      table + " | extend s = 0.4",
      [
        "`s` is 0.4 in the row for q = a, and should be 0.25.",
        "`s` is 0.4 in the row for q = b, and should be 0.5.",
        "`s` is 0.4 in the row for q = c, and should be 0.75.",
      ]
    ),
  ])
  func aWrongAnswerIsToldWhatDiffers(answer: String, lines: [String]) throws {
    #expect(try judgement(of: answer, for: Self.table) == .wrong(lines))
  }

  @Test func farTooManyRowsAreOnlyCounted() throws {
    #expect(
      try judgement(of: "range n from 1 to 9 step 1", for: "range n from 1 to 3 step 1")
        == .wrong(["It has 9 rows, and should have 3 rows."]))
  }

  @Test func aLengthOfTimeInPlaceOfANumberIsToldTheWay() throws {
    #expect(
      try judgement(of: "print hours = 90m", for: "print hours = 1.5")
        == .wrong(["`hours` is a timespan here, and should be a real. Divide it by `1h` or `1m`."]))
  }

  @Test func manyFaultsAreCutShort() throws {
    let answer = try judgement(
      of: "range n from 1 to 9 step 1 | extend m = 0 * n",
      for: "range n from 1 to 9 step 1 | extend m = 1")
    guard case .wrong(let lines) = answer else { return #expect(answer == .wrong([])) }
    #expect(lines.count == 4)
    #expect(lines.last == "... and more.")
  }

  @Test(arguments: [
    "print a = 'x'", "let x = 1", "help where", table + " | summarize by q", "print nosuch",
  ])
  func lookingAroundIsNoAnswer(text: String) throws {
    #expect(try judgement(of: text, for: Self.table) == .unlike)
  }

  @Test func protectedValuesAreNotTold() throws {
    let load = "// ## Load\nload \"f.csv\" as f\n\n// ## Protect\nprotect f.q\n\n"
    let run = try TutorialRun(
      TutorialLibrary.tutorial("t", text: Self.head + load + Self.task("f | project q, n")),
      in: TutorialFolder(),
      TutorialSurroundings(
        makeEngine: Self.surroundings.makeEngine,
        generate: { _, _ in }, run: Self.surroundings.run))
    defer { run.close() }
    #expect(writeFile(run.folder.path + "/f.csv", Array("q,n\nsecret,1\nhidden,2\n".utf8)))
    // `enter` would empty the folder, so the steps are taken one by one.
    for part in run.step?.parts ?? [] { try run.play(part) { _ in } }
    try run.goOn()
    for part in run.step?.parts ?? [] { try run.play(part) { _ in } }
    try run.goOn()
    let answer = try judgement(of: "f | project q, n = 5", in: run)
    guard case .wrong(let lines) = answer else { return #expect(answer == .wrong([])) }
    #expect(!lines.joined().contains("secret") && !lines.joined().contains("hidden"))
    #expect(lines.joined().contains("***"))
  }

  // MARK: Demands

  @Test func orderNamesAndChartsCountWhereTheTaskSaysSo() throws {
    let sorted = Self.table + " | sort by n"
    #expect(try judgement(of: Self.table, for: sorted) == .right)
    #expect(
      try judgement(of: Self.table, for: sorted, "//\n// Compare: order\n")
        == .wrong(["The rows are right, but stand in another order: sort them."]))
    let renamed = Self.table + " | project-rename m = n"
    #expect(try judgement(of: renamed, for: Self.table) == .right)
    #expect(
      try judgement(of: renamed, for: Self.table, "//\n// Compare: names\n")
        == .wrong(["A column is missing: `n`, a long."]))
    #expect(
      try judgement(
        of: Self.table, for: Self.table + " | render barchart", "//\n// Compare: chart, order\n")
        == .wrong(["The rows are right; now have them drawn, with `| render barchart`."]))
  }

  @Test func emptyAndOneRowedResultsCompare() throws {
    let none = Self.table + " | where n > 5"
    #expect(try judgement(of: none, for: none) == .right)
    #expect(
      try judgement(of: Self.table + " | count", for: none + " | count")
        == .wrong(["`Count` is 3, and should be 0."]))
    #expect(
      try judgement(of: "print x = long(null)", for: "print x = 1")
        == .wrong(["`x` is missing, and should be 1."]))
  }

  // MARK: Other checks

  @Test func aDefinitionIsJudgedByAProbe() throws {
    let run = try run(Self.task("let x = 5", "//\n// Check: print x\n"))
    defer { run.close() }
    #expect(try judgement(of: "print 3", in: run) == .unlike)
    #expect(
      try judgement(of: "let y = 5", in: run)
        == .wrong(["`print x` does not work yet: no column or value is named 'x' here."]))
    #expect(
      try judgement(of: "let x = 4", in: run)
        == .wrong(["`print_0` is 4, and should be 5."]))
    // A probe leaves the last result as it was.
    _ = try judgement(of: "print a = 7", in: run)
    #expect(try judgement(of: "let x = 2 + 3", in: run) == .right)
    guard case .table(let table) = run.engine.probe("_ | project a") else {
      return #expect(Bool(false), "the last result is gone")
    }
    #expect(table.rowCount == 1)
  }

  @Test func aFileMustBeNewerThanTheStep() throws {
    let run = try run(
      Self.task("export range n from 1 to 2 step 1 to \"a.csv\"", "//\n// Check: file a.csv\n"))
    defer { run.close() }
    #expect(
      try judgement(of: "export range n from 1 to 2 step 1 to \"b.csv\"", in: run)
        == .wrong(["There is no file a.csv yet."]))
    #expect(try judgement(of: "export range n from 1 to 2 step 1 to \"a.csv\"", in: run) == .right)
  }

  @Test func aCommandLineIsJudgedByItsStatus() throws {
    let text =
      "// ## Step\n// Task: t\n//\n// Hint: 1\n//\n// Hint: 2\n//\n// Hint: 3\n//\n// Check: status 0\n//\n"
      + "// Command: casebook run a.cb --lock\n"
    let run = try run(text)
    defer { run.close() }
    #expect(run.run(commandLine: ["fmt", "a.cb"]) == .unlike)
    #expect(run.run(commandLine: ["run", "a.cb"]) == .wrong(["The task needs `--lock`."]))
    #expect(
      run.run(commandLine: ["run", "a.cb", "--lock", "--fails"])
        == .wrong(["It ended with status 1; the task's ends with 0."]))
    #expect(run.run(commandLine: ["run", "a.cb", "--lock"]) == .right)
  }

  @Test func commandLinesAreReadAsAShellWould() {
    #expect(
      commandLineWords("casebook run 'my file.cb' --because \"a b\"") == [
        "run", "my file.cb", "--because", "a b",
      ])
    #expect(commandLineWords("$ casebook run a.cb") == ["run", "a.cb"])
    for text in ["cases | count", "casebook", "casebook | count", "casebook run 'open"] {
      #expect(commandLineWords(text) == nil)
    }
  }

  // MARK: Places

  private static let three =
    task("let a = 1", "//\n// Check: print a\n", title: "// ## One\n")
    + "\n" + task("let b = a + 1", "//\n// Check: print b\n", title: "// ## Two\n")
    + "\n" + task("print b", title: "// ## Three\n")

  @Test func everyPlaceHasTheStateOfTheAnswersBefore() throws {
    let run = try run(Self.three)
    defer { run.close() }
    try run.enter(2)
    #expect(run.step?.title == "Three")
    #expect(try judgement(of: "print b", in: run) == .right)
    // What a learner defined is gone after a step back, and what the answers defined is there.
    run.engine.run("let a = 100") { _ in }
    try run.enter(1)
    #expect(try judgement(of: "let b = a + 1", in: run) == .right)
    try run.enter(0)
    #expect(try judgement(of: "let b = 1", in: run) != .right)
  }

  // MARK: Reading

  @Test(arguments: [
    ("print 1", "a statement stands before the first ## heading"),
    ("// ## S\n// Task: t\n//\n// Hint: h\nprint 1", "step 'S': a task has 3 hints, not 1"),
    (
      task("print 1", "//\n// Compare: size\n"), "Compare: knows order, names and chart, not 'size'"
    ),
    (task("print 1") + "\nprint 2", "step 'Step': statements behind the task"),
    ("// ## S\n// Task: t\n//\n// Hint: h", "step 'S': the task has no answer"),
    ("// ## S\nprint 1", "it has no task"),
    (task("print 1") + "\n" + task("print 2"), "two steps have one heading"),
    (task("print ("), "E0"),
    ("// Data: many\n\n" + task("print 1"), "Data: is written as `4000 cases, seed 1`"),
  ])
  func aFlawIsNamed(text: String, message: String) throws {
    let error = #expect(throws: NotebookError.self) {
      try TutorialLibrary.tutorial("t", text: Self.head + text)
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test func proseAndShownStatementsKeepTheirOrder() throws {
    let tutorial = try TutorialLibrary.tutorial(
      "t",
      text: Self.head + "// Hello.\n//\n// There.\n\n// ## A\n// One.\nprint 1\n\n// Two.\n"
        + Self.task("print 2", title: "") + "\n// ## The end\n// Bye.\n")
    #expect(tutorial.introduction == ["Hello.", "", "There."])
    #expect(tutorial.closing == ["## The end", "Bye."])
    #expect(tutorial.steps.count == 1)
    #expect(tutorial.steps[0].parts.count == 3)
    #expect(tutorial.steps[0].task?.hints == ["1", "2", "3"])
  }

  // MARK: Check

  @Test(arguments: [
    (task("print nosuch"), "its answer fails"),
    (task("let x = 1"), "its answer is not known as one"),
    (task("let x = 1", "//\n// Check: print 5\n"), "its check holds before the answer is given"),
    ("// ## Show\nprint nosuch\n\n" + task("print 1"), "what it shows fails"),
  ])
  func anUnattendedRunNamesWhatBreaks(text: String, message: String) throws {
    let tutorial = try TutorialLibrary.tutorial("t", text: Self.head + text)
    let error = #expect(throws: NotebookError.self) {
      try TutorialCheck.check(tutorial, Self.surroundings)
    }
    #expect(
      error?.description.contains(message) == true || error?.description.contains("fails") == true,
      "\(error?.description ?? "")")
  }

  @Test func everyScriptOfTheFolderIsBuiltIn() {
    let files = names(in: Places.repository + "/scripts/tutorials").filter { $0.hasSuffix(".cb") }
    #expect(Set(files) == Set(TutorialLibrary.names.map { $0 + ".cb" }))
  }
}
