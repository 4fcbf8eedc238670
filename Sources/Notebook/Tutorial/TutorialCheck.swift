import CasebookEngine
import CasebookLanguage

/// Plays a tutorial unattended, with its own answers.
public enum TutorialCheck {
  /// Throws what breaks first.
  ///
  /// Each answer must be right, and must not be right before it is given: a check that asks for nothing
  /// would let everything pass.
  public static func check(
    _ tutorial: Tutorial, _ surroundings: TutorialSurroundings
  ) throws {
    let run = try TutorialRun(tutorial, in: TutorialFolder(), surroundings)
    defer { run.close() }
    try run.enter(0)
    while let step = run.step {
      try check(step, of: run)
      try run.goOn()
    }
  }

  private static func check(_ step: TutorialStep, of run: TutorialRun) throws {
    func flaw(_ what: String) -> NotebookError {
      NotebookError("tutorial \(run.tutorial.name), step '\(step.title)': \(what)")
    }
    var failure: String?
    let receive = { (cell: Cell) in
      if case .failure(let diagnostic) = cell.output {
        failure = failure ?? "\(diagnostic.code): \(diagnostic.message)"
      }
    }
    for part in step.parts { try run.play(part, receive: receive) }
    if let failure { throw flaw("what it shows fails: \(failure)") }
    guard let task = step.task else { return }
    let judgement: TutorialRun.Judgement
    switch task.solution {
    case .commandLine(let line):
      guard let words = commandLineWords(line) else { throw flaw("its command line is none") }
      judgement = run.run(commandLine: words, isQuiet: true)
    case .statement(let text):
      if case .probe(let probe) = task.check, try run.holds(probe) {
        throw flaw("its check holds before the answer is given")
      }
      var cells: [Cell] = []
      run.engine.run(text) { cell in
        run.sitting.note(cell)
        receive(cell)
        cells.append(cell)
      }
      if let failure { throw flaw("its answer fails: \(failure)") }
      judgement = try run.judge(cells)
    }
    switch judgement {
    case .right: break
    case .wrong(let lines): throw flaw("its answer is not right: " + lines.joined(separator: " "))
    case .unlike: throw flaw("its answer is not known as one")
    }
  }
}
