import CasebookLanguage
import CasebookTables
import CasebookValues

/// `scan declare (n: long = 0) with (step s1: state == "open"; step s2: at - s1.at < 1h => n = 1;)`.
enum ScanStage: StageDeclaration {
  static let signature = Signature(
    "scan",
    [
      .parameters([Parameter("with_match_id")]),
      .optional([.word("declare"), .schema("declare")]), .word("with"),
      .bracketed([
        .repeated(
          "steps", separator: ";",
          [
            .word("step"), .name("name"), .optional([.oneOf("optional", ["optional"])]),
            .parameters([Parameter("output", words: ["all", "last", "none"])]), .symbol(":"),
            .expression("condition"), .optional([.symbol("=>"), .assignments("assignments")]),
          ])
      ]),
    ])
  static let summary =
    "Follows rows through the steps of a sequence, such as open, work, close."
  static let details = """
    Every row, in order, is held against the steps, the last one first. It takes a step when its
    condition holds and the step before was taken (or the step itself, again); a row that takes the first
    step begins a sequence unless one stands there. `s1.at` is the value of `at` in the row that took step s1 of this sequence. Columns
    that are declared begin at their default for each row and are set behind `=>`. Rows that take a step
    are the result; `output=last` keeps the last row of a step, `output=none` none.
    """
  static let examples = [
    Example(
      """
      datatable(t: long, what: string)[1, "open", 2, "work", 3, "close", 4, "work"]
      | scan with_match_id=id with (
          step s1: what == "open"; step s2: what == "work"; step s3: what == "close";)
      """, "a sequence of three", output: "1\topen\t0\n2\twork\t0\n3\tclose\t0"),
    Example(
      """
      range n from 1 to 4 step 1
      | scan declare (total: long = 0) with (step s: true => total = n + s.total;)
      """, "a running sum", output: "1\t1\n2\t3\n3\t6\n4\t10"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let base = input.fields
    var taken = NameSet(base.map(\.name))
    var declared: [Field] = []
    var defaults: [Scalar] = []
    for column in stage.schema("declare") {
      let field = try binder.fields([column])[0]
      guard taken.unique(field.name) == field.name else {
        throw BindIssue.duplicateColumn(field.name).at(column.span)
      }
      declared.append(field)
      defaults.append(try initial(column, type: field.type, binder))
    }
    let groups = stage.groups("steps")
    let names = groups.map { $0.name("name")?.text ?? "" }
    // A step's columns are reached as `step.column`, which is what they are called here.
    let scope =
      base + declared
      + names.flatMap { name in
        (base + declared).map { Field(name + "." + $0.name, $0.type, isProtected: $0.isProtected) }
      }
    var hoisting = Hoisting(base: base)
    var steps: [ScanStep] = []
    for group in groups {
      steps.append(try step(group, over: scope, declared: &declared, hoisting: &hoisting, binder))
    }
    var fields = base + declared
    let matchName = stage.parameter("with_match_id")?.asName?.text
    if let matchName { fields.append(Field(taken.unique(matchName), .long)) }
    return .apply(
      ScanOperation(
        fields: fields, steps: steps, names: names, baseCount: base.count, defaults: defaults,
        hasMatchId: matchName != nil), [input.adding(hoisting.outputs)])
  }

  private static func initial(
    _ column: ColumnDeclaration, type: ScalarType, _ binder: Binder
  ) throws(Diagnostic) -> Scalar {
    guard let syntax = column.defaultValue else { return .missing(type) }
    return try binder.constant(syntax, what: "the default").converted(to: type)
  }

  private static func step(
    _ group: PartGroup, over scope: [Field], declared: inout [Field],
    hoisting: inout Hoisting, _ binder: Binder
  ) throws(Diagnostic) -> ScanStep {
    guard let syntax = group.expression("condition") else {
      throw BindIssue.shape("a step needs a condition", help: "step s1: state == \"open\"").at(
        group.span)
    }
    let condition = try binder.condition(syntax, over: scope)
    var assignments: [(column: Int, value: BoundExpression)] = []
    for item in group.items("assignments") {
      guard let name = item.name, let index = declared.firstIndex(where: { $0.name == name.text })
      else {
        throw BindIssue.shape(
          "only a declared column can be set in a step",
          help: "scan declare (name: type = default) with (...)"
        ).at(item.span)
      }
      let value = try binder.converted(
        try binder.expression(item.value, over: scope), to: declared[index].type,
        span: item.value.span)
      if value.isProtected || condition.isProtected { declared[index].isProtected = true }
      assignments.append((index, hoisting.hoisted(value.expression)))
    }
    let output = group.parameter("output")?.asName?.text ?? "all"
    guard let kind = ScanStep.Output(rawValue: output) else {
      throw BindIssue.shape("this is not a kind of output", help: "kinds: all, last, none").at(
        group.span)
    }
    return ScanStep(
      condition: hoisting.hoisted(condition.expression), assignments: assignments, output: kind,
      isOptional: group.has("optional"))
  }
}

/// Takes what depends on the row alone out of the steps' expressions, so that it is computed for
/// all rows at once.
///
/// Its columns stand behind the input's own and are numbered downwards from -1.
private struct Hoisting {
  let base: [Field]
  var outputs: [Plan.Output] = []

  mutating func hoisted(_ expression: BoundExpression) -> BoundExpression {
    guard case .call(var call) = expression else {
      switch expression {
      case .scalarQuery, .listQuery: return added(expression)
      default: return expression
      }
    }
    if expression.columns.allSatisfy({ $0 < base.count }) { return added(expression) }
    for index in call.arguments.indices { call.arguments[index] = hoisted(call.arguments[index]) }
    return .call(call)
  }

  private mutating func added(_ expression: BoundExpression) -> BoundExpression {
    outputs.append(Plan.Output(Field("\(outputs.count)", expression.type), expression))
    return .column(index: -outputs.count, type: expression.type)
  }
}
