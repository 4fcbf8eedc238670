/// Writes cells of CSV and TSV.
struct DelimitedCells {
  let delimiter: UInt8
  /// Whether texts that look like formulas are left as they are.
  let isRaw: Bool

  /// Writes one cell; the only cell of a row is never left bare, or the line would be blank.
  @inline(__always)
  func write(_ column: CellColumn, _ row: Int, isOnly: Bool, _ output: OutputBuffer) {
    switch column.kind {
    case .protected: output.append("***")
    case .text, .json:
      if column.isNull(row) {
        if isOnly { output.append("\"\"") }
      } else {
        writeText(column.bytes(row), isOnly: isOnly, output)
      }
    default:
      if isOnly, column.isNull(row) { output.append("\"\"") }
      column.writePlain(row, output)
    }
  }

  func writeText(_ bytes: UnsafeBufferPointer<UInt8>, isOnly: Bool, _ output: OutputBuffer) {
    let isFormula = !isRaw && isFormulaStart(bytes)
    guard bytes.contains(where: needsQuotes) || (isOnly && bytes.isEmpty) else {
      if isFormula { output.append(UInt8(ascii: "'")) }
      output.append(bytes)
      return
    }
    let quote = UInt8(ascii: "\"")
    output.append(quote)
    if isFormula { output.append(UInt8(ascii: "'")) }
    for byte in bytes {
      if byte == quote { output.append(quote) }
      output.append(byte)
    }
    output.append(quote)
  }

  @inline(__always)
  private func needsQuotes(_ byte: UInt8) -> Bool {
    byte == delimiter || byte == UInt8(ascii: "\"") || byte == 10 || byte == 13
  }

  /// What makes a spreadsheet run a cell.
  private func isFormulaStart(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    switch bytes.first {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 9, 13: true
    default: false
    }
  }
}
