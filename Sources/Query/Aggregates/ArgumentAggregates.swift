import CasebookTables
import CasebookValues

/// `arg_max` and `arg_min`: other columns of the row with the extreme value.
enum ArgumentAggregates {
  static let all = [
    declaration(
      "arg_max", ["argmax"], "Columns of the row with the greatest value.", isGreatest: true,
      "3\tc"),
    declaration(
      "arg_min", ["argmin"], "Columns of the row with the least value.", isGreatest: false, "1\ta"),
  ]

  private static func declaration(
    _ name: String, _ aliases: [String], _ summary: String, isGreatest: Bool, _ output: String
  ) -> AggregateFunction {
    AggregateFunction(
      name, aliases: aliases,
      [
        FunctionParameter("value", .any),
        FunctionParameter("columns", .any, "`*` for all", isOptional: true, isRepeated: true),
      ], summary: summary,
      details: "Ties keep the earlier row. Rows where the value is null count only where a group "
        + "has no other.",
      examples: [
        Example(
          "datatable(x:long, who:string)[1, \"a\", 3, \"c\", 2, \"b\"] | summarize \(name)(x, who)",
          output: output)
      ]
    ) { arguments in
      guard let key = arguments.first else { return nil }
      let kept = arguments.indices.dropFirst().filter {
        !(arguments[$0].isFromStar && arguments[$0].name == key.name)
      }
      let columns = [0] + kept
      let types = columns.map { arguments[$0].type }
      let outputs = columns.map { (arguments[$0].name, arguments[$0].type) }
      return .init(outputs) { ArgumentState(columns, types, isGreatest: isGreatest) }
    }
  }
}

/// The best row of each group, once a block.
///
/// `@unchecked Sendable`: one worker at a time owns a state.
private final class ArgumentState: AggregateState, @unchecked Sendable {
  private let columns: [Int]
  private let types: [ScalarType]
  private let isGreatest: Bool
  private var collected = CollectedRows()

  init(_ columns: [Int], _ types: [ScalarType], isGreatest: Bool) {
    self.columns = columns
    self.types = types
    self.isGreatest = isGreatest
  }

  func update(
    groups: UnsafePointer<Int32>, arguments: [Vector], rowCount: Int, groupCount: Int
  ) {
    let batch = columns.map { arguments[$0].column(rowCount: rowCount) }
    let best = bestRows(batch[0], groups, rowCount, groupCount)
    let present = best.filter { $0 >= 0 }
    collected.add(rows: Buffer(present), of: groups, batch)
  }

  func merge(
    _ later: any AggregateState, groups: UnsafePointer<Int32>, count: Int, groupCount: Int
  ) {
    guard let later = later as? ArgumentState else { return }
    collected.merge(later.collected, groups)
  }

  func finish(groupCount: Int, _ context: RunContext) throws -> [Column] {
    guard let (groups, columns) = try collected.joined(types, context) else {
      return types.map { Column(repeating: .missing($0), type: $0, count: groupCount) }
    }
    let best = bestRows(columns[0], groups.base, groups.count, groupCount, until: context)
    try context.checkpoint()
    return best.withUnsafeBufferPointer { rows in columns.map { $0.gathered(by: rows) } }
  }

  /// The row of each group that wins; -1 for a group without rows, or that was not come to when the run was stopped.
  private func bestRows(
    _ column: Column, _ groups: UnsafePointer<Int32>, _ rowCount: Int, _ groupCount: Int,
    until context: RunContext? = nil
  ) -> [Int32] {
    var best = [Int32](repeating: -1, count: groupCount)
    if case .texts(let codes, let dictionary) = column.data {
      for row in 0..<rowCount {
        if row & 0xFFFF == 0xFFFF, context?.isCancelled == true { break }
        let group = Int(groups[row])
        if wins(column, codes, dictionary, row, over: Int(best[group])) { best[group] = Int32(row) }
      }
      return best
    }
    let scores = scores(column, rowCount)
    best.withUnsafeMutableBufferPointer { best in
      for row in 0..<rowCount {
        if row & 0xFFFF == 0xFFFF, context?.isCancelled == true { break }
        let group = Int(groups[row])
        let known = best[group]
        if known < 0 || scores.base[row] < scores.base[Int(known)] { best[group] = Int32(row) }
      }
    }
    if context?.isCancelled == true { return best }
    replaceNulls(&best, column, scores, groups, rowCount)
    return best
  }

  /// Whole numbers of which the least wins; not-a-number beats all, null loses to all but the
  /// opposite extreme, with which it ties.
  private func scores(_ column: Column, _ rowCount: Int) -> Buffer<Int64> {
    let turn: Int64 = isGreatest ? -1 : 0
    let values: Buffer<Int64> =
      switch column.data {
      case .longs(let values): mapped(values) { $0 ^ turn }
      case .bools(let values): mapped(values) { Int64($0) ^ turn }
      case .reals(let values): mapped(values) { $0.isNaN ? .min : sortable($0) ^ turn }
      case .texts: Buffer(repeating: 0, count: rowCount)
      }
    guard let validity = column.validity else { return values }
    return Buffer(count: rowCount) { target in
      for row in 0..<rowCount { target[row] = validity[row] ? values.base[row] : .max }
    }
  }

  /// A null that came before an equally scored value gives way to it.
  private func replaceNulls(
    _ best: inout [Int32], _ column: Column, _ scores: Buffer<Int64>,
    _ groups: UnsafePointer<Int32>, _ rowCount: Int
  ) {
    guard let validity = column.validity else { return }
    for row in 0..<rowCount where validity[row] && scores.base[row] == .max {
      let known = Int(best[Int(groups[row])])
      if !validity[known] { best[Int(groups[row])] = Int32(row) }
    }
  }

  private func wins(
    _ column: Column, _ codes: Codes, _ dictionary: TextDictionary, _ row: Int, over best: Int
  ) -> Bool {
    if best < 0 { return true }
    if column.isNull(row) { return false }
    if column.isNull(best) { return true }
    if codes[row] == codes[best] { return false }
    let order = ordered(dictionary.bytes(codes[row]), dictionary.bytes(codes[best]))
    return isGreatest ? order > 0 : order < 0
  }
}
