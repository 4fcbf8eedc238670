import CasebookTables
import CasebookValues

/// One text a row from the texts of several vectors.
func concatenatedTexts(_ arguments: VectorArguments) -> Column {
  let parts = arguments.vectors.map { vector -> TextPart in
    switch vector {
    case .constant(let scalar): .constant(Array(scalar.text.utf8))
    case .column(let column):
      if case .texts(let codes, let dictionary) = column.data, column.type == .string {
        .texts(codes.widened, dictionary)
      } else {
        .values(column)
      }
    }
  }
  var builder = ColumnBuilder(.string)
  var bytes: [UInt8] = []
  for row in 0..<arguments.rowCount {
    bytes.removeAll(keepingCapacity: true)
    for part in parts {
      switch part {
      case .constant(let text): bytes.append(contentsOf: text)
      case .texts(let codes, let dictionary):
        bytes.append(contentsOf: dictionary.bytes(Int(codes[row])))
      case .values(let column): bytes.append(contentsOf: column.scalar(row).text.utf8)
      }
    }
    bytes.withUnsafeBufferPointer { builder.append(utf8: $0) }
  }
  return builder.finish()
}

private enum TextPart {
  case constant([UInt8])
  case texts(Buffer<UInt32>, TextDictionary)
  case values(Column)
}
