import CasebookQuery
import CasebookTables
import CasebookTestSupport
import CasebookValues

/// A few small tables with nulls, ties and sometimes no rows, for both engines.
struct SmallWorld: Sendable {
  struct Stored: Sendable {
    let name: String
    let fields: [Field]
    let rows: [[Scalar]]
    /// The rows of each block.
    let cuts: [Int]
  }

  let tables: [Stored]

  static let types: [ScalarType] = [.long, .real, .string, .bool, .datetime]

  init(_ random: inout RepeatableRandom) {
    tables = ["t", "u", "w"].map { name in
      // Each type once and some again, in any order.
      let types = (Self.types + [random.pick(Self.types)]).shuffled(using: &random)
      let fields = types.enumerated().map { Field("\(name)\(Self.letters[$0])", $1) }
      let rowCount = random.oneIn(8) ? 0 : random.int(1...9)
      let rows = (0..<rowCount).map { _ in fields.map { Self.value($0.type, &random) } }
      var cuts: [Int] = []
      while cuts.reduce(0, +) < rowCount {
        cuts.append(min(random.int(1...4), rowCount - cuts.reduce(0, +)))
      }
      return Stored(name: name, fields: fields, rows: rows, cuts: cuts)
    }
  }

  /// Names end in letters: a join adds numbers to names.
  static let letters = "abcdefghijklmnopqrstuvwxyz".map(String.init)

  /// Few values, so that ties and matches are common.
  static func value(_ type: ScalarType, _ random: inout RepeatableRandom) -> Scalar {
    if type != .string, random.oneIn(5) { return .null(type) }
    switch type {
    case .bool: return .bool(random.oneIn(2))
    case .long: return .long(Int64(random.int(-4...6)))
    case .real: return .real(Double(random.int(-8...12)) / 4)
    case .datetime: return .datetime(datetime(hours: random.int(0...60)))
    default: return .string(random.pick(texts))
    }
  }

  /// `日` has neither upper nor lower case, which SQLite's functions know for ASCII only.
  static let texts = ["", "", "a", "A", "b", "ab", "Ab", "abc", "b a", "10", "-3", "日", "a'b"]

  static func datetime(hours: Int) -> Int64 {
    Instant.unixEpoch + (20_454 * 24 + Int64(hours)) * Ticks.perHour
  }
}

extension SmallWorld: Catalog {
  func table(named name: String) -> (any TableSource)? {
    tables.first { $0.name == name }.map { stored in
      CutSource(Table(fields: stored.fields, rows: stored.rows), cuts: stored.cuts)
    }
  }

  var tableNames: [String] { tables.map(\.name) }

  func externalText(at path: String) -> [UInt8] { [] }
}

/// A table in memory in blocks of any size, with what is known of each block, as a stored one has.
struct CutSource: TableSource {
  let table: Table
  let blockRowCounts: [Int]
  private let starts: [Int]

  init(_ table: Table, cuts: [Int]) {
    precondition(cuts.reduce(0, +) == table.rowCount, "cuts for every row")
    self.table = table
    blockRowCounts = cuts
    var start = 0
    starts = cuts.map { count in
      defer { start += count }
      return start
    }
  }

  var fields: [Field] { table.fields }
  var rowCount: Int { table.rowCount }

  func read(block: Int, columns: [Int]) -> [Column] {
    let range = starts[block]..<(starts[block] + blockRowCounts[block])
    return columns.map { table.columns[$0].slice(range) }
  }

  func statistics(block: Int, column: Int) -> BlockStatistics? {
    let values = read(block: block, columns: [column])[0]
    var range: (least: Scalar, greatest: Scalar)?
    for row in 0..<values.count where !values.isNull(row) {
      let value = values.scalar(row)
      guard Self.order(value) != nil else { return nil }
      if range == nil { range = (value, value) }
      if let least = range?.least, Self.isLess(value, least) { range?.least = value }
      if let greatest = range?.greatest, Self.isLess(greatest, value) { range?.greatest = value }
    }
    return BlockStatistics(nullCount: values.nullCount, range: range)
  }

  private static func order(_ value: Scalar) -> Double? {
    switch value {
    case .bool(let value): value ? 1 : 0
    case .long(let value), .datetime(let value), .timespan(let value): Double(value)
    case .int(let value): Double(value)
    case .real(let value): value.isNaN ? nil : value
    default: nil
    }
  }

  private static func isLess(_ left: Scalar, _ right: Scalar) -> Bool {
    (order(left) ?? 0) < (order(right) ?? 0)
  }
}
