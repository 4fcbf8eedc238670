/// Lays out help pages as text.
public struct HelpDrawing: Sendable {
  /// What the text is drawn on.
  public var screen: Screen

  /// A drawing on a screen.
  public init(_ screen: Screen) { self.screen = screen }

  /// The page as text, its parts separated by blank lines.
  public func text(_ page: HelpPage) -> String {
    var parts: [[String]] = []
    parts.append([heading(page.title)] + page.signatures.flatMap { paragraph($0, "  ", "    ") })
    parts.append(paragraph(page.summary))
    parts += page.details.map { paragraph($0) }
    if !page.arguments.isEmpty {
      let terms = page.arguments.map { ($0.name, $0.text) }
      parts.append([heading("Arguments")] + ListDrawing(screen).termLines(terms))
    }
    if !page.examples.isEmpty {
      parts.append([heading("Examples")] + exampleLines(page.examples))
    }
    if !page.seeAlso.isEmpty {
      parts.append(paragraph("See also: " + page.seeAlso.joined(separator: ", ")))
    }
    return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  private func heading(_ text: String) -> String { screen.painted(text, .heading) }

  private func paragraph(_ text: String, _ first: String = "", _ rest: String = "") -> [String] {
    text.isEmpty ? [] : wrapped(text, width: screen.width, indent: rest, firstIndent: first)
  }

  /// Statements and what they print stand as they are: a wrapped table is no table.
  private func exampleLines(_ examples: [HelpPage.Example]) -> [String] {
    var lines: [String] = []
    for (index, example) in examples.enumerated() {
      if index > 0 { lines.append("") }
      if let caption = example.caption { lines += paragraph(caption + ":", "  ", "  ") }
      lines += indented(example.input).map { screen.painted($0, .note) }
      if let output = example.output, !output.isEmpty { lines += [""] + indented(output) }
    }
    return lines
  }

  private func indented(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    return lines.map { $0.isEmpty ? "" : "    " + $0 }
  }
}
