import CasebookRender
import CasebookTables
import CasebookValues

/// A table from columns of a name, a type and values.
func table(_ columns: (String, ScalarType, [Scalar])...) -> Table {
  Table(
    fields: columns.map { Field($0.0, $0.1) },
    columns: columns.map { column(of: $0.1, $0.2) },
    rowCount: columns.first?.2.count ?? 0)
}

func column(of type: ScalarType, _ values: [Scalar]) -> Column {
  var builder = ColumnBuilder(type)
  for value in values { builder.append(value) }
  return builder.finish()
}

func texts(_ values: String...) -> [Scalar] { values.map { .string($0) } }
func longs(_ values: Int64...) -> [Scalar] { values.map { .long($0) } }
func reals(_ values: Double...) -> [Scalar] { values.map { .real($0) } }

/// The lines of a text that ends with a line break.
func lines(_ text: String) -> [String] {
  text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
}

/// Numbers that look random and are the same on each run.
struct Dice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ (state >> 33)) &* 0xFF51_AFD7_ED55_8CCD
  }
}
