import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookTriage
import CasebookValues
import CasebookWorkspace

/// `rename old to new`.
enum RenameCommand: CommandDeclaration {
  static let signature = Signature(
    "rename", role: .command, [.name("old"), .word("to"), .name("new")])
  static let summary = "Gives a dataset another name."
  static let examples = [Example("rename cases to old_cases")]
  static let names: [String: [NameKind]] = ["old": [.dataset]]

  static let withdrawal = Withdrawal.possible

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let old = command.name("old"), let new = command.name("new") else { return .nothing }
    let info = try run.dataset(old)
    try run.engine.store.workspace.rename(info.name, to: new.text)
    let session = run.engine.session
    // What was revealed of a dataset stays revealed under its new name.
    run.engine.session.revealed = Set(
      session.revealed.map { column in
        column.hasPrefix(old.text + ".")
          ? new.text + column.dropFirst(old.text.count) : column
      })
    return .message("\(old.text) is now \(new.text)")
  }
}

/// `drop name`.
enum DropCommand: CommandDeclaration {
  static let signature = Signature(
    "drop", role: .command,
    [
      .choice([
        [.oneOf("what", ["cell"]), .number("cell")],
        [
          .optional([
            .oneOf("kind", ["view", "dataset"] + TriageDefinition.Kind.allCases.map(\.rawValue))
          ]),
          .choice([[.string("text")], [.name("name")]]), .optional([.word("in"), .name("set")]),
        ],
      ])
    ])
  static let summary = "Removes a dataset, view or `let` name; a queue, ruleset, rule or test."
  static let details = """
    `drop cell N` leaves a statement of the session out of what `save` writes.

    `drop rule NAME in SET` and `drop test "..." in SET` change the draft only; published versions stay for ever.
    """
  static let examples = [
    Example("drop cases"), Example("drop view open_cases"), Example("drop cell 3"),
  ]
  static let names: [String: [NameKind]] = ["name": [.binding, .dataset, .view]]

  static let withdrawal = Withdrawal.possible

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    if command.has("cell") {
      let number = try run.cellNumber(command)
      try run.host(for: command).dropCell(number)
      return .message("cell \(number) is left out of what `save` writes")
    }
    if let kind = command.word("kind").flatMap(TriageDefinition.Kind.init) {
      return try run.dropDefinition(kind, command)
    }
    guard let name = command.name("name") else {
      throw Diagnostic(
        code: "E0327", message: "a name is needed here", span: command.span,
        help: "only tests are named by a text: drop test \"...\" in SET")
    }
    let workspace = run.engine.store.workspace
    if command.word("kind") == "view" {
      try workspace.dropView(name.text)
      run.engine.session.scope[name.text] = nil
      return .message("dropped view \(name.text)")
    }
    if command.word("kind") == nil, run.engine.session.scope[name.text] != nil {
      run.engine.session.scope[name.text] = nil
      return .message("dropped \(name.text), which `let` had defined")
    }
    let info = try run.dataset(name)
    try workspace.drop(info.name)
    run.engine.session.revealed = run.engine.session.revealed.filter {
      !$0.hasPrefix(info.name + ".")
    }
    return .message("dropped \(info.name)")
  }

  static func check(_ command: Command, _ run: StatementRun) throws {
    guard let kind = command.word("kind").flatMap(TriageDefinition.Kind.init) else { return }
    _ = try run.dropDefinition(kind, command)
  }
}

/// `late cases.outcome, ...`: known only after the decision.
enum LateCommand: CommandDeclaration {
  static let signature = Signature(
    "late", role: .command, [.repeated("columns", separator: ",", [.path("column")])])
  static let summary = "Marks columns as known only after the decision."
  static let details = """
    Rules and suggestions must not use what nobody knew when the case was routed. `show columns NAME` lists the
    marks.
    """
  static let examples = [Example("late cases.decision, cases.outcome")]

