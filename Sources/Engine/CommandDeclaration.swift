public import CasebookLanguage
public import CasebookQuery
public import CasebookTables

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
  /// What one does with it: where help lists it.
  static var task: HelpTask { get }
  /// Statements that show it; they run as tests in a folder with the small generated data.
  static var examples: [Example] { get }
  /// What `undo` can do about it.
  static var withdrawal: Withdrawal { get }
  /// Does it. Throws a `Diagnostic`, or another error that is shown at the whole command.
  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output
  /// Which names may stand under a label of the grammar, for completion; those of labels such as
  /// `dataset` go without saying.
  static var names: [String: [NameKind]] { get }
  /// The columns of the table that it yields, as far as they are known without running it; nil where they are
  /// not.
  static func columns(_ command: Command, _ run: StatementRun) throws -> [Field]?
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
  /// To bring data in and see what it is.
  public static var task: HelpTask { .look }
  /// None beyond those whose labels say it.
  public static var names: [String: [NameKind]] { [:] }
  /// Not known.
  public static func columns(_ command: Command, _ run: StatementRun) throws -> [Field]? { nil }
  /// Nothing to check beyond the grammar.
  public static func check(_ command: Command, _ run: StatementRun) throws {}
}

/// A kind of name that a completion can list.
///
/// A grammar's label of the same word means names of this kind.
public enum NameKind: String, Sendable {
  /// A stored table.
  case dataset
  /// A pipeline that the workspace keeps.
  case view
  /// What `let` defined.
  case binding
  /// A set of rules.
  case ruleset = "set"
  /// A queue.
  case queue
  /// A rule of any set.
  case rule
}
