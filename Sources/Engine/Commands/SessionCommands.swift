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
  static let signature = Signature("seed", role: .command, [.amount("seed")])
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

/// `exit`.
enum ExitCommand: CommandDeclaration {
  static let signature = Signature(
    "exit", aliases: ["quit"], role: .command, isReserved: true, [])
  static let task = HelpTask.leave
  static let summary = "Leaves."
  static let examples = [Example("exit")]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output { .leave }
}
