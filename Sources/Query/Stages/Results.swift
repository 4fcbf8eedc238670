import CasebookLanguage
import CasebookTables
import CasebookValues

/// `serialize`: the order of the rows counts from here on.
enum SerializeStage: StageDeclaration {
  static let signature = Signature("serialize", [.optional([.items("columns")])])
  static let summary =
    "Says that the order of the rows counts, and adds columns that depend on it."
  static let details =
    "Casebook keeps the order of rows anyway, so this only adds the columns."
  static let examples = [
    Example(
      "range n from 5 to 7 step 1 | serialize row = row_number()", output: "5\t1\n6\t2\n7\t3")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    stage.items("columns").isEmpty ? input : try ExtendStage.bind(stage, input, binder)
  }
}

/// `as name`: gives the rows so far a name for the rest of the script.
enum AsStage: StageDeclaration {
  static let signature = Signature(
    "as", [.parameters([Parameter("hint.*")]), .name("name")])
  static let summary = "Names the rows so far, for use in later statements."
  static let examples = [
    Example(
      "print a = 1 | as first | union (first | extend a = a + 1)", "used later in the pipeline",
      output: "1\n2")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    guard let name = stage.name("name") else { return input }
    let plan = Binder.shared(input)
    binder.scope[name.text] = .table(plan)
    return plan
  }
}

/// `getschema`: the columns of the input as rows.
enum GetschemaStage: StageDeclaration {
  static let signature = Signature("getschema", [])
  static let summary = "One row a column of the input, with its name and type."
  static let examples = [
    Example(
      "print a = 1, b = \"x\" | getschema | project ColumnName, ColumnType",
      output: "a\tlong\nb\tstring")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let rows = input.fields.enumerated().map { index, field in
      [
        Scalar.string(field.name), .long(Int64(index)), .string(field.type.systemName),
        .string(field.type.name),
      ]
    }
    return .values(
      Table(
        fields: [
          Field("ColumnName", .string), Field("ColumnOrdinal", .long), Field("DataType", .string),
          Field("ColumnType", .string),
        ], rows: rows))
  }
}

extension ScalarType {
  /// The name of Kusto's host for the type, with which `getschema` answers.
  var systemName: String {
    switch self {
    case .bool: "System.SByte"
    case .int: "System.Int32"
    case .long: "System.Int64"
    case .real: "System.Double"
    case .decimal: "System.Data.SqlTypes.SqlDecimal"
    case .string: "System.String"
    case .datetime: "System.DateTime"
    case .timespan: "System.TimeSpan"
    case .dynamic: "System.Object"
    case .guid: "System.Guid"
    }
  }
}
