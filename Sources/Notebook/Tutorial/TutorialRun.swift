public import CasebookEngine
import CasebookLanguage
import CasebookTables

/// A tutorial being played: the learner's engine, another that follows the tutorial's own answers, and the step that is
/// open.
///
/// The state of a step is a function of the step: going back, skipping and resuming make folder and engines anew and
/// play the tutorial's answers up to it, so that nothing a learner tried can spoil what follows.
public final class TutorialRun {
  /// The tutorial.
  public let tutorial: Tutorial
  /// The number of the open step, from 0; as many as there are steps once all are done.
  public private(set) var index = 0
  /// What the learner's statements run on.
  public private(set) var engine: Engine
  /// The record of the learner's session.
  public private(set) var sitting: Sitting
  /// The folder with the data.
  public let folder: TutorialFolder
  private let surroundings: TutorialSurroundings
  private var reference: Engine
  /// What plays the world that sends files, once it is needed.
  private var backstage: Engine?
  /// Whether the reference has given the tutorial's own answer to the open step, and what that yields.
  private var isAnswered = false
  private var answer = Yield()
  /// The file that a step asks for, as it was when the step began.
  private var fileBefore: [Int]?

  /// What the last of some statements came to.
  private struct Yield {
    var table: Table?
    var reads = CellReads()
  }

  /// What is said of an answer.
  public enum Judgement: Sendable, Equatable {
    /// It is right.
    case right
    /// It is meant as an answer and is not right, because of these.
    case wrong([String])
    /// It is no answer.
    case unlike
  }

  /// A run before its first step.
  public init(
    _ tutorial: Tutorial, in folder: TutorialFolder, _ surroundings: TutorialSurroundings
  ) throws {
    self.tutorial = tutorial
    self.folder = folder
    self.surroundings = surroundings
    engine = try surroundings.makeEngine(folder.path)
    reference = try surroundings.makeEngine(folder.path)
    sitting = Sitting(engine, journal: nil)
  }

  /// Closes both engines.
  public func close() {
    try? engine.close()
    try? reference.close()
    try? backstage?.close()
    backstage = nil
  }

  /// The open step; nil behind the last.
  public var step: TutorialStep? {
    tutorial.steps.indices.contains(index) ? tutorial.steps[index] : nil
  }

  // MARK: Places

  /// Opens a step with everything as it would be had the tutorial's own answers been given so far.
  public func enter(_ index: Int) throws {
    close()
    folder.empty()
    if let data = tutorial.data { try surroundings.generate(data, folder.path) }
    engine = try surroundings.makeEngine(folder.path)
    reference = try surroundings.makeEngine(folder.path)
    sitting = Sitting(engine, journal: nil)
    self.index = 0
    (isAnswered, answer) = (false, Yield())
    while self.index < index {
      for part in step?.parts ?? [] { try play(part) { _ in } }
      switch step?.task?.solution {
      case .statement(let text)?: engine.run(text) { sitting.note($0) }
      case .commandLine(let line)?:
        _ = surroundings.run(commandLineWords(line) ?? [], folder.path, true)
      case nil: break
      }
      try answerOnce()
      advance()
    }
    begin()
  }

  /// Goes on to the next step; what the learner made stays.
  public func goOn() throws {
    try answerOnce()
    advance()
    begin()
  }

  /// Plays the statements in a part of a step, and hands their cells over to be shown.
  public func play(_ part: TutorialStep.Part, receive: (Cell) throws -> Void) throws {
    switch part {
    case .prose: break
    case .backstage(let text):
      let world = try backstage ?? surroundings.makeEngine(folder.path)
      backstage = world
      _ = try result(text, on: world)
    case .statement(let text):
      _ = try follow(text)
      try engine.run(text) { cell in
        sitting.note(cell)
        try receive(cell)
      }
    }
  }

  private func advance() {
    index += 1
    (isAnswered, answer) = (false, Yield())
  }

