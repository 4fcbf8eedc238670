import CasebookTables
import CasebookValues

/// The greatest and the least of several values of a row.
enum ExtremeFunctions {
  static let all: [ScalarFunction] = [
    extreme("max_of", "greatest", greatest: true, "print max_of(10, 1, 17)", "17"),
    extreme("min_of", "least", greatest: false, "print min_of(10, 1, 17)", "1"),
  ]

  private static func extreme(
    _ name: String, _ word: String, greatest: Bool, _ query: String, _ output: String
  ) -> ScalarFunction {
    let types = TypeSet.number.union(.time).union(.string)
    return ScalarFunction(
      name, family: "numbers",
      [
        FunctionParameter("a", types), FunctionParameter("b", types),
        FunctionParameter("more", types, isOptional: true, isRepeated: true),
      ],
      summary: "The \(word) of several values; nulls are passed over.",
      examples: [Example(query, output: output)]
    ) { types in
      guard let type = commonType(types) else { return nil }
      if type == .string {
        return ScalarFunction.Resolution(
          type, .rows(nulls: .handled) { .text(extremeText($0.map(\.text), greatest: greatest)) })
      }
      return ScalarFunction.Resolution(
        type,
        .vector { arguments in
          let columns = arguments.vectors.map {
            cast($0, to: type, rowCount: arguments.rowCount).column(rowCount: arguments.rowCount)
          }
          return .column(
            columns.dropFirst().reduce(columns[0]) { combined($0, $1, greatest: greatest) })
        })
    }
  }

  private static func extremeText(_ texts: [String], greatest: Bool) -> String? {
    let present = texts.filter { !$0.isEmpty }
    return greatest
      ? present.max { compareText($0, $1) < 0 } : present.min { compareText($0, $1) < 0 }
  }

  /// The winners of two columns of one type, row by row; a null never wins.
  private static func combined(_ left: Column, _ right: Column, greatest: Bool) -> Column {
    let data: ColumnData
    switch (left.data, right.data) {
    case (.longs(let a), .longs(let b)):
      data = .longs(winners(left, a, right, b, greatest: greatest))
    case (.reals(let a), .reals(let b)):
      data = .reals(winners(left, a, right, b, greatest: greatest))
    default: return left
    }
    guard left.validity != nil, right.validity != nil else { return Column(left.type, data) }
    let present = Buffer<UInt8>(count: left.count) { target in
      for row in 0..<left.count { target[row] = left.isNull(row) && right.isNull(row) ? 0 : 1 }
    }
    return Column(left.type, data, validity: Bitmap(unlessAllSet: present.pointer))
  }

  @inline(__always)
  private static func winners<Value: Comparable & BitwiseCopyable & Sendable>(
    _ left: Column, _ a: Buffer<Value>, _ right: Column, _ b: Buffer<Value>, greatest: Bool
  ) -> Buffer<Value> {
    Buffer(count: a.count) { target in
      for row in 0..<a.count {
        let wins = greatest ? b.base[row] > a.base[row] : b.base[row] < a.base[row]
        let takesRight = left.isNull(row) || (wins && !right.isNull(row))
        target[row] = takesRight ? b.base[row] : a.base[row]
      }
    }
  }
}
