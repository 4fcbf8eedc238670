import CasebookTables
import CasebookValues

/// A text with `{column}` in it.
struct Template: Sendable {
  enum Piece: Sendable {
    case text(String)
    case column(Int)
  }

  /// The pieces, columns by number.
  let pieces: [Piece]
  /// A name in braces that is no column.
  let unknown: String?

  /// Reads a text over some columns; `{{` is a brace.
  init(_ text: String, _ fields: [Field]) {
    var pieces: [Piece] = []
    var unknown: String?
    var plain = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      plain += rest[..<open]
      rest = rest[rest.index(after: open)...]
      if rest.first == "{" {
        plain += "{"
        rest = rest.dropFirst()
      } else if let close = rest.firstIndex(of: "}") {
        let name = String(rest[..<close])
        rest = rest[rest.index(after: close)...]
        if let column = fields.firstIndex(where: { $0.name == name }) {
          if !plain.isEmpty { pieces.append(.text(plain)) }
          plain = ""
          pieces.append(.column(column))
        } else {
          unknown = unknown ?? name
        }
      } else {
        plain += "{"
      }
    }
    plain += rest
    if !plain.isEmpty { pieces.append(.text(plain)) }
    self.pieces = pieces
    self.unknown = unknown
  }

  /// The columns that it shows.
  var columns: [Int] {
    pieces.compactMap { if case .column(let column) = $0 { column } else { nil } }
  }

  /// The text for a row.
  func text(_ columns: [Column], _ row: Int) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): return text
      case .column(let column):
        let value = columns[column].scalar(row)
        return value.isMissing ? "(missing)" : value.text
      }
    }.joined()
  }
}
