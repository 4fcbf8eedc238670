import CasebookTables
import CasebookValues
import Glibc

/// Why figures are null or doubtful, as the column `note` says it: `column: reason; column: reason`.
struct Notes: Sendable {
  private(set) var text = ""

  /// Adds a reason.
  mutating func add(_ column: String, _ reason: String) {
    text += (text.isEmpty ? "" : "; ") + column + ": " + reason
  }

  /// Adds why an area has no interval and no test, where it has none.
  mutating func addInterval(of figures: RankFigures?, as column: String = "auc_low") {
    guard let figures, figures.auc != nil else { return }
    if figures.variance == nil {
      add(column, "under two of a class")
    } else if figures.variance == 0 {
      add(column, "no variance")
    }
  }

  /// Adds a word about the whole row.
  mutating func add(_ word: String) { text += (text.isEmpty ? "" : "; ") + word }
}

/// The rows of a result, with the groups of `by` before the stage's own columns.
struct SignalReport {
  private let fields: [Field]
  private var builders: [ColumnBuilder]
  private var groupOfRow: [Int32] = []

  /// A report with the stage's own columns.
  init(_ fields: [Field]) {
    self.fields = fields
    builders = fields.map { ColumnBuilder($0.type) }
  }

  /// Rows so far.
  var count: Int { groupOfRow.count }

  /// Adds a row of a group, a value for every column.
  mutating func append(group: Int, _ values: [Scalar]) {
    precondition(values.count == builders.count, "a value for every column")
    groupOfRow.append(Int32(truncatingIfNeeded: group))
    for (index, value) in values.enumerated() { builders[index].append(value) }
  }

  /// The result: group columns, then the others.
  mutating func table(_ frame: CaseFrame) -> Table {
    Table(
      fields: frame.arguments.groups + fields,
      columns: frame.groupColumns(groupOfRow) + builders.indices.map { builders[$0].finish() },
      rowCount: groupOfRow.count)
  }
}

extension Scalar {
  /// A figure, or null where it is undefined.
  static func figure(_ value: Double?) -> Scalar {
    guard let value, !value.isNaN else { return .null(.real) }
    return .real(value)
  }

  /// A count, or null.
  static func figure(_ value: Int?) -> Scalar { value.map { .long(Int64($0)) } ?? .null(.long) }
}

extension Field {
  /// The three columns of a figure with its interval: `x`, `x_low`, `x_high`.
  static func withInterval(_ name: String, isProtected: Bool = false) -> [Field] {
    ["", "_low", "_high"].map { Field(name + $0, .real, isProtected: isProtected) }
  }
}

/// A figure and its interval as three values.
func scalars(_ value: Double?, _ bounds: (low: Double, high: Double)?) -> [Scalar] {
  [.figure(value), .figure(bounds?.low), .figure(bounds?.high)]
}

/// A number in its shortest form, a whole one without decimals.
func numberText(_ value: Double) -> String {
  let text = Scalar.real(value).text
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// A number as a sentence gives it: three significant digits, or three decimals below one.
func spokenNumber(_ value: Double) -> String {
  if !value.isFinite { return numberText(value) }
  let scaled = (value * 1_000).rounded() / 1_000
  if value.magnitude >= 1_000, value.magnitude < 1e15 { return countText(Int(value.rounded())) }
  if value.magnitude < 0.001, value.magnitude > 1e-300 {
    // Not 0: two digits, so that a small difference stays one.
    let scale = pow(10, 1 - log10(value.magnitude).rounded(.down))
    return numberText((value * scale).rounded() / scale)
  }
  return numberText(scaled == 0 ? 0 : scaled)
}
