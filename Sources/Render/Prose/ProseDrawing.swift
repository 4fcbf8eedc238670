import CasebookValues

/// Lays out prose in simple Markdown as text: headings, paragraphs, lists, indented examples, `code`.
public struct ProseDrawing: Sendable {
  /// Lines longer than this tire the eye.
  private static let widestLine = 88

  /// What the text is drawn on.
  public var screen: Screen

  /// A drawing on a screen.
  public init(_ screen: Screen) { self.screen = screen }

  /// The weight of a line that is said besides.
  public enum Tone: Sendable {
    case heading, praise, caution, faint

    fileprivate var ink: Ink {
      switch self {
      case .heading: .heading
      case .praise: .help
      case .caution: .warning
      case .faint: .faint
      }
    }
  }

  /// The lines as text.
  public func text(_ lines: [String]) -> String {
    var output = ""
    var paragraph: [String] = []
    func finish() {
      if !paragraph.isEmpty { output += filled(paragraph.joined(separator: " ")) }
      paragraph = []
    }
    for line in lines {
      if line.hasPrefix("    ") || line.isEmpty {
        finish()
        output += line + "\n"
      } else if line.hasPrefix("#") {
        finish()
        output += painted(String(line.drop { $0 == "#" || $0 == " " }), .heading) + "\n"
      } else if line.hasPrefix("- ")
        || paragraph.first?.hasPrefix("- ") == true && line.hasPrefix("  ")
      {
        if line.hasPrefix("- ") { finish() }
        paragraph.append(line.hasPrefix("- ") ? line : String(line.drop { $0 == " " }))
      } else {
        paragraph.append(line)
      }
    }
    finish()
    return output
  }

  /// A sentence that begins with a word of another weight.
  public func line(_ lead: String, _ tone: Tone, _ text: String = "") -> String {
    let whole = lead + (text.isEmpty ? "" : " " + text)
    let body = filled(whole)
    return body.hasPrefix(lead) ? painted(lead, tone.ink) + body.dropFirst(lead.count) : body
  }

  /// A heading with a rule up to the end of the line.
  public func rule(_ title: String) -> String {
    let width = min(screen.width ?? Self.widestLine, Self.widestLine)
    let count = max(width - displayWidth(title) - 4, 2)
    let rule = { String(repeating: screen.glyphs.rule, count: $0) }
    return painted(rule(2) + " ", .faint) + painted(title, .heading)
      + painted(" " + rule(count), .faint) + "\n"
  }

  private func filled(_ text: String) -> String {
    let width = min(screen.width ?? Self.widestLine, Self.widestLine)
    let indent = text.hasPrefix("- ") ? "  " : ""
    let lines = wrapped(text, width: width, indent: indent, firstIndent: "")
    var isCode = false
    return lines.map { withCode($0, &isCode) + "\n" }.joined()
  }

  /// Code and emphasis keep their marks only where nothing else sets them off; code may go on over a line's end.
  private func withCode(_ line: String, _ isCode: inout Bool) -> String {
    guard screen.colour else { return line }
    var output = ""
    for (number, part) in line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
    {
      if number > 0 { isCode.toggle() }
      output += isCode ? painted(String(part), .note) : withEmphasis(part)
    }
    return output
  }

  private func withEmphasis(_ text: Substring) -> String {
    let parts = text.split(separator: "*", omittingEmptySubsequences: false)
    // A lone star is a star, and so is one with blanks around.
    guard parts.count % 2 == 1, !parts.contains(" ") else { return String(text) }
    return parts.enumerated().map { number, part in
      number % 2 == 1 ? painted(String(part), .heading) : String(part)
    }.joined()
  }

  private func painted(_ text: String, _ ink: Ink) -> String { screen.painted(text, ink) }
}
