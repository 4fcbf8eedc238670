import CasebookEngine
import CasebookLanguage

/// The lines typed since the last statement was run.
struct TypedStatement {
  private var lines: [String] = []

  var isEmpty: Bool { lines.isEmpty }

  /// Adds a line.
  ///
  /// Gives the whole text once it can be run, and begins anew.
  mutating func add(_ line: String, needsMore: (String) -> Bool = needsMoreLines) -> String? {
    let isBlank = line.allSatisfy { $0.isWhitespace }
    if isBlank, lines.isEmpty { return nil }
    lines.append(line)
    let text = lines.joined(separator: "\n")
    if needsMore(text) { return nil }
    lines = []
    return text
  }

  /// What was typed and not run, once no more lines come; it is taken.
  var rest: String? {
    mutating get {
      defer { lines = [] }
      return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }
  }
}

/// Whether a text cannot be run before another line is typed.
///
/// A blank line ends a statement, complete or not, unless a bracket or string is open.
func needsMoreLines(_ text: String) -> Bool {
  switch completeness(of: text, signatures: Engine.signatures) {
  case .complete: false
  case .incomplete(.openBracket), .incomplete(.openString): true
  case .incomplete(.expects):
    text.last != "\n" && text.split(separator: "\n").last?.allSatisfy(\.isWhitespace) != true
  }
}
