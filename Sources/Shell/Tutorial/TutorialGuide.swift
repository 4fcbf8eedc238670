import CasebookEngine
import CasebookNotebook
import CasebookRender

/// Leads a learner through a tutorial at the prompt: shows steps, hears answers, keeps progress.
final class TutorialGuide: ConversationGuide, ConversationSeat {
  /// After so many statements that are no answer the task is called to mind.
  private static let patience = 4

  private let shell: Shell
  private let run: TutorialRun
  private var progress: TutorialProgress
  private var hintCount = 0
  private var wasShown = false
  private var strayCount = 0

  init(_ shell: Shell, _ run: TutorialRun, _ progress: TutorialProgress) {
    self.shell = shell
    self.run = run
    self.progress = progress
  }

  var engine: Engine { run.engine }
  var sitting: Sitting { run.sitting }

  private var tutorial: Tutorial { run.tutorial }
  private var drawing: ProseDrawing { ProseDrawing(shell.console.screen(1)) }

  /// How far one is, so that it is seen without asking.
  var promptText: String {
    let tasks = tutorial.steps[...min(run.index, tutorial.steps.count - 1)]
    return "\(tutorial.name) \(tasks.count)/\(tutorial.steps.count)> "
  }

  // MARK: Words

  /// What a learner can say to the guide; a statement that begins with such a word goes on behind it.
  enum Word: String, CaseIterable {
    case hint, show, skip, again, back, quit
  }

  /// Whether a text is for the guide, and so needs no further line.
  static func isAddressed(_ text: String) -> Bool {
    word(text) != nil || commandLineWords(text) != nil
  }

  private static func word(_ text: String) -> Word? {
    let bare = text.trimmed { $0.isWhitespace || $0 == ";" }
    return Word(rawValue: bare.lowercased())
  }

  func isWord(_ text: String) -> Bool { Self.word(text) != nil }

  func take(_ text: String) throws -> Bool? {
    if let words = commandLineWords(text) {
      let judgement = run.run(commandLine: words)
      return try weigh(judgement, isResult: true)
    }
    guard let word = Self.word(text) else { return nil }
    switch word {
    case .hint: try hint()
    case .show: try showAnswer()
    case .skip: return try skip()
    case .again: try again()
    case .back: try back()
    case .quit:
      try say(drawing.line("Kept.", .faint, "`casebook tutorial \(tutorial.name)` goes on here."))
      return false
    }
    return true
  }

  private func hint() throws {
    guard let task = run.step?.task else { return }
    guard hintCount < task.hints.count else {
      return try say(drawing.line("That was the last hint.", .faint, "`show` tells the answer."))
    }
    hintCount += 1
    let lead = "Hint \(hintCount) of \(task.hints.count):"
    try say(drawing.line(lead, .heading, task.hints[hintCount - 1]))
  }

  private func showAnswer() throws {
    guard let task = run.step?.task else { return }
    wasShown = true
    try say("\n" + indented(task.solution.text) + "\n")
    try say(drawing.line("Type it in, or `skip` to have it done for you.", .faint))
  }

  private func skip() throws -> Bool {
    guard let step = run.step else { return true }
    if step.task != nil { progress.done[step.title] = progress.done[step.title] ?? .skipped }
    try run.enter(run.index + 1)
    return try arrive()
  }

  private func again() throws {
    try run.enter(run.index)
    _ = try arrive()
  }

  private func back() throws {
    let earlier = tutorial.steps.indices.last { $0 < run.index && tutorial.steps[$0].task != nil }
    guard let earlier else {
      return try say(drawing.line("This is the first step.", .faint))
    }
    try run.enter(earlier)
    _ = try arrive()
  }

  // MARK: Answers

  func hear(_ cells: [Cell]) throws -> Bool {
    let isResult = cells.contains { if case .table = $0.output { true } else { false } }
    return try weigh(try run.judge(cells), isResult: isResult)
  }

  private func weigh(_ judgement: TutorialRun.Judgement, isResult: Bool) throws -> Bool {
    switch judgement {
    case .right: return try praise()
    case .wrong(let lines):
      strayCount = 0
      try say("\n" + drawing.line("Not yet.", .caution, lines.first ?? ""))
      for line in lines.dropFirst() { try say(drawing.text([line])) }
      let help = hintCount < 3 ? "`hint` helps." : "`show` tells the answer."
      try say(drawing.line(help, .faint))
    case .unlike:
      strayCount += isResult ? 1 : 0
      guard strayCount >= Self.patience, let task = run.step?.task else { return true }
      strayCount = 0
      try say("\n" + drawing.line("Still to do:", .faint, task.text))
    }
    return true
  }

