/// Something that may stand at a place in a text.
public enum Expectation: Hashable, Sendable {
  /// A statement: a command's word, a table, `let`.
  case statement
  /// `|`.
  case pipe
  /// A stage's word.
  case stage
  /// A table's name.
  case table
  /// An expression: a column, a function, a constant.
  case expression
  /// An operator behind an operand: `==`, `has`, `and`.
  case infix
  /// A column's name.
  case column
  /// A new name.
  case name
  /// A string.
  case string
  /// A number.
  case number
  /// A type's name.
  case type
  /// A word of the grammar.
  case word(String)
  /// A setting's name, to be followed by `=`.
  case parameter(String)
  /// The value of a setting, with the setting's own words.
  case parameterValue(String, words: [String])
  /// The inside of a string that is not closed.
  case insideString
  /// The inside of a comment.
  case insideComment
}

/// Gathers what the parser asks for at the end of the text.
final class ExpectationRecorder {
  private(set) var expectations: [Expectation] = []
  /// The innermost stage or command at the end of the text.
  private(set) var owner: String?

  func note(_ expectation: Expectation, in signature: Signature?) {
    if let signature { owner = signature.name }
    if !expectations.contains(expectation) { expectations.append(expectation) }
  }
}

extension Parser {
  /// Notes what may stand at the current token, if that is the end and a completion wants to know.
  mutating func record(_ expectation: Expectation) {
    guard let recorder, current.kind == .endOfFile, !isPanicking else { return }

    recorder.note(expectation, in: owner)
  }
}
