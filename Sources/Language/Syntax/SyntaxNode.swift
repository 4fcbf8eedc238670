/// A part of the tree that covers a span of the source.
///
/// The spans of a node's children lie within its own and do not overlap, in source order.
public protocol SyntaxNode: Sendable {
  /// The bytes from the node's first token to its last, without outer trivia.
  var span: Span { get }
  /// The nodes directly below, in source order.
  var children: [any SyntaxNode] { get }
}

extension SyntaxNode {
  /// Calls the closure for this node and every node below it, parents first.
  public func walk(_ visit: (any SyntaxNode) -> Void) {
    visit(self)
    for child in children { child.walk(visit) }
  }
}

/// A name as written: bare, or quoted as `['any text']`.
public struct Name: SyntaxNode, Hashable {
  /// The name itself, without quotes.
  public let text: String
  /// Where the name stands, quotes included.
  public let span: Span
  /// Whether the name is written as `['any text']` or `["any text"]`.
  public let isQuoted: Bool

  /// Makes a name.
  public init(_ text: String, span: Span, isQuoted: Bool = false) {
    self.text = text
    self.span = span
    self.isQuoted = isQuoted
  }

  /// None: a name is a leaf.
  public var children: [any SyntaxNode] { [] }
}
