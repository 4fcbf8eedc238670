import CasebookValues

/// Writes one cell as JSON; what JSON has no number for is a string.
@inline(__always)
func writeJSONCell(_ column: CellColumn, _ row: Int, _ output: OutputBuffer) {
  if column.kind == .protected {
    output.append("\"***\"")
    return
  }
  if column.isNull(row) {
    output.append("null")
    return
  }
  switch column.kind {
  case .bool, .long: column.writePlain(row, output)
  case .real:
    let value = column.real(row)
    if value == 0 {
      // As the engine that the language comes from writes it: no sign at zero.
      output.append("0.0")
    } else if value.isFinite {
      column.writePlain(row, output)
    } else {
      output.append(value.isNaN ? "\"NaN\"" : value < 0 ? "\"-Infinity\"" : "\"Infinity\"")
    }
  case .datetime, .timespan:
    output.append(UInt8(ascii: "\""))
    column.writePlain(row, output)
    output.append(UInt8(ascii: "\""))
  case .text: writeJSONText(column.bytes(row), output)
  case .json: output.append(column.bytes(row))
  case .protected: break
  }
}

/// Writes a text in quotes, with JSON's escapes.
func writeJSONText(_ bytes: UnsafeBufferPointer<UInt8>, _ output: OutputBuffer) {
  let isPlain = bytes.allSatisfy {
    $0 >= 32 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
  }
  if isPlain {
    output.append(UInt8(ascii: "\""))
    output.append(bytes)
    output.append(UInt8(ascii: "\""))
  } else {
    var escaped: [UInt8] = []
    writeJSONString(bytes, to: &escaped)
    output.append(escaped)
  }
}
