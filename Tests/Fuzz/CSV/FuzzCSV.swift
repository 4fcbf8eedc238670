import CasebookFormats
import CasebookTables

/// Any bytes are read as a delimited file: into a table whose columns are of one length and hold what
/// the summary says, or into an error.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: bytes, count: count))
  let context = RunContext(clock: 0, threads: 1)
  guard let (table, summary) = try? CSVReader(bytes: input).table(context: context) else {
    return 0
  }
  precondition(table.columns.allSatisfy { $0.count == table.rowCount }, "columns differ in length")
  precondition(summary.rows == table.rowCount, "the summary counts other rows")
  for row in 0..<table.rowCount { _ = table.row(row) }
  return 0
}
