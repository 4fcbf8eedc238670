import CasebookTables

/// Times and cases of a log as plain memory, for loops over millions of events that count no references.
///
/// `@unchecked Sendable`: only read; the log has to outlive it.
struct LogMemory: @unchecked Sendable {
  let starts: UnsafePointer<Int64>
  let ends: UnsafePointer<Int64>
  let rows: UnsafePointer<UInt32>
  let offsets: UnsafePointer<UInt32>
  let asOf: Int64

  /// The memory of a log.
  init(_ log: LogView) {
    (starts, ends) = (log.starts.base, log.ends.base)
    (rows, offsets) = (log.rows.base, log.offsets.base)
    asOf = log.asOf
  }

  /// The positions of a case's events.
  @inline(__always)
  func positions(of number: Int) -> Range<Int> { Int(offsets[number])..<Int(offsets[number + 1]) }

  /// The time from an event's completion to the next one's start, at least 0; nil behind one that was not seen to end.
  @inline(__always)
  func gap(_ row: Int, _ next: Int) -> Int64? {
    let end = ends[row]
    return end == LogView.open ? nil : max(0, starts[next] &- end)
  }
}
