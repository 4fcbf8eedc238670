import CasebookTables
import CasebookValues

/// How the cells of one column are written, decided once from all rows that are shown.
struct CellFormat {
  enum Form {
    case masked
    case bools(Buffer<UInt8>)
    case longs(Buffer<Int64>)
    case reals(Buffer<Double>, RealFormat)
    case instants(Buffer<Int64>, InstantFormat)
    case spans(Buffer<Int64>, SpanFormat)
    case texts(Codes, TextDictionary)
  }

  /// What kind of content a cell has, which decides its ink.
  enum Content {
    case value, null, masked
  }

  let field: Field
  let column: Column
  private let form: Form
  private let glyphs: Glyphs

  /// The format of the first `rowCount` rows of a column.
  init(_ column: Column, _ field: Field, rowCount: Int, exact: Bool, _ glyphs: Glyphs) {
    self.field = field
    self.column = column
    self.glyphs = glyphs
    guard !field.isProtected else {
      form = .masked
      return
    }
    let rows = (0..<rowCount).lazy.filter { !column.isNull($0) }
    switch column.data {
    case .bools(let values): form = .bools(values)
    case .reals(let values):
      form = .reals(values, exact ? .exact : RealFormat(rows.map { values[$0] }))
    case .texts(let codes, let dictionary): form = .texts(codes, dictionary)
    case .longs(let values):
      let shown = rows.map { values[$0] }
      switch field.type {
      case .datetime: form = .instants(values, InstantFormat(shown))
      case .timespan: form = .spans(values, SpanFormat(shown, exact: exact))
      default: form = .longs(values)
      }
    }
  }

  /// Whether digits should stand below digits.
  var isRightAligned: Bool { field.type.isNumeric || field.type == .timespan }

  /// Whether a cut cell still says something; half a number says something else.
  var canBeCut: Bool {
    switch field.type {
    case .string, .dynamic, .guid: !field.isProtected
    default: false
    }
  }

  /// Appends a cell, cut to `limit` columns.
  func append(_ row: Int, limit: Int, to output: inout [UInt8]) -> (Extent, Content) {
    if case .masked = form {
      return (append("***", limit, to: &output), .masked)
    }
    if column.isNull(row) {
      return (append("null", limit, to: &output), .null)
    }
    if case .texts(let codes, let dictionary) = form {
      let bytes = dictionary.bytes(codes[row])
      return (appendFitted(bytes, limit: limit, glyphs, to: &output), .value)
    }
    return (append(text(row), limit, to: &output), .value)
  }

  /// The width of the widest of the first `rowCount` cells, counted up to `limit`.
  func width(rowCount: Int, limit: Int) -> Int {
    var scratch: [UInt8] = []
    var widest = 0
    var isMeasured = knownTexts(rowCount)
    for row in 0..<rowCount {
      if case .texts(let codes, _) = form, !isMeasured.isEmpty, !column.isNull(row) {
        let code = codes[row]
        if isMeasured[code] { continue }
        isMeasured[code] = true
      }
      scratch.removeAll(keepingCapacity: true)
      widest = max(widest, append(row, limit: limit, to: &scratch).0.width)
      if widest >= limit { break }
    }
    return widest
  }

  /// A mark for each distinct text, where there are fewer of them than rows.
  private func knownTexts(_ rowCount: Int) -> [Bool] {
    guard case .texts(_, let dictionary) = form, dictionary.count < rowCount else { return [] }
    return Array(repeating: false, count: dictionary.count)
  }

  private func text(_ row: Int) -> String {
    switch form {
    case .bools(let values): values[row] != 0 ? "true" : "false"
    case .longs(let values): CasebookValues.text(ofLong: values[row])
    case .reals(let values, let format): format.text(values[row])
    case .instants(let values, let format): format.text(values[row])
    case .spans(let values, let format): format.text(values[row], glyphs)
    case .texts, .masked: ""
    }
  }

  private func append(_ text: String, _ limit: Int, to output: inout [UInt8]) -> Extent {
    withBytes(of: text) { appendFitted($0, limit: limit, glyphs, to: &output) }
  }
}
