public import CasebookTables
import CasebookValues

/// Reads delimited text files as one table, block by block.
///
/// The head of the first file tells the dialect and the first types. Then one pass reads everything
/// on all threads. If a later row contradicts a type, that pass goes on to the end of the files only
/// to see what all values allow, and a second pass reads again with types that fit, so that `007`
/// stays `007`. Memory is bounded by the dictionaries, not by the files.
public struct CSVReader: Sendable {
  private let inputs: [InputFile]
  private let options: CSVOptions
  private let pieceBytes: Int

  /// A reader of files, in that order.
  public init(paths: [String], options: CSVOptions = CSVOptions()) {
    self.init(paths.map { .path($0) }, options: options)
  }

  /// A reader of text in memory.
  public init(bytes: [UInt8], options: CSVOptions = CSVOptions()) {
    self.init([.memory(bytes)], options: options)
  }

  init(_ inputs: [InputFile], options: CSVOptions, pieceBytes: Int = 1 << 20) {
    self.inputs = inputs
    self.options = options
    self.pieceBytes = pieceBytes
  }

  /// The columns as the first piece of the first file tells them; later rows may widen types.
  public func schema() throws -> [Field] {
    let context = RunContext(clock: 0, threads: 1)
    return try LoadPreparation(inputs, options, pieceBytes: pieceBytes, context: context)
      .plan.fields
  }

  /// Reads everything into a sink.
  ///
  /// The sink is called on this thread. `observer` sees the bytes of the files, each once, on any.
  public func load(
    into sink: inout some BlockSink, context: RunContext, progress: LoadProgress? = nil,
    observer: RawByteObserver? = nil
  ) throws -> LoadSummary {
    let preparation = try LoadPreparation(
      inputs, options, pieceBytes: pieceBytes, context: context)
    var run = LoadRun(inputs, options, preparation, pieceBytes: pieceBytes, context: context)
    // Twice at most: the first pass has seen every value before the second begins.
    var observer = observer
    while try !run.pass(into: &sink, progress: progress, observer: observer) { observer = nil }
    return try run.finish()
  }

  /// Reads everything into a table in memory.
  public func table(
    context: RunContext, progress: LoadProgress? = nil
  ) throws -> (table: Table, summary: LoadSummary) {
    var sink = TableSink()
    let summary = try load(into: &sink, context: context, progress: progress)
    return (sink.table, summary)
  }
}
