/// Writes prose as HTML: elements that the prose asks for, everything else escaped.
public struct MarkdownHTML: Sendable {
  /// Puts back what stands for something else, in code and in links.
  public var restored: @Sendable (String) -> String

  /// A writer that keeps texts as they are, unless it is told otherwise.
  public init(restored: @escaping @Sendable (String) -> String = { $0 }) {
    self.restored = restored
  }

  /// Blocks as HTML.
  public func text(_ blocks: [MarkdownBlock]) -> String { blocks.map { text($0) }.joined() }

  private func text(_ block: MarkdownBlock) -> String {
    switch block {
    case .heading(let level, let inlines):
      let element = "h\(min(max(level, 1), 6))"
      return "<\(element)>" + text(inlines) + "</\(element)>\n"
    case .paragraph(let inlines): return "<p>" + text(inlines) + "</p>\n"
    case .code(_, let code):
      return "<pre><code>" + escapedLines(restored(code)) + "\n</code></pre>\n"
    case .list(let start, let isLoose, let items):
      let element = start == nil ? "ul" : "ol"
      let first = start.map { $0 == 1 ? "" : " start=\"\($0)\"" } ?? ""
      return "<\(element)\(first)>\n" + items.map { item($0, isLoose) }.joined()
        + "</\(element)>\n"
    case .quotation(let blocks): return "<blockquote>\n" + text(blocks) + "</blockquote>\n"
    case .table(let alignments, let head, let rows): return table(alignments, head, rows)
    case .rule: return "<hr/>\n"
    }
  }

  private func item(_ blocks: [MarkdownBlock], _ isLoose: Bool) -> String {
    let parts = blocks.map { block in
      if !isLoose, case .paragraph(let inlines) = block { return text(inlines) }
      return text(block)
    }
    return "<li>" + parts.joined(separator: isLoose ? "" : "\n") + "</li>\n"
  }

  private func table(
    _ alignments: [MarkdownAlignment], _ head: [[MarkdownInline]], _ rows: [[[MarkdownInline]]]
  ) -> String {
    func cells(_ row: [[MarkdownInline]], _ start: String, _ end: String) -> String {
      let cells = zip(row, alignments).map { cell, alignment in
        let place = alignment == .natural ? "" : " class=\"\(alignment.rawValue)\""
        return "<" + start + place + ">" + text(cell) + "</" + end + ">"
      }
      return "<tr>" + cells.joined() + "</tr>\n"
    }
    return "<div class=\"scroll\"><table>\n<thead>\n" + cells(head, "th scope=\"col\"", "th")
      + "</thead>\n<tbody>\n" + rows.map { cells($0, "td", "td") }.joined()
      + "</tbody>\n</table></div>\n"
  }

  private func text(_ inlines: [MarkdownInline]) -> String {
    inlines.map { inline in
      switch inline {
      case .text(let text): escapedHTML(visibleText(text))
      case .code(let code): "<code>" + escapedHTML(visibleText(restored(code))) + "</code>"
      case .emphasis(let inner): "<em>" + text(inner) + "</em>"
      case .strong(let inner): "<strong>" + text(inner) + "</strong>"
      case .struck(let inner): "<del>" + text(inner) + "</del>"
      case .link(let destination, let inner): link(restored(destination), text(inner))
      case .lineBreak: "<br/>\n"
      }
    }.joined()
  }

  /// A link to somewhere that runs nothing; the words alone where it would.
  private func link(_ destination: String, _ words: String) -> String {
    let schemes = ["https://", "http://", "mailto:", "#"]
    let isSafe = schemes.contains { destination.lowercased().hasPrefix($0) }
    guard isSafe, !destination.unicodeScalars.contains(where: { $0.value <= 0x20 }) else {
      return words
    }
    return "<a href=\"" + escapedHTML(visibleText(destination)) + "\" rel=\"noreferrer\">" + words
      + "</a>"
  }
}

/// Several lines for the inside of an element, each made visible.
func escapedLines(_ text: String) -> String {
  text.split(separator: "\n", omittingEmptySubsequences: false)
    .map { escapedHTML(visibleText(String($0))) }.joined(separator: "\n")
}
