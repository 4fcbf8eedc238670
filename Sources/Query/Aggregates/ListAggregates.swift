import CasebookTables
import CasebookValues

/// `make_list`, `make_set`, `make_bag` and their kin: the values of a group as one `dynamic`.
enum ListAggregates {
  static let all = [
    list, set, listWithNulls, bag,
    list.filtered(
      "make_list_if", summary: "The values for which a condition is true, as an array.",
      example: Example(
        "range x from 1 to 4 step 1 | summarize make_list_if(x, x > 2)", output: "[3,4]")),
    set.filtered(
      "make_set_if", summary: "The different values for which a condition is true, as an array.",
      example: Example(
        "datatable(x:long)[1, 2, 2, 3] | summarize make_set_if(x, x > 1)", output: "[2,3]")),
    bag.filtered(
      "make_bag_if", summary: "One bag made of the bags for which a condition is true.",
      example: Example(
        "range x from 1 to 3 step 1 | summarize b = make_bag_if(bag_pack(tostring(x), x), x > 1) "
          + "| project b[\"1\"], b[\"2\"]", output: "\t2")),
  ]

  private static let value = FunctionParameter("value", .any)
  private static let limit = FunctionParameter(
    "limit", .integer, "the most elements", isOptional: true, isConstant: true)

  private static let list = AggregateFunction(
    "make_list", aliases: ["makelist"], [value, limit], summary: "The values as an array.",
    details: "In row order; nulls are left out.",
    examples: [
      Example("datatable(x:long)[3, 1, 3] | summarize make_list(x)", output: "[3,1,3]")
    ]
  ) { resolution($0, "list", keepsNulls: false, isSet: false) }

  private static let listWithNulls = AggregateFunction(
    "make_list_with_nulls", [value], summary: "The values as an array, nulls too.",
    details: "In row order.",
    examples: [
      Example(
        "datatable(x:long)[3, long(null)] | summarize make_list_with_nulls(x)", output: "[3,null]")
    ]
  ) { resolution($0, "list", keepsNulls: true, isSet: false) }

  private static let set = AggregateFunction(
    "make_set", aliases: ["makeset"], [value, limit],
    summary: "The different values as an array.",
    details:
      "In the order of first appearance; nulls are left out, and of arrays the elements are taken.",
    examples: [
      Example("datatable(x:long)[3, 1, 3] | summarize make_set(x)", output: "[3,1]")
    ]
  ) { resolution($0, "set", keepsNulls: false, isSet: true) }

  private static let bag = AggregateFunction(
    "make_bag", aliases: ["make_dictionary"],
    [FunctionParameter("bag", .dynamic), limit], summary: "One bag made of all bags.",
    details: "Of a key that comes again the first value stays; what is no bag is left out.",
    examples: [
      Example(
        "range x from 1 to 2 step 1 | summarize b = make_bag(bag_pack(tostring(x), 10 * x)) "
          + "| project b[\"1\"], b[\"2\"]", output: "10\t20")
    ]
  ) { arguments in
    guard let most = most(arguments) else { return nil }
    return .init([(named("bag", arguments), .dynamic)]) { BagState(most) }
  }

  private static func resolution(
    _ arguments: [AggregateArgument], _ prefix: String, keepsNulls: Bool, isSet: Bool
  ) -> AggregateFunction.Resolution? {
    guard let type = arguments.first?.type, let most = most(arguments) else { return nil }
    if isSet, type == .dynamic {
      return .init([(named(prefix, arguments), .dynamic)]) {
        ElementsState(isSet: true, most: most, keepsOthers: true)
      }
    }
    return .init([(named(prefix, arguments), .dynamic)]) {
      ListState(type, keepsNulls: keepsNulls, isSet: isSet, most: most)
    }
  }

  /// The most elements that are asked for.
  private static func most(_ arguments: [AggregateArgument]) -> Int? {
    guard arguments.count > 1 else { return .max }
    guard let limit = arguments[1].constant?.asLong, limit >= 0 else { return nil }
    return Int(clamping: limit)
  }
}

/// The values of each group as JSON arrays.
///
/// `@unchecked Sendable`: one worker at a time owns a state.
final class ListState: AggregateState, @unchecked Sendable {
  private let type: ScalarType
  private let keepsNulls: Bool
  private let isSet: Bool
  private let most: Int
  private var collected = CollectedRows()

  init(_ type: ScalarType, keepsNulls: Bool, isSet: Bool, most: Int) {
    self.type = type
    self.keepsNulls = keepsNulls
    self.isSet = isSet
    self.most = most
  }

