import CasebookTables
import CasebookValues

/// Everything that is settled before a pass over the files begins.
struct LoadPlan: Sendable {
  struct PlannedColumn: Sendable {
    var name: String
    var form: ColumnForm
    /// The type a person declared; nil when it was inferred.
    var declared: ScalarType?

    var field: Field { Field(name, declared ?? form.type) }
  }

  var columns: [PlannedColumn]
  let marks: RecordMarks
  let hasHeader: Bool
  let reading: FieldReading
  let onError: CSVOptions.ErrorPolicy
  /// For each file, where in its lines each column stands.
  var places: [[Int]] = []

  var fields: [Field] { columns.map(\.field) }
}

extension LoadPlan.PlannedColumn {
  /// Gives the column the form that evidence or a declaration asks for.
  mutating func settle(
    _ evidence: TypeEvidence, _ declaration: CSVOptions.DeclaredType?
  ) throws {
    declared = declaration?.type
    guard let declaration else {
      form = evidence.form(columnName: name)
      return
    }
    switch declaration.type {
    case .string: form = .text
    case .bool: form = .bool
    case .int: form = .int
    case .long: form = .long
    case .real, .decimal: form = .real
    case .timespan: form = .timespan
    case .guid: form = .guid
    case .dynamic: form = .dynamic
    case .datetime: form = .datetime(try timeForm(evidence, declaration.format))
    }
  }

  private func timeForm(_ evidence: TypeEvidence, _ format: String?) throws -> TimeForm {
    guard let format else {
      return .any(dayFirst: evidence.hasDayFirstOnly || !evidence.hasMonthFirstOnly)
    }
    guard let layout = TimestampLayout(format: format) else {
      throw FormatError.unknownTimestampFormat(column: name, format: format)
    }
    return .layout(layout)
  }
}
