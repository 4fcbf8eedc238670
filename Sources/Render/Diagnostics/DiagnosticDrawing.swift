public import CasebookLanguage

/// Draws a diagnostic: what is wrong, where, the source with carets below the place, what would help.
///
///     error E0142: There is no column 'scor'.
///      --> weekly.cb:3:9
///     3 | | where scor > 0.8
///       |         ^^^^
///     help: did you mean 'score'?
public struct DiagnosticDrawing: Sendable {
  /// Where the screen has no width, source lines are shown up to this many columns.
  private static let widthWithoutScreen = 120

  /// What the text is drawn on.
  public var screen: Screen

  /// A drawing on a screen.
  public init(_ screen: Screen) { self.screen = screen }

  /// The diagnostic as text, each line ended by a line break.
  ///
  /// `fileName` is nil at the prompt.
  public func text(_ diagnostic: Diagnostic, source: SourceText, fileName: String? = nil) -> String
  {
    var lines = [headline(diagnostic)]
    if let place = place(diagnostic, source, fileName) { lines.append(place) }
    lines += SourceExcerpt(diagnostic, source).lines(
      screen, width: screen.width ?? DiagnosticDrawing.widthWithoutScreen)
    if let help = diagnostic.help ?? correction(diagnostic, source) {
      lines.append(screen.painted("help:", .help) + " " + visible(help))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func headline(_ diagnostic: Diagnostic) -> String {
    let head = diagnostic.severity.rawValue + " " + diagnostic.code + ":"
    return screen.painted(head, diagnostic.severity.ink) + " "
      + screen.painted(visible(diagnostic.message), .heading)
  }

  private func place(_ diagnostic: Diagnostic, _ source: SourceText, _ fileName: String?) -> String?
  {
    let position = source.position(at: diagnostic.span.lower)
    if let fileName {
      let place = visible(fileName) + ":\(position.line):\(position.column)"
      return screen.painted(" --> ", .faint) + place
    }
    // A single line at the prompt has just been typed; its carets say enough.
    guard source.lineStarts.count > 1 else { return nil }
    return screen.painted(" --> ", .faint) + "line \(position.line), column \(position.column)"
  }

  /// The line of the place as the offered correction would have it.
  private func correction(_ diagnostic: Diagnostic, _ source: SourceText) -> String? {
    guard let fix = diagnostic.fix else { return nil }
    let corrected = SourceText(fix.applied(to: source))
    let line = source.line(at: fix.edits.first?.span.lower ?? diagnostic.span.lower)
    let text = corrected[corrected.span(ofLine: line)].drop { $0 == " " || $0 == "\t" }
    return text.isEmpty ? nil : "try: " + text
  }

  private func visible(_ text: String) -> String { visibleText(text, unicode: screen.unicode) }
}

extension Diagnostic.Severity {
  var ink: Ink {
    switch self {
    case .error: .error
    case .warning: .warning
    case .note: .note
    }
  }
}
