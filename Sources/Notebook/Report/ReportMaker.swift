public import CasebookEngine
import CasebookLanguage
import CasebookRender
import CasebookTables
import CasebookValues
import Crypto

/// Runs a script and makes the report of it.
public struct ReportMaker {
  private let engine: Engine
  private let run: ScriptRun
  private let version: String
  /// The lock beside the script.
  private let lock: ReportLock

  /// A maker on an engine of its own.
  public init(_ engine: Engine, version: String, key: ProtectionKey?, lock: ReportLock) {
    self.engine = engine
    self.version = version
    self.lock = lock
    run = ScriptRun(engine, version: version, key: key)
  }

  /// Runs the script up to the first statement that fails and gives the report, also then.
  ///
  /// `name` is what the script's file is called. Throws only what no report could tell. `hear` is handed each cell
  /// as it ends.
  public func report(
    of text: String, name: String, hear: (Cell) throws -> Void = { _ in }
  ) throws -> Report {
    var script = ReportScript(text, name: name)
    let isWhole = try run.run(text) { cell, record in
      try script.add(cell, record, engine)
      try hear(cell)
    }
    script.finish(isWhole: isWhole, engine)
    var provenance = Provenance(version: version, script: text)
    let made = run.lock
    provenance.inputs = made.inputs.map(seenFromScript)
    provenance.parameters = try engine.parameterValues.keys.sorted().compactMap { name in
      if script.namesToMask.contains(name) { return (name, "***") }
      return try engine.firstRows(ofName: name, count: 1).map { (name, Self.cell($0)) }
    }
    provenance.clock = run.records.last { $0.fixedClock != nil }?.fixedClock.map { clock in
      Self.cell(Table(fields: [Field("clock", .datetime)], rows: [[.datetime(clock)]]))
    }
    provenance.isVolatile = run.records.contains(where: \.isVolatile)
    provenance.seed = run.records.last { $0.reads.readsSeed }?.seed
    provenance.verification = verification(isWhole: isWhole)
    return Report(
      scriptName: name, title: script.title ?? name, titleIsInProse: script.title != nil,
      entries: script.entries, skippedCount: script.skippedCount,
      rowLimit: engine.settings.number("rows"), provenance: provenance, problems: script.problems)
  }

  /// An input with the paths of its files as the script has them, not as this machine does.
  private func seenFromScript(_ input: LockInput) -> LockInput {
    guard let directory = engine.configuration.directory else { return input }
    var input = input
    input.paths = input.paths.map { path in
      path.hasPrefix(directory + "/") ? String(path.dropFirst(directory.count + 1)) : path
    }
    return input
  }

  /// The only cell of a table, as tables show it.
  private static func cell(_ table: Table) -> String {
    table.rowCount == 1 ? table.shownCells(ofRow: 0).first ?? "" : ""
  }

  private func verification(isWhole: Bool) -> Provenance.Verification {
    switch lock {
    case .none: return .noLock
    case .unreadable(let reason): return .notCompared(reason)
    case .found(let old, let name):
      guard isWhole else { return .notCompared("the script did not run to its end") }
      let verdicts = run.verdicts(against: old)
      let differing = verdicts.filter { !$0.agrees }
      guard differing.isEmpty else { return .differs(name: name, cells: differing.map(\.label)) }
      return .verified(name: name, count: verdicts.count { $0.hasResult })
    }
  }
}

/// A script on its way to a report: its prose, and the cells that have run.
private struct ReportScript {
  private let tree: SyntaxTree
  private let name: String
  private(set) var entries: [Report.Entry] = []
  private(set) var skippedCount = 0
  private(set) var problems: [Report.Problem] = []
  /// The text that the prose of each entry stands in.
  private var sources: [(name: String?, text: SourceText)] = []
  private var quoted: QuotedResults
  /// Names of values that something with protected columns used: whoever looks for one person says who it is.
  private(set) var namesToMask: Set<String> = []
  /// The values that `let` and `param` named, by entry.
  private var values: [Int: String] = [:]
  /// The next statement of the text that is not in the report yet.
  private var next = 0

  init(_ text: String, name: String) {
    self.name = name
    tree = parse(text, signatures: Engine.signatures)
    let names = tree.statements.compactMap(\.prose)
      .flatMap { [tree] in Prose($0, of: tree.source).quotes }.compactMap { $0.target?.name }
    quoted = QuotedResults(wanted: Set(names))
  }

  /// The first heading of the prose, with the values that it quotes.
  var title: String? {
    for case let prose? in entries.lazy.map(\.prose) {
      if let title = MarkdownDocument(prose.text).title {
        return prose.replacingMarks(in: title) { prose.quotes[$0].shown }
      }
    }
    return nil
  }

  // MARK: Cells

  mutating func add(_ cell: Cell, _ record: CellRecord, _ engine: Engine) throws {
    // A statement of another text is one of a script that this one runs.
    if cell.source.bytes == tree.source.bytes { addProse(before: cell) }
    if !cell.isFailure { try quoted.note(cell, entry: entries.count, engine) }
    values[entries.count] = cell.statement.valueName
    if engine.areProtected(record.reads) { namesToMask.formUnion(record.reads.names) }
    entries.append(
      Report.Entry(
        prose: cell.statement.prose.map { Prose($0, of: cell.source) },
        statement: statement(cell, record, engine)))
    sources.append((cell.script, cell.source))
  }

  /// Adds prose that stands alone before a cell, and passes the cell's own statement.
  private mutating func addProse(before cell: Cell) {
    while next < tree.statements.count,
      tree.statements[next].span.lower <= cell.statement.span.lower
    {
      if tree.statements[next].span != cell.statement.span { addProse(of: tree.statements[next]) }
      next += 1
    }
  }

