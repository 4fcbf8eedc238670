import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `cases | simulate intake order=(oldest, due)`: how long cases would wait.
enum SimulateStage: StageDeclaration {
  static let signature = Signature.analysis(
    "simulate", parameters: [Parameter("order"), Parameter("staff"), Parameter("runs")])
  static let summary = "Plays the cases through the queues of a ruleset: waits, limits, backlog."
  static let details = """
    A discrete-event simulation from the first arrival to the last. Each queue has its staff, hours and order; `order=`
    tries other orders for all queues: oldest, due, priority, or a value in brackets, greatest first, taken when the
    case arrives. Ties go by `_due`, then row. `staff=(general=20)` tries other numbers. A case takes the time that is
    recorded; without one, a time drawn from those recorded for its queue, or else from an exponential distribution with
    the queue's `aht` as mean. People of a pool take from the first of their queues that has a case waiting. A case that
    waited as long as `escalates Q after D` says moves to Q and keeps its due time.

    `arrivals` counts moves, too; `served` cases were done by the end, `backlog` are not; waits are those of cases
    whose service began (quantiles of type 7). `met` and `breached` compare the end of service with `_due`; what is
    open past due is breached; `attainment` is met over both. `busy` is the share of open time at work. With `runs=k`
    every case's time is drawn, k times: figures are means, with the 2.5 % and 97.5 % quantiles over runs beside them.
    """
  static let examples = [
    Example(
      """
      queue general staff 6 aht 30m sla 4h
      ruleset intake on cases key case_id default route general
      cases | simulate intake order=(oldest, due)
      """)
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let arguments = AnalysisArguments(stage, over: input.fields, binder)
    let deployed = try arguments.deployed(arguments.items.first, binder)
    for part in deployed?.parts ?? [] where part.set.decided == nil {
      throw arguments.problem(
        "when cases arrive depends on when they are decided",
        help: "ruleset \(part.set.ruleset.name) ... decided COLUMN", at: arguments.items.first?.span
      )
    }
    let runs = try arguments.count("runs", in: 1...10_000, otherwise: 1)
    var orders: [SimulateOperation.Order] = []
    var keys: [Plan.Output] = []
    for item in arguments.syntax("order")?.asList ?? [] {
      if let name = item.asName, let order = QueueOrder(rawValue: name.text) {
        orders.append(.declared(order))
        continue
      }
      let value = try binder.expression(item, over: input.fields)
      guard value.type.isNumeric || [.datetime, .timespan, .bool].contains(value.type) else {
        throw arguments.problem(
          "an order is a number or a time, and this is \(value.type.name)",
          help: "order=(oldest, due, priority, (score))", at: item.span)
      }
      orders.append(.computed(keys.count, binder.source[item.unbracketed.span]))
      keys.append(Plan.Output(Field("key \(keys.count)", value.type), value.expression))
    }
    let operation = SimulateOperation(
      deployed: deployed, orders: orders, keyCount: keys.count,
      staff: try staff(arguments, deployed, binder), runs: runs)
    return .apply(operation, [.compute(input, (deployed?.outputs ?? []) + keys)])
  }

  private static func staff(
    _ arguments: AnalysisArguments, _ deployed: DeployedRuleset?, _ binder: Binder
  ) throws(Diagnostic) -> [String: Double] {
    guard let syntax = arguments.syntax("staff") else { return [:] }
    guard case .named(let given) = syntax.kind else {
      throw arguments.problem(
        "staff is given by queue", help: "staff=(general=20, cse_l2=4)", at: syntax.span)
    }
    var staff: [String: Double] = [:]
    for argument in given {
      guard let name = argument.name else { continue }
      if let set = deployed?.newest.ruleset, set.queues[name.text] == nil {
        throw arguments.problem(
          "no queue is named '\(name.text)'",
          help: "queues: " + set.queues.keys.sorted().joined(separator: ", "), at: name.span)
      }
      guard let count = try binder.constant(argument.value, what: "staff").asReal, count >= 0,
        count <= 1e6
      else {
        throw arguments.problem(
          "staff is a number from 0", help: "staff=(\(name.text)=20)", at: argument.value.span)
      }
      staff[name.text] = count
    }
    return staff
  }
}
