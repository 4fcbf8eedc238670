/// Writes one cell of a Markdown table.
func writeMarkdownCell(_ column: CellColumn, _ row: Int, _ output: OutputBuffer) {
  switch column.kind {
  case .protected: output.append("***")
  case .text, .json: if !column.isNull(row) { writeMarkdownText(column.bytes(row), output) }
  default: column.writePlain(row, output)
  }
}

/// Writes a text so that it stays in its cell and none of it is taken for markup.
func writeMarkdownText(_ bytes: UnsafeBufferPointer<UInt8>, _ output: OutputBuffer) {
  for (index, byte) in bytes.enumerated() {
    switch byte {
    case UInt8(ascii: "|"), UInt8(ascii: "\\"), UInt8(ascii: "*"), UInt8(ascii: "`"):
      output.append(UInt8(ascii: "\\"))
      output.append(byte)
    case UInt8(ascii: "<"): output.append("&lt;")
    case UInt8(ascii: "&"): output.append("&amp;")
    case 13 where index + 1 < bytes.count && bytes[index + 1] == 10: break
    case 10, 13: output.append("<br>")
    case 0..<32, 127: output.append(" ")
    default: output.append(byte)
    }
  }
}
