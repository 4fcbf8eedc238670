import CasebookEngine
import CasebookLanguage

/// A cell of a sitting: its record, and what became of it since.
struct SittingCell {
  let number: Int
  let record: CellRecord
  /// The pipeline written out in full, where the statement began with `|`.
  let fullText: String?
  /// The number of the cell whose result it goes on with; nil where it goes on with none.
  let continued: Int?
  /// The word that the statement begins with, if it is a command.
  let commandName: String?
  /// The name that it defines, without the word before it.
  let definedName: String?
  /// The same with the word before it, and the ruleset of a rule behind it.
  let definedLabel: String?
  /// The command or definition that it adds clauses to.
  let isAmendment: Bool
  /// Whether `undo` can take it back.
  let canBeWithdrawn: Bool
  /// The number of the `undo` that took it back; nil where it stands.
  var withdrawnBy: Int?
  var isDropped = false

  /// Commands that are about the session or tell something: a script has no use for them.
  ///
  /// What `run` ran are cells themselves.
  private static let idleCommands: Set<String> = [
    "help", "examples", "timing", "cells", "edit", "undo", "save", "last", "fix", "exit", "run",
    "render", "tutorial", "hint", "explain",
  ]

  var isWithdrawn: Bool { withdrawnBy != nil }

  /// Whether it goes on with something that no script holds, such as the list of cells.
  var isAboutSitting = false

  /// Whether the statement belongs into a script.
  var isOfScript: Bool {
    guard !isAboutSitting, record.outcome == .done, !isWithdrawn, !isDropped else { return false }
    if commandName == "drop", record.canonicalText.hasPrefix("drop cell ") { return false }
    return commandName.map { !Self.idleCommands.contains($0) } ?? true
  }

  /// Whether later statements may mean something else because of it.
  var mayChangeMeanings: Bool {
    guard record.outcome == .done, record.result == nil else { return false }
    guard let commandName else { return true }
    return commandName == "undo" || !Self.idleCommands.contains(commandName)
  }

  /// Whether the statement reads a name, as far as its words tell: a dataset, a `let` name, a rule.
  func mentions(_ name: String) -> Bool {
    record.reads.names.contains(name) || record.reads.columns[name] != nil
      || record.reads.definitions["view " + name] != nil
      || words.contains { $0 == name }
  }

  /// Whether the result depends on a rule, queue or other definition of the workspace.
  func uses(_ label: String) -> Bool {
    record.reads.definitions.keys.contains { $0 == label || $0.hasPrefix(label + "@") }
  }

  /// The words of the statement, also those in quotes.
  var words: [Substring] {
    record.canonicalText.split { !($0.isLetter || $0.isNumber || $0 == "_") }
  }
}
