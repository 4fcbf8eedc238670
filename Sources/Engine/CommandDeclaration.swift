public import CasebookLanguage
public import CasebookQuery

/// A command, declared once: grammar, help, examples, and what it does.
///
/// A command is an enum in a file of its own, listed in `CommandCatalogue`. It leaves the workspace
/// and the session as they were when it throws.
public protocol CommandDeclaration: Sendable {
  /// The word and the grammar of what follows it.
  static var signature: Signature { get }
  /// One sentence.
  static var summary: String { get }
  /// Anything further worth knowing. May be empty.
  static var details: String { get }
  /// Statements that show it; they run as tests in a folder with the small generated data.
  static var examples: [Example] { get }
  /// What `undo` can do about it.
  static var withdrawal: Withdrawal { get }
  /// Does it. Throws a `Diagnostic`, or another error that is shown at the whole command.
  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output
  /// What `check` does instead: names and types only, nothing is read but a schema.
  static func check(_ command: Command, _ run: StatementRun) throws
}

/// What `undo` can do about a command.
public enum Withdrawal: Sendable {
  /// It changes nothing that could be withdrawn.
  case needless
  /// It is taken back.
  case possible
  /// It stays, and so does what came before it; the sentence says the way out.
  case impossible(String)
}

extension CommandDeclaration {
  /// Nothing, unless it is said.
  public static var withdrawal: Withdrawal { .needless }
  /// Nothing further.
  public static var details: String { "" }
  /// Nothing to check beyond the grammar.
  public static func check(_ command: Command, _ run: StatementRun) throws {}
}