  static let withdrawal = Withdrawal.possible

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    let columns = try run.columns(command)
    for (dataset, column) in columns {
      try run.engine.store.workspace.setLate(true, column: column, of: dataset)
    }
    return .message("late: " + columns.map { $0.dataset + "." + $0.column }.joined(separator: ", "))
  }
}

/// `protect cases.reporter, ...`: values are masked in everything that leaves the program.
enum ProtectCommand: CommandDeclaration {
  static let signature = Signature(
    "protect", role: .command, [.repeated("columns", separator: ",", [.path("column")])])
  static let summary =
    "Masks the values of columns in all output, and of all that is made of them."
  static let details = """
    Counts of protected values are shown; the values are not, nor anything computed from them. `reveal` lifts
    it for the session, with a reason that is kept. Names that `let` defined before are forgotten, as they may
    hold values.
    """
  static let examples = [Example("protect cases.country")]

  static let withdrawal = Withdrawal.impossible(
    "`reveal NAME.COLUMN because \"...\"` shows a protected column for this session")

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    let columns = try run.columns(command)
    for (dataset, column) in columns {
      try run.engine.store.workspace.setProtected(true, column: column, of: dataset)
      run.engine.session.revealed.remove(dataset + "." + column)
    }
    run.engine.store.refresh()
    let names = run.engine.session.scope.names
    // Results and names from before hold the values unmasked.
    run.engine.session.lastResult = nil
    run.engine.session.scope = Scope()
    run.engine.session.tableTexts = [:]
    let forgotten =
      names.isEmpty
      ? "" : "\n  forgotten, as they may hold values: " + names.joined(separator: ", ")
    return .message(
      "protected: " + columns.map { $0.dataset + "." + $0.column }.joined(separator: ", ")
        + forgotten)
  }
}

/// `reveal cases.reporter because "..."`.
enum RevealCommand: CommandDeclaration {
  static let signature = Signature(
    "reveal", role: .command,
    [
      .repeated("columns", separator: ",", [.path("column")]), .word("because"),
      .string("reason"),
    ])
  static let summary = "Shows protected columns for the rest of the session, with a reason."
  static let details =
    "`show reveals` lists who-knows-why: each reveal with its time and reason."
  static let examples = [
    Example("reveal cases.country because \"appeal 4711 names the country\"")
  ]

  static let withdrawal = Withdrawal.impossible(
    "what was revealed is on record; `protect` hides it again")

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    let columns = try run.columns(command)
    guard let reason = command.string("reason"), !reason.trimmingSpaces.isEmpty else {
      throw Diagnostic(
        code: "E0320", message: "a reveal needs a reason", span: command.span,
        help: "reveal NAME.COLUMN because \"...\"")
    }
    for (dataset, column) in columns {
      try run.engine.store.workspace.recordAudit(
        AuditRecord(
          at: run.context.clock, action: "reveal", subject: dataset + "." + column,
          reason: reason))
      run.engine.session.revealed.insert(dataset + "." + column)
    }
    return .message(
      "revealed for this session: "
        + columns.map { $0.dataset + "." + $0.column }.joined(separator: ", "))
  }
}

extension StatementRun {
  /// The columns that `dataset.column` paths name; an error at the first that does not exist.
  func columns(_ command: Command) throws -> [(dataset: String, column: String)] {
    try command.groups("columns").compactMap { group in
      guard let path = group.expression("column") else { return nil }
      guard case .member(let base, let column) = path.kind, let dataset = base.asName else {
        throw Diagnostic(
          code: "E0322", message: "say the dataset too", span: path.span,
          help: "\(command.word.text) NAME.COLUMN")
      }
      let info = try self.dataset(dataset)
      let known = info.fields.map(\.field.name)
      guard known.contains(column.text) else {
        throw Diagnostic(
          code: "E0323", message: "\(info.name) has no column '\(column.text)'",
          span: column.span,
          help: nearest(to: column.text, in: known).map { "did you mean \($0)?" }
            ?? "columns here: " + known.joined(separator: ", "),
          fix: Diagnostic.Fix(naming: nearest(to: column.text, in: known), at: column.span))
      }
      return (info.name, column.text)
    }
  }
}
