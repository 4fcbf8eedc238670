import CasebookTables
import CasebookValues
import Testing

@testable import CasebookFormats

/// Keeps what a load hands on, in a form that can be compared.
private struct RecordingSink: BlockSink {
  enum Recorded: Equatable {
    case bools([UInt8], valid: [UInt64])
    case longs([Int64], valid: [UInt64])
    case reals([UInt64], valid: [UInt64])
    case texts([UInt32], heap: [UInt8], offsets: [Int])
    case codes([UInt32])
  }

  var fields: [Field] = []
  var rowCounts: [Int] = []
  var blocks: [[Recorded]] = []
  var dictionaries: [[String]?] = []

  mutating func begin(fields: [Field]) {
    self.fields = fields
    blocks = []
    rowCounts = []
  }

  mutating func accept(_ block: [BlockColumn]) {
    rowCounts.append(block[0].count)
    blocks.append(block.map(recorded))
  }

  mutating func finish(dictionaries: [TextDictionary?]) {
    self.dictionaries = dictionaries.map { texts in
      texts.map { texts in (0..<texts.count).map(texts.string) }
    }
  }

  private func recorded(_ column: BlockColumn) -> Recorded {
    switch column {
    case .sharedCodes(let codes, _): return .codes(codes.widened.array)
    case .values(let column):
      let valid = column.validity?.words.array ?? []
      switch column.data {
      case .bools(let values): return .bools(values.array, valid: valid)
      case .longs(let values): return .longs(values.array, valid: valid)
      case .reals(let values): return .reals(values.array.map(\.bitPattern), valid: valid)
      case .texts(let codes, let texts):
        return .texts(
          codes.widened.array, heap: texts.heap.array, offsets: texts.offsets.array)
      }
    }
  }
}

@Suite struct ParallelTests {
  private static let rowCount = 270_000

  /// Rows with a column that is nearly all distinct, quotes here and there and a ragged line.
  private static let text: [UInt8] = {
    var numbers = SeededNumbers(seed: 11)
    var text = "id,step,at,score,note\n"
    for row in 0..<rowCount {
      let step = ["open", "review", "\"close,d\"", "\"re\nopen\""][Int(numbers.next() % 4)]
      let score = numbers.next() % 5 == 0 ? "" : "\(Double(numbers.next() % 1000) / 8)"
      let day = 1 + numbers.next() % 28
      text += "case-\(row),\(step),2024-02-\(day < 10 ? "0" : "")\(day)T10:00:00Z,\(score)"
      text += row % 9973 == 0 ? "\n" : ",n\(numbers.next() % 3000)\n"
    }
    return Array(text.utf8)
  }()

  private func record(threads: Int, pieceBytes: Int) throws -> (RecordingSink, LoadSummary) {
    var sink = RecordingSink()
    let reader = CSVReader(
      [.memory(Self.text)], options: CSVOptions(), pieceBytes: pieceBytes)
    let summary = try reader.load(
      into: &sink, context: RunContext(clock: 0, threads: threads))
    return (sink, summary)
  }

  @Test func blocksAreTheSameOnAnyNumberOfThreads() throws {
    let (one, summary) = try record(threads: 1, pieceBytes: 100_000)
    #expect(one.fields.map(\.type) == [.string, .string, .datetime, .real, .string])
    #expect(one.rowCounts == [65_536, 65_536, 65_536, 65_536, Self.rowCount - 4 * 65_536])
    // Nearly all distinct, so each block has a dictionary of its own.
    #expect(one.dictionaries[0] == nil)
    #expect(
      one.dictionaries[1]
        == ["open", "review", "close,d", "re\nopen"].sorted { a, b in
          (one.dictionaries[1]?.firstIndex(of: a) ?? 0)
            < (one.dictionaries[1]?.firstIndex(of: b) ?? 0)
        })
    #expect(summary.rejectCount == 28)
    for threads in [2, 4] {
      let (many, manySummary) = try record(threads: threads, pieceBytes: 100_000)
      #expect(many.fields == one.fields)
      #expect(many.blocks == one.blocks)
      #expect(many.dictionaries == one.dictionaries)
      #expect(manySummary.rejects == summary.rejects)
    }
  }

  @Test func dictionariesNumberTextsByFirstAppearance() throws {
    var text = "k,v\n"
    var numbers = SeededNumbers(seed: 5)
    var order: [String] = []
    for _ in 0..<60_000 {
      // More texts than a worker keeps, so that it starts afresh in between.
      let value = "v\(numbers.next() % 40_000)"
      text += "x,\(value)\n"
      order.append(value)
    }
    var seen = Set<String>()
    let first = order.filter { seen.insert($0).inserted }
    for threads in [1, 3] {
      var sink = RecordingSink()
      let reader = CSVReader(
        [.memory(Array(text.utf8))], options: CSVOptions(), pieceBytes: 1 << 17)
      _ = try reader.load(into: &sink, context: RunContext(clock: 0, threads: threads))
      // The sample is too small a part to call the column distinct.
      #expect(sink.dictionaries[1] == first)
    }
  }
}
