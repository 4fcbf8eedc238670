import CasebookTables
import GRDBSQLite

/// What the virtual tables of one statement share.
///
/// Used on one thread, for one statement.
final class SQLRegistry {
  let tables: [SQLTableState]
  let context: RunContext
  /// The functions that SQLite calls; it keeps the address.
  let module: UnsafeMutablePointer<sqlite3_module>
  /// An error of ours, which says more than what SQLite makes of it.
  var failure: (any Error)?

  init(_ tables: [SQLTable], _ context: RunContext) {
    self.tables = tables.map { SQLTableState($0.source) }
    self.context = context
    module = .allocate(capacity: 1)
    module.initialize(to: SQLModule.functions)
  }

  deinit { module.deallocate() }
}

/// One table as SQL sees it, and the indexes that its joins made.
final class SQLTableState {
  let source: any TableSource
  /// Where each block's rows begin, and the end of the last.
  let starts: [Int]
  private var indexes: [Int: SQLKeyIndex] = [:]

  init(_ source: any TableSource) {
    self.source = source
    var starts = [0]
    for count in source.blockRowCounts { starts.append((starts.last ?? 0) + count) }
    self.starts = starts
  }

  var rowCount: Int { starts.last ?? 0 }

  /// Column names as SQL knows them: those that differ only in case from an earlier one get `_2`.
  var columnNames: [String] {
    var taken: Set<String> = []
    return source.fields.map { field in
      var name = field.name
      var number = 2
      while !taken.insert(name.lowercased()).inserted {
        name = field.name + "_\(number)"
        number += 1
      }
      return name
    }
  }

  var declaration: String {
    let columns = zip(columnNames, source.fields).map { name, field in
      SQLDoor.quoted(name) + " " + SQLValue.declaredType(field)
    }
    return "CREATE TABLE t(" + columns.joined(separator: ", ") + ")"
  }

  /// The block that holds a row.
  func block(of row: Int) -> Int {
    var low = 0
    var high = starts.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= row { low = middle } else { high = middle }
    }
    return low
  }

  /// The rows by their value in a column, made at the first lookup.
  func index(_ column: Int, _ context: RunContext) throws -> SQLKeyIndex {
    if let index = indexes[column] { return index }
    let index = try SQLKeyIndex(self, column: column, context)
    indexes[column] = index
    return index
  }
}
