import CasebookTables
import CasebookValues

/// `min` and `max`.
enum ExtremeAggregates {
  static let all =
    [least, greatest] + [
      least.filtered(
        "minif", summary: "The least value for which a condition is true.",
        example: Example("range x from 1 to 4 step 1 | summarize minif(x, x > 2)", output: "3"),
        rename: { "minif" + $0.dropFirst(3) }),
      greatest.filtered(
        "maxif", summary: "The greatest value for which a condition is true.",
        example: Example("range x from 1 to 4 step 1 | summarize maxif(x, x < 3)", output: "2"),
        rename: { "maxif" + $0.dropFirst(3) }),
    ]

  private static let least = declaration(
    "min", "The least value.", isGreatest: false,
    Example("datatable(x:long)[3, 1, 2] | summarize min(x)", output: "1"))
  private static let greatest = declaration(
    "max", "The greatest value.", isGreatest: true,
    Example("datatable(x:long)[3, 1, 2] | summarize max(x)", output: "3"))

  private static func declaration(
    _ name: String, _ summary: String, isGreatest: Bool, _ example: Example
  ) -> AggregateFunction {
    AggregateFunction(
      name, [FunctionParameter("value", .any)], summary: summary,
      details: "Nulls are left out; without values it is null. Not-a-number wins over all numbers.",
      examples: [example]
    ) { arguments in
      guard let type = arguments.first?.type else { return nil }
      let output = (named(name, arguments), type)
      switch type {
      case .bool, .int, .long, .datetime, .timespan:
        return .init([output]) { LongExtremeState(type, isGreatest: isGreatest) }
      case .real, .decimal:
        return .init([output]) { RealExtremeState(type, isGreatest: isGreatest) }
      case .string, .guid:
        return .init([output]) { TextExtremeState(type, isGreatest: isGreatest) }
      case .dynamic:
        return .init([(output.0, .dynamic)]) { DynamicExtremeState(isGreatest: isGreatest) }
      }
    }
  }
}

/// Extremes of what is stored as whole numbers.
///
/// The greatest is the least of the numbers turned around, which needs one loop for both.
///
/// `@unchecked Sendable`: one worker at a time owns a state.
private final class LongExtremeState: AggregateState, @unchecked Sendable {
  private let type: ScalarType
  private let turn: Int64
  private var bests: [Int64] = []
  private var found: [UInt8] = []

  init(_ type: ScalarType, isGreatest: Bool) {
    self.type = type
    turn = isGreatest ? -1 : 0
  }

  func update(
    groups: UnsafePointer<Int32>, arguments: [Vector], rowCount: Int, groupCount: Int
  ) {
    grow(to: groupCount)
    let (values, validity) = longValues(arguments[0], rowCount)
    let source = values.base
    let turn = turn
    bests.withUnsafeMutableBufferPointer { bests in
      found.withUnsafeMutableBufferPointer { found in
        forEachValid(rowCount, validity) { row in
          let group = Int(groups[row])
          // All bits flipped turns the order around without overflow.
          bests[group] = min(bests[group], source[row] ^ turn)
          found[group] = 1
        }
      }
    }
  }

  private func grow(to groupCount: Int) {
    bests.grow(to: groupCount, with: .max)
    found.grow(to: groupCount, with: 0)
  }

  func merge(
    _ later: any AggregateState, groups: UnsafePointer<Int32>, count: Int, groupCount: Int
  ) {
    guard let later = later as? LongExtremeState else { return }
    grow(to: groupCount)
    for group in 0..<min(count, later.bests.count) where later.found[group] != 0 {
      let target = Int(groups[group])
      bests[target] = min(bests[target], later.bests[group])
      found[target] = 1
    }
  }

  func finish(groupCount: Int, _ context: RunContext) throws -> [Column] {
    grow(to: groupCount)
    if type == .bool {
      var builder = ColumnBuilder(.bool)
      for group in 0..<groupCount {
        if found[group] != 0 {
          builder.append(bool: bests[group] ^ turn != 0)
        } else {
          builder.appendNull()
        }
      }
      return [builder.finish()]
    }
    return [
      try longColumn(type, groupCount, context) { found[$0] != 0 ? bests[$0] ^ turn : nil }
    ]
  }
}

/// Extremes of reals.
///
/// Once a group has met not-a-number that is its extreme.
///
/// `@unchecked Sendable`: one worker at a time owns a state.
private final class RealExtremeState: AggregateState, @unchecked Sendable {
  private let type: ScalarType
  private let sign: Double
  private var bests: [Double] = []
  private var found: [UInt8] = []

  init(_ type: ScalarType, isGreatest: Bool) {
    self.type = type
    sign = isGreatest ? -1 : 1
  }

  func update(
    groups: UnsafePointer<Int32>, arguments: [Vector], rowCount: Int, groupCount: Int
  ) {
    grow(to: groupCount)
    let (values, validity) = realValues(arguments[0], rowCount)
    let source = values.base
    let sign = sign
    bests.withUnsafeMutableBufferPointer { bests in
      found.withUnsafeMutableBufferPointer { found in
        forEachValid(rowCount, validity) { row in
          let group = Int(groups[row])
          bests[group] = Self.lesser(bests[group], source[row] * sign)
          found[group] = 1
        }
      }
    }
  }

  /// A comparison with not-a-number is false, so it stays once it is there and enters by the second
  /// test.
  @inline(__always)
  private static func lesser(_ best: Double, _ value: Double) -> Double {
    value < best || value.isNaN ? value : best
  }

