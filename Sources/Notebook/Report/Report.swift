public import CasebookLanguage
public import CasebookTables

/// A script that was run, as it is to be read: prose, statements and what came of them, and what all of it was
/// made of.
///
/// It is a value without any wall clock in it, but for what volatile cells say themselves, so the same run gives
/// the same report.
public struct Report: Sendable {
  /// What the script's file is called.
  public var scriptName: String
  /// The first heading of the prose, else the file's name.
  public var title: String
  /// Whether the title stands in the prose.
  public var titleIsInProse: Bool
  /// The script's parts, in order.
  public var entries: [Entry] = []
  /// How many statements did not run because one before them failed.
  public var skippedCount = 0
  /// The most rows of a table that are shown.
  public var rowLimit: Int
  /// What the results were made of.
  public var provenance: Provenance
  /// What is wrong with the quotes in the prose, at their places in the script.
  public var problems: [Problem] = []

  /// Something wrong, with the text that its place refers to.
  public struct Problem: Sendable {
    /// What is wrong.
    public var diagnostic: Diagnostic
    /// The script.
    public var source: SourceText
    /// The name of the script where it is one that the script runs.
    public var script: String?
  }

  /// Prose, and the statement below it.
  public struct Entry: Sendable {
    /// The prose; nil where there is none.
    public var prose: Prose?
    /// The statement; nil behind the last one.
    public var statement: ReportStatement?
  }

  /// Whether something failed, so that the report tells less than it should.
  public var hasFailed: Bool {
    !problems.isEmpty || entries.contains { $0.statement?.outcome.isFailure == true }
  }
}

/// A statement of a report, with what came of it.
public struct ReportStatement: Sendable {
  /// How it reads; constants that stand with protected columns are `***`.
  public var text: String
  /// What came of it.
  public var outcome: Outcome
  /// Whether prose says what the result is, so that it need not be shown again.
  public var isQuoted = false
  /// What the analysis says of its figures.
  public var findings: [String] = []
  /// What one should know about the figures, such as rows left out.
  public var warnings: [String] = []
  /// When it was computed, where another hour would give another result.
  public var volatileSince: String?

  /// What comes of a statement.
  public enum Outcome: Sendable {
    /// Nothing that is shown.
    case nothing
    /// A result.
    case table(Table)
    /// Lines of text, such as a plan.
    case text(String)
    /// An expectation holds, and why it should.
    case holds(reason: String?)
    /// It failed.
    case failure(ReportFailure)

    var isFailure: Bool { if case .failure = self { true } else { false } }
    var isQuiet: Bool { if case .nothing = self { true } else { false } }
  }
}

/// Why a statement failed.
public struct ReportFailure: Sendable {
  /// The error as a terminal shows it.
  public var text: String
  /// The rows for which an expectation does not hold.
  public var rows: Table?
}
