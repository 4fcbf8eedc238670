import CasebookTables
import CasebookValues

/// The passes of one load and what they have in common.
struct LoadRun {
  private let inputs: [InputFile]
  private let options: CSVOptions
  private let preparation: LoadPreparation
  private let pieceBytes: Int
  private let context: RunContext
  private var plan: LoadPlan
  private var evidence: [TypeEvidence]
  private var summary = LoadSummary()
  private var blankLineCount = 0
  private var widened: [String] = []
  private var passCount = 0

  init(
    _ inputs: [InputFile], _ options: CSVOptions, _ preparation: LoadPreparation, pieceBytes: Int,
    context: RunContext
  ) {
    self.inputs = inputs
    self.options = options
    self.preparation = preparation
    self.pieceBytes = pieceBytes
    self.context = context
    plan = preparation.plan
    evidence = preparation.evidence
  }

  /// Reads all files; false when types had to be widened and everything must be read again.
  mutating func pass(
    into sink: inout some BlockSink, progress: LoadProgress?, observer: RawByteObserver?
  ) throws -> Bool {
    summary = LoadSummary()
    blankLineCount = 0
    passCount += 1
    progress?.begin(totalBytes: preparation.byteCount)
    try sink.begin(fields: plan.fields)
    let reader = PieceReader(
      inputs, encoding: options.encoding, marks: plan.marks, pieceBytes: pieceBytes,
      observer: observer, progress: progress)
    let pass = LoadPass(plan, reader, pieceBytes: pieceBytes, context: context)
    var assembler = BlockAssembler(plan)
    defer { assembler.release() }
    var account = LineAccount()
    var isContradicted = false
    try pass.run { chunk in
      try take(chunk, &account)
      isContradicted = isContradicted || chunk.contradicted.contains(true)
      // What was accepted so far is void now, so the rest only gives its evidence.
      if isContradicted { return }
      try assembler.append(chunk, to: &sink)
      summary.rows += chunk.rowCount
      progress?.update(rows: summary.rows)
    }
    if let failure = pass.readFailure { throw failure }
    summary.invalidTextCount += account.transcodingInvalidCount
    if try !settle(isContradicted) { return false }
    try assembler.finish(&sink)
    return true
  }

  /// Counts what a chunk reports, with lines as they stand in the file.
  private mutating func take(_ chunk: Chunk, _ account: inout LineAccount) throws {
    account.begin(chunk)
    for column in evidence.indices {
      evidence[column].merge(chunk.evidence[column])
      // Every value was seen before: what still does not fit can only be text.
      if chunk.contradicted[column], passCount > 1 { evidence[column].possible = [] }
    }
    summary.removedNULCount += chunk.removedNULCount
    summary.invalidTextCount += chunk.replacedCount
    blankLineCount += chunk.blankLineCount
    for reject in chunk.rejects {
      let line = account.linesBefore + reject.line + 1
      let name = reject.column.map { plan.columns[$0].name }
      if options.onError == .fail {
        throw FormatError.rejected(
          path: inputs[chunk.file].name, line: line, reason: reject.reason, column: name)
      }
      summary.reject(Reject(file: chunk.file, line: line, reason: reject.reason, column: name))
    }
    account.end(chunk)
  }

  /// Compares the forms used with what all values allow; false when another pass is needed.
  private mutating func settle(_ isContradicted: Bool) throws -> Bool {
    var isSettled = !isContradicted
    for column in plan.columns.indices {
      var planned = plan.columns[column]
      try planned.settle(evidence[column], options.types[planned.name])
      let used = plan.columns[column].form
      if planned.form == .undecided || (planned.form == .text && used.type == .string) { continue }
      if planned.form.type != used.type { widened.append(planned.name) }
      if planned.form != used {
        plan.columns[column] = planned
        isSettled = false
      }
    }
    return isSettled
  }

  /// The summary, unless dates could not be told apart.
  mutating func finish() throws -> LoadSummary {
    for (column, planned) in plan.columns.enumerated() where evidence[column].isOrderUnknown {
      switch planned.form {
      case .datetime(.slashed), .datetime(.any):
        throw FormatError.ambiguousDates(column: planned.name)
      default: break
      }
    }
    summary.paths = inputs.map(\.name)
    summary.fields = plan.fields
    summary.bytes = preparation.byteCount
    summary.delimiter = preparation.dialect.delimiter
    summary.hasHeader = preparation.dialect.hasHeader
    summary.notes = notes()
    return summary
  }

  /// What was taken for granted in reading a column's times.
  private static func timeNote(_ column: LoadPlan.PlannedColumn) -> String? {
    switch column.form {
    case .datetime(.epoch(let ticksEach)):
      "column \(column.name) counts "
        + (ticksEach == Ticks.perSecond ? "seconds" : "milliseconds") + " since 1970"
    case .datetime(.slashed(let dayFirst)):
      "dates in column \(column.name) are read with the \(dayFirst ? "day" : "month") first"
    default: nil
    }
  }

  private func notes() -> [String] {
    var notes = preparation.dialect.notes
    let local = plan.columns.indices.filter {
      plan.columns[$0].form.type == .datetime && evidence[$0].hasLocalTimes
    }
    if options.timezone == nil, !local.isEmpty {
      let names = local.map { plan.columns[$0].name }.joined(separator: ", ")
      notes.append("times without an offset are taken as UTC: \(names)")
    }
    notes += plan.columns.compactMap { $0.declared == nil ? Self.timeNote($0) : nil }
    if !widened.isEmpty {
      let names = plan.columns.filter { widened.contains($0.name) }
        .map { "\($0.name) is \($0.field.type.name)" }.joined(separator: ", ")
      notes.append("later rows changed a type, so the file was read again: \(names)")
    }
    if blankLineCount > 0 { notes.append("blank lines left out: \(blankLineCount)") }
    return notes
  }
}

/// Where the current chunk begins in its file.
private struct LineAccount {
  private(set) var linesBefore = 0
  private var currentFileInvalid = 0
  private var earlierFilesInvalid = 0

  /// What transcoding replaced, over all files.
  var transcodingInvalidCount: Int { earlierFilesInvalid + currentFileInvalid }

  mutating func begin(_ chunk: Chunk) {
    guard chunk.startsFile else { return }
    linesBefore = 0
    earlierFilesInvalid += currentFileInvalid
    currentFileInvalid = 0
  }

  mutating func end(_ chunk: Chunk) {
    linesBefore += chunk.lineCount
    currentFileInvalid = chunk.transcodingInvalidCount
  }
}
