/// A half-open range of UTF-8 byte offsets in a source text.
public struct Span: Hashable, Sendable {
  /// The offset of the first byte.
  public let lower: Int
  /// The offset after the last byte.
  public let upper: Int

  /// Makes a span; an upper bound below the lower one gives an empty span.
  public init(_ lower: Int, _ upper: Int) {
    self.lower = lower
    self.upper = max(lower, upper)
  }

  /// Whether the span covers no byte.
  public var isEmpty: Bool { lower == upper }

  /// How many bytes the span covers.
  public var count: Int { upper - lower }

  /// Whether every byte of the other span lies in this one.
  public func contains(_ other: Span) -> Bool {
    lower <= other.lower && other.upper <= upper
  }

  /// Whether the offset touches the span; its end counts, since a cursor may stand there.
  public func touches(_ offset: Int) -> Bool {
    lower <= offset && offset <= upper
  }

  /// The least span that covers both.
  public func joined(_ other: Span) -> Span {
    Span(min(lower, other.lower), max(upper, other.upper))
  }
}
