import CasebookTables
import CasebookValues

/// One of several values, by conditions or by what is there.
enum ConditionalFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "iff", aliases: ["iif"], family: "conditional",
      [
        FunctionParameter("condition", .bool), FunctionParameter("then", .any),
        FunctionParameter("else", .any),
      ],
      summary: "One value where a condition is true, another where it is false or null.",
      examples: [Example("print iff(2 > 1, 'yes', 'no')", output: "yes")]
    ) { types in
      commonType(types.dropFirst()).map { type in
        ScalarFunction.Resolution(
          type,
          .vector { arguments in
            choose(arguments, conditions: [0], values: [1, 2])
          })
      }
    },
    ScalarFunction(
      "case", family: "conditional",
      [
        FunctionParameter("condition", .bool), FunctionParameter("then", .any),
        FunctionParameter(
          "more", .any, "further conditions and values, then the value for all others",
          isRepeated: true),
      ],
      summary: "The value of the first condition that is true.",
      examples: [Example("print case(1 > 2, 'a', 2 > 1, 'b', 'c')", output: "b")]
    ) { types in
      guard types.count >= 3, types.count % 2 == 1 else { return nil }
      let conditions = Array(stride(from: 0, to: types.count - 1, by: 2))
      let values = conditions.map { $0 + 1 } + [types.count - 1]
      guard conditions.allSatisfy({ types[$0] == .bool || types[$0] == .dynamic }),
        let type = commonType(values.map { types[$0] })
      else { return nil }
      return ScalarFunction.Resolution(
        type, .vector { choose($0, conditions: conditions, values: values) })
    },
    ScalarFunction(
      "coalesce", family: "conditional",
      [
        FunctionParameter("value", .any), FunctionParameter("other", .any),
        FunctionParameter("more", .any, isOptional: true, isRepeated: true),
      ],
      summary: "The first value that is not null, of texts the first that is not empty.",
      examples: [Example("print coalesce(tolong('x'), 7)", output: "7")]
    ) { types in
      commonType(types).map { ScalarFunction.Resolution($0, .vector(firstPresent)) }
    },
  ]

  /// For each row the value that belongs to the first true condition, else the last value.
  private static func choose(
    _ arguments: VectorArguments, conditions: [Int], values: [Int]
  ) -> Vector {
    let rowCount = arguments.rowCount
    // Conditions that are constant decide at once or fall away.
    var open: [(mask: Column, value: Vector)] = []
    var last = arguments[values[values.count - 1]]
    for (position, condition) in conditions.enumerated() {
      switch cast(arguments[condition], to: .bool, rowCount: rowCount) {
      case .constant(.bool(true)): last = arguments[values[position]]
      case .constant: continue
      case .column(let mask):
        open.append((mask, arguments[values[position]]))
        continue
      }
      break
    }
    let branches = (open.map(\.value) + [last]).map {
      cast($0, to: arguments.resultType, rowCount: rowCount)
    }
    if open.isEmpty { return branches[0] }
    let choices = Buffer<UInt16>(count: rowCount) { target in
      target.update(repeating: UInt16(open.count), count: rowCount)
      for (number, branch) in open.enumerated().reversed() {
        guard case .bools(let flags) = branch.mask.data else { continue }
        for row in 0..<rowCount where flags.base[row] != 0 && !branch.mask.isNull(row) {
          target[row] = UInt16(number)
        }
      }
    }
    return .column(selected(branches, by: choices, type: arguments.resultType))
  }

  private static func firstPresent(_ arguments: VectorArguments) -> Vector {
    let rowCount = arguments.rowCount
    let vectors = arguments.vectors.map {
      cast($0, to: arguments.resultType, rowCount: rowCount)
    }
    if case .constant(let value) = vectors[0], isPresent(value) { return vectors[0] }
    let choices = Buffer<UInt16>(count: rowCount) { target in
      target.update(repeating: UInt16(vectors.count - 1), count: rowCount)
      for number in vectors.indices.dropLast().reversed() {
        mark(vectors[number], UInt16(number), rowCount, target)
      }
    }
    return .column(selected(vectors, by: choices, type: arguments.resultType))
  }

  private static func isPresent(_ scalar: Scalar) -> Bool {
    scalar != .string("") && !scalar.isNull
  }

  /// Writes a vector's number where it has a value.
  private static func mark(
    _ vector: Vector, _ number: UInt16, _ rowCount: Int, _ target: UnsafeMutablePointer<UInt16>
  ) {
    guard case .column(let column) = vector else {
      if isPresent(vector.scalar(0)) { target.update(repeating: number, count: rowCount) }
      return
    }
    if case .texts(let codes, let dictionary) = column.data {
      let present = (0..<dictionary.count).map { !dictionary.bytes($0).isEmpty }
      for row in 0..<rowCount where present[codes[row]] && !column.isNull(row) {
        target[row] = number
      }
    } else {
      for row in 0..<rowCount where !column.isNull(row) { target[row] = number }
    }
  }

  /// A column that takes each row from one of several vectors of its type.
  private static func selected(
    _ branches: [Vector], by choices: Buffer<UInt16>, type: ScalarType
  ) -> Column {
    let rowCount = choices.count
    // Branches stand one after another, constants as one row, so that any type is one gather.
    var starts: [Int32] = []
    var steps: [Int32] = []
    var columns: [Column] = []
    var total = 0
    for branch in branches {
      starts.append(Int32(truncatingIfNeeded: total))
      switch branch {
      case .constant(let scalar):
        steps.append(0)
        columns.append(Column(repeating: scalar, type: type, count: 1))
        total += 1
      case .column(let column):
        steps.append(1)
        columns.append(column)
        total += column.count
      }
    }
    let rows = Buffer<Int32>(count: rowCount) { target in
      starts.withUnsafeBufferPointer { starts in
        steps.withUnsafeBufferPointer { steps in
          for row in 0..<rowCount {
            let choice = Int(choices.base[row])
            target[row] = starts[choice] &+ steps[choice] &* Int32(truncatingIfNeeded: row)
          }
        }
      }
    }
    return Column.concatenated(columns, type: type).gathered(by: rows)
  }
}
