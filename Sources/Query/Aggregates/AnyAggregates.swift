import CasebookTables
import CasebookValues

/// `take_any` and `any`.
enum AnyAggregates {
  static let all = [
    takeAny, any,
    takeAny.filtered(
      "take_anyif", summary: "A value of a row for which a condition is true.",
      example: Example(
        "datatable(x:long)[1, 2, 3] | summarize take_anyif(x, x > 1)", output: "2")),
    any.filtered(
      "anyif", summary: "A value of a row for which a condition is true.",
      example: Example("datatable(x:long)[1, 2, 3] | summarize anyif(x, x > 1)", output: "2"),
      rename: { "anyif" + $0.dropFirst(3) }),
  ]

  private static let takeAny = declaration("take_any", prefix: "")
  /// The older name of `take_any`, which names its columns otherwise.
  private static let any = declaration("any", prefix: "any_")

  private static func declaration(_ name: String, prefix: String) -> AggregateFunction {
    AggregateFunction(
      name, [FunctionParameter("columns", .any, "`*` for all", isRepeated: true)],
      summary: "Values of one row of each group.",
      details: "The earliest row is taken; of a single column the earliest that has a value.",
      examples: [
        Example(
          "datatable(queue:string, id:long)[\"spam\", 7, \"spam\", 8] | summarize \(name)(id) by queue",
          output: "spam\t7")
      ]
    ) { arguments in
      if arguments.isEmpty { return nil }
      let outputs = arguments.map { ($0.isFromStar ? $0.name : prefix + $0.name, $0.type) }
      let types = arguments.map(\.type)
      return .init(outputs) { AnyState(types) }
    }
  }
}

/// One row of each group.
///
/// `@unchecked Sendable`: one worker at a time owns a state.
private final class AnyState: AggregateState, @unchecked Sendable {
  private let types: [ScalarType]
  private var collected = CollectedRows()

  init(_ types: [ScalarType]) { self.types = types }

  func update(
    groups: UnsafePointer<Int32>, arguments: [Vector], rowCount: Int, groupCount: Int
  ) {
    let columns = arguments.map { $0.column(rowCount: rowCount) }
    let rows = takenRows(columns, groups, rowCount, groupCount).filter { $0 >= 0 }
    collected.add(rows: Buffer(rows), of: groups, columns)
  }

  func merge(
    _ later: any AggregateState, groups: UnsafePointer<Int32>, count: Int, groupCount: Int
  ) {
    guard let later = later as? AnyState else { return }
    collected.merge(later.collected, groups)
  }

  func finish(groupCount: Int, _ context: RunContext) throws -> [Column] {
    guard let (groups, columns) = try collected.joined(types, context) else {
      return types.map { Column(repeating: .missing($0), type: $0, count: groupCount) }
    }
    let rows = takenRows(columns, groups.base, groups.count, groupCount, until: context)
    try context.checkpoint()
    return rows.withUnsafeBufferPointer { rows in columns.map { $0.gathered(by: rows) } }
  }

  private func takenRows(
    _ columns: [Column], _ groups: UnsafePointer<Int32>, _ rowCount: Int, _ groupCount: Int,
    until context: RunContext? = nil
  ) -> [Int32] {
    var rows = [Int32](repeating: -1, count: groupCount)
    let only = columns.count == 1 ? columns[0] : nil
    for row in 0..<rowCount {
      if row & 0xFFFF == 0xFFFF, context?.isCancelled == true { break }
      let group = Int(groups[row])
      let known = rows[group]
      if known < 0 {
        rows[group] = Int32(truncatingIfNeeded: row)
      } else if let only, only.isMissing(Int(known)), !only.isMissing(row) {
        rows[group] = Int32(truncatingIfNeeded: row)
      }
    }
    return rows
  }
}

extension Column {
  /// Whether a row is null or an empty text.
  fileprivate func isMissing(_ row: Int) -> Bool {
    if type == .string, case .texts(let codes, let dictionary) = data {
      return dictionary.bytes(codes[row]).isEmpty
    }
    return isNull(row)
  }
}
