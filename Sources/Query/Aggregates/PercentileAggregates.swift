import CasebookTables
import CasebookValues

/// `percentile`, `percentiles`, their weighted forms, and `median`: nearest rank, exact.
enum PercentileAggregates {
  static let all = [
    single, several, array, weighted, severalWeighted, arrayWeighted, median,
    single.filtered(
      "percentileif", summary: "A percentile of the values for which a condition is true.",
      example: Example(
        "range x from 1 to 10 step 1 | summarize percentileif(x, x > 5, 50)", output: "8")),
  ]

  private static let value = FunctionParameter("value", [.number, .time])
  private static let weight = FunctionParameter("weight", .integer, "how often the value counts")
  private static let percents = FunctionParameter(
    "percents", [.number, .dynamic], "from 0 to 100", isRepeated: true, isConstant: true)
  private static let details =
    "The smallest value with at least that share of the values at or below it. Nulls are left out; "
    + "without values it is null."

  private static let single = AggregateFunction(
    "percentile",
    [value, FunctionParameter("percent", .number, "from 0 to 100", isConstant: true)],
    summary: "A percentile, or quantile, of the values.", details: details,
    examples: [
      Example("range x from 1 to 10 step 1 | summarize percentile(x, 90)", output: "9")
    ]
  ) { columns($0, isWeighted: false) }

  private static let several = AggregateFunction(
    "percentiles", [value, percents], summary: "Several percentiles of the values, a column each.",
    details: details,
    examples: [
      Example("range x from 1 to 10 step 1 | summarize percentiles(x, 50, 90)", output: "5\t9")
    ]
  ) { columns($0, isWeighted: false) }

  private static let array = AggregateFunction(
    "percentiles_array", [value, percents],
    summary: "Several percentiles of the values, as an array.", details: details,
    examples: [
      Example(
        "range x from 1 to 10 step 1 | summarize percentiles_array(x, 50, 90)", output: "[5,9]")
    ]
  ) { packed($0, isWeighted: false) }

  private static let weighted = AggregateFunction(
    "percentilew",
    [value, weight, FunctionParameter("percent", .number, "from 0 to 100", isConstant: true)],
    summary: "A percentile of values that each count several times.", details: details,
    examples: [
      Example(
        "datatable(n:long, hours:long)[8, 10, 6, 20, 3, 30] | summarize percentilew(hours, n, 50)",
        output: "20")
    ]
  ) { columns($0, isWeighted: true) }

  private static let severalWeighted = AggregateFunction(
    "percentilesw", [value, weight, percents],
    summary: "Several percentiles of values that each count several times, a column each.",
    details: details,
    examples: [
      Example(
        "datatable(n:long, hours:long)[8, 10, 6, 20, 3, 30] | summarize percentilesw(hours, n, 40, 99)",
        output: "10\t30")
    ]
  ) { columns($0, isWeighted: true) }

  private static let arrayWeighted = AggregateFunction(
    "percentilesw_array", [value, weight, percents],
    summary: "Several percentiles of values that each count several times, as an array.",
    details: details,
    examples: [
      Example(
        "datatable(n:long, hours:long)[8, 10, 6, 20] | summarize percentilesw_array(hours, n, 50, 99)",
        output: "[10,20]")
    ]
  ) { packed($0, isWeighted: true) }

  private static let median = AggregateFunction(
    "median", [value], summary: "The middle value: the 50th percentile.", details: details,
    examples: [Example("datatable(x:long)[3, 1, 2] | summarize median(x)", output: "2")]
  ) { arguments in
    guard let type = arguments.first?.type else { return nil }
    return .init([(named("median", arguments), type)]) {
      PercentileState(type, [50], isWeighted: false, isPacked: false)
    }
  }

  private static func columns(
    _ arguments: [AggregateArgument], isWeighted: Bool
  ) -> AggregateFunction.Resolution? {
    guard let first = arguments.first, let percents = percents(arguments, isWeighted) else {
      return nil
    }
    let outputs = percents.map { percent in
      ("percentile_\(first.name)_\(nameText(percent))", first.type)
    }
    return .init(outputs) {
      PercentileState(first.type, percents, isWeighted: isWeighted, isPacked: false)
    }
  }

  private static func packed(
    _ arguments: [AggregateArgument], isWeighted: Bool
  ) -> AggregateFunction.Resolution? {
    guard let first = arguments.first, let percents = percents(arguments, isWeighted) else {
      return nil
    }
    return .init([(named("percentiles", arguments), .dynamic)]) {
      PercentileState(first.type, percents, isWeighted: isWeighted, isPacked: true)
    }
  }

  private static func percents(
    _ arguments: [AggregateArgument], _ isWeighted: Bool
  ) -> [Double]? {
    let constants = arguments.dropFirst(isWeighted ? 2 : 1).compactMap(\.constant)
    let percents = expanded(constants).compactMap(\.asReal)
    guard !percents.isEmpty, percents.allSatisfy({ $0 >= 0 && $0 <= 100 }) else { return nil }
    return percents
  }

  private static func nameText(_ percent: Double) -> String {
    if let whole = Int64(exactly: percent) { return text(ofLong: whole) }
    return String(text(ofReal: percent).map { $0 == "." ? "_" : $0 })
  }
}

/// The values of each group, looked through at the end.
///
/// `@unchecked Sendable`: one worker at a time owns a state.
private final class PercentileState: AggregateState, @unchecked Sendable {
  private let type: ScalarType
  private let percents: [Double]
  private let isWeighted: Bool
  private let isPacked: Bool
  private var collected = CollectedRows()

  init(_ type: ScalarType, _ percents: [Double], isWeighted: Bool, isPacked: Bool) {
    self.type = type
    self.percents = percents
    self.isWeighted = isWeighted
    self.isPacked = isPacked
  }

