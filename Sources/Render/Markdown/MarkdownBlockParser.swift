/// Takes lines apart into blocks.
struct MarkdownBlockParser {
  /// Quotations and lists within each other beyond this are taken as text.
  private static let greatestDepth = 16

  private var lines: ArraySlice<Substring>
  private let depth: Int

  init(_ lines: ArraySlice<Substring>, depth: Int) {
    self.lines = lines
    self.depth = depth
  }

  mutating func blocks() -> [MarkdownBlock] {
    var blocks: [MarkdownBlock] = []
    while let line = lines.first {
      if isBlank(line) {
        lines.removeFirst()
      } else {
        blocks.append(block(line))
      }
    }
    return blocks
  }

  private mutating func block(_ line: Substring) -> MarkdownBlock {
    if indent(line) >= 4 { return indentedCode() }
    if let fence = Fence(line) { return fencedCode(fence) }
    if let heading = heading(line) {
      lines.removeFirst()
      return heading
    }
    if isRule(line) {
      lines.removeFirst()
      return .rule
    }
    if depth < Self.greatestDepth {
      if trimmed(line).hasPrefix(">") { return quotation() }
      if let marker = ListMarker(line) { return list(marker) }
    }
    return table() ?? paragraph()
  }

  // MARK: Code

  private struct Fence {
    let mark: Character
    let count: Int
    let indent: Int
    let language: String

    init?(_ line: Substring) {
      let text = trimmed(line)
      guard let mark = text.first, mark == "`" || mark == "~" else { return nil }
      let count = text.prefix { $0 == mark }.count
      let rest = text.dropFirst(count)
      guard count >= 3, mark == "~" || !rest.contains("`") else { return nil }
      self.mark = mark
      self.count = count
      indent = CasebookRender.indent(line)
      language = trimmed(rest).split(separator: " ").first.map(String.init) ?? ""
    }

    func isClosed(by line: Substring) -> Bool {
      let text = trimmed(line)
      return CasebookRender.indent(line) < 4 && text.count >= count
        && text.allSatisfy { $0 == mark }
    }
  }

  private mutating func fencedCode(_ fence: Fence) -> MarkdownBlock {
    lines.removeFirst()
    var code: [Substring] = []
    while let line = lines.popFirst() {
      if fence.isClosed(by: line) { break }
      code.append(line.dropFirst(min(fence.indent, indent(line))))
    }
    return .code(language: fence.language, code.joined(separator: "\n"))
  }

  private mutating func indentedCode() -> MarkdownBlock {
    var code: [Substring] = []
    while let line = lines.first, isBlank(line) || indent(line) >= 4 {
      code.append(line.dropFirst(4))
      lines.removeFirst()
    }
    while let last = code.last, isBlank(last) { code.removeLast() }
    return .code(language: "", code.joined(separator: "\n"))
  }

  // MARK: Headings and rules

  private func heading(_ line: Substring) -> MarkdownBlock? {
    let text = trimmed(line)
    let level = text.prefix { $0 == "#" }.count
    let rest = text.dropFirst(level)
    guard (1...6).contains(level), rest.isEmpty || rest.hasPrefix(" ") else { return nil }
    var words = trimmed(rest)
    // Closing marks stand apart from the words.
    let closed = words.reversed().drop { $0 == "#" }
    if closed.isEmpty || closed.first == " " { words = trimmed(Substring(closed.reversed())) }
    return .heading(level: level, inlines(words))
  }

  private func isRule(_ line: Substring) -> Bool {
    let marks = line.filter { $0 != " " }
    guard indent(line) < 4, marks.count >= 3, let first = marks.first, "*-_".contains(first) else {
      return false
    }
    return marks.allSatisfy { $0 == first }
  }