  private func grow(to groupCount: Int) {
    bests.grow(to: groupCount, with: .infinity)
    found.grow(to: groupCount, with: 0)
  }

  func merge(
    _ later: any AggregateState, groups: UnsafePointer<Int32>, count: Int, groupCount: Int
  ) {
    guard let later = later as? RealExtremeState else { return }
    grow(to: groupCount)
    for group in 0..<min(count, later.bests.count) where later.found[group] != 0 {
      let target = Int(groups[group])
      bests[target] = Self.lesser(bests[target], later.bests[group])
      found[target] = 1
    }
  }

  func finish(groupCount: Int, _ context: RunContext) throws -> [Column] {
    grow(to: groupCount)
    return [
      try realColumn(type, groupCount, context) { found[$0] != 0 ? bests[$0] * sign : nil }
    ]
  }
}

/// Extremes of texts by their bytes.
///
/// `@unchecked Sendable`: one worker at a time owns a state.
private final class TextExtremeState: AggregateState, @unchecked Sendable {
  private let type: ScalarType
  private let isGreatest: Bool
  private var bests: [[UInt8]?] = []

  init(_ type: ScalarType, isGreatest: Bool) {
    self.type = type
    self.isGreatest = isGreatest
  }

  func update(
    groups: UnsafePointer<Int32>, arguments: [Vector], rowCount: Int, groupCount: Int
  ) {
    bests.grow(to: groupCount, with: nil)
    let column = arguments[0].column(rowCount: rowCount)
    guard case .texts(let codes, let dictionary) = column.data else { return }
    // The best code of each group in this batch, plus one; texts are compared only where codes differ.
    var winners = [Int](repeating: 0, count: groupCount)
    let wide = codes.widened
    forEachValid(rowCount, column.validity) { row in
      let group = Int(groups[row])
      let code = Int(wide.base[row]) + 1
      let best = winners[group]
      if best == code { return }
      if best == 0 || beats(dictionary.bytes(code - 1), dictionary.bytes(best - 1)) {
        winners[group] = code
      }
    }
    for group in 0..<groupCount where winners[group] != 0 {
      offer(dictionary.bytes(winners[group] - 1), to: group)
    }
  }

  private func beats(
    _ text: UnsafeBufferPointer<UInt8>, _ best: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    let order = ordered(text, best)
    return isGreatest ? order > 0 : order < 0
  }

  private func offer(_ text: UnsafeBufferPointer<UInt8>, to group: Int) {
    guard let best = bests[group] else {
      bests[group] = Array(text)
      return
    }
    if best.withUnsafeBufferPointer({ beats(text, $0) }) { bests[group] = Array(text) }
  }

  func merge(
    _ later: any AggregateState, groups: UnsafePointer<Int32>, count: Int, groupCount: Int
  ) {
    guard let later = later as? TextExtremeState else { return }
    bests.grow(to: groupCount, with: nil)
    for group in 0..<min(count, later.bests.count) {
      later.bests[group]?.withUnsafeBufferPointer { offer($0, to: Int(groups[group])) }
    }
  }

  func finish(groupCount: Int, _ context: RunContext) throws -> [Column] {
    bests.grow(to: groupCount, with: nil)
    var builder = ColumnBuilder(type)
    for (group, best) in bests.prefix(groupCount).enumerated() {
      if group & 0xFFFF == 0 { try context.checkpoint() }
      if let best {
        best.withUnsafeBufferPointer { builder.append(utf8: $0) }
      } else {
        builder.appendNull()
      }
    }
    return [builder.finish()]
  }
}

/// Extremes of `dynamic` numbers and texts; values that have no order with the best are left out.
///
/// `@unchecked Sendable`: one worker at a time owns a state.
private final class DynamicExtremeState: AggregateState, @unchecked Sendable {
  private let isGreatest: Bool
  private var bests: [Scalar?] = []

  init(isGreatest: Bool) { self.isGreatest = isGreatest }

  func update(
    groups: UnsafePointer<Int32>, arguments: [Vector], rowCount: Int, groupCount: Int
  ) {
    bests.grow(to: groupCount, with: nil)
    for row in 0..<rowCount { offer(arguments[0].scalar(row), to: Int(groups[row])) }
  }

  private func offer(_ value: Scalar, to group: Int) {
    if value.isNull { return }
    guard let best = bests[group] else {
      bests[group] = value
      return
    }
    guard let order = dynamicOrder(value, best) else { return }
    if isGreatest ? order > 0 : order < 0 { bests[group] = value }
  }

  func merge(
    _ later: any AggregateState, groups: UnsafePointer<Int32>, count: Int, groupCount: Int
  ) {
    guard let later = later as? DynamicExtremeState else { return }
    bests.grow(to: groupCount, with: nil)
    for group in 0..<min(count, later.bests.count) {
      if let best = later.bests[group] { offer(best, to: Int(groups[group])) }
    }
  }

  func finish(groupCount: Int, _ context: RunContext) throws -> [Column] {
    bests.grow(to: groupCount, with: nil)
    var builder = ColumnBuilder(.dynamic)
    for (group, best) in bests.prefix(groupCount).enumerated() {
      if group & 0xFFFF == 0 { try context.checkpoint() }
      builder.append(best ?? .null(.dynamic))
    }
    return [builder.finish()]
  }
}
