public import CasebookEngine
import CasebookLanguage
public import CasebookTables
import CasebookValues

/// The record of one sitting at the prompt: its cells, journaled as they finish, which can be listed,
/// entered again, left out and saved as a script.
public final class Sitting: SessionHost {
  private let engine: Engine
  private let journal: Journal?
  private var recorder: CellRecorder
  private(set) var cells: [SittingCell] = []
  /// The number of the cell whose result `_` means.
  private var lastResultCell: Int?
  /// The last pipeline written out in full, which a text that begins with `|` continues.
  private var lastPipeline = ""
  /// Results with more rows are not hashed: the prompt should be back at once.
  private static let hashedRowCount = 1_000_000

  /// The record of a session on an engine, which it becomes the host of.
  public init(_ engine: Engine, journal: Journal?) {
    self.engine = engine
    self.journal = journal
    recorder = CellRecorder(key: .standard(makesOne: false))
    engine.host = self
  }

  /// Adds a cell that has run, also to the journal.
  ///
  /// Trouble with the journal does not disturb the session.
  public func note(_ cell: Cell) {
    guard
      let record = try? recorder.record(
        cell, context: engine.contextForRecord(), hashedRowCount: Self.hashedRowCount)
    else { return }
    var isAmendment = false
    if case .command(let command) = cell.statement.kind { isAmendment = command.isAmendment }
    let defined = cell.statement.defined
    let continued = cell.reads.readsPrevious ? lastResultCell : nil
    var kept = SittingCell(
      number: cells.count + 1, record: record, fullText: fullText(cell), continued: continued,
      commandName: cell.commandName,
      definedName: defined?.name, definedLabel: defined?.label, isAmendment: isAmendment,
      canBeWithdrawn: cell.canBeWithdrawn)
    // A list of cells is there to be looked at, and so is what is made of it.
    kept.isAboutSitting =
      cell.asksHost || continued.map { !cells[$0 - 1].isOfScript } == true
    cells.append(kept)
    if case .table = cell.output { lastResultCell = kept.number }
    let masked = engine.masked(record.text)
    journal?.add(record, number: cells.count, maskedText: masked == record.text ? nil : masked)
  }

  /// The pipeline in full, and what the next may continue.
  private func fullText(_ cell: Cell) -> String? {
    guard case .pipeline(let pipeline) = cell.statement.kind, cell.commandName == nil,
      !cell.isFailure
    else {
      // A bar now goes on with what this statement showed, which no pipeline says.
      if case .table = cell.output { lastPipeline = "" }
      return nil
    }
    let text = cell.source[cell.statement.span]
    guard case .continuation = pipeline.source else {
      lastPipeline = text
      return nil
    }
    guard !lastPipeline.isEmpty else { return nil }
    lastPipeline += "\n  " + text
    return lastPipeline
  }

  // MARK: Host

  private static let fields = [
    Field("cell", .long), Field("statement", .string), Field("outcome", .string),
    Field("rows", .long), Field("duration", .timespan), Field("kept", .bool),
  ]

  /// One row a cell.
  public func cellTable() -> Table {
    Table(
      fields: Self.fields,
      rows: cells.map { cell in
        [
          .long(Int64(cell.number)), .string(shownText(cell)),
          .string(cell.isWithdrawn ? "withdrawn" : cell.record.outcome.rawValue),
          cell.record.result.map { .long(Int64($0.rowCount)) } ?? .null(.long),
          .timespan(Int64(cell.record.seconds * Double(Ticks.perSecond))), .bool(cell.isOfScript),
        ]
      })
  }

  /// One row a sitting whose journal is kept, oldest first.
  public func sessionTable() -> Table {
    Table(
      fields: [
        Field("started_at", .datetime), Field("workspace", .string), Field("folder", .string),
        Field("statements", .long), Field("state", .string),
      ],
      rows: Journal.all().map { remains in
        [
          Instant.parse(remains.started).map { .datetime($0) } ?? .null(.datetime),
          .string(remains.workspace ?? ""), .string(remains.folder),
          .long(Int64(remains.statements.count)),
          .string(
            remains.hasEnded ? "ended" : remains.isRunning ? "running" : "cut off"),
        ]
      })
  }

