/// What a token is to the parser.
public enum TokenKind: UInt8, Sendable {
  /// The end of the text; it carries the last trivia.
  case endOfFile
  /// A word: `cases`, `has_any`, `$left`.
  case name
  /// A number, with its unit if it has one: `1`, `0x1f`, `2.5e3`, `15m`.
  case number
  /// A string in any of KQL's forms.
  case string
  /// A string that a word processor quoted: `“abc”`.
  case smartString
  /// A word with `!` before it: `!in`, `!has`.
  case bangWord
  /// `in~` or `!in~`.
  case inTilde
  /// The text of an SQL statement.
  case sqlText
  /// The rest of a line behind `\` or `?`, the habits of other shells.
  case shellEscape
  case pipe
  case comma
  case semicolon
  case colon
  case dot
  case dotDot
  case leftParenthesis
  case rightParenthesis
  case leftBracket
  case rightBracket
  case leftBrace
  case rightBrace
  case equals
  case equalEqual
  case notEqual
  case less
  case lessEqual
  case greater
  case greaterEqual
  case equalTilde
  case bangTilde
  case arrow
  case plus
  case minus
  case star
  case slash
  case percent
  case at
  case tilde
  case bang
  case ampersands
  case pipes
  /// A character that begins nothing in the language.
  case unknown
}

/// A token with the trivia (white space and comments) before it.
///
/// The trivia and text of all tokens, one after another, are the source byte for byte.
public struct Token: Sendable {
  /// What the token is.
  public let kind: TokenKind
  /// Whether a string, or the multi-line string, lacks its closing quote.
  public let isUnterminated: Bool
  /// Whether a line break stands in the trivia, so that the token is the first of its line.
  public let startsLine: Bool
  /// Whether a blank line stands in the trivia.
  public let followsBlankLine: Bool
  /// Whether the token is the first byte of its line.
  public let isInFirstColumn: Bool
  let triviaStart: UInt32
  let textStart: UInt32
  let textEnd: UInt32

  /// The bytes of the token itself.
  public var span: Span { Span(Int(textStart), Int(textEnd)) }
  /// The bytes of the trivia before the token.
  public var trivia: Span { Span(Int(triviaStart), Int(textStart)) }
}
