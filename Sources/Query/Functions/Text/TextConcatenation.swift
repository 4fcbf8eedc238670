import CasebookTables
import CasebookValues

/// One text a row from the texts of several vectors.
func concatenatedTexts(_ arguments: VectorArguments) -> Column {
  let parts = arguments.vectors.map(TextPart.init)
  var collector = TextCollector(mostlyDistinct: parts.contains(where: \.isMostlyDistinct))
  var bytes: [UInt8] = []
  withUnsafeTemporaryAllocation(of: UInt8.self, capacity: TextWriter.capacity) { scratch in
    guard let start = scratch.baseAddress else { return }
    for row in 0..<arguments.rowCount {
      bytes.removeAll(keepingCapacity: true)
      for part in parts {
        switch part {
        case .constant(let text): bytes.append(contentsOf: text)
        case .texts(let codes, let dictionary):
          bytes.append(contentsOf: dictionary.bytes(Int(codes.base[row])))
        case .numbers(let writer):
          let length = writer.write(row, start)
          bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: length))
        case .values(let column): bytes.append(contentsOf: column.scalar(row).text.utf8)
        }
      }
      bytes.withUnsafeBufferPointer { collector.append($0) }
    }
  }
  return collector.finish()
}

/// Where the texts of an argument come from.
private enum TextPart {
  case constant([UInt8])
  case texts(Buffer<UInt32>, TextDictionary)
  case numbers(TextWriter)
  case values(Column)

  init(_ vector: Vector) {
    switch vector {
    case .constant(let scalar): self = .constant(Array(scalar.text.utf8))
    case .column(let column):
      if case .texts(let codes, let dictionary) = column.data {
        self = column.type == .string ? .texts(codes.widened, dictionary) : .values(column)
      } else {
        self = .numbers(TextWriter(column: column))
      }
    }
  }

  var isMostlyDistinct: Bool {
    switch self {
    case .constant, .values: false
    case .texts(_, let dictionary): !dictionary.isDistinct
    case .numbers(let writer): writer.isMostlyDistinct
    }
  }
}
