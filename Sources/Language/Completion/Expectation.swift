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
  /// A name, under the label that the signature gives it; "" where it can only be a new one.
  case name(String)
  /// A table's name, perhaps with a column's behind a dot; with its label.
  case path(String)
  /// A string, with its label.
  case string(String)
  /// Words up to the end of the line, with their label.
  case text(String)
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
  /// The name of a setting of the session.
  case setting
  /// The value of a setting of the session.
  case settingValue(String)
  /// The inside of a string that is not closed.
  case insideString
  /// The inside of a comment.
  case insideComment
}

/// Gathers what the parser asks for at the end of the text.
final class ExpectationRecorder {
  private(set) var expectations: [Expectation] = []
  /// The labels of the grammar's elements that may stand there.
  private(set) var labels: [String] = []
  /// The innermost stage or command at the end of the text.
  private(set) var owner: String?

  func note(_ expectation: Expectation, _ label: String, in signature: Signature?) {
    if let signature { owner = signature.name }
    if !label.isEmpty, !labels.contains(label) { labels.append(label) }
    if !expectations.contains(expectation) { expectations.append(expectation) }
  }
}

extension Parser {
  /// Notes what may stand at the current token, if that is the end and a completion wants to know.
  mutating func record(_ expectation: Expectation) {
    guard let recorder, current.kind == .endOfFile, !isPanicking else { return }

    recorder.note(expectation, elementLabel, in: owner)
  }

  /// Notes that an element of the grammar may begin at the current token.
  mutating func recordBeginning(of element: GrammarElement) {
    guard recorder != nil, let expectation = element.expectation else { return }
    let outer = elementLabel
    elementLabel = element.label ?? ""
    record(expectation)
    elementLabel = outer
  }
}
