import CasebookTables
import CasebookValues

/// `is missing` and `is present`.
enum PresenceOperators {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "is missing", family: "logic", [FunctionParameter("value", .any)], returns: .bool,
      summary: "Whether there is no value: null, or an empty text.",
      examples: [
        Example(
          "datatable(id:long, queue:string)[1, \"fraud\", 2, \"\"] | where queue is missing | project id",
          output: "2")
      ],
      .vector { missing($0[0], $0.rowCount, answer: 1) }),
    ScalarFunction(
      "is present", family: "logic", [FunctionParameter("value", .any)], returns: .bool,
      summary: "Whether there is a value: neither null nor an empty text.",
      examples: [
        Example(
          "datatable(id:long, queue:string)[1, \"fraud\", 2, \"\"] | where queue is present | project id",
          output: "1")
      ],
      .vector { missing($0[0], $0.rowCount, answer: 0) }),
  ]

  /// `answer` where there is no value, and its opposite elsewhere.
  private static func missing(_ vector: Vector, _ rowCount: Int, answer: UInt8) -> Vector {
    let column = vector.column(rowCount: rowCount)
    if column.type == .string {
      let answers = tested(column, rowCount) { $0.isEmpty == (answer == 1) }
      return .column(Column(.bool, .bools(answers)))
    }
    guard let validity = column.validity else {
      return .constant(.bool(answer == 0))
    }
    let answers = Buffer<UInt8>(count: rowCount) { target in
      for row in 0..<rowCount { target[row] = validity[row] ? answer ^ 1 : answer }
    }
    return .column(Column(.bool, .bools(answers)))
  }
}
