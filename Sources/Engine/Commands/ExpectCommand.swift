import CasebookLanguage
import CasebookQuery
import CasebookRender
import CasebookTables
import CasebookValues

/// `expect pipeline is ...`: a script's own test of what it found.
enum ExpectCommand: CommandDeclaration {
  static let signature = Signature(
    "expect", role: .command,
    [
      .pipelineBeforeLast("pipeline", word: "is"), .word("is"),
      .choice([
        [.oneOf("negation", ["not"]), .oneOf("state", ["empty"])],
        [.oneOf("state", ["empty"])],
        [
          .expression("value"),
          .optional([
            .symbol("~"), .operand("expected"), .word("within"), .number("tolerance"),
            .optional([.symbol("%")]),
          ]),
        ],
      ]),
      .clauses([[.word("because"), .string("reason")]]),
    ])
  static let task = HelpTask.replay
  static let summary = "Fails the run when a result is not what it should be."
  static let details = """
    `is empty` and `is not empty` look at the rows; `is VALUE` compares the one cell of a result of one row and
    one column; `is COLUMN ~ VALUE within TOLERANCE` compares a column of a result of one row, where the
    tolerance is a number, a timespan, or a share such as 1%. A null is not near anything. The rows at fault are
    shown, protected columns masked.
    """
  static let examples = [
    Example("expect (print n = 1 | where n > 1) is empty because \"nothing is greater\""),
    Example("expect (print n = 1203) is n ~ 1204 within 1%"),
  ]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let pipeline = command.pipeline("pipeline") else { return .nothing }
    let table = try run.execute(try run.makeBinder().plan(of: pipeline))
    guard let failure = try failure(of: table, command, run) else { return .nothing }
    let reason = command.string("reason").map { ": " + $0 } ?? ""
    run.showRowsAtFault(table)
    throw Diagnostic(
      code: "E0701", message: "the expectation does not hold" + reason, span: command.span,
      help: failure)
  }

  static func check(_ command: Command, _ run: StatementRun) throws {
    guard let value = command.expression("value"), command.expression("expected") != nil,
      let pipeline = command.pipeline("pipeline"), let name = value.asName
    else { return }
    let binder = run.makeBinder(runsNothing: true)
    _ = try binder.column(name, of: try binder.plan(of: pipeline).fields)
  }

  /// What does not hold, in a sentence; nil when all is well.
  private static func failure(
    of table: Table, _ command: Command, _ run: StatementRun
  ) throws -> String? {
    if command.word("state") != nil {
      return emptiness(of: table, isNegated: command.word("negation") != nil)
    }
    guard let value = command.expression("value") else { return nil }
    return try disagreement(of: table, command, value, run)
  }

  private static func emptiness(of table: Table, isNegated: Bool) -> String? {
    if isNegated { return table.rowCount == 0 ? "there are no rows" : nil }
    return table.rowCount == 0
      ? nil : "no row should be there; found: \(formatCount(table.rowCount, of: "row"))"
  }

  private static func disagreement(
    of table: Table, _ command: Command, _ value: CasebookLanguage.Expression, _ run: StatementRun
  ) throws -> String? {
    guard table.rowCount == 1 else {
      return "one row is compared, and there are \(formatCount(table.rowCount, of: "row"))"
    }
    let binder = run.makeBinder()
    guard let expected = command.expression("expected") else {
      guard table.fields.count == 1 else {
        return
          "one cell is compared, and there are \(formatCount(table.fields.count, of: "column"))"
      }
      let wanted = try binder.constant(value, what: "the value")
      return equality(table, 0, wanted)
    }
    guard let name = value.asName else {
      throw Diagnostic(
        code: "E0702", message: "a column's name is needed before `~`", span: value.span,
        help: "columns here: " + table.fields.map(\.name).joined(separator: ", "))
    }
    let column = try binder.column(name, of: table.fields)
    let wanted = try binder.constant(expected, what: "the value")
    guard let tolerance = command.expression("tolerance") else { return nil }
    let bound = try binder.constant(tolerance, what: "the tolerance")
    return try distance(
      table, column, wanted, bound, isShare: isShare(command, tolerance, run), at: tolerance.span)
  }

  /// Whether `%` stands behind the tolerance, which leaves no part of its own.
  private static func isShare(
    _ command: Command, _ tolerance: CasebookLanguage.Expression, _ run: StatementRun
  ) -> Bool {
    let bytes = run.source.bytes[tolerance.span.upper..<command.span.upper]
    return bytes.first { $0 != UInt8(ascii: " ") } == UInt8(ascii: "%")
  }

  private static func equality(_ table: Table, _ column: Int, _ wanted: Scalar) -> String? {
    let found = table.columns[column].scalar(0)
    if let left = found.asReal, let right = wanted.asReal { if left == right { return nil } }
    if found == wanted.converted(to: found.type) { return nil }
    return sentence(table, column, found, "it should be \(shown(wanted, table.fields[column]))")
  }

  private static func distance(
    _ table: Table, _ column: Int, _ wanted: Scalar, _ bound: Scalar, isShare: Bool, at span: Span
  ) throws -> String? {
    let found = table.columns[column].scalar(0)
    let reach: Double
    switch (wanted.asTicksOrReal, bound.asTicksOrReal) {
    case (let wanted?, let bound?): reach = isShare ? abs(wanted) * bound / 100 : bound
    default:
      throw Diagnostic(
        code: "E0703", message: "a tolerance needs numbers or times", span: span,
        help: "within 5, within 1%, within 2h")
    }
    if let found = found.asTicksOrReal, let wanted = wanted.asTicksOrReal,
      abs(found - wanted) <= reach
    {
      return nil
    }
    return sentence(
      table, column, found,
      "it should be within \(bound.text)\(isShare ? "%" : "") of \(shown(wanted, table.fields[column]))"
    )
  }

  private static func sentence(
    _ table: Table, _ column: Int, _ found: Scalar, _ wanted: String
  ) -> String {
    let field = table.fields[column]
    return "\(field.name) is \(shown(found, field)), and \(wanted)"
  }

  /// A value as the error may tell it; what a protected column is compared with is masked, too.
  private static func shown(_ value: Scalar, _ field: Field) -> String {
    field.isProtected ? "***" : value.isNull ? "null" : value.text
  }
}

extension Scalar {
  /// A number, or a time or length of time in ticks.
  fileprivate var asTicksOrReal: Double? {
    switch self {
    case .datetime(let ticks), .timespan(let ticks): Double(ticks)
    default: asReal
    }
  }
}
