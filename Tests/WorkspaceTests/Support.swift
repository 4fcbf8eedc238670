import CasebookTables
import CasebookValues
import Glibc
import Testing

@testable import CasebookWorkspace

func mode(of path: String) -> mode_t {
  var status = stat()
  return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
}

func size(of path: String) -> Int {
  var status = stat()
  return stat(path, &status) == 0 ? Int(status.st_size) : -1
}

/// A repeatable source of random numbers.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return mixHash(state, 0x1234_5678_9ABC_DEF1)
  }
}

func context(threads: Int = 2) -> RunContext {
  RunContext(clock: 638_000_000_000_000_000, threads: threads)
}

func column(_ type: ScalarType, _ values: [Scalar]) -> Column {
  var builder = ColumnBuilder(type)
  for value in values { builder.append(value) }
  return builder.finish()
}

func table(_ fields: [Field], _ rows: [[Scalar]]) -> Table { Table(fields: fields, rows: rows) }

/// All rows of a source, as a person would list them.
func rows(_ source: some TableSource) throws -> [[Scalar]] {
  var rows: [[Scalar]] = []
  let all = Array(source.fields.indices)
  for block in source.blockRowCounts.indices {
    let columns = try source.read(block: block, columns: all)
    for row in 0..<source.blockRowCounts[block] { rows.append(columns.map { $0.scalar(row) }) }
  }
  return rows
}

extension Workspace {
  @discardableResult
  func load(
    _ name: String, _ table: Table, mode: LoadMode = .replace, threads: Int = 2
  ) throws -> DatasetInfo {
    try load(name, mode: mode, context: context(threads: threads)) { writer in
      try writer.append(contentsOf: MemorySource(table))
    }
  }
}

/// The error that `body` throws, if it is a workspace's.
func workspaceError(_ body: () throws -> Void) -> WorkspaceError? {
  do {
    try body()
    return nil
  } catch {
    return error as? WorkspaceError
  }
}
