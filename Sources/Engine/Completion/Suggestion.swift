public import CasebookLanguage

/// One way in which a statement may go on.
public struct Suggestion: Sendable, Hashable {
  /// What it is.
  public enum Kind: Sendable {
    case column, value, table, function, aggregate, stage, command, word, setting, file, folder
    case symbol, type, data, topic
  }

  /// What it is called in a list.
  public var name: String
  /// What is written in place of the word being typed.
  public var text: String
  /// What is written behind it when nothing else could be meant.
  public var suffix: String
  /// What it is, in a few words: a type, a signature, a summary.
  public var detail: String
  /// What it is.
  public var kind: Kind
  /// How well it fits what was typed.
  public var match: NameMatch
}

/// All ways in which a statement may go on at a place, the likeliest first.
public struct Suggestions: Sendable {
  /// What the text of a completion takes the place of.
  public var replaced: Span
  /// The ways.
  public var all: [Suggestion]
  /// How the function is written in whose brackets the place lies.
  public var hint: String?

  /// The longest beginning that the completions share which begin as was typed; it is put in before a
  /// list is shown.
  public var commonPrefix: String {
    let likely = likely
    guard var prefix = likely.first?.text else { return "" }
    for completion in likely.dropFirst() {
      prefix = String(zip(prefix, completion.text).prefix { $0 == $1 }.map(\.0))
    }
    return prefix
  }

  /// Those that begin as was typed; all, where none does.
  public var likely: [Suggestion] {
    let begun = all.filter(\.match.isPrefix)
    return begun.isEmpty ? all : begun
  }

  /// Whether only one can be meant.
  public var isUnique: Bool { likely.count == 1 }
}
