import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookWorkspace

/// A change that can be withdrawn: what there was before it.
struct UndoStep {
  /// The statement, as it is told of.
  let text: String
  let before: Session
  /// What tells its random draws from those of other statements.
  var identifyingText = ""
  /// Whether the workspace may have changed; `let` touches the session alone.
  let isOfWorkspace: Bool
  let stateBefore: WorkspaceState?
  var stateAfter: WorkspaceState?
  /// Why it cannot be withdrawn; nil where it can.
  let barrier: String?
}

extension Engine {
  /// The most changes that can be withdrawn one after another.
  static let greatestUndoDepth = 100

  /// Withdraws the last change of the session or workspace and says which it was.
  func undo(at span: Span) throws -> String {
    guard let step = undoSteps.last else {
      throw Diagnostic(
        code: "E0704", message: "there is nothing to withdraw", span: span,
        help: "undo takes back the last load, let, rule or other change of this session")
    }
    if let barrier = step.barrier {
      throw Diagnostic(
        code: "E0705", message: "'\(step.text)' cannot be withdrawn", span: span, help: barrier)
    }
    if step.isOfWorkspace, step.stateBefore != step.stateAfter {
      try store.workspace.restore(step.stateBefore, from: step.stateAfter)
    }
    undoSteps.removeLast()
    session.withdraw(to: step.before, without: step.identifyingText)
    store.refresh()
    host?.noteWithdrawal()
    return "withdrawn: " + step.text
  }

  /// What there is before a statement that may change something; nil for one that cannot.
  func beginChange(_ statement: Statement, _ tree: SyntaxTree) throws -> UndoStep? {
    var barrier: String?
    var state: WorkspaceState?
    var isOfWorkspace = false
    switch statement.kind {
    case .binding, .parameters: break
    case .command(let command):
      switch CommandCatalogue.command(command.name)?.withdrawal {
      case .possible:
        isOfWorkspace = true
        state = try store.workspace.undoState()
      case .impossible(let help): barrier = help
      case .needless, nil: return nil
      }
    default: return nil
    }
    return UndoStep(
      text: Self.shortened(tree.source[statement.span]), before: session,
      isOfWorkspace: isOfWorkspace, stateBefore: state, stateAfter: nil, barrier: barrier)
  }

  /// Notes a change that was made.
  func noteChange(_ step: UndoStep, _ identifyingText: String) throws {
    var step = step
    step.identifyingText = identifyingText
    if step.isOfWorkspace { step.stateAfter = try store.workspace.undoState() }
    undoSteps.append(step)
    if undoSteps.count > Self.greatestUndoDepth { undoSteps.removeFirst() }
  }

  private static func shortened(_ text: String) -> String {
    let line = text.split(separator: "\n").joined(separator: " ")
    return line.count > 72 ? line.prefix(71) + "…" : line
  }
}

extension Session {
  /// Goes back to what was defined before; results, settings and what was revealed stay.
  ///
  /// Draws are counted as if the statement had never come.
  fileprivate mutating func withdraw(to earlier: Session, without text: String) {
    var session = earlier
    if seed != earlier.seed || cellCounts.count < earlier.cellCounts.count {
      // Setting the seed began to count anew.
      cellCounts.merge(earlier.cellCounts) { $0 + $1 }
    } else if let count = earlier.cellCounts[text], cellCounts[text] != nil {
      cellCounts[text] = count
    } else {
      cellCounts[text] = nil
    }
    session.lastResult = lastResult
    session.lastGround = lastGround
    session.lastKey = lastKey
    session.lastReads = lastReads
    session.settings = settings
    session.revealed = revealed
    session.cellCounts = cellCounts
    self = session
  }
}

/// `undo`: takes the last change back.
enum UndoCommand: CommandDeclaration {
  static let signature = Signature("undo", role: .command, isReserved: true, [])
  static let task = HelpTask.replay
  static let summary = "Takes back the last change of the session or workspace."
  static let details = """
    A load, `let`, rule, rename, drop or mark is withdrawn as if it had not been entered; said again, the one
    before it. What was published or revealed stays, and `protect` is lifted by `reveal` alone. A dataset that was
    dropped comes back, as long as no other was dropped or the workspace closed since.
    """
  static let examples = [Example("let n = 1\nundo")]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    .message(try run.engine.undo(at: command.span))
  }
}
