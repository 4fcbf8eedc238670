import CasebookLanguage
import CasebookQuery
import CasebookTables

/// How a result is to be shown where that differs from the usual.
public struct ResultView: Sendable, Hashable {
  /// Whether no column is shortened or left out.
  public var isWide = false
  /// Whether no row is left out, either.
  public var isFull = false
  /// The form it is written in: `json`; nil for the usual one.
  public var format: String?

  /// As usual.
  public init() {}

  /// The forms that results can be written in, as the command line names them.
  public static let formats = [
    "table", "csv", "tsv", "json", "json-table", "ndjson", "markdown", "html",
  ]
}

/// `last wide`, `last as json`: the last result again, shown in another way.
enum LastCommand: CommandDeclaration {
  static let signature = Signature(
    "last", role: .tableCommand, isReserved: true,
    [
      .clauses([
        [.oneOf("extent", ["wide", "full"])],
        [.word("as"), .oneOf("format", ResultView.formats)],
      ])
    ])
  static let summary = "Shows the last result again, nothing shortened or in another form."
  static let details = """
    `last wide` shortens no column and leaves none out, `last full` leaves out no row, either; on a terminal
    both go through the pager, where the arrow keys move sideways. In a pipeline `_` names the last result.
    """
  static let task = HelpTask.leave
  static let examples = [
    Example("print a = 1; last as json"), Example("print a = 1; last full"),
    Example("print a = 1; last | extend b = a + 1", output: "1\t2"),
  ]

  static func columns(_ command: Command, _ run: StatementRun) -> [Field]? {
    run.engine.session.lastResult?.fields
  }

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    // By its name, so that what the statement depends on is known.
    guard run.engine.session.lastResult != nil,
      case .values(let table) = try run.makeBinder().table(named: "_", span: command.span)
    else {
      throw Diagnostic(
        code: "E0328", message: "there is no result yet", span: command.span,
        help: "ask something first: `help pipes`")
    }
    let extent = command.word("extent")
    var view = ResultView()
    view.isWide = extent != nil
    view.isFull = extent == "full"
    view.format = command.word("format")
    run.view = view
    return .table(table)
  }
}