  private mutating func addProse(of statement: Statement) {
    guard let prose = statement.prose else { return }
    entries.append(Report.Entry(prose: Prose(prose, of: tree.source)))
    sources.append((nil, tree.source))
  }

  /// Ends the report: prose behind the last statement, and the values of quotes.
  mutating func finish(isWhole: Bool, _ engine: Engine) {
    namesToMask.formIntersection(values.values)
    for (entry, name) in values where namesToMask.contains(name) {
      let text = entries[entry].statement?.text ?? ""
      entries[entry].statement?.text = engine.maskedConstants(text)
    }
    for statement in tree.statements[min(next, tree.statements.count)...] {
      if isWhole {
        addProse(of: statement)
      } else if case .empty = statement.kind {
        continue
      } else {
        skippedCount += 1
      }
    }
    for entry in entries.indices {
      for quote in entries[entry].prose?.quotes.indices ?? 0..<0 {
        resolve(quote, in: entry, isWhole: isWhole)
      }
    }
  }

  private mutating func resolve(_ index: Int, in entry: Int, isWhole: Bool) {
    guard let quote = entries[entry].prose?.quotes[index] else { return }
    if let name = quote.target?.name, namesToMask.contains(name) {
      entries[entry].prose?.quotes[index].value = .text("***")
      return
    }
    switch quoted.value(of: quote, in: entry) {
    case .success(let text): entries[entry].prose?.quotes[index].value = .text(text)
    case .failure(let problem) where isWhole || problem.code != "E0731":
      entries[entry].prose?.quotes[index].value = .problem(
        problem.message + (problem.help.map { "; " + $0 } ?? ""))
      problems.append(
        Report.Problem(
          diagnostic: problem, source: sources[entry].text, script: sources[entry].name))
    // It would have been computed by what did not run.
    case .failure: entries[entry].prose?.quotes[index].value = .problem("not computed")
    }
  }

  // MARK: Statements

  private func statement(_ cell: Cell, _ record: CellRecord, _ engine: Engine) -> ReportStatement {
    ReportStatement(
      text: engine.maskedHiddenStrings(engine.masked(record.text)), outcome: outcome(cell, engine),
      isQuoted: quoted.isQuoted(cell), findings: cell.findings,
      warnings: cell.notes.map { Self.sentence($0.message, $0.help) }
        + cell.warnings.map {
          Self.sentence(
            ($0.rows > 0 ? formatCount($0.rows, of: "row") + ": " : "") + $0.text, nil)
        },
      volatileSince: record.isVolatile && !record.outcome.isFailure
        ? Instant.text(record.startedAt) : nil)
  }

  private static func sentence(_ text: String, _ help: String?) -> String {
    text + (help.map { "; " + $0 } ?? "") + "."
  }

  private func outcome(_ cell: Cell, _ engine: Engine) -> ReportStatement.Outcome {
    switch cell.output {
    case .table(let table): return .table(table)
    case .plan(let plan):
      let text = cell.source[cell.statement.span]
      guard engine.masked(text) == text else {
        return .text(
          "The plan is not shown: it holds constants that stand with protected columns.\n")
      }
      return .text(PlanDrawing(.plain).text(Self.timeless(plan)))
    case .help(let page): return .text(HelpDrawing(.plain).text(page))
    case .topics(let sections): return .text(ListDrawing(.plain).text(sections))
    case .failure(let diagnostic): return .failure(failure(diagnostic, cell, engine))
    case .interrupted: return .failure(ReportFailure(text: "It was interrupted.\n", rows: nil))
    case .nothing:
      if case .command(let command) = cell.statement.kind, command.name == "expect" {
        return .holds(reason: command.string("reason"))
      }
      return .nothing
    // A message says what was done, and how fast; a report tells what was found.
    case .message, .edit, .leave: return .nothing
    }
  }

  /// The error with its place; the line itself is left out where protected values may stand in the script.
  private func failure(_ diagnostic: Diagnostic, _ cell: Cell, _ engine: Engine) -> ReportFailure {
    let drawing = DiagnosticDrawing(.plain)
    let whole = cell.source.text
    let isOpen = engine.maskedHiddenStrings(engine.masked(whole)) == whole
    let text =
      isOpen
      ? drawing.text(diagnostic, source: cell.source, fileName: cell.script ?? name)
      : "\(diagnostic.severity.rawValue) \(diagnostic.code): \(diagnostic.message)\n"
        + " --> \(cell.script ?? name):\(cell.source.position(at: diagnostic.span.lower).line)\n"
    return ReportFailure(text: text, rows: cell.rowsAtFault)
  }

  /// A plan without how long it took.
  private static func timeless(_ plan: PlanNode) -> PlanNode {
    var plan = plan
    plan.seconds = nil
    plan.children = plan.children.map(timeless)
    return plan
  }
}

extension CellRecord.Outcome {
  fileprivate var isFailure: Bool { self != .done }
}

extension Prose.Quote {
  /// The value as text; where there is none, as it was written.
  var shown: String {
    switch value {
    case .text(let text): text
    case .problem, .unknown: raw
    }
  }
}

extension Statement {
  /// The name of a single value that the statement defines.
  fileprivate var valueName: String? {
    switch kind {
    case .binding(let binding):
      if case .expression = binding.value { return binding.name.text }
      return nil
    case .command(let command) where command.name == "param": return command.name("name")?.text
    default: return nil
    }
  }
}
