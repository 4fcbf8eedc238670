import CasebookEngine
import CasebookLanguage

/// Reads tutorials from scripts.
///
/// A tutorial is a script like any other; what makes it one stands in its prose, a word and a colon at the
/// start of a line. A paragraph of that kind goes on until a blank line or the next such word.
///
///     // # First look
///     // About: load an extract and ask it something.
///     // Minutes: 10
///     // Data: 4000 cases, seed 1
///     // Prose before the first step.
///
///     // ## Count them
///     // Prose. A statement without a task above it is typed by the tutorial itself.
///     //
///     // Task: how many cases are there?
///     // Hint: a stage counts rows
///     // Hint: the stage is called count
///     // Hint: cases | c____
///     // Found: four thousand
///     cases | count
///
/// `Check: PIPELINE` looks at the rows of a pipeline behind the answer, where the answer itself has none;
/// `Check: file NAME` at a file, `Check: status N` at the exit status of a command line, which
/// `Command: casebook ...` gives in place of a statement. `Backstage: why` above a statement has it run unseen, in a
/// session of its own, to play the world that sends files. `Compare: order, names, chart` asks more of a result than its
/// rows in any order under any names.
struct TutorialReader {
  private static let hintCount = 3

  private let name: String
  private var tutorial: Tutorial
  private var step: Draft?
  private var hasTitle = false

  /// A step being read.
  private struct Draft {
    var title: String
    var parts: [TutorialStep.Part] = []
    var fields: [(word: Word, text: String)] = []
    var task: TutorialTask?
  }

  /// The words that begin a paragraph of their own.
  enum Word: String, CaseIterable {
    case about = "About"
    case minutes = "Minutes"
    case data = "Data"
    case task = "Task"
    case hint = "Hint"
    case check = "Check"
    case compare = "Compare"
    case found = "Found"
    case command = "Command"
    case backstage = "Backstage"
  }

  private init(_ name: String) {
    self.name = name
    tutorial = Tutorial(
      name: name, title: name, summary: "", minutes: 0, data: nil, introduction: [], steps: [],
      closing: [])
  }

  /// The tutorial that a script holds.
  static func tutorial(_ name: String, text: String) throws(NotebookError) -> Tutorial {
    var reader = TutorialReader(name)
    try reader.read(parse(text, signatures: Engine.signatures))
    return reader.tutorial
  }

  private mutating func read(_ tree: SyntaxTree) throws(NotebookError) {
    if let problem = tree.diagnostics.first(where: { $0.severity == .error }) {
      throw flaw("\(problem.code): \(problem.message)")
    }
    for statement in tree.statements {
      if let prose = statement.prose { try read(prose: proseText(tree.source[prose])) }
      if case .empty = statement.kind { continue }
      try take(statement: tree.source[statement.span])
    }
    try closeStep()
    guard hasTitle, !tutorial.summary.isEmpty, tutorial.minutes > 0 else {
      throw flaw("it needs a title, About: and Minutes:")
    }
    guard let last = tutorial.steps.last, tutorial.steps.contains(where: { $0.task != nil }) else {
      throw flaw("it has no task")
    }
    // A last heading without statements is what is said at the end.
    if last.task == nil, case .prose(let lines)? = last.parts.first, last.parts.count == 1 {
      tutorial.steps.removeLast()
      tutorial.closing = ["## " + last.title] + lines
    }
    let titles = tutorial.steps.map(\.title)
    if Set(titles).count < titles.count { throw flaw("two steps have one heading") }
  }

  // MARK: Prose

