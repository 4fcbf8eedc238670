import CasebookValues

/// A heading and the words below it, each with a short meaning.
public struct TopicSection: Sendable, Hashable {
  /// The heading.
  public var title: String
  /// Words and their meanings.
  public var topics: [HelpPage.Argument]

  /// A section.
  public init(_ title: String, _ topics: [HelpPage.Argument]) {
    self.title = title
    self.topics = topics
  }
}

/// Lays out lists of words.
public struct ListDrawing: Sendable {
  /// Where the screen has no width, names stand in lines of this width.
  private static let widthWithoutScreen = 80
  /// A longer term has a line of its own.
  private static let widestTerm = 24

  /// What the text is drawn on.
  public var screen: Screen

  /// A drawing on a screen.
  public init(_ screen: Screen) { self.screen = screen }

  /// Sections of words with their meanings beside them.
  public func text(_ sections: [TopicSection]) -> String {
    sections.map { section in
      let lines = termLines(section.topics.map { ($0.name, $0.text) })
      return ([screen.painted(section.title, .heading)] + lines).joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  /// Names in columns, read downwards, as `ls` does.
  public func text(names: [String]) -> String {
    let width = screen.width ?? ListDrawing.widthWithoutScreen
    let shown = names.map { fitted($0, to: width, screen.glyphs) }
    guard let widest = shown.map(\.width).max() else { return "" }
    let columns = max(1, (width + 2) / (widest + 2))
    let rows = (shown.count + columns - 1) / columns
    var text = ""
    for row in 0..<rows {
      let line = stride(from: row, to: shown.count, by: rows).map { shown[$0] }
      for (index, name) in line.enumerated() {
        text += name.text
        if index + 1 < line.count {
          text += String(repeating: " ", count: widest + 2 - name.width)
        }
      }
      text += "\n"
    }
    return text
  }

  /// Terms at the left, their meanings wrapped beside them.
  func termLines(_ terms: [(name: String, text: String)]) -> [String] {
    let widths = terms.map { displayWidth($0.name) }.filter { $0 <= ListDrawing.widestTerm }
    let room = screen.width.map { max($0 / 2 - 4, 4) } ?? .max
    let column = min(widths.max() ?? 0, room)
    let indent = String(repeating: " ", count: column + 4)
    return terms.flatMap { term -> [String] in
      let name = fitted(term.name, to: max((screen.width ?? .max) - 2, 1), screen.glyphs)
      guard !term.text.isEmpty else { return ["  " + name.text] }
      let lines = wrapped(term.text, width: screen.width, indent: indent)
      if name.width > column { return ["  " + name.text] + lines }
      let first = "  " + name.text.padded(to: column) + "  " + lines[0].dropFirst(indent.count)
      return [first] + lines.dropFirst()
    }
  }
}
