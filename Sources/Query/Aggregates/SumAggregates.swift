import CasebookTables
import CasebookValues

/// `sum` and `avg`.
enum SumAggregates {
  static let all = [
    sum, average,
    sum.filtered(
      "sumif", summary: "The sum of the values for which a condition is true.",
      example: Example("range x from 1 to 4 step 1 | summarize sumif(x, x > 2)", output: "7"),
      rename: { "sumif" + $0.dropFirst(3) }),
    average.filtered(
      "avgif", summary: "The mean of the values for which a condition is true.",
      example: Example("range x from 1 to 4 step 1 | summarize avgif(x, x > 2)", output: "3.5"),
      rename: { "avgif" + $0.dropFirst(3) }),
  ]

  private static let sum = AggregateFunction(
    "sum", [FunctionParameter("value", [.number, .timespan, .dynamic])],
    summary: "The sum of the values.",
    details:
      "Nulls are left out; without values it is 0. Whole numbers wrap around beyond 64 bits.",
    examples: [Example("range x from 1 to 4 step 1 | summarize sum(x)", output: "10")]
  ) { arguments in
    guard let type = arguments.first?.type else { return nil }
    switch type {
    case .int, .long: return .init([(named("sum", arguments), .long)]) { LongSumState(.long) }
    case .timespan:
      return .init([(named("sum", arguments), .timespan)]) { LongSumState(.timespan) }
    default:
      let result: ScalarType = type == .decimal ? .decimal : .real
      return .init([(named("sum", arguments), result)]) { RealSumState(result) }
    }
  }

  private static let average = AggregateFunction(
    "avg", [FunctionParameter("value", [.number, .time, .dynamic])],
    summary: "The mean of the values.",
    details: "Nulls are left out; without values it is not a number, and null for times.",
    examples: [Example("range x from 1 to 4 step 1 | summarize avg(x)", output: "2.5")]
  ) { arguments in
    guard let type = arguments.first?.type else { return nil }
    switch type {
    case .int, .long: return .init([(named("avg", arguments), .real)]) { LongMeanState(.real) }
    case .datetime, .timespan:
      return .init([(named("avg", arguments), type)]) { LongMeanState(type) }
    default:
      let result: ScalarType = type == .decimal ? .decimal : .real
      return .init([(named("avg", arguments), result)]) { RealMeanState(result) }
    }
  }
}

/// Sums of whole numbers or ticks.
///
/// Wrapping at each step ends where wrapping a wider sum would.
///
/// `@unchecked Sendable`: one worker at a time owns a state.
private final class LongSumState: AggregateState, @unchecked Sendable {
  private let type: ScalarType
  private var sums: [Int64] = []

  init(_ type: ScalarType) { self.type = type }

  func update(
    groups: UnsafePointer<Int32>, arguments: [Vector], rowCount: Int, groupCount: Int
  ) {
    sums.grow(to: groupCount, with: 0)
    let (values, validity) = longValues(arguments[0], rowCount)
    let source = values.base
    sums.withUnsafeMutableBufferPointer { sums in
      forEachValid(rowCount, validity) { row in sums[Int(groups[row])] &+= source[row] }
    }
  }

  func merge(
    _ later: any AggregateState, groups: UnsafePointer<Int32>, count: Int, groupCount: Int
  ) {
    guard let later = later as? LongSumState else { return }
    sums.grow(to: groupCount, with: 0)
    for group in 0..<min(count, later.sums.count) {
      sums[Int(groups[group])] &+= later.sums[group]
    }
  }

  func finish(groupCount: Int, _ context: RunContext) throws -> [Column] {
    sums.grow(to: groupCount, with: 0)
    return [Column(type, .longs(Buffer(Array(sums.prefix(groupCount)))))]
  }
}

/// Means of whole numbers or ticks, from sums that cannot overflow.
///
/// `@unchecked Sendable`: one worker at a time owns a state.
private final class LongMeanState: AggregateState, @unchecked Sendable {
  /// Two 64-bit sums, of the values' upper and lower halves, which no number of rows can overflow
  /// and which add up faster than one of 128 bits.
  private struct Part {
    var upper: Int64 = 0
    var lower: Int64 = 0
    var count: Int64 = 0

    var sum: Int128 { Int128(upper) << 32 + Int128(lower) }

    var mean: Double {
      let carried = upper &+ lower >> 32
      let rest = lower & 0xFFFF_FFFF
      // Nearly every sum fits 64 bits, and is then rounded once.
      if let high = Int32(exactly: carried) {
        return Double(Int64(high) << 32 | rest) / Double(count)
      }
      return (Double(carried) * 0x1p32 + Double(rest)) / Double(count)
    }
  }
  private let type: ScalarType
  private var parts: [Part] = []

