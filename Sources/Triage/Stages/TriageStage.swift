import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `cases | triage intake`: what the rules decide for each case.
enum TriageStage: StageDeclaration {
  static let signature = Signature.analysis("triage")
  static let summary = "Decides each case by a ruleset: rule, action, queue, time limit, labels."
  static let details = """
    A rule is true, false or unknown: a comparison with a missing value is unknown, and a rule acts only where it
    is true. `_rule` is the rule that won, default, unknown, or empty for a conflict; `_action` is route, escalate,
    close, hold, conflict or error (a hold without an end). `_sla` is the time limit and `_due` when it ends.
    `_unknown` lists the rules that could not be decided, `_outranked` those that were true and did not win.
    `_review_probability` is 1 where a person decides, else the share that `qa` draws. `S` is the draft, `S@live`
    and `S@2` are published versions; `S@as_deployed` takes for each case the version in force at its time.
    """
  static let examples = [
    Example(
      """
      queue general staff 14 aht 3m sla 1d; queue fraud_l2 staff 6 aht 9m
      ruleset intake on cases key case_id default route general
      rule repeat_fraud in intake at 20 when prior_strikes >= 3 and vertical == "fraud" then route fraud_l2, sla 4h
      cases | triage intake | summarize cases = count() by _queue, _rule
      """)
  ]

  /// The columns that it adds.
  static func fields(isProtected: Bool, isTextProtected: Bool) -> [Field] {
    [
      Field("_rule", .string, isProtected: isProtected),
      Field("_action", .string, isProtected: isProtected),
      Field("_queue", .string, isProtected: isProtected),
      Field("_sla", .timespan, isProtected: isProtected),
      Field("_due", .datetime, isProtected: isProtected),
      Field("_priority", .long, isProtected: isProtected),
      Field("_labels", .dynamic, isProtected: isProtected),
      Field("_qa", .bool, isProtected: isProtected),
      Field("_review_probability", .real, isProtected: isProtected),
      Field("_unknown", .dynamic, isProtected: isProtected),
      Field("_outranked", .dynamic, isProtected: isProtected),
      Field("_note", .string, isProtected: isProtected || isTextProtected),
      Field("_why", .string, isProtected: isProtected || isTextProtected),
    ]
  }

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let arguments = AnalysisArguments(stage, over: input.fields, binder)
    let deployed = try arguments.deployed(arguments.items.first, binder)
    let shown = try templates(deployed, arguments)
    var names = NameSet(input.fields.map(\.name))
    let added = fields(
      isProtected: deployed?.readsProtected ?? false,
      isTextProtected: shown.contains { input.fields[$0].isProtected }
    ).map { field in
      var field = field
      field.name = names.unique(field.name)
      return field
    }
    let all = input.fields.enumerated().map { index, field in
      Plan.Output(field, .column(index: index, type: field.type))
    }
    return .apply(
      TriageOperation(
        fields: input.fields + added, caseFieldCount: input.fields.count, deployed: deployed),
      [.compute(input, all + (deployed?.outputs ?? []))])
  }

  /// The columns that the texts of rules show; one that is not there is an error.
  private static func templates(
    _ deployed: DeployedRuleset?, _ arguments: AnalysisArguments
  ) throws(Diagnostic) -> [Int] {
    var shown: [Int] = []
    for part in deployed?.parts ?? [] {
      for rule in part.set.rules {
        for text in [rule.rule.because, rule.rule.note].compactMap({ $0 }) {
          let template = Template(text, arguments.fields)
          if let name = template.unknown {
            throw arguments.problem(
              "in rule \(rule.rule.name) of \(part.set.ruleset.reference): no column is named '\(name)'",
              help: "write {{ for a brace that names no column", at: arguments.items.first?.span)
          }
          shown += template.columns
        }
      }
    }
    return shown
  }
}

/// Adds the decisions to the cases.
struct TriageOperation: TableOperation {
  let fields: [Field]
  let caseFieldCount: Int
  let deployed: DeployedRuleset?
  var title: String { "triage \(deployed?.reference ?? "")" }
  var drawing: RenderHint? {
    RenderHint(
      kind: "barchart", properties: [RenderHint.Property(name: "xcolumn", value: "_queue")])
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let table = inputs[0]
    let cases = Array(table.columns.prefix(caseFieldCount))
    let columns = Array(table.columns.dropFirst(caseFieldCount))
    guard let deployed else { return Table(fields: fields) }
    let decisions = try TriageDecisions.columns(
      deployed, cases: cases, columns: columns, rowCount: table.rowCount, context)
    return Table(fields: fields, columns: cases + decisions, rowCount: table.rowCount)
  }
}
