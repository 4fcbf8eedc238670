import CasebookFormats
import CasebookLanguage
import CasebookRender
import CasebookTables
import CasebookValues
import CasebookWorkspace
import Crypto
import Synchronization

/// One load on its way from files into the workspace: all of it, or nothing.
struct Loading {
  let name: String
  let paths: [String]
  let options: LoadOptions
  let statement: StatementRun

  /// Loads, and says in a line or a few what came of it.
  func perform() throws -> String {
    let start = stopwatch()
    let progress = LoadProgress()
    let hashes = FileHashes(count: paths.count)
    let earlier = try statement.engine.store.workspace.info(name)
    let replaced = earlier != nil && !options.appends
    let watch = ProgressWatch(
      statement.engine.configuration.progress, label: "load \(name)", progress)
    defer { watch.end() }
    var loaded: LoadSummary?
    let reader = CSVReader(paths: paths, options: options.csv)
    let info = try statement.engine.store.workspace.load(
      name, mode: options.appends ? .append : .replace, context: statement.context
    ) { writer in
      var sink = WorkspaceSink(writer: writer, watch: watch)
      let summary = try reader.load(
        into: &sink, context: statement.context, progress: progress, observer: hashes.observer)
      loaded = summary
      writer = sink.writer
      writer.provenance = Provenance(
        sources: zip(paths, hashes.finished()).map { path, hash in
          Provenance.Source(path: path, byteCount: hash.byteCount, sha256: hash.sha256)
        }, options: options.written, rejectCount: summary.rejectCount)
      writer.rejects = summary.rejects.isEmpty ? nil : rejects(summary)
    }
    guard let loaded else { return "" }
    try keepMarks(of: earlier, on: info)
    let log = try LogListing.proposal(for: info, statement)
    return message(loaded, info, replaced: replaced, seconds: stopwatch() - start)
      + log.map { "\n  " + $0 }.joined()
  }

  /// A column that was protected or late stays so when the dataset is loaded again.
  private func keepMarks(of earlier: DatasetInfo?, on info: DatasetInfo) throws {
    let workspace = statement.engine.store.workspace
    let names = Set(info.fields.map(\.field.name))
    for field in earlier?.fields ?? [] where names.contains(field.field.name) {
      let name = field.field.name
      if field.field.isProtected { try workspace.setProtected(true, column: name, of: info.name) }
      if field.isLate { try workspace.setLate(true, column: name, of: info.name) }
    }
  }

  private func rejects(_ summary: LoadSummary) -> Table {
    Table(
      fields: [
        Field("file", .string), Field("line", .long), Field("column", .string),
        Field("reason", .string),
      ],
      rows: summary.rejects.map { reject in
        [
          .string(paths[reject.file]), .long(Int64(reject.line)),
          .string(reject.column ?? ""), .string("\(reject.reason)"),
        ]
      })
  }

  private func message(
    _ summary: LoadSummary, _ info: DatasetInfo, replaced: Bool, seconds: Double
  ) -> String {
    let isMore = options.appends && info.rowCount > summary.rows
    let verb = isMore ? "appended to" : replaced ? "replaced" : "loaded"
    let rate = seconds > 0 ? Double(summary.rows) / seconds : 0
    var lines = [
      "\(verb) \(name): \(formatCount(summary.rows, of: "row")), "
        + "\(formatCount(info.fields.count, of: "column")), \(formatBytes(summary.bytes)), "
        + "\(formatRate(rate))"
    ]
    if isMore { lines[0] += ", \(formatCount(info.rowCount, of: "row")) in all" }
    let types = info.fields.map { "\($0.field.name): \($0.field.type.name)" }
    lines.append("  " + types.joined(separator: ", "))
    for count in summary.rejectCounts {
      let place = count.column.map { " in \($0)" } ?? ""
      lines.append("  \(formatCount(count.count, of: "reject"))\(place): \(count.reason)")
    }
    if summary.rejectCount > 0 { lines.append("  `show rejects \(name)` lists the lines") }
    if summary.invalidTextCount > 0 {
      let verb = summary.invalidTextCount == 1 ? "is" : "are"
      lines.append(
        "  \(formatCount(summary.invalidTextCount, of: "byte")) that \(verb) not UTF-8 became U+FFFD"
      )
    }
    if summary.removedNULCount > 0 {
      lines.append("  \(formatCount(summary.removedNULCount, of: "NUL byte")) removed")
    }
    lines += summary.notes.map { "  " + $0 }
    return lines.joined(separator: "\n")
  }
}

/// Hands the reader's blocks to the workspace's writer.
private struct WorkspaceSink: BlockSink {
  var writer: DatasetWriter
  let watch: ProgressWatch

  mutating func begin(fields: [Field]) throws { try writer.begin(fields: fields) }

  mutating func accept(_ block: [BlockColumn]) throws {
    try writer.append(
      block.map { column in
        switch column {
        case .values(let values): .values(values)
        case .sharedCodes(let codes, let validity): .sharedCodes(codes, validity: validity)
        }
      })
    watch.tell()
  }

  mutating func finish(dictionaries: [TextDictionary?]) throws {
    writer.finish(dictionaries: dictionaries)
  }
}

/// Tells the observer how far a load is, at most ten times a second.
private final class ProgressWatch {
  private let observer: (any ProgressObserver)?
  private let label: String
  private let progress: LoadProgress
  private let start = stopwatch()
  private var last = stopwatch()

  init(_ observer: (any ProgressObserver)?, label: String, _ progress: LoadProgress) {
    self.observer = observer
    self.label = label
    self.progress = progress
  }

  func tell() {
    guard let observer else { return }
    let now = stopwatch()
    guard now - last > 0.1 else { return }
    last = now
    observer.progressed(
      Progress(
        label: label, rows: progress.rows, bytes: (progress.bytes, progress.totalBytes),
        seconds: now - start))
  }

  func end() { observer?.progressEnded() }
}

/// The SHA-256 of every file of a load, while its bytes go by.
private final class FileHashes: Sendable {
  private let hashers: Mutex<[(hasher: SHA256, byteCount: Int)]>

  init(count: Int) {
    hashers = Mutex((0..<count).map { _ in (SHA256(), 0) })
  }

  var observer: RawByteObserver {
    { file, bytes in
      self.hashers.withLock { all in
        all[file].hasher.update(bufferPointer: bytes)
        all[file].byteCount += bytes.count
      }
    }
  }

  func finished() -> [(sha256: String, byteCount: Int)] {
    hashers.withLock { all in
      all.map { entry in
        (hexadecimal(entry.hasher.finalize()), entry.byteCount)
      }
    }
  }
}