  private func begin() {
    if case .file(let name)? = step?.task?.check { fileBefore = folder.state(of: name) }
  }

  /// Has the reference do what the tutorial does; files are written by the learner's engine alone.
  private func follow(_ text: String) throws -> Yield {
    guard !Self.writesFiles(text) else { return Yield() }
    return try result(text, on: reference)
  }

  private func answerOnce() throws {
    guard !isAnswered else { return }
    isAnswered = true
    guard case .statement(let text)? = step?.task?.solution else { return }
    answer = try follow(text)
  }

  private static func writesFiles(_ text: String) -> Bool {
    parse(text, signatures: Engine.signatures).statements.contains { statement in
      guard case .command(let command) = statement.kind else { return false }
      return command.name == "export" || (command.name == "save" && text.contains("\""))
    }
  }

  /// What a text yields; an error of it is an error of the tutorial.
  private func result(_ text: String, on engine: Engine) throws -> Yield {
    var yield = Yield()
    var failure: Diagnostic?
    engine.run(text) { cell in
      yield.reads = cell.reads
      if case .table(let result) = cell.output { yield.table = result }
      if case .failure(let diagnostic) = cell.output { failure = diagnostic }
    }
    if let failure {
      throw NotebookError(
        "tutorial \(tutorial.name), step '\(step?.title ?? "")': its own statement fails: "
          + "\(failure.code): \(failure.message)")
    }
    return yield
  }

  // MARK: Answers

  /// Runs a command line of the learner's and judges it.
  public func run(commandLine words: [String], isQuiet: Bool = false) -> Judgement {
    let status = surroundings.run(words, folder.path, isQuiet)
    guard let task = step?.task, case .commandLine(let line) = task.solution else {
      return .unlike
    }
    // Another command of the program is a look around.
    let wantedWords = commandLineWords(line) ?? []
    guard words.first == wantedWords.first else { return .unlike }
    let missing = wantedWords.filter { $0.hasPrefix("--") && !words.contains($0) }
    if !missing.isEmpty {
      return .wrong(["The task needs " + missing.map { "`\($0)`" }.joined(separator: " and ") + "."]
      )
    }
    switch task.check {
    case .status(let wanted):
      if status == wanted { return .right }
      return .wrong(["It ended with status \(status); the task's ends with \(wanted)."])
    case .file(let name): return judgement(ofFile: name, isAttempt: words.first == "run")
    case .probe, .result, .done: return .unlike
    }
  }

  /// Judges what the learner's statements came to.
  public func judge(_ cells: [Cell]) throws -> Judgement {
    guard let task = step?.task, let last = cells.last, !last.isFailure else { return .unlike }
    switch task.check {
    case .result: return try judgement(ofResult: cells, task)
    case .probe(let probe): return try judgement(of: probe, cells, task)
    case .file(let name):
      return judgement(
        ofFile: name, isAttempt: Self.kind(last.statement) == kind(of: task.solution))
    case .done: return try judgement(ofKind: cells, task)
    case .status: return .unlike
    }
  }

  private func judgement(ofKind cells: [Cell], _ task: TutorialTask) throws -> Judgement {
    try answerOnce()
    let alike = cells.filter { Self.kind($0.statement) == kind(of: task.solution) }
    guard !alike.isEmpty else { return .unlike }
    let missing = answer.reads.columns.flatMap { dataset, columns in
      columns.filter { column in
        !alike.contains { $0.reads.columns[dataset]?.contains(column) == true }
      }.map { "`\(dataset).\($0)`" }
    }
    if missing.isEmpty { return .right }
    return .wrong(["It does not look at " + missing.sorted().joined(separator: " and ") + "."])
  }

  private func judgement(ofResult cells: [Cell], _ task: TutorialTask) throws -> Judgement {
    let given = cells.last { if case .table = $0.output { true } else { false } }
    guard case .table(let table)? = given?.output else { return .unlike }
    try answerOnce()
    guard let wanted = answer.table else { return .unlike }
    switch AnswerComparison(wanted: wanted, given: table, demands: task.demands).outcome {
    case .same: return .right
    case .differs(let lines): return isLook(given?.statement, task) ? .unlike : .wrong(lines)
    case .unlike: return .unlike
    }
  }