  /// The level of the heading that a line below a paragraph makes of it.
  private func underlineLevel(_ line: Substring) -> Int? {
    let text = trimmed(line)
    guard indent(line) < 4, let mark = text.first, mark == "=" || mark == "-",
      text.allSatisfy({ $0 == mark })
    else { return nil }
    return mark == "=" ? 1 : 2
  }

  // MARK: Containers

  private mutating func quotation() -> MarkdownBlock {
    var inner: [Substring] = []
    while let line = lines.first {
      if indent(line) < 4, trimmed(line).hasPrefix(">") {
        let rest = trimmedStart(line).dropFirst()
        inner.append(rest.hasPrefix(" ") ? rest.dropFirst() : rest)
      } else if let last = inner.last, continuesParagraph(line, after: last) {
        inner.append(line)
      } else {
        break
      }
      lines.removeFirst()
    }
    var parser = MarkdownBlockParser(inner[...], depth: depth + 1)
    return .quotation(parser.blocks())
  }

  private mutating func list(_ first: ListMarker) -> MarkdownBlock {
    var items: [[MarkdownBlock]] = []
    var isLoose = false
    while let line = lines.first, let marker = ListMarker(line), marker.kind == first.kind,
      items.isEmpty || !isRule(line)
    {
      let (body, endsBlank) = itemLines(marker)
      var parser = MarkdownBlockParser(body[...], depth: depth + 1)
      let blocks = parser.blocks()
      items.append(blocks)
      let goesOn = lines.first.map { ListMarker($0)?.kind == first.kind && !isRule($0) } ?? false
      if partsParagraphs(body, blocks) || (endsBlank && goesOn) { isLoose = true }
    }
    return .list(start: first.number, isLoose: isLoose, items: items)
  }

  /// Whether a blank line stands between two blocks of an item.
  private func partsParagraphs(_ body: [Substring], _ blocks: [MarkdownBlock]) -> Bool {
    let paragraphs = blocks.count { if case .list = $0 { false } else { true } }
    return paragraphs > 1 && body.contains(where: isBlank)
  }

  /// The lines of an item without their indentation, and whether blank lines follow.
  private mutating func itemLines(_ marker: ListMarker) -> ([Substring], Bool) {
    var body = [lines.removeFirst().dropFirst(marker.width)]
    while let line = lines.first {
      if isBlank(line) {
        body.append("")
      } else if indent(line) >= marker.width {
        body.append(line.dropFirst(marker.width))
      } else if let last = body.last, continuesParagraph(line, after: last) {
        body.append(line)
      } else {
        break
      }
      lines.removeFirst()
    }
    var endsBlank = false
    while let last = body.last, isBlank(last), body.count > 1 {
      body.removeLast()
      endsBlank = true
    }
    return (body, endsBlank)
  }

  /// Whether a line goes on with the paragraph above it, though it lacks what marks the container.
  private func continuesParagraph(_ line: Substring, after last: Substring) -> Bool {
    !isBlank(last) && !isBlank(line) && !interruptsParagraph(line) && ListMarker(line) == nil
      && Fence(last) == nil && heading(last) == nil && indent(last) < 4
      && ListMarker(last)?.isEmpty != true
  }

  private func interruptsParagraph(_ line: Substring) -> Bool {
    if indent(line) >= 4 { return false }
    if Fence(line) != nil || heading(line) != nil || isRule(line) { return true }
    guard depth < Self.greatestDepth else { return false }
    if trimmed(line).hasPrefix(">") { return true }
    // A number that happens to begin a line does not begin a list.
    guard let marker = ListMarker(line) else { return false }
    return !marker.isEmpty && (marker.number == nil || marker.number == 1)
  }

  // MARK: Tables and paragraphs

