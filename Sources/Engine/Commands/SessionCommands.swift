import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `timing on|off`.
enum TimingCommand: CommandDeclaration {
  static let signature = Signature(
    "timing", role: .command, [.oneOf("state", ["on", "off"])])
  static let task = HelpTask.ask
  static let summary = "Says after each statement how long it took, or no longer."
  static let examples = [Example("timing on")]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    run.engine.session.settings["timing"] = command.word("state") ?? "on"
    return .nothing
  }
}

/// `clock datetime(...)`: what `now()` answers.
enum ClockCommand: CommandDeclaration {
  static let signature = Signature("clock", role: .command, [.expression("time")])
  static let task = HelpTask.replay
  static let summary = "Fixes what now() and ago() take for the present."
  static let details = "Without it, now() is the moment at which the statement began."
  static let examples = [Example("clock datetime(2026-06-29)")]

  static let withdrawal = Withdrawal.possible

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let syntax = command.expression("time") else { return .nothing }
    let value = try run.makeBinder().constant(syntax, what: "the clock")
    guard case .datetime(let ticks) = value else {
      throw Diagnostic(
        code: "E0312", message: "a clock shows a datetime, and this is \(value.type.name)",
        span: syntax.span, help: "clock datetime(2026-06-29)")
    }
    run.engine.session.clock = ticks
    return .nothing
  }

  static func check(_ command: Command, _ run: StatementRun) throws {
    _ = try Self.run(command, run)
  }
}

/// `seed 7`: what random draws start from.
enum SeedCommand: CommandDeclaration {
  static let signature = Signature("seed", role: .command, [.number("seed")])
  static let task = HelpTask.replay
  static let summary = "Fixes what random draws start from, so that they come out alike."
  static let examples = [Example("seed 7")]

  static let withdrawal = Withdrawal.possible

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let syntax = command.expression("seed") else { return .nothing }
    guard case .long(let seed) = try run.makeBinder().constant(syntax, what: "the seed") else {
      throw Diagnostic(
        code: "E0313", message: "a seed is a whole number", span: syntax.span, help: "seed 7")
    }
    run.engine.session.seed = UInt64(bitPattern: seed)
    run.engine.session.cellCounts = [:]
    return .nothing
  }
}

/// `param name: type = default`: a value that a run may be given from outside.
enum ParamCommand: CommandDeclaration {
  static let signature = Signature(
    "param", role: .command,
    [
      .name("name"), .symbol(":"), .type("type"),
      .optional([.symbol("="), .expression("default")]),
    ])
  static let task = HelpTask.replay
  static let summary = "Declares a value that `casebook run --set name=value` may give."
  static let examples = [Example("param week: datetime = datetime(2026-03-02)")]

  static let withdrawal = Withdrawal.possible

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let name = command.name("name"), let typeSyntax = command.expression("type"),
      case .type(let typeName) = typeSyntax.kind
    else { return .nothing }
    let binder = run.makeBinder()
    let type = try binder.type(typeName)
    let value: Scalar
    if let given = run.engine.configuration.parameters[name.text] {
      value = try Engine.parameter(name.text, given, type, at: name.span)
    } else if let syntax = command.expression("default") {
      value = try binder.constant(syntax, what: "a default value").converted(to: type)
      if value.isNull, type != .dynamic {
        throw Diagnostic(
          code: "E0314", message: "the default is not a \(type.name)", span: syntax.span)
      }
    } else {
      throw Diagnostic(
        code: "E0307", message: "parameter '\(name.text)' has no value", span: name.span,
        help: "give one with --set \(name.text)=..., or a default with = ...")
    }
    run.engine.session.scope[name.text] = .value(TypedExpression(.constant(value)))
    run.engine.session.addParameter(name.text)
    return .nothing
  }

  static func check(_ command: Command, _ run: StatementRun) throws {
    _ = try Self.run(command, run)
  }
}

/// `exit`.
enum ExitCommand: CommandDeclaration {
  static let signature = Signature(
    "exit", aliases: ["quit"], role: .command, isReserved: true, [])
  static let task = HelpTask.leave
  static let summary = "Leaves."
  static let examples = [Example("exit")]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output { .leave }
}
