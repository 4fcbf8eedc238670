import CasebookLanguage

/// The lines of a source that a diagnostic speaks of, with marks below them.
struct SourceExcerpt {
  /// Of a longer span only the first lines and the last one are shown.
  private static let mostLines = 5

  private struct Mark {
    let lower: Int
    let upper: Int
    let label: String?
  }

  private let source: SourceText
  private var marks: [Int: [Mark]] = [:]

  init(_ diagnostic: Diagnostic, _ source: SourceText) {
    self.source = source
    add(diagnostic.span, label: nil)
    for label in diagnostic.labels { add(label.span, label: label.text) }
  }

  /// Marks each line of a span below what stands on it; the words stand at the last line.
  private mutating func add(_ span: Span, label: String?) {
    let lower = min(max(span.lower, 0), source.bytes.count)
    let upper = min(max(span.upper, lower), source.bytes.count)
    let first = source.line(at: lower)
    let last = source.line(at: max(lower, upper - 1))
    for line in first...last where isShown(line, first, last) {
      let whole = source.span(ofLine: line)
      var from = min(max(lower, whole.lower), whole.upper)
      var to = min(max(upper, from), whole.upper)
      if first != last {
        while from < to, isBlank(from) { from += 1 }
        while to > from, isBlank(to - 1) { to -= 1 }
        if from == to { continue }
      }
      marks[line, default: []].append(
        Mark(lower: from, upper: to, label: line == last ? label : label.map { _ in "" }))
    }
  }

  private func isShown(_ line: Int, _ first: Int, _ last: Int) -> Bool {
    last - first < SourceExcerpt.mostLines || line - first < SourceExcerpt.mostLines - 1
      || line == last
  }

  private func isBlank(_ offset: Int) -> Bool {
    source.bytes[offset] == UInt8(ascii: " ") || source.bytes[offset] == UInt8(ascii: "\t")
  }

  func lines(_ screen: Screen, width: Int) -> [String] {
    let numbers = marks.keys.sorted()
    let gutter = String((numbers.last ?? 0) + 1).count
    let bar = screen.painted(String(repeating: " ", count: gutter) + " |", .faint) + " "
    var lines: [String] = []
    var previous: Int?
    for number in numbers {
      if let previous, number > previous + 1 {
        lines.append(screen.painted(screen.glyphs.ellipsis, .faint))
      }
      previous = number
      let head = screen.painted(String(number + 1).rightAligned(to: gutter) + " |", .faint)
      let drawn = drawn(number, screen, room: max(width - gutter - 3, 20))
      lines.append(drawn.source.isEmpty ? head : head + " " + drawn.source)
      lines += drawn.marks.map { bar + $0 }
    }
    return lines
  }

  private func drawn(
    _ number: Int, _ screen: Screen, room: Int
  ) -> (source: String, marks: [String]) {
    guard let marks = marks[number], let main = marks.first else { return ("", []) }
    let whole = source.span(ofLine: number)
    let line = SourceLine(
      source.bytes[whole.lower..<whole.upper], focus: main.lower, screen.glyphs)
    let window = line.window(
      around: line.columns(main.lower, main.upper), room: room, screen.glyphs)
    let rows = marks.map { mark in
      let columns = line.columns(mark.lower, mark.upper)
      guard let label = mark.label else {
        return screen.painted(window.marks(columns, "^"), .error)
      }
      let text = visibleText(label, unicode: screen.unicode)
      return screen.painted(window.marks(columns, "-"), .note) + (text.isEmpty ? "" : " " + text)
    }
    return (window.text, rows)
  }
}
