/// Something to tell the person who wrote a text, with the place it concerns.
///
/// The same type serves the binder and everything later: a stable code, one plain sentence, spans, a
/// help line, a correction.
public struct Diagnostic: Sendable {
  /// How bad it is.
  public enum Severity: String, Sendable {
    /// The statement does not run.
    case error
    /// The statement runs; its answer may not be what was meant.
    case warning
    /// Something worth knowing.
    case note
  }

  /// A further place with a word about it.
  public struct Label: Sendable {
    /// The place.
    public let span: Span
    /// What to say about it.
    public let text: String

    /// Makes a label.
    public init(_ span: Span, _ text: String) {
      self.span = span
      self.text = text
    }
  }

  /// A correction that can be applied as it is.
  public struct Fix: Sendable {
    /// One replacement in the source.
    public struct Edit: Sendable {
      /// What is replaced.
      public let span: Span
      /// What takes its place.
      public let text: String

      /// Makes an edit.
      public init(_ span: Span, _ text: String) {
        self.span = span
        self.text = text
      }
    }

    /// The edits, in source order, none overlapping.
    public let edits: [Edit]

    /// Makes a correction.
    public init(_ edits: [Edit]) { self.edits = edits }

    /// A name in the place of another; nil for no name.
    public init?(naming name: String?, at span: Span) {
      guard let name else { return nil }
      self.init([Edit(span, spelled(name: name))])
    }

    /// The source with the correction applied.
    public func applied(to source: SourceText) -> String {
      var bytes = source.bytes
      for edit in edits.reversed() {
        bytes.replaceSubrange(edit.span.lower..<edit.span.upper, with: Array(edit.text.utf8))
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// The stable code: `E0102`.
  public let code: String
  /// How bad it is.
  public let severity: Severity
  /// One plain sentence.
  public let message: String
  /// The place.
  public let span: Span
  /// Further places.
  public let labels: [Label]
  /// One line that says what would help.
  public let help: String?
  /// A correction, where one is sure enough.
  public let fix: Fix?

  /// Makes a diagnostic.
  public init(
    code: String, severity: Severity = .error, message: String, span: Span, labels: [Label] = [],
    help: String? = nil, fix: Fix? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.span = span
    self.labels = labels
    self.help = help
    self.fix = fix
  }
}
