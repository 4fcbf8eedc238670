public import CasebookLanguage
public import CasebookRender
public import CasebookTables

/// One statement that was run: its text and what came of it.
public struct Cell: Sendable {
  /// What a statement yields.
  public enum Output: Sendable {
    /// A table; every question and every listing gives one.
    case table(Table)
    /// A line about what was done: `loaded cases: 4,000 rows`.
    case message(String)
    /// How a pipeline was answered.
    case plan(PlanNode)
    /// A page of help.
    case help(HelpPage)
    /// Lists of topics.
    case topics([TopicSection])
    /// A statement to be put at the prompt, changed and run again.
    case edit(String)
    /// Nothing to show, as with `let`.
    case nothing
    /// It failed; nothing was changed.
    case failure(Diagnostic)
    /// It was stopped by the person; nothing was changed.
    case interrupted
    /// The person asked to leave.
    case leave
  }

  /// The statement.
  public let statement: Statement
  /// The text that spans refer to.
  public let source: SourceText
  /// The script that `run` read it from, as it was named; nil for a statement of the text itself.
  public var script: String?
  /// What came of it.
  public let output: Output
  /// How a table is to be shown, where the statement says so.
  public let view: ResultView?
  /// The rows for which an expectation does not hold, where it failed for one.
  public let rowsAtFault: Table?
  /// Notes and warnings that have a place in the text.
  public let notes: [Diagnostic]
  /// What an analysis says of its figures, in plain sentences.
  public let findings: [String]
  /// Warnings about rows, counted.
  public let warnings: [RunContext.Warning]
  /// Whether `undo` takes the statement back.
  public let canBeWithdrawn: Bool
  /// What the result depends on besides the statement's text.
  public let reads: CellReads
  /// Whether it reads protected columns.
  public let readsProtected: Bool
  /// Whether it reads protected columns and holds literals, which may be values of theirs.
  public let mentionsProtected: Bool
  /// The command that was run, also where its word stood alone like a table's name; nil for anything else.
  public let commandName: String?
  /// Whether it asked for the record of the sitting, such as the list of cells.
  public let asksHost: Bool
  /// Whether the result tells when something was done in this sitting, so that no other has the same.
  public let tellsOfSitting: Bool
  /// When it began, in ticks by the wall clock.
  public let startedAt: Int64
  /// What `now()` answered where `clock` had fixed it; nil where it was the statement's start.
  public let fixedClock: Int64?
  /// What random draws started from.
  public let seed: UInt64
  /// The statement's text without layout and comments, by which it is known again.
  public let canonicalText: String
  /// How long it took.
  public let seconds: Double

  /// Whether the statement did not do what it says.
  public var isFailure: Bool {
    switch output {
    case .failure, .interrupted: true
    case .table, .message, .plan, .help, .topics, .nothing, .edit, .leave: false
    }
  }
}
