import CasebookFormats
import CasebookTables

/// Any bytes are read as a delimited file: into a table that holds what the summary says, or an error
/// of the reader's own, and alike on one thread and on two.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: bytes, count: count))
  let one = outcome(of: input, threads: 1)
  precondition(one == outcome(of: input, threads: 2), "the number of threads changed the outcome")
  return 0
}

private func outcome(of input: [UInt8], threads: Int) -> String {
  do {
    let context = RunContext(clock: 0, threads: threads)
    let (table, summary) = try CSVReader(bytes: input).table(context: context)
    precondition(
      table.columns.allSatisfy { $0.count == table.rowCount }, "columns differ in length")
    let fields = table.fields.map { "\($0.name):\($0.type.name)" }
    let rows = (0..<table.rowCount).map { "\(table.row($0))" }
    return "\(fields) \(rows) \(summary.rows)"
  } catch {
    return "\(error)"
  }
}