  init(_ type: ScalarType) { self.type = type }

  func update(
    groups: UnsafePointer<Int32>, arguments: [Vector], rowCount: Int, groupCount: Int
  ) {
    parts.grow(to: groupCount, with: Part())
    let (values, validity) = longValues(arguments[0], rowCount)
    let source = values.base
    parts.withUnsafeMutableBufferPointer { parts in
      forEachValid(rowCount, validity) { row in
        let group = Int(groups[row])
        parts[group].upper &+= source[row] >> 32
        parts[group].lower &+= source[row] & 0xFFFF_FFFF
        parts[group].count &+= 1
      }
    }
  }

  func merge(
    _ later: any AggregateState, groups: UnsafePointer<Int32>, count: Int, groupCount: Int
  ) {
    guard let later = later as? LongMeanState else { return }
    parts.grow(to: groupCount, with: Part())
    for group in 0..<min(count, later.parts.count) {
      parts[Int(groups[group])].upper &+= later.parts[group].upper
      parts[Int(groups[group])].lower &+= later.parts[group].lower
      parts[Int(groups[group])].count += later.parts[group].count
    }
  }

  func finish(groupCount: Int, _ context: RunContext) throws -> [Column] {
    parts.grow(to: groupCount, with: Part())
    if type == .real {
      return [
        try realColumn(type, groupCount, context) { parts[$0].mean }
      ]
    }
    return [
      try longColumn(type, groupCount, context) { group in
        let part = parts[group]
        return part.count == 0 ? nil : Int64(truncatingIfNeeded: part.sum / Int128(part.count))
      }
    ]
  }
}

/// Sums of reals.
///
/// `@unchecked Sendable`: one worker at a time owns a state.
private final class RealSumState: AggregateState, @unchecked Sendable {
  private let type: ScalarType
  private var sums: [CompensatedSum] = []

  init(_ type: ScalarType) { self.type = type }

  func update(
    groups: UnsafePointer<Int32>, arguments: [Vector], rowCount: Int, groupCount: Int
  ) {
    sums.grow(to: groupCount, with: CompensatedSum())
    let (values, validity) = realValues(arguments[0], rowCount)
    let source = values.base
    sums.withUnsafeMutableBufferPointer { sums in
      forEachValid(rowCount, validity) { row in sums[Int(groups[row])].add(source[row]) }
    }
  }

  func merge(
    _ later: any AggregateState, groups: UnsafePointer<Int32>, count: Int, groupCount: Int
  ) {
    guard let later = later as? RealSumState else { return }
    sums.grow(to: groupCount, with: CompensatedSum())
    for group in 0..<min(count, later.sums.count) {
      sums[Int(groups[group])].add(later.sums[group])
    }
  }

  func finish(groupCount: Int, _ context: RunContext) throws -> [Column] {
    sums.grow(to: groupCount, with: CompensatedSum())
    return [
      try realColumn(type, groupCount, context) { sums[$0].value }
    ]
  }
}

/// Means of reals.
///
/// `@unchecked Sendable`: one worker at a time owns a state.
private final class RealMeanState: AggregateState, @unchecked Sendable {
  private struct Part {
    var sum = CompensatedSum()
    var count: Int64 = 0
  }
  private let type: ScalarType
  private var parts: [Part] = []

  init(_ type: ScalarType) { self.type = type }

  func update(
    groups: UnsafePointer<Int32>, arguments: [Vector], rowCount: Int, groupCount: Int
  ) {
    parts.grow(to: groupCount, with: Part())
    let (values, validity) = realValues(arguments[0], rowCount)
    let source = values.base
    parts.withUnsafeMutableBufferPointer { parts in
      forEachValid(rowCount, validity) { row in
        let group = Int(groups[row])
        parts[group].sum.add(source[row])
        parts[group].count &+= 1
      }
    }
  }

  func merge(
    _ later: any AggregateState, groups: UnsafePointer<Int32>, count: Int, groupCount: Int
  ) {
    guard let later = later as? RealMeanState else { return }
    parts.grow(to: groupCount, with: Part())
    for group in 0..<min(count, later.parts.count) {
      parts[Int(groups[group])].sum.add(later.parts[group].sum)
      parts[Int(groups[group])].count += later.parts[group].count
    }
  }

  func finish(groupCount: Int, _ context: RunContext) throws -> [Column] {
    parts.grow(to: groupCount, with: Part())
    return [
      try realColumn(type, groupCount, context) { parts[$0].sum.value / Double(parts[$0].count) }
    ]
  }
}
