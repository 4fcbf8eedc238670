import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `where_case condition`: keeps whole cases.
enum WhereCaseStage: StageDeclaration {
  static let signature = Signature("where_case", [.expression("condition")])
  static let summary =
    "Keeps all events of the cases that have an event for which a condition is true."
  static let details = """
    Unlike `where`, it never cuts events out of a case, so that the steps of what is left follow each other as
    they did. The order of rows stays. It takes a condition and nothing else; the roles are the log's.
    """
  static let examples = [
    Example(
      "events | where_case step == \"Second review\" | distinct case_id | count",
      "cases that were reviewed twice, whole", output: "92")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    guard let syntax = stage.expression("condition") else { return input }
    let condition = try binder.condition(syntax, over: input.fields)
    let log = try LogStage(stage, input, binder, needs: .caseID)
    guard let name = log.roles.columns[.caseID],
      let place = input.fields.firstIndex(where: { $0.name == name })
    else { return input }
    let fields = input.fields
    let outputs =
      fields.indices.map(log.output) + [
        Plan.Output(Field("condition", .bool), condition.expression)
      ]
    return .apply(
      WhereCase(fields: fields, casePlace: place), [.compute(input, outputs)])
  }
}

/// The rows of the cases that have a row for which the last column of the input is true.
struct WhereCase: TableOperation {
  let fields: [Field]
  let casePlace: Int
  var title: String { "where_case" }
  var keepsRows: Bool { true }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let table = inputs[0]
    let count = table.rowCount
    let groups = group(by: [table.columns[casePlace]], rowCount: count)
    let condition = table.columns[fields.count]
    try context.checkpoint()
    guard case .bools(let holds) = condition.data else { return table }
    var keeps = [Bool](repeating: false, count: groups.count)
    for row in 0..<count where holds.base[row] != 0 && !condition.isNull(row) {
      keeps[Int(groups.ids.base[row])] = true
    }
    var kept = BufferBuilder<Int32>(capacity: count / 2 + 1)
    for row in 0..<count where keeps[Int(groups.ids.base[row])] {
      kept.append(Int32(truncatingIfNeeded: row))
    }
    let rows = kept.finish()
    let columns = try context.mapParallel(fields.count) { index in
      table.columns[index].gathered(by: rows)
    }
    return Table(fields: fields, columns: columns, rowCount: rows.count)
  }
}