  /// Values of protected columns are not shown where they were typed, either.
  private func shownText(_ cell: SittingCell) -> String { engine.masked(cell.record.text) }

  /// The statement of a cell.
  public func text(ofCell number: Int) throws -> String { try cells[index(number)].record.text }

  /// Leaves a cell out of what `save` writes.
  public func dropCell(_ number: Int) throws { cells[try index(number)].isDropped = true }

  /// Notes that the last change was withdrawn.
  public func noteWithdrawal() {
    guard let index = cells.lastIndex(where: { $0.canBeWithdrawn && !$0.isWithdrawn }) else {
      return
    }
    // The `undo` itself becomes the next cell.
    cells[index].withdrawnBy = cells.count + 1
  }

  private func index(_ number: Int) throws -> Int {
    guard cells.indices.contains(number - 1) else {
      throw SessionIssue(
        cells.isEmpty ? "there are no cells yet" : "there is no cell \(number)",
        help: cells.isEmpty ? nil : "they go from 1 to \(cells.count); `cells` lists them")
    }
    return number - 1
  }

  /// Writes the session as a script and proves it.
  public func save(to path: String, everything: Bool, replaces: Bool) throws -> String {
    let writer = ScriptWriter(
      cells: cells, everything: everything, scriptFolder: Self.folder(of: path),
      workingFolder: engine.configuration.directory ?? ".")
    let kept = writer.keptCells
    guard !kept.isEmpty else {
      throw SessionIssue("there is nothing to save yet", help: "`cells` lists what was entered")
    }
    let text = writer.text
    let file = try NewFile(path, replaces: replaces)
    try Array(text.utf8).withUnsafeBytes { try file.write($0) }
    try file.commit()
    let statements = kept.count == 1 ? "1 statement" : "\(kept.count) statements"
    return "wrote \(path): \(statements); " + proof(of: text, at: path, kept, writer)
  }

  // MARK: Proof

  /// Runs the script from a clean workspace and says whether the results are the session's.
  private func proof(
    of text: String, at path: String, _ kept: [SittingCell], _ writer: ScriptWriter
  ) -> String {
    let loads = kept.filter { $0.commandName == "load" }
    let read = kept.reduce(into: Set<String>()) { $0.formUnion($1.record.reads.columns.keys) }
    let missing = read.intersection(engine.datasetNames).sorted().filter { name in
      !loads.contains { $0.definedName == name || $0.words.contains { $0 == name } }
    }
    guard missing.isEmpty else {
      return "not verified: it reads \(missing.joined(separator: ", ")), which it does not load; "
        + "run it with --workspace"
    }
    var configuration = engine.configuration
    configuration.workspacePath = nil
    configuration.directory = Self.folder(of: path)
    configuration.progress = nil
    configuration.isRehearsal = true
    do {
      let other = try Engine(configuration)
      defer { try? other.close() }
      let run = ScriptRun(other, version: "", key: .standard(makesOne: false))
      var reason = ""
      let isWhole = try run.run(text) { cell, _ in
        if case .failure(let diagnostic) = cell.output { reason = diagnostic.message }
      }
      guard isWhole else {
        let failed = run.records.last?.text.split(separator: "\n").first ?? ""
        return "it FAILS from a clean workspace at: \(failed): \(engine.masked(reason))"
      }
      return verdict(run.records, kept, writer)
    } catch {
      return "it could not be verified: \(error)"
    }
  }

  private func verdict(
    _ records: [CellRecord], _ kept: [SittingCell], _ writer: ScriptWriter
  ) -> String {
    let replayed = Dictionary(grouping: records.filter { $0.result != nil }, by: \.canonicalText)
    var compared = 0
    var differing: [Int] = []
    for cell in kept {
      guard let result = cell.record.result else { continue }
      let text = writer.canonicalText(cell)
      guard let found = replayed[text]?.compactMap(\.result), !found.isEmpty else { continue }
      compared += 1
      if !cell.record.isVolatile, !found.contains(where: { $0.agrees(with: result) }) {
        differing.append(cell.number)
      }
    }
    guard differing.isEmpty else {
      let cells = differing.map(String.init).joined(separator: ", ")
      return "its results DIFFER from the session's in cell \(cells)"
    }
    return compared == 1
      ? "verified, 1 result is the same" : "verified, \(compared) results are the same"
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