  private mutating func read(prose: String) throws(NotebookError) {
    var lines: [String] = []
    var field: (word: Word, text: String)?
    for line in prose.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("## ") {
        try finish(&field, &lines)
        try closeStep()
        step = Draft(title: String(line.dropFirst(3)))
      } else if line.hasPrefix("# "), !hasTitle {
        tutorial.title = String(line.dropFirst(2))
        hasTitle = true
      } else if let (word, text) = Self.field(line) {
        try finish(&field, &lines)
        field = (word, text)
      } else if field != nil, !line.isEmpty {
        field?.text += " " + line
      } else {
        if field != nil { try finish(&field, &lines) }
        lines.append(line)
      }
    }
    try finish(&field, &lines)
  }

  private static func field(_ line: String) -> (Word, String)? {
    guard let colon = line.firstIndex(of: ":"), let word = Word(rawValue: String(line[..<colon]))
    else { return nil }
    return (word, String(line[line.index(after: colon)...].drop { $0 == " " }))
  }

  /// Files away the lines and the paragraph read so far.
  private mutating func finish(
    _ field: inout (word: Word, text: String)?, _ lines: inout [String]
  ) throws(NotebookError) {
    let trimmed = Self.trimmed(lines)
    lines = []
    if !trimmed.isEmpty {
      if step == nil {
        tutorial.introduction += trimmed
      } else {
        step?.parts.append(.prose(trimmed))
      }
    }
    guard let (word, text) = field else { return }
    field = nil
    switch word {
    case .about: tutorial.summary = text
    case .minutes: tutorial.minutes = Int(text) ?? 0
    case .data: tutorial.data = try data(text)
    default:
      guard step != nil else { throw flaw("\(word.rawValue): stands before the first ## heading") }
      step?.fields.append((word, text))
    }
  }

  private static func trimmed(_ lines: [String]) -> [String] {
    let behind = lines.drop(while: \.isEmpty)
    return Array(behind.reversed().drop(while: \.isEmpty).reversed())
  }

  /// `4000 cases, seed 1`.
  private func data(_ text: String) throws(NotebookError) -> Tutorial.GeneratedData {
    let words = text.split { $0 == " " || $0 == "," }
    guard words.count == 4, words[1] == "cases", words[2] == "seed", let cases = Int(words[0]),
      let seed = UInt64(words[3])
    else { throw flaw("Data: is written as `4000 cases, seed 1`") }
    return Tutorial.GeneratedData(cases: cases, seed: seed)
  }

  // MARK: Steps

  private mutating func take(statement: String) throws(NotebookError) {
    guard var draft = step else {
      throw flaw("a statement stands before the first ## heading")
    }
    if draft.task != nil { throw flaw("statements behind the task", in: draft) }
    if draft.fields.contains(where: { $0.word == .backstage }) {
      draft.parts.append(.backstage(statement))
      draft.fields.removeAll { $0.word == .backstage }
    } else if draft.fields.contains(where: { $0.word == .task }) {
      draft.task = try task(.statement(statement), draft)
    } else {
      draft.parts.append(.statement(statement))
    }
    step = draft
  }

  private mutating func closeStep() throws(NotebookError) {
    guard var draft = step else { return }
    if draft.task == nil, !draft.fields.isEmpty {
      guard let line = draft.fields.first(where: { $0.word == .command })?.text else {
        throw flaw("the task has no answer", in: draft)
      }
      draft.task = try task(.commandLine(line), draft)
    }
    tutorial.steps.append(
      TutorialStep(title: draft.title, parts: draft.parts, task: draft.task))
    step = nil
  }

  private func task(
    _ solution: TutorialTask.Solution, _ draft: Draft
  ) throws(NotebookError) -> TutorialTask {
    func texts(_ word: Word) -> [String] {
      draft.fields.filter { $0.word == word }.map(\.text)
    }
    guard let text = texts(.task).first, texts(.task).count == 1 else {
      throw flaw("a step has one task", in: draft)
    }
    let hints = texts(.hint)
    guard hints.count == Self.hintCount else {
      throw flaw("a task has \(Self.hintCount) hints, not \(hints.count)", in: draft)
    }
    var demands: Set<TutorialTask.Demand> = []
    for word in texts(.compare).joined(separator: ",").split(whereSeparator: {
      $0 == "," || $0 == " "
    }) {
      guard let demand = TutorialTask.Demand(rawValue: String(word)) else {
        throw flaw("Compare: knows order, names and chart, not '\(word)'", in: draft)
      }
      demands.insert(demand)
    }
    let check = try texts(.check).first.map { (text) throws(NotebookError) in
      try self.check(text, draft)
    }
    switch solution {
    case .commandLine where check == nil: throw flaw("a command line needs a check", in: draft)
    default: break
    }
    return TutorialTask(
      text: text, hints: hints, solution: solution, check: check ?? .result, demands: demands,
      finding: texts(.found).first)
  }

  private func check(_ text: String, _ draft: Draft) throws(NotebookError) -> TutorialTask.Check {
    if text.hasPrefix("file ") { return .file(String(text.dropFirst(5))) }
    if text == "done" { return .done }
    guard text.hasPrefix("status ") else { return .probe(text) }
    guard let status = Int32(text.dropFirst(7)) else {
      throw flaw("Check: status takes a number", in: draft)
    }
    return .status(status)
  }

  private func flaw(_ what: String) -> NotebookError {
    NotebookError("tutorial \(name): \(what)")
  }

  private func flaw(_ what: String, in draft: Draft) -> NotebookError {
    NotebookError("tutorial \(name), step '\(draft.title)': \(what)")
  }
}