  private var types: [ScalarType] { isWeighted ? [type, .long] : [type] }

  func update(
    groups: UnsafePointer<Int32>, arguments: [Vector], rowCount: Int, groupCount: Int
  ) {
    let columns = types.indices.map { arguments[$0].column(rowCount: rowCount) }
    if columns[0].validity == nil {
      let ids = Buffer<Int32>(count: rowCount) { $0.update(from: groups, count: rowCount) }
      collected.add(ids, columns)
    } else {
      collected.add(rows: presentRows(columns[0]), of: groups, columns)
    }
  }

  func merge(
    _ later: any AggregateState, groups: UnsafePointer<Int32>, count: Int, groupCount: Int
  ) {
    guard let later = later as? PercentileState else { return }
    collected.merge(later.collected, groups)
  }

  func finish(groupCount: Int, _ context: RunContext) throws -> [Column] {
    let results =
      try isWeighted ? weightedResults(groupCount, context) : results(groupCount, context)
    if isPacked {
      var builder = ColumnBuilder(.dynamic)
      for group in 0..<groupCount {
        if group & 0xFFF == 0 { try context.checkpoint() }
        let values = results.map { $0[group] }
        builder.append(
          .dynamic(.array(values.map { $0.map { scalar($0).element } ?? .null })))
      }
      return [builder.finish()]
    }
    return try results.map { values in
      var builder = ColumnBuilder(type)
      try inStretches(values.count, context) { groups in
        for value in values[groups] { builder.append(value.map(scalar) ?? .null(type)) }
      }
      return builder.finish()
    }
  }

  /// For each percentage the value of each group, in sortable form.
  private func results(_ groupCount: Int, _ context: RunContext) throws -> [[Int64?]] {
    guard let (groups, columns) = try collected.joined(types, context) else {
      return percents.map { _ in Array(repeating: nil, count: groupCount) }
    }
    let keys = sortableKeys(columns[0])
    let (ordered, offsets) = try keysByGroup(keys, groups, groupCount, context)
    return try percents.map { percent in
      try (0..<groupCount).map { group -> Int64? in
        let count = offsets[group + 1] - offsets[group]
        if count > 0xFFFF || group & 0xFFF == 0 { try context.checkpoint() }
        if count == 0 { return nil }
        return selectedValue(
          ordered.base + offsets[group], count, rank: nearestRank(percent, of: count),
          until: context)
      }
    }
  }

  private func weightedResults(_ groupCount: Int, _ context: RunContext) throws -> [[Int64?]] {
    guard let (groups, columns) = try collected.joined(types, context) else {
      return percents.map { _ in Array(repeating: nil, count: groupCount) }
    }
    let keys = sortableKeys(columns[0])
    let (weights, _) = longValues(.column(columns[1]), groups.count)
    let byGroup = try RowsByGroup(groups, groupCount: groupCount, context)
    var results = percents.map { _ in [Int64?](repeating: nil, count: groupCount) }
    for group in 0..<groupCount {
      if group & 0xFFF == 0 { try context.checkpoint() }
      let pairs = byGroup.rows(of: group).map {
        (key: keys.base[Int($0)], weight: Double(max(weights.base[Int($0)], 0)))
      }.sorted { $0.key < $1.key }
      let total = pairs.reduce(0) { $0 + $1.weight }
      for (index, percent) in percents.enumerated() {
        var below = 0.0
        results[index][group] =
          pairs.first { pair in
            below += pair.weight
            return pair.weight > 0 && below >= percent / 100 * total
          }?.key
      }
    }
    return results
  }

  private func scalar(_ key: Int64) -> Scalar {
    switch type {
    case .real: .real(real(ofSortable: key))
    case .decimal: .decimal(real(ofSortable: key))
    default: Scalar(stored: key, type)
    }
  }
}

/// The place, from 0, of the smallest of `count` values that has `percent` of them at or below it.
func nearestRank(_ percent: Double, of count: Int) -> Int {
  // Rounding may put 90 / 100 * 10 above 9; the small allowance takes that back.
  let rank = (percent / 100 * Double(count) - 1e-9).rounded(.up)
  return min(max(Int(rank) - 1, 0), count - 1)
}

/// Stored values as whole numbers in the same order.
private func sortableKeys(_ column: Column) -> Buffer<Int64> {
  switch column.data {
  case .longs(let values): values
  case .bools(let values): mapped(values) { Int64($0) }
  case .reals(let values): mapped(values, sortable)
  case .texts(let codes, _): Buffer(repeating: 0, count: codes.count)
  }
}

/// A real's bits in an order that whole numbers have: of negative ones all bits but the sign turn.
@inline(__always)
func sortable(_ value: Double) -> Int64 {
  let bits = Int64(bitPattern: value.bitPattern)
  return bits < 0 ? bits ^ .max : bits
}

/// What `sortable` was made of.
func real(ofSortable key: Int64) -> Double {
  Double(bitPattern: UInt64(bitPattern: key < 0 ? key ^ .max : key))
}

private func keysByGroup(
  _ keys: Buffer<Int64>, _ groups: Buffer<Int32>, _ groupCount: Int, _ context: RunContext
) throws -> (Buffer<Int64>, [Int]) {
  if groupCount == 1 { return (keys, [0, keys.count]) }
  let offsets = try groupOffsets(groups, groupCount, context)
  var next = offsets
  let ordered = try Buffer<Int64>(count: keys.count) { target in
    try next.withUnsafeMutableBufferPointer { next in
      try inStretches(keys.count, context) { rows in
        for row in rows {
          let group = Int(groups.base[row])
          target[next[group]] = keys.base[row]
          next[group] += 1
        }
      }
    }
  }
  return (ordered, offsets)
}
