public import CasebookTables
import Synchronization

/// A line, or one cell of it, that was not taken as it stands; never its content.
public struct Reject: Sendable, Hashable {
  /// Which of the loaded files, from 0.
  public var file: Int
  /// The line in that file, from 1; the first line of a record that spans several.
  public var line: Int
  /// Why.
  public var reason: RejectReason
  /// The column, where one cell is at fault.
  public var column: String?

  /// A reject.
  public init(file: Int, line: Int, reason: RejectReason, column: String?) {
    self.file = file
    self.line = line
    self.reason = reason
    self.column = column
  }
}

/// What a load read and what it made of it.
public struct LoadSummary: Sendable {
  /// How many rejects of one reason in one column there were.
  public struct RejectCount: Sendable, Hashable {
    /// Why.
    public var reason: RejectReason
    /// The column, where one cell is at fault.
    public var column: String?
    /// How many.
    public var count: Int
  }

  /// Rejects listed at most; `rejectCounts` counts them all.
  public static let rejectsListed = 100_000

  /// The files, in the order they were read.
  public var paths: [String] = []
  /// Rows delivered.
  public var rows = 0
  /// Names and types.
  public var fields: [Field] = []
  /// Bytes of the files as they lie on disk.
  public var bytes = 0
  /// The byte between cells.
  public var delimiter: UInt8 = 0
  /// Whether the first line named the columns.
  public var hasHeader = false
  /// The first rejects, in the order of files and lines.
  public var rejects: [Reject] = []
  /// All rejects by reason and column, in the order they first came.
  public var rejectCounts: [RejectCount] = []
  /// Bytes that are not UTF-8, each replaced by U+FFFD.
  public var invalidTextCount = 0
  /// NUL bytes taken out.
  public var removedNULCount = 0
  /// What a person should know, as sentences.
  public var notes: [String] = []

  /// All rejects.
  public var rejectCount: Int { rejectCounts.reduce(0) { $0 + $1.count } }

  mutating func reject(_ reject: Reject) {
    if rejects.count < Self.rejectsListed { rejects.append(reject) }
    let known = rejectCounts.firstIndex {
      $0.reason == reject.reason && $0.column == reject.column
    }
    if let known {
      rejectCounts[known].count += 1
    } else {
      rejectCounts.append(RejectCount(reason: reject.reason, column: reject.column, count: 1))
    }
  }
}

/// How far a load has come, for a line on the terminal; read from any thread.
public final class LoadProgress: Sendable {
  private let rowCount = Atomic<Int>(0)
  private let byteCount = Atomic<Int>(0)
  private let byteTotal = Atomic<Int>(0)

  /// Nothing done yet.
  public init() {}

  /// Rows delivered.
  public var rows: Int { rowCount.load(ordering: .relaxed) }
  /// Bytes read, as they lie on disk.
  public var bytes: Int { byteCount.load(ordering: .relaxed) }
  /// Bytes there are.
  public var totalBytes: Int { byteTotal.load(ordering: .relaxed) }

  func begin(totalBytes: Int) {
    rowCount.store(0, ordering: .relaxed)
    byteCount.store(0, ordering: .relaxed)
    byteTotal.store(totalBytes, ordering: .relaxed)
  }

  func update(rows: Int) { rowCount.store(rows, ordering: .relaxed) }
  func update(bytes: Int) { byteCount.store(bytes, ordering: .relaxed) }
}
