public import CasebookTables
import CasebookValues

/// Draws tables as aligned text for a terminal, or for a file when the screen has no width.
///
/// On a terminal nothing is wider than the screen, and what is not shown is said below the table.
/// Without a width everything is shown.
public struct TableDrawing: Sendable {
  /// What the text is drawn on.
  public var screen: Screen
  /// The most rows that a terminal is given; nil for all.
  public var rowLimit: Int?
  /// The widest that a text cell may be on a terminal.
  public var maxCellWidth: Int
  /// Whether a line below the names gives the types.
  public var showsTypes: Bool
  /// Whether numbers and durations keep all their digits.
  public var exactNumbers: Bool

  /// A drawing with these options.
  public init(
    _ screen: Screen, rowLimit: Int? = 40, maxCellWidth: Int = 60, showsTypes: Bool = false,
    exactNumbers: Bool = false
  ) {
    self.screen = screen
    self.rowLimit = rowLimit
    self.maxCellWidth = maxCellWidth
    self.showsTypes = showsTypes
    self.exactNumbers = exactNumbers
    // A screen without a width is a file, which should hold no escape sequences.
    if screen.width == nil { self.screen.colour = false }
  }

  /// The table as text, each line ended by a line break.
  public func text(_ table: Table) -> String {
    var text = ""
    write(table) { text += $0 }
    return text
  }

  /// Hands the text to `sink` in large parts, so that a long table is never held as text.
  public func write<Failure: Error>(
    _ table: Table, to sink: (String) throws(Failure) -> Void
  ) throws(Failure) {
    var drawn = DrawnTable(self, table)
    try drawn.write(to: sink)
  }

  var rowCap: Int { screen.width == nil ? .max : max(rowLimit ?? .max, 0) }
  var cellCap: Int { screen.width == nil ? .max : max(maxCellWidth, 1) }
}

/// One table on its way to text.
private struct DrawnTable {
  /// No text column is shortened below this.
  private static let leastTextWidth = 8
  /// Nor one of those that say most below this.
  private static let leastMainWidth = 20
  private static let partSize = 1 << 16

  let drawing: TableDrawing
  let table: Table
  let glyphs: Glyphs
  let rowCount: Int
  /// The columns that are drawn, ascending.
  let columns: [Int]
  let formats: [CellFormat]
  let widths: [Int]
  private var output: [UInt8] = []
  private var cell: [UInt8] = []
  private var isShortened: [Bool]

  init(_ drawing: TableDrawing, _ table: Table) {
    self.drawing = drawing
    self.table = table
    glyphs = drawing.screen.glyphs
    rowCount = min(table.rowCount, drawing.rowCap)
    let width = drawing.screen.width ?? .max
    // Columns past these could not fit even at a width of one.
    let candidates = DrawnTable.order(table, isBounded: width < .max)
      .prefix(width / (1 + ColumnFit.gap) + 1)
    let formats = candidates.map { [rowCount, glyphs] index in
      CellFormat(
        table.columns[index], table.fields[index], rowCount: rowCount,
        exact: drawing.exactNumbers, glyphs)
    }
    let fit = DrawnTable.fit(drawing, formats, rowCount, width, main: Set(table.mainColumns))
    let drawn = fit.widths.indices.sorted { candidates[$0] < candidates[$1] }
    columns = drawn.map { candidates[$0] }
    widths = drawn.map { fit.widths[$0] }
    self.formats = drawn.map { formats[$0] }
    isShortened = Array(repeating: false, count: fit.widths.count)
  }

  /// The columns in the order in which they are given room: those that say most first.
  private static func order(_ table: Table, isBounded: Bool) -> [Int] {
    guard isBounded, !table.mainColumns.isEmpty else { return Array(table.fields.indices) }
    var order = table.mainColumns.compactMap { table.index(of: $0) }
    let main = Set(order)
    order += table.fields.indices.filter { !main.contains($0) }
    return order
  }

