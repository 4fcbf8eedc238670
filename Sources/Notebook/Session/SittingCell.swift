import CasebookEngine
import CasebookLanguage

/// A cell of a sitting: its record, and what became of it since.
struct SittingCell {
  let number: Int
  let record: CellRecord
  /// The pipeline written out in full, where the statement began with `|`.
  let fullText: String?
  /// The word that the statement begins with, if it is a command.
  let commandName: String?
  /// The name that it defines, without the word before it.
  let definedName: String?
  /// The command or definition that it adds clauses to.
  let isAmendment: Bool
  /// Whether `undo` can take it back.
  let canBeWithdrawn: Bool
  var isWithdrawn = false
  var isDropped = false

  /// Commands that are about the session or tell something: a script has no use for them.
  ///
  /// What `run` ran are cells themselves.
  private static let idleCommands: Set<String> = [
    "help", "examples", "timing", "cells", "edit", "undo", "save", "last", "fix", "exit",
    "run", "render", "tutorial",
    "hint", "explain",
  ]

  /// Whether the statement belongs into a script.
  var isOfScript: Bool {
    guard record.outcome == .done, !isWithdrawn, !isDropped else { return false }
    if commandName == "drop", record.canonicalText.hasPrefix("drop cell ") { return false }
    return commandName.map { !Self.idleCommands.contains($0) } ?? true
  }

  /// Whether the statement reads a name, as far as its words tell: a dataset, a `let` name, a rule.
  func mentions(_ name: String) -> Bool {
    record.reads.names.contains(name) || record.reads.columns[name] != nil
      || record.reads.definitions["view " + name] != nil
      || words.contains { $0 == name }
  }

  /// The words of the statement, also those in quotes.
  var words: [Substring] {
    record.canonicalText.split { !($0.isLetter || $0.isNumber || $0 == "_") }
  }
}
