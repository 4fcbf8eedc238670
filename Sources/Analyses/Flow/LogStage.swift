import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

extension Signature {
  /// A stage of a log: the one form of analyses, with the log's roles as arguments.
  static func log(_ name: String, parameters: [Parameter] = []) -> Signature {
    .analysis(name, parameters: parameters + LogRoles.parameters)
  }
}

/// A stage of a log while it is bound: its roles and arguments, and the plan it becomes.
struct LogStage {
  /// What a stage needs of the log.
  enum Need: Sendable {
    /// A row an event: case, step and time.
    case events
    /// Events, or a row a case with the times of its ends.
    case cases
    /// Nothing but which case a row belongs to.
    case caseID
  }

  /// The items, settings and groups as written.
  let arguments: AnalysisArguments
  /// The roles with what the stage overrides.
  let roles: LogRoles
  private let stage: Stage
  private let input: Plan
  private let ground: PlanGround

  /// Finds the roles; an error says what is missing and how to say it.
  ///
  /// An item of the stage may be the column that says when cases were opened.
  init(
    _ stage: Stage, _ input: Plan, _ binder: Binder, needs need: Need,
    opened item: CasebookLanguage.Expression? = nil
  ) throws(Diagnostic) {
    self.stage = stage
    self.input = input
    let fields = input.fields
    arguments = AnalysisArguments(stage, over: fields, binder)
    let known = input.log
    ground = known?.ground ?? input.ground
    let declared = known?.roles(over: fields) ?? LogRoles()
    var roles = try binder.logRoles(declared, overriddenBy: stage.parameters, over: fields)
    if let item { roles.columns[.opened] = try binder.column(item, as: .opened, of: fields) }
    self.roles = roles
    try Self.require(need, of: roles, known, stage, fields)
  }

  private static func require(
    _ need: Need, of roles: LogRoles, _ known: PlanLog?, _ stage: Stage, _ fields: [Field]
  ) throws(Diagnostic) {
    let isEventLog = roles.hasEvents
    let isCaseLog =
      roles.columns[.caseID] != nil
      && (roles.columns[.opened] != nil || roles.columns[.start] != nil)
    if isEventLog || (need == .cases && isCaseLog) { return }
    if need == .caseID {
      if roles.columns[.caseID] != nil { return }
      throw Self.problem(
        "\(stage.word.text) reads a log, and no column here is known as its case", stage,
        help: "declare the roles with log NAME (case=..., step=..., at=...)")
    }
    let needed: Set<LogRole> = [.caseID, .step, .at, .opened, .start]
    let lost = known.map { known in
      known.roles.columns.keys.filter { roles.columns[$0] == nil && needed.contains($0) }
        .map(\.rawValue).sorted()
    }
    let word = stage.word.text
    if let lost, !lost.isEmpty {
      throw Self.problem(
        "the log's \(lost.joined(separator: " and ")) \(lost.count == 1 ? "column is" : "columns are") gone here",
        stage,
        help: "keep it, or say which column it is: \(word) \(lost[0])=COLUMN")
    }
    let missing = [LogRole.caseID, .step, .at].filter { roles.columns[$0] == nil }
      .map(\.rawValue)
    let proposal = LogRoles.proposed(for: fields).map {
      "such as "
        + $0.columns.sorted { $0.key.rawValue < $1.key.rawValue }.map {
          "\($0.key.rawValue)=\($0.value)"
        }.joined(separator: " ")
    }
    throw Self.problem(
      "\(word) reads a log, and no column here is known as \(missing.joined(separator: ", "))",
      stage,
      help: "declare them once with log NAME (case=..., step=..., at=...), or say them here"
        + (proposal.map { ", " + $0 } ?? ": \(word) case=... step=... at=..."))
  }

  private static func problem(_ message: String, _ stage: Stage, help: String) -> Diagnostic {
    Diagnostic(code: "E0501", message: message, span: stage.word.span, help: help)
  }

  /// Whether the values of any of these roles are protected.
  func isProtected(_ wanted: LogRole...) -> Bool {
    wanted.contains { role in
      roles.columns[role].flatMap { name in input.fields.first { $0.name == name } }?.isProtected
        == true
    }
  }