  private mutating func table() -> MarkdownBlock? {
    guard lines.count >= 2, let first = lines.first, first.contains("|") else { return nil }
    let head = tableCells(first)
    guard let alignments = alignments(lines[lines.startIndex + 1]), alignments.count == head.count
    else { return nil }
    lines.removeFirst(2)
    var rows: [[[MarkdownInline]]] = []
    while let line = lines.first, !isBlank(line), !interruptsParagraph(line), line.contains("|") {
      let cells = tableCells(line).map { inlines($0) }
      rows.append(
        Array((cells + Array(repeating: [], count: head.count)).prefix(head.count)))
      lines.removeFirst()
    }
    return .table(alignments: alignments, head: head.map { inlines($0) }, rows: rows)
  }

  private func alignments(_ line: Substring) -> [MarkdownAlignment]? {
    guard line.contains("-"), line.allSatisfy({ "|:- ".contains($0) }) else { return nil }
    var all: [MarkdownAlignment] = []
    for cell in tableCells(line) {
      guard cell.contains("-") else { return nil }
      switch (cell.hasPrefix(":"), cell.hasSuffix(":")) {
      case (true, true): all.append(.centre)
      case (true, false): all.append(.left)
      case (false, true): all.append(.right)
      case (false, false): all.append(.natural)
      }
    }
    return all
  }

  private func tableCells(_ line: Substring) -> [Substring] {
    var text = trimmed(line)
    if text.hasPrefix("|") { text.removeFirst() }
    if text.hasSuffix("|"), !text.hasSuffix("\\|") { text.removeLast() }
    var cells: [String] = [""]
    var isEscaped = false
    for character in text {
      if character == "|", !isEscaped {
        cells.append("")
      } else {
        // A bar that was escaped is a bar.
        if character == "|" { cells[cells.count - 1].removeLast() }
        cells[cells.count - 1].append(character)
      }
      isEscaped = character == "\\" && !isEscaped
    }
    return cells.map { trimmed(Substring($0)) }
  }

  private mutating func paragraph() -> MarkdownBlock {
    var text: [Substring] = []
    while let line = lines.first, !isBlank(line) {
      if !text.isEmpty {
        if let level = underlineLevel(line) {
          lines.removeFirst()
          return .heading(level: level, inlines(Substring(text.joined(separator: "\n"))))
        }
        if interruptsParagraph(line) { break }
      }
      text.append(trimmedStart(line))
      lines.removeFirst()
    }
    return .paragraph(inlines(Substring(text.joined(separator: "\n"))))
  }

  private func inlines(_ text: Substring) -> [MarkdownInline] {
    var parser = MarkdownInlineParser(text)
    return parser.inlines()
  }
}

/// What begins an item of a list.
private struct ListMarker {
  /// The mark; items with another one are of another list.
  let kind: Character
  /// The number of an ordered one.
  let number: Int?
  /// How many columns the item's text is indented.
  let width: Int
  /// Whether nothing follows on the line.
  let isEmpty: Bool

  init?(_ line: Substring) {
    let lead = indent(line)
    guard lead < 4 else { return nil }
    let text = line.dropFirst(lead)
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard digits.count <= 9, let mark = text.dropFirst(digits.count).first,
      (digits.isEmpty ? "-*+" : ".)").contains(mark)
    else { return nil }
    let rest = text.dropFirst(digits.count + 1)
    guard rest.isEmpty || rest.hasPrefix(" ") else { return nil }
    kind = mark
    number = Int(digits)
    isEmpty = isBlank(rest)
    let blanks = isEmpty ? 1 : indent(rest)
    width = lead + digits.count + 1 + (blanks > 4 ? 1 : blanks)
  }
}

private func indent(_ line: Substring) -> Int { line.prefix { $0 == " " }.count }

private func isBlank(_ line: Substring) -> Bool { line.allSatisfy { $0 == " " || $0 == "\t" } }

private func trimmedStart(_ text: Substring) -> Substring {
  text.drop { $0 == " " || $0 == "\t" }
}

private func trimmed(_ text: Substring) -> Substring {
  var text = trimmedStart(text)
  while let last = text.last, last == " " || last == "\t" { text.removeLast() }
  return text
}