  private static func fit(
    _ drawing: TableDrawing, _ formats: [CellFormat], _ rowCount: Int, _ width: Int,
    main: Set<String>
  ) -> ColumnFit {
    var natural: [Int] = []
    var least: [Int] = []
    for format in formats {
      let limit = format.canBeCut ? drawing.cellCap : .max
      let cells = format.width(rowCount: rowCount, limit: limit)
      var header = fitted(format.field.name, to: drawing.cellCap, drawing.screen.glyphs).width
      if drawing.showsTypes { header = max(header, format.field.type.name.count) }
      let whole = max(cells, header, 1)
      natural.append(whole)
      let leastText = main.contains(format.field.name) ? leastMainWidth : leastTextWidth
      least.append(
        format.canBeCut ? min(whole, leastText) : max(cells, min(whole, leastTextWidth)))
    }
    return ColumnFit(natural: natural, least: least, available: width)
  }

  mutating func write<Failure: Error>(
    to sink: (String) throws(Failure) -> Void
  ) throws(Failure) {
    if !formats.isEmpty { appendHeader() }
    for row in formats.isEmpty ? 0..<0 : 0..<rowCount {
      appendRow(row)
      if output.count >= DrawnTable.partSize { try flush(to: sink) }
    }
    appendFooter()
    try flush(to: sink)
  }

  private mutating func flush<Failure: Error>(
    to sink: (String) throws(Failure) -> Void
  ) throws(Failure) {
    if !output.isEmpty { try sink(String(decoding: output, as: UTF8.self)) }
    output.removeAll(keepingCapacity: true)
  }

  private mutating func appendHeader() {
    appendHeaderLine(.heading) { $0.name }
    if drawing.showsTypes { appendHeaderLine(.faint) { $0.type.name } }
    let rules = widths.map { String(repeating: glyphs.rule, count: $0) }
    let line = rules.joined(separator: String(repeating: " ", count: ColumnFit.gap))
    append(drawing.screen.painted(line, .faint))
    output.append(newline)
  }

  private mutating func appendHeaderLine(_ ink: Ink, _ text: (Field) -> String) {
    for (index, format) in formats.enumerated() {
      cell.removeAll(keepingCapacity: true)
      let limit = limit(index)
      let extent = withBytes(of: text(format.field)) {
        appendFitted($0, limit: limit, glyphs, to: &cell)
      }
      appendCell(index, extent, ink)
    }
    output.append(newline)
  }

  private mutating func appendRow(_ row: Int) {
    for (index, format) in formats.enumerated() {
      cell.removeAll(keepingCapacity: true)
      let (extent, content) = format.append(row, limit: limit(index), to: &cell)
      appendCell(index, extent, content == .value ? nil : .faint)
    }
    output.append(newline)
  }

  /// Appends what `cell` holds, with blanks up to the column's width and the gap before it.
  private mutating func appendCell(_ index: Int, _ extent: Extent, _ ink: Ink?) {
    if extent.isCut { isShortened[index] = true }
    if index > 0 { appendBlanks(ColumnFit.gap) }
    let padding = widths[index] - extent.width
    if formats[index].isRightAligned { appendBlanks(padding) }
    if let ink, drawing.screen.colour, !cell.isEmpty {
      append(ink.start)
      output.append(contentsOf: cell)
      append(Ink.end)
    } else {
      output.append(contentsOf: cell)
    }
    // Nothing stands to the right of the last column, so no blanks are needed there.
    if !formats[index].isRightAligned, index + 1 < formats.count { appendBlanks(padding) }
  }

  /// Without a screen nothing is cut, whatever its bytes.
  private func limit(_ index: Int) -> Int { drawing.screen.width == nil ? .max : widths[index] }

  private mutating func appendFooter() {
    let footer = TableFooter(
      table, rowsShown: rowCount, columnsShown: columns,
      shortened: isShortened.indices.filter { isShortened[$0] }.map { columns[$0] })
    for line in footer.lines(drawing.screen) {
      append(drawing.screen.painted(line, .faint))
      output.append(newline)
    }
  }

  private mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }

  private mutating func appendBlanks(_ count: Int) {
    for _ in 0..<max(count, 0) { output.append(UInt8(ascii: " ")) }
  }
}

private let newline = UInt8(ascii: "\n")