  private func praise() throws -> Bool {
    guard let step = run.step else { return true }
    progress.done[step.title] = wasShown ? .shown : .answered
    try say("\n" + drawing.line("Right.", .praise, Self.capitalised(step.task?.finding ?? "")))
    try run.goOn()
    return try arrive()
  }

  private static func capitalised(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }

  // MARK: Steps

  /// Says hello and shows the step to begin with; gives whether the learner stays.
  func begin(at index: Int, note: String?) throws -> Bool {
    try run.enter(index)
    if let note { try say(drawing.line(note, .faint)) }
    if index == 0 {
      try say(drawing.rule(tutorial.title))
      try say(drawing.text(tutorial.introduction))
    }
    return try arrive()
  }

  /// Shows the open step, and those behind it that ask nothing; gives whether the learner stays.
  private func arrive() throws -> Bool {
    (hintCount, wasShown, strayCount) = (0, false, 0)
    while let step = run.step {
      progress.current = step.title
      keepProgress()
      try show(step)
      if step.task != nil { return true }
      try run.goOn()
    }
    return try finish()
  }

  private func show(_ step: TutorialStep) throws {
    try say("\n" + drawing.rule("\(run.index + 1) of \(tutorial.steps.count): \(step.title)"))
    for part in step.parts {
      switch part {
      case .prose(let lines): try say(drawing.text(lines) + "\n")
      case .statement(let text): try demonstrate(part, text)
      case .backstage: try run.play(part) { _ in }
      }
    }
    guard let task = step.task else { return }
    try say(drawing.line("Task:", .heading, task.text))
    guard progress.done.isEmpty else { return }
    let words = "`hint`, `show`, `skip`, `back`, `again` and `quit` do what they say."
    try say(drawing.line(words, .faint))
  }

  /// Types a statement in the learner's place.
  private func demonstrate(_ part: TutorialStep.Part, _ text: String) throws {
    for (number, line) in text.split(separator: "\n").enumerated() {
      try say((number == 0 ? "tutorial> " : "       -> ") + line + "\n")
    }
    try run.play(part) { cell in
      try shell.printer.print(cell, name: nil, engine.settings)
      guard cell.isFailure else { return }
      try say(
        drawing.line("What you defined is in the way.", .caution, "`again` clears the table."))
    }
    try say("\n")
  }

  private func finish() throws -> Bool {
    progress.current = nil
    progress.isFinished = true
    keepProgress()
    try say("\n" + drawing.rule("Done: \(tutorial.title)"))
    try say(drawing.text(tutorial.closing))
    let counts = Dictionary(grouping: progress.done.values) { $0 }.mapValues(\.count)
    let others = [(counts[.shown], "shown"), (counts[.skipped], "skipped")].compactMap {
      count, word in count.map { "\($0) \(word)" }
    }
    let extra = others.isEmpty ? "" : ", " + others.joined(separator: ", ")
    try say("\n" + drawing.line("\(counts[.answered] ?? 0) answered by yourself\(extra).", .faint))
    if let next = Self.next(behind: tutorial.name) {
      try say(drawing.line("Next:", .heading, "casebook tutorial \(next)"))
    }
    return false
  }

  private static func next(behind name: String) -> String? {
    let names = TutorialLibrary.names
    guard let place = names.firstIndex(of: name), place + 1 < names.count else { return nil }
    return names[place + 1]
  }

  private func keepProgress() {
    if !progress.write(tutorial.name) {
      shell.complain("the progress cannot be kept: the state folder cannot be written")
    }
  }

  private func say(_ text: String) throws {
    try shell.output.write(text)
    try shell.output.flush()
  }

  private func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)\n" }.joined()
  }
}

extension String {
  /// The text without characters of a kind at both ends.
  fileprivate func trimmed(_ isIdle: (Character) -> Bool) -> String {
    String(drop(while: isIdle).reversed().drop(while: isIdle).reversed())
  }
}
