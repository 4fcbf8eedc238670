import CasebookTables
import CasebookValues

/// Tests for values that are not there.
enum MissingFunctions {
  static let all: [ScalarFunction] = [
    test(
      "isnull", "Whether a value is null; a text never is.", "print isnull(int(null))", "true"
    ) { missing($0, emptyTexts: false) },
    test(
      "isnotnull", aliases: ["notnull"], "Whether a value is not null.", "print isnotnull(1)",
      "true"
    ) { inverted(missing($0, emptyTexts: false)) },
    test("isempty", "Whether a value is null or an empty text.", "print isempty('')", "true") {
      missing($0, emptyTexts: true)
    },
    test(
      "isnotempty", aliases: ["notempty"], "Whether a value is neither null nor an empty text.",
      "print isnotempty('x')", "true"
    ) { inverted(missing($0, emptyTexts: true)) },
    ScalarFunction(
      "assert", family: "conditional",
      [
        FunctionParameter("condition", .bool, isConstant: true),
        FunctionParameter("message", .string, isConstant: true),
      ], returns: .bool,
      summary: "True; where a condition known beforehand is false, the statement is refused.",
      examples: [Example("print assert(1 < 2, 'never shown')", output: "true")],
      .rows(nulls: .handled) { .bool($0.bool(0)) }
    ).deciding { _, constants in
      guard case .bool(false)? = constants[0] else { return nil }
      return .refused("The assertion failed: " + (constants[1]?.asText ?? "") + ".")
    },
    ScalarFunction(
      "estimate_data_size", family: "conditional",
      [FunctionParameter("value", .any, isRepeated: true)], returns: .long,
      summary: "How many bytes values take, roughly: texts their length, the rest a fixed size.",
      examples: [Example("print estimate_data_size(1, 'four')", output: "12")],
      .rows(nulls: .handled) { .long($0.reduce(0) { $0 + size($1) }) }),
  ]

  private static func size(_ value: Scalar) -> Int64 {
    switch value.type {
    case .bool: 1
    case .int: 4
    case .guid, .decimal: 16
    case .string, .dynamic: Int64(value.text.utf8.count)
    default: 8
    }
  }

  private static func test(
    _ name: String, aliases: [String] = [], _ summary: String, _ query: String, _ output: String,
    _ body: @escaping @Sendable (VectorArguments) -> Vector
  ) -> ScalarFunction {
    ScalarFunction(
      name, aliases: aliases, family: "conditional", [FunctionParameter("value", .any)],
      returns: .bool, summary: summary, examples: [Example(query, output: output)], .vector(body))
  }

  private static func missing(_ arguments: VectorArguments, emptyTexts: Bool) -> Vector {
    let count = arguments.rowCount
    let column: Column
    switch arguments[0] {
    case .constant(let scalar): return .constant(.bool(isMissing(scalar, emptyTexts: emptyTexts)))
    case .column(let given): column = given
    }
    if case .texts(let codes, let dictionary) = column.data, column.type != .guid,
      emptyTexts || column.type == .dynamic
    {
      let table = (0..<dictionary.count).map { code -> UInt8 in
        isMissing(dictionary.bytes(code), column.type, emptyTexts: emptyTexts) ? 1 : 0
      }
      return .column(
        Column(
          .bool,
          .bools(
            Buffer(count: count) { target in
              for row in 0..<count {
                target[row] = column.isNull(row) ? 1 : table[codes[row]]
              }
            })))
    }
    guard let validity = column.validity else { return .constant(.bool(false)) }
    return .column(
      Column(
        .bool,
        .bools(
          Buffer(count: count) { target in
            for row in 0..<count { target[row] = validity[row] ? 0 : 1 }
          })))
  }

  private static func isMissing(_ scalar: Scalar, emptyTexts: Bool) -> Bool {
    switch scalar {
    case .string(let text), .dynamic(.string(let text)): emptyTexts && text.isEmpty
    default: scalar.isNull || (emptyTexts && scalar == .null(.string))
    }
  }

  /// What a dictionary entry says: `null` as JSON is null, `""` as text or as JSON is empty.
  private static func isMissing(
    _ bytes: UnsafeBufferPointer<UInt8>, _ type: ScalarType, emptyTexts: Bool
  ) -> Bool {
    if type == .string { return bytes.isEmpty }
    return bytes.elementsEqual("null".utf8) || (emptyTexts && bytes.elementsEqual("\"\"".utf8))
  }

  private static func inverted(_ vector: Vector) -> Vector {
    switch vector {
    case .constant(.bool(let value)): return .constant(.bool(!value))
    case .constant: return vector
    case .column(let column):
      guard case .bools(let values) = column.data else { return vector }
      return .column(
        Column(
          .bool,
          .bools(
            Buffer(count: values.count) { target in
              for row in 0..<values.count { target[row] = 1 - values.base[row] }
            })))
    }
  }
}
