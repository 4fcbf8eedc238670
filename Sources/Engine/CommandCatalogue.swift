public import CasebookLanguage

/// Every command of the engine, in the order of help.
///
/// Adding a command is its file and a line here.
public enum CommandCatalogue {
  /// All commands.
  public static let all: [any CommandDeclaration.Type] = [
    ExplainCommand.self, HelpCommand.self, ExamplesCommand.self, FixCommand.self,
    LastCommand.self, TimingCommand.self,
    ClockCommand.self, SeedCommand.self, ParamCommand.self, SecretCommand.self, LockCommand.self,
    ExitCommand.self,
    UndoCommand.self,
    LoadCommand.self, LogCommand.self, DatasetsCommand.self, DescribeCommand.self, ShowCommand.self,
    RenameCommand.self, DropCommand.self, LateCommand.self, ProtectCommand.self,
    RevealCommand.self, SaveCommand.self, CellsCommand.self, EditCommand.self, ExpectCommand.self,
    RunScriptCommand.self, RenderCommand.self,
    ExportCommand.self, SQLCommand.self,
    QueueCommand.self, PoolCommand.self, ListCommand.self, RulesetCommand.self, RuleCommand.self,
    TestCommand.self, CheckCommand.self, ExplainCaseCommand.self, WhynotCommand.self,
    DiffCommand.self, PublishCommand.self, RollbackCommand.self, SopCommand.self,
  ]

  /// The command of that name.
  public static func command(_ name: String) -> (any CommandDeclaration.Type)? { byName[name] }

  /// What the parser must know of all commands.
  public static var signatures: [Signature] { all.map { $0.signature } }

  private static let byName: [String: any CommandDeclaration.Type] = Dictionary(
    all.flatMap { command in
      ([command.signature.name] + command.signature.aliases).map { ($0, command) }
    }
  ) { first, _ in first }
}
