import CasebookTables
import CasebookValues

/// The columns of a result while a stage of the flow family fills them, row by row.
struct FlowTable {
  private let fields: [Field]
  private var builders: [ColumnBuilder]
  private var rowCount = 0

  /// A table of these columns, without rows.
  init(_ fields: [Field]) {
    self.fields = fields
    builders = fields.map { ColumnBuilder($0.type) }
  }

  /// Adds a row: the values of the group's columns, then the stage's own.
  mutating func append(_ groups: CaseGroups, _ group: Int, _ values: [Scalar]) {
    let count = groups.columns.count
    precondition(values.count + count == fields.count, "a value for every column")
    for (place, column) in groups.columns.enumerated() {
      builders[place].append(column.scalar(group))
    }
    for (place, value) in values.enumerated() { builders[count + place].append(value) }
    rowCount += 1
  }

  /// Adds a row.
  mutating func append(_ values: [Scalar]) {
    precondition(values.count == fields.count, "a value for every column")
    for (place, value) in values.enumerated() { builders[place].append(value) }
    rowCount += 1
  }

  /// The table.
  mutating func finish() -> Table {
    Table(
      fields: fields, columns: builders.indices.map { builders[$0].finish() }, rowCount: rowCount)
  }
}

extension Scalar {
  /// A length of time, null where there is none.
  static func span(_ ticks: Int64?) -> Scalar { ticks.map { .timespan($0) } ?? .null(.timespan) }
  /// A real, null where there is none.
  static func share(_ value: Double?) -> Scalar { value.map { .real($0) } ?? .null(.real) }
  /// A count.
  static func count(_ value: Int) -> Scalar { .long(Int64(value)) }
  /// A count, null where there is none.
  static func count(_ value: Int?) -> Scalar { value.map { .long(Int64($0)) } ?? .null(.long) }
}

/// A part of a whole; nil where the whole is nothing.
func ratio(_ part: Int128, of whole: Int128) -> Double? {
  whole == 0 ? nil : Double(part) / Double(whole)
}

/// A share as a person reads it: `71.6 %`.
func percentText(_ share: Double) -> String {
  let tenths = (share * 1000).rounded(.toNearestOrEven)
  guard tenths.isFinite, abs(tenths) < 1e15 else { return "" }
  let whole = Int(tenths)
  return "\(whole / 10).\(abs(whole % 10)) %"
}

extension String {
  /// Whether it comes before another when ordered by Unicode scalars.
  func isBefore(_ other: String) -> Bool {
    utf8.lexicographicallyPrecedes(other.utf8)
  }
}
