/// What the text is drawn on: how wide it is and what it can show.
public struct Screen: Sendable, Hashable {
  /// Columns of the terminal; nil where there is none, and nothing is cut or wrapped then.
  public let width: Int?
  /// Whether colour and weight may be used.
  public var colour: Bool
  /// Whether line-drawing characters and `…` may be used; else ASCII stands for them.
  public var unicode: Bool

  /// A screen.
  public init(width: Int?, colour: Bool, unicode: Bool = true) {
    self.width = width.map { max($0, 1) }
    self.colour = colour
    self.unicode = unicode
  }

  /// A file or a pipe: any width, no colour.
  public static let plain = Screen(width: nil, colour: false)

  var glyphs: Glyphs { unicode ? .unicode : .ascii }

  /// The text in an ink, or as it is where there is no colour.
  func painted(_ text: String, _ ink: Ink) -> String {
    colour && !text.isEmpty ? ink.start + text + Ink.end : text
  }
}

/// Colour and weight by meaning, from the sixteen colours that every palette has.
enum Ink: String {
  case heading = "1"
  case faint = "2"
  case error = "1;31"
  case warning = "1;33"
  case note = "1;36"
  case help = "1;32"
  // Series of a chart; `heading` and `faint` frame it.
  case cyan = "36"
  case yellow = "33"
  case magenta = "35"
  case green = "32"
  case blue = "34"
  case red = "31"

  var start: String { "\u{1B}[" + rawValue + "m" }
  static let end = "\u{1B}[0m"
}

/// The characters that are drawn around data.
struct Glyphs: Sendable {
  let ellipsis: String
  let rule: String
  let lineBreak: String
  let branch: String
  let lastBranch: String
  let stem: String
  let micro: String

  static let unicode = Glyphs(
    ellipsis: "…", rule: "─", lineBreak: "⏎", branch: "├─ ", lastBranch: "└─ ", stem: "│  ",
    micro: "µ")
  static let ascii = Glyphs(
    ellipsis: "...", rule: "-", lineBreak: "\\n", branch: "|- ", lastBranch: "`- ", stem: "|  ",
    micro: "u")
}
