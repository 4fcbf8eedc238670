import CasebookLanguage
import CasebookQuery
import CasebookRender

/// `explain pipeline`: how a pipeline is answered.
enum ExplainCommand: CommandDeclaration {
  static let signature = Signature("explain", role: .command, [.pipeline("pipeline")])
  static let task = HelpTask.ask
  static let summary = "Runs a pipeline and shows its plan with rows and times."
  static let details = """
    Each line is a step and stands above the steps it reads from. Rows are those that came out, beside the
    guess made before; times include the steps below.
    """
  static let examples = [
    Example("explain range n from 1 to 1000 step 1 | where n % 7 == 0 | count")
  ]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let pipeline = command.pipeline("pipeline") else { return .nothing }
    let binder = run.makeBinder()
    let plan = Optimiser.optimised(try binder.plan(of: pipeline))
    let execution = Execution(run.context, stopwatch: stopwatch)
    _ = try execution.run(plan)
    return .plan(PlanNode(PlanDescription(plan, observations: execution.observations)))
  }
}

extension PlanNode {
  fileprivate init(_ description: PlanDescription) {
    self.init(
      description.title, estimatedRows: description.estimatedRows, actualRows: description.rows,
      seconds: description.seconds, children: description.inputs.map { PlanNode($0) })
  }
}
