/// What became of one piece: a column's worth of values for each column, and what was found amiss.
///
/// Made by one worker, then handed to the thread that assembles blocks, then used again.
final class Chunk {
  /// A line or cell that did not fit.
  struct Reject {
    /// The line, from 0 at the piece's start.
    var line: Int
    var reason: RejectReason
    var column: Int?
  }

  var index = 0
  var file = 0
  var startsFile = false
  /// Who parsed it; text codes are that worker's until they are assembled.
  var worker = 0
  var rowCount = 0
  /// Lines of the file, those left out as well.
  var lineCount = 0
  var blankLineCount = 0
  var removedNULCount = 0
  /// Replaced by U+FFFD in this piece, and by transcoding in the file up to here.
  var replacedCount = 0
  var transcodingInvalidCount = 0
  var columns: [ChunkColumn]
  var evidence: [TypeEvidence]
  var rejects: [Reject] = []
  /// Whether a value contradicts the form that was inferred for its column.
  var contradicted: [Bool]

  init(columnCount: Int) {
    columns = (0..<columnCount).map { _ in ChunkColumn() }
    evidence = Array(repeating: TypeEvidence(), count: columnCount)
    contradicted = Array(repeating: false, count: columnCount)
  }

  deinit { for column in columns { column.release() } }

  func begin(index: Int, worker: Int) {
    self.index = index
    self.worker = worker
    rowCount = 0
    rejects.removeAll(keepingCapacity: true)
    for column in columns.indices {
      evidence[column] = TypeEvidence()
      contradicted[column] = false
      columns[column].begin()
    }
  }
}

/// The values of one column of a chunk.
struct ChunkColumn {
  /// Eight bytes a row: numbers and ticks; codes and text lengths use the first four.
  private var values = UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8)
  /// A byte a row: 1 where there is a value.
  private(set) var valid = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
  private var capacity = 1
  var nullCount = 0
  /// Texts one after another, or the texts that the worker saw for the first time.
  var heap = GrowingMemory<UInt8>(capacity: 64)
  /// Where the new texts end in the heap, and their hashes.
  var newEnds = GrowingMemory<Int>(capacity: 16)
  var newHashes = GrowingMemory<UInt64>(capacity: 16)
  /// Whether the worker forgot its codes before this chunk.
  var startsCodesAfresh = false

  func release() {
    values.deallocate()
    valid.deallocate()
    heap.release()
    newEnds.release()
    newHashes.release()
  }

  mutating func begin() {
    nullCount = 0
    heap.count = 0
    newEnds.count = 0
    newHashes.count = 0
    startsCodesAfresh = false
  }

  /// Makes room for more rows behind `count`.
  mutating func reserve(_ wanted: Int, keeping count: Int) {
    guard wanted > capacity else { return }
    let larger = max(wanted, capacity * 2)
    let newValues = UnsafeMutableRawPointer.allocate(byteCount: larger * 8, alignment: 8)
    newValues.copyMemory(from: values, byteCount: count * 8)
    values.deallocate()
    values = newValues
    let newValid = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    newValid.update(from: valid, count: count)
    valid.deallocate()
    valid = newValid
    capacity = larger
  }

  var longs: UnsafeMutablePointer<Int64> { values.assumingMemoryBound(to: Int64.self) }
  var reals: UnsafeMutablePointer<Double> { values.assumingMemoryBound(to: Double.self) }
  var bools: UnsafeMutablePointer<UInt8> { values.assumingMemoryBound(to: UInt8.self) }
  /// Codes, or the lengths of texts.
  var codes: UnsafeMutablePointer<UInt32> { values.assumingMemoryBound(to: UInt32.self) }
}