  /// Whether a statement only looks at what is there, where the task asks to compute something; whatever columns it
  /// happens to show, it is no try.
  private func isLook(_ statement: Statement?, _ task: TutorialTask) -> Bool {
    guard let statement, case .statement(let text) = task.solution,
      let own = parse(text, signatures: Engine.signatures).statements.last
    else { return false }
    guard Self.kind(statement) == Self.kind(own) else { return true }
    guard case .pipeline(let given) = statement.kind, case .pipeline(let wanted) = own.kind,
      case .expression(let source) = given.source, let name = source.asName,
      engine.datasetNames.contains(name.text)
    else { return false }
    return Self.onlyLooks(given) && !Self.onlyLooks(wanted)
  }

  /// Stages that show rows as they are.
  private static let lookingStages: Set<String> = [
    "as", "getschema", "limit", "sample", "take",
  ]

  private static func onlyLooks(_ pipeline: Pipeline) -> Bool {
    pipeline.stages.allSatisfy { lookingStages.contains($0.name ?? $0.word.text) }
  }

  private func judgement(
    of probe: String, _ cells: [Cell], _ task: TutorialTask
  ) throws -> Judgement {
    let wanted = try wanted(probe)
    let isAttempt = cells.contains { Self.kind($0.statement) == kind(of: task.solution) }
    switch engine.probe(probe) {
    case .table(let given):
      let comparison = AnswerComparison(wanted: wanted, given: given, demands: task.demands)
      switch comparison.outcome {
      case .same: return .right
      case .differs(let lines): return isAttempt ? .wrong(lines) : .unlike
      case .unlike:
        return isAttempt ? .wrong(["`\(probe)` gives other columns than it should."]) : .unlike
      }
    case .failure(let diagnostic):
      return isAttempt ? .wrong(["`\(probe)` does not work yet: \(diagnostic.message)."]) : .unlike
    default: return .unlike
    }
  }

  /// What a check gives behind the tutorial's own answer.
  private func wanted(_ probe: String) throws -> Table {
    try answerOnce()
    switch reference.probe(probe) {
    case .table(let table): return table
    case .failure(let diagnostic):
      throw NotebookError(
        "tutorial \(tutorial.name), step '\(step?.title ?? "")': its check does not run: "
          + diagnostic.message)
    default:
      throw NotebookError(
        "tutorial \(tutorial.name), step '\(step?.title ?? "")': its check has no rows: \(probe)")
    }
  }

  /// Whether the learner's engine gives for a check what the tutorial's answer to the open step would.
  func holds(_ probe: String) throws -> Bool {
    guard case .table(let given) = engine.probe(probe) else { return false }
    let comparison = AnswerComparison(
      wanted: try wanted(probe), given: given, demands: step?.task?.demands ?? [])
    return comparison.outcome == .same
  }

  private func judgement(ofFile name: String, isAttempt: Bool) -> Judgement {
    let now = folder.state(of: name)
    if now != nil, now != fileBefore { return .right }
    guard isAttempt else { return .unlike }
    return .wrong([
      now == nil ? "There is no file \(name) yet." : "The file \(name) is still the old one."
    ])
  }

  /// What kind of statement it is, by its first word where it has one of its own.
  private static func kind(_ statement: Statement) -> String {
    switch statement.kind {
    case .command(let command): command.name
    case .binding: "let"
    case .setting: "set"
    case .pipeline, .sql: "pipeline"
    case .parameters, .foreign, .unsupported, .empty, .error: ""
    }
  }

  private func kind(of solution: TutorialTask.Solution) -> String? {
    guard case .statement(let text) = solution else { return nil }
    return parse(text, signatures: Engine.signatures).statements.first.map(Self.kind)
  }
}
