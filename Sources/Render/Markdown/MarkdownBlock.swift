/// A block of prose in Markdown.
public indirect enum MarkdownBlock: Sendable, Equatable {
  /// A heading, from level 1 to 6.
  case heading(level: Int, [MarkdownInline])
  /// A paragraph.
  case paragraph([MarkdownInline])
  /// Lines of code, with the word that says their language.
  case code(language: String, String)
  /// A list; `start` is the first number of an ordered one, and a loose one parts its items by paragraphs.
  case list(start: Int?, isLoose: Bool, items: [[MarkdownBlock]])
  /// A quotation.
  case quotation([MarkdownBlock])
  /// A table with the alignment of each column.
  case table(alignments: [MarkdownAlignment], head: [[MarkdownInline]], rows: [[[MarkdownInline]]])
  /// A line across.
  case rule
}

/// Where the cells of a column stand.
public enum MarkdownAlignment: String, Sendable {
  case left, centre, right
  /// As it comes.
  case natural
}

/// A part of a line of prose.
public indirect enum MarkdownInline: Sendable, Equatable {
  /// Text.
  case text(String)
  /// Code within a line.
  case code(String)
  /// Emphasis.
  case emphasis([MarkdownInline])
  /// Strong emphasis.
  case strong([MarkdownInline])
  /// Text that is struck out.
  case struck([MarkdownInline])
  /// A link.
  case link(destination: String, [MarkdownInline])
  /// A line break that was asked for.
  case lineBreak

  /// The text without its marks.
  var plainText: String {
    switch self {
    case .text(let text), .code(let text): text
    case .emphasis(let inner), .strong(let inner), .struck(let inner), .link(_, let inner):
      inner.map(\.plainText).joined()
    case .lineBreak: " "
    }
  }
}

/// Prose in Markdown, as far as reports need it: headings, paragraphs, lists, quotations, code, tables, links and
/// emphasis as CommonMark has them.
///
/// HTML is not markup here but text, and an image is its description: a report brings in nothing from elsewhere.
public struct MarkdownDocument: Sendable, Equatable {
  /// The blocks, in order.
  public var blocks: [MarkdownBlock]

  /// Reads a text.
  ///
  /// Every text is Markdown; there are no errors.
  public init(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      expandedTabs($0.hasSuffix("\r") ? $0.dropLast() : $0)
    }
    var parser = MarkdownBlockParser(lines[...], depth: 0)
    blocks = parser.blocks()
  }

  /// The text of the first heading, without its marks.
  public var title: String? {
    for case .heading(_, let inlines) in blocks { return inlines.map(\.plainText).joined() }
    return nil
  }

  /// The levels of the headings, in order.
  public var headingLevels: [Int] {
    blocks.compactMap { if case .heading(let level, _) = $0 { level } else { nil } }
  }
}

/// Tabs that begin a line, as blanks up to the next fourth column.
private func expandedTabs(_ line: Substring) -> Substring {
  guard line.contains("\t") else { return line }
  var text = ""
  var rest = line
  while let first = rest.first, first == " " || first == "\t" {
    text += first == " " ? " " : String(repeating: " ", count: 4 - text.count % 4)
    rest.removeFirst()
  }
  return Substring(text + rest)
}
