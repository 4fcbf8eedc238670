import CEditLine
import CasebookEngine
import CasebookLanguage
import CasebookNotebook
import Glibc

/// Where a conversation's statements are run and kept.
protocol ConversationSeat: AnyObject {
  var engine: Engine { get }
  var sitting: Sitting { get }
}

/// The seat of an ordinary session: the same from beginning to end.
final class SessionSeat: ConversationSeat {
  let engine: Engine
  let sitting: Sitting

  init(_ engine: Engine, _ sitting: Sitting) {
    self.engine = engine
    self.sitting = sitting
  }
}

/// Who goes along with a conversation.
protocol ConversationGuide: AnyObject {
  /// What stands before the cursor.
  var promptText: String { get }
  /// Whether a text is a word to the guide alone.
  func isWord(_ text: String) -> Bool
  /// Does what a text asks of the guide, and gives whether the person stays; nil for a statement.
  func take(_ text: String) throws -> Bool?
  /// Hears what came of statements, and gives whether the person stays.
  func hear(_ cells: [Cell]) throws -> Bool
}

/// The turns at a prompt: a statement is read, kept and run, until the person leaves.
final class Conversation {
  /// So long after a Ctrl-C another one means to leave.
  private static let secondInterruptSeconds = 1.0

  private let shell: Shell
  private let reader: any StatementReader
  private let seat: any ConversationSeat
  /// Who goes along, in a tutorial.
  private let guide: (any ConversationGuide)?
  private let history = History()
  private let keptSettings = KeptSettings()
  /// How many statements were run and not saved.
  private var unsavedCount = 0
  /// The command just entered, if a line that begins with one of its words amends it.
  private var amendable: String?
  private var lastInterrupt: Double?
  /// What `edit` puts at the next prompt.
  private var textToEdit = ""

  init(
    _ shell: Shell, _ reader: any StatementReader, _ seat: any ConversationSeat,
    guide: (any ConversationGuide)? = nil
  ) {
    self.shell = shell
    self.reader = reader
    self.seat = seat
    self.guide = guide
    editor?.history = history
  }

  private var engine: Engine { seat.engine }
  private var sitting: Sitting { seat.sitting }

  private var editor: LineEditor? { reader as? LineEditor }

  func hold() throws {
    while try turn() {}
  }

  /// One turn; gives false when the person leaves.
  private func turn() throws -> Bool {
    history.refresh()
    editor?.use(mode: engine.settings["editing"])
    let mark = unsavedCount > 0 && guide == nil ? "*" : ""
    let prompt = mark + (guide?.promptText ?? shell.promptText)
    let continuation = String(repeating: " ", count: max(prompt.count - 3, 0)) + "-> "
    switch reader.read(prompt: prompt, continuation: continuation, initial: takeTextToEdit()) {
    // What is done in a tutorial is kept as it goes.
    case .end: return guide == nil && !leaves(asksWhen: unsavedCount > 0)
    case .interrupted(let text):
      return !(isSecondInterrupt(text) && leaves(asksWhen: guide == nil))
    case .statement(let text):
      guard !text.allSatisfy(\.isWhitespace) else { return true }
      // What is said to the guide is not worth finding again, and would stand between statements that are.
      if guide?.isWord(text) != true { keep(text) }
      if let stays = try guide?.take(text) {
        amendable = nil
        return stays
      }
      return try run(text)
    }
  }

  private func takeTextToEdit() -> String {
    defer { textToEdit = "" }
    return textToEdit
  }

  // MARK: A statement

  private func run(_ text: String) throws -> Bool {
    let before = engine.settings
    let interrupts = Interrupts.count
    var cells: [Cell] = []
    var stays = try shell.run(text, name: nil, onPromptOf: engine, amending: amendable) { cell in
      sitting.note(cell)
      if guide != nil { cells.append(cell) }
      noteAmendable(cell)
      if case .edit(let text) = cell.output { textToEdit = text }
      if isWork(cell) { unsavedCount += 1 }
      if Self.saves(cell) { unsavedCount = 0 }
    }
    keptSettings.keep(changesFrom: before, to: engine.settings)
    if stays, let guide { stays = try guide.hear(cells) }
    let count = Interrupts.count - interrupts
    guard stays, count > 0 else { return stays }
    lastInterrupt = now()
    return !(count > 1 && leaves(asksWhen: true))
  }

  private func noteAmendable(_ cell: Cell) {
    if cell.isFailure { return }
    amendable = nil
    if case .command(let command) = cell.statement.kind,
      Engine.signatures.command(command.name)?.isAmendable == true
    {
      amendable = command.name
    }
  }

  /// Has a statement recalled later; one that begins with a blank only until the next.
  private func keep(_ typed: String) {
    let text = String(typed.reversed().drop { $0.isNewline }.reversed())
    if text.first?.isWhitespace == true {
      history.remember(text, untilNext: true)
    } else if engine.settings.isOn("history") {
      history.append(text, kept: engine.masked(text))
    } else {
      history.remember(text, untilNext: false)
    }
  }

  /// Whether a statement is worth saving: it looked at data, or changed something.
  private func isWork(_ cell: Cell) -> Bool {
    switch cell.output {
    case .failure, .interrupted, .leave, .help, .topics: return false
    default: break
    }
    switch cell.statement.kind {
    case .pipeline(let pipeline):
      switch pipeline.source {
      case .expression: return true
      case .command(let command): return !Self.idleCommands.contains(command.word.text)
      // What `print` and the like answer is soon asked again.
      case .stage, .continuation, .input: return unsavedCount > 0
      }
    case .command(let command): return !Self.idleCommands.contains(command.word.text)
    case .binding, .sql, .parameters: return true
    case .setting, .foreign, .empty, .error, .unsupported: return false
    }
  }

  /// Commands that only tell something.
  private static let idleCommands: Set<String> = [
    "help", "examples", "timing", "datasets", "describe", "show", "explain", "tutorial", "cells",
    "last", "fix", "save",
  ]

  private static func saves(_ cell: Cell) -> Bool {
    guard case .command(let command) = cell.statement.kind, command.word.text == "save",
      !cell.isFailure
    else { return false }
    // `save view NAME` keeps a view, not the session.
    return cell.source[cell.statement.span].contains { $0 == "\"" || $0 == "'" }
  }

  // MARK: Leaving

  private func isSecondInterrupt(_ text: String) -> Bool {
    defer { lastInterrupt = now() }
    guard text.isEmpty, let lastInterrupt else { return false }
    return now() - lastInterrupt < Self.secondInterruptSeconds
  }

  /// Whether the person leaves, asked or not.
  private func leaves(asksWhen asks: Bool) -> Bool {
    guard asks else { return true }
    let lost =
      switch unsavedCount {
      case 0: ""
      case 1: "One statement of this session is not saved. "
      default: "\(unsavedCount) statements of this session are not saved. "
      }
    defer { lastInterrupt = nil }
    return reader.ask(lost + "Leave? [y/N] ")
  }

  private func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