  /// Whether any of the log's times is protected.
  var hasProtectedTimes: Bool { isProtected(.at, .start, .opened, .closed) }

  /// The column of cases under a name of the stage's own, as `caseValue` gives its values.
  func caseField(_ name: String) -> Field {
    let column = roles.columns[.caseID].flatMap { name in input.fields.first { $0.name == name } }
    return Field(
      name, column?.type ?? .string, isProtected: column?.isProtected ?? false)
  }

  /// A column of the input as an output, for `extras`.
  func output(_ column: Int) -> Plan.Output {
    let field = input.fields[column]
    return Plan.Output(field, .column(index: column, type: field.type))
  }

  /// The plan of a stage that reads the log with groups and further columns.
  func plan(
    _ operation: some LogOperation, groups: [Plan.Output] = [], extras: [Plan.Output] = []
  ) -> Plan {
    var spec = LogSpec(roles: roles, span: stage.word.span, word: stage.word.text)
    let fields = input.fields
    var outputs: [Plan.Output] = []
    for role in LogRole.allCases where role != .caseID {
      guard role != .resource || operation.readsResource, let name = roles.columns[role],
        let index = fields.firstIndex(where: { $0.name == name })
      else { continue }
      spec.columns[role] = outputs.count
      outputs.append(output(index))
    }
    spec.groups = outputs.count..<(outputs.count + groups.count)
    outputs += groups
    spec.extras = outputs.count..<(outputs.count + extras.count)
    outputs += extras
    // To tell rows that are alike in every column apart from others takes every column.
    if roles.dedupe == .exact { outputs += fields.indices.map(output) }
    if let name = roles.columns[.caseID], let index = fields.firstIndex(where: { $0.name == name })
    {
      spec.columns[.caseID] = outputs.count
      outputs.append(output(index))
    }
    spec.isCut = ground.isCut
    spec.asOf = roles.asOf ?? knownAsOf
    spec.key = LogIndexKey(roles, ground, fields)?.key
    // What is asked once at some other time is not worth the space.
    spec.isKept = stage.parameters.allSatisfy { $0.name?.text != "as_of" }
    spec.canLeaveCases =
      !operation.readsCases && spec.key != nil && spec.columns[.caseID] == outputs.count - 1
      && roles.columns[.lifecycle] == nil && roles.dedupe == .none
      && (roles.closing != .last || roles.asOf == nil)
    let groundPlan = spec.isCut ? groundTable(knowsAsOf: spec.asOf != nil) : nil
    spec.hasGround = groundPlan != nil
    return .apply(
      LogApplication(stage: operation, spec: spec, title: title),
      [.compute(input, outputs)] + (groundPlan.map { [$0] } ?? []))
  }

  private var title: String {
    ([stage.word.text] + stage.items("by").compactMap { $0.name?.text ?? $0.value.asName?.text })
      .joined(separator: " ")
  }

  // MARK: The log before any filter

  /// The latest declared time, where blocks know it without being read.
  private var knownAsOf: Int64? {
    var latest: [Int64] = []
    for ground in ground.all {
      guard let columns = baseColumns(of: roles.columns.keys.filter(\.isTime), in: ground),
        case .some(.some(let ticks)) = try? ground.base.latest(of: columns)
      else { return nil }
      latest.append(ticks)
    }
    return latest.max()
  }

  private func baseColumns(of wanted: [LogRole], in ground: PlanGround) -> [Int]? {
    ground.baseColumns(of: wanted, roles, over: input.fields)
  }

  /// The cases, and the times if they are needed, of the log before any filter.
  private func groundTable(knowsAsOf: Bool) -> Plan? {
    let times =
      knowsAsOf
      ? []
      : roles.columns.keys.filter(\.isTime).sorted {
        $0.rawValue < $1.rawValue
      }
    var legs: [Plan] = []
    for ground in ground.all {
      guard let caseColumn = baseColumns(of: [.caseID], in: ground) else { return nil }
      let columns = caseColumn + times.compactMap { baseColumns(of: [$0], in: ground)?.first }
      let fields = ground.base.fields
      legs.append(
        .compute(
          ground.base,
          columns.map {
            Plan.Output(fields[$0], .column(index: $0, type: fields[$0].type))
          }))
    }
    return legs.count == 1 ? legs[0] : .union(legs)
  }
}