  func update(
    groups: UnsafePointer<Int32>, arguments: [Vector], rowCount: Int, groupCount: Int
  ) {
    let column = arguments[0].column(rowCount: rowCount)
    let rows =
      isSet
      ? distinctPairs(groups, column, rowCount, groupCount: groupCount)
      : Buffer((0..<rowCount).map { Int32($0) })
    let kept = keepsNulls ? rows : Buffer(rows.pointer.filter { !column.isNull(Int($0)) })
    collected.add(rows: kept, of: groups, [column])
  }

  func merge(
    _ later: any AggregateState, groups: UnsafePointer<Int32>, count: Int, groupCount: Int
  ) {
    guard let later = later as? ListState else { return }
    collected.merge(later.collected, groups)
  }

  func finish(groupCount: Int, _ context: RunContext) throws -> [Column] {
    guard var (groups, columns) = try collected.joined([type], context) else {
      return [Column(repeating: .dynamic(.array([])), type: .dynamic, count: groupCount)]
    }
    if isSet {
      let rows = distinctPairs(
        groups.base, columns[0], groups.count, groupCount: groupCount, until: context)
      try context.checkpoint()
      let ids = groups
      groups = Buffer(rows.pointer.map { ids[Int($0)] })
      columns = [columns[0].gathered(by: rows)]
    }
    let byGroup = try RowsByGroup(groups, groupCount: groupCount, context)
    var builder = ColumnBuilder(.dynamic)
    var output: [UInt8] = []
    for group in 0..<groupCount {
      if group & 0xFFF == 0 { try context.checkpoint() }
      output.removeAll(keepingCapacity: true)
      try writeArray(columns[0], byGroup.rows(of: group).prefix(most), to: &output, context)
      output.withUnsafeBufferPointer { builder.append(utf8: $0) }
    }
    return [builder.finish()]
  }
}

private func writeArray(
  _ column: Column, _ rows: Slice<UnsafeBufferPointer<Int32>>, to output: inout [UInt8],
  _ context: RunContext
) throws {
  output.append(UInt8(ascii: "["))
  try inStretches(rows.count, context) { stretch in
    for index in stretch {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      writeElement(column, Int(rows[rows.startIndex + index]), to: &output)
    }
  }
  output.append(UInt8(ascii: "]"))
}

private func writeElement(_ column: Column, _ row: Int, to output: inout [UInt8]) {
  if case .texts(let codes, let dictionary) = column.data, !column.isNull(row) {
    let bytes = dictionary.bytes(codes[row])
    if column.type == .dynamic {
      output.append(contentsOf: bytes)
    } else {
      writeJSONString(bytes, to: &output)
    }
    return
  }
  let value = column.scalar(row)
  // A decimal has more digits than a JSON number would keep, so it stands as a text.
  if case .decimal = value {
    writeJSONString(value.text, to: &output)
  } else {
    value.element.writeJSON(to: &output)
  }
}

/// One bag a group.
///
/// `@unchecked Sendable`: one worker at a time owns a state.
private final class BagState: AggregateState, @unchecked Sendable {
  private let most: Int
  private var bags: [[(key: String, value: Dynamic)]] = []
  private var known: [Set<String>] = []

  init(_ most: Int) { self.most = most }

  func update(
    groups: UnsafePointer<Int32>, arguments: [Vector], rowCount: Int, groupCount: Int
  ) {
    grow(to: groupCount)
    for row in 0..<rowCount {
      if case .dynamic(.bag(let pairs)) = arguments[0].scalar(row) {
        add(pairs, to: Int(groups[row]))
      }
    }
  }

  private func grow(to groupCount: Int) {
    bags.grow(to: groupCount, with: [])
    known.grow(to: groupCount, with: [])
  }

  private func add(_ pairs: [(key: String, value: Dynamic)], to group: Int) {
    for pair in pairs where bags[group].count < most && known[group].insert(pair.key).inserted {
      bags[group].append(pair)
    }
  }

  func merge(
    _ later: any AggregateState, groups: UnsafePointer<Int32>, count: Int, groupCount: Int
  ) {
    guard let later = later as? BagState else { return }
    grow(to: groupCount)
    for group in 0..<min(count, later.bags.count) {
      add(later.bags[group], to: Int(groups[group]))
    }
  }

  func finish(groupCount: Int, _ context: RunContext) throws -> [Column] {
    grow(to: groupCount)
    var builder = ColumnBuilder(.dynamic)
    for (group, bag) in bags.prefix(groupCount).enumerated() {
      if group & 0xFFF == 0 { try context.checkpoint() }
      builder.append(.dynamic(.bag(bag)))
    }
    return [builder.finish()]
  }
}
