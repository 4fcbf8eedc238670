import CasebookTables
import GRDBSQLite

/// SQLite's face of a table: the functions of a virtual table module.
///
/// SQLite holds memory that begins with its own structure; ours follows behind it.
enum SQLModule {
  struct VirtualTable {
    var base: sqlite3_vtab
    var table: Unmanaged<SQLTableState>
    var registry: Unmanaged<SQLRegistry>
  }

  struct VirtualCursor {
    var base: sqlite3_vtab_cursor
    var cursor: Unmanaged<SQLCursor>
  }

  static var functions: sqlite3_module {
    var module = sqlite3_module()
    module.iVersion = 1
    module.xCreate = connect
    module.xConnect = connect
    module.xBestIndex = chooseIndex
    module.xDisconnect = disconnect
    module.xDestroy = disconnect
    module.xOpen = openCursor
    module.xClose = closeCursor
    module.xFilter = filter
    module.xNext = next
    module.xEof = isAtEnd
    module.xColumn = column
    module.xRowid = rowid
    return module
  }

  static func table(
    _ pointer: UnsafeMutablePointer<sqlite3_vtab>?
  ) -> UnsafeMutablePointer<VirtualTable>? {
    UnsafeMutableRawPointer(pointer)?.assumingMemoryBound(to: VirtualTable.self)
  }

  static func cursor(
    _ pointer: UnsafeMutablePointer<sqlite3_vtab_cursor>?
  ) -> UnsafeMutablePointer<VirtualCursor>? {
    UnsafeMutableRawPointer(pointer)?.assumingMemoryBound(to: VirtualCursor.self)
  }

  /// Keeps an error for whoever runs the statement.
  static func fail(
    _ pointer: UnsafeMutablePointer<sqlite3_vtab_cursor>?, _ error: any Error
  ) -> CInt {
    table(pointer?.pointee.pVtab)?.pointee.registry.takeUnretainedValue().failure = error
    return SQLITE_ERROR
  }
}

private func connect(
  _ connection: OpaquePointer?, owner: UnsafeMutableRawPointer?, count: CInt,
  arguments: UnsafePointer<UnsafePointer<CChar>?>?,
  result: UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab>?>?,
  _: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  guard let owner, count > 3, let word = arguments?[3], let number = Int(String(cString: word))
  else { return SQLITE_ERROR }
  let registry = Unmanaged<SQLRegistry>.fromOpaque(owner)
  let state = registry.takeUnretainedValue().tables[number]
  let code = sqlite3_declare_vtab(connection, state.declaration)
  if code != SQLITE_OK { return code }
  let table = UnsafeMutablePointer<SQLModule.VirtualTable>.allocate(capacity: 1)
  table.initialize(
    to: .init(base: sqlite3_vtab(), table: .passUnretained(state), registry: registry))
  result?.pointee = UnsafeMutableRawPointer(table).assumingMemoryBound(to: sqlite3_vtab.self)
  return SQLITE_OK
}

private func disconnect(_ pointer: UnsafeMutablePointer<sqlite3_vtab>?) -> CInt {
  SQLModule.table(pointer)?.deallocate()
  return SQLITE_OK
}

/// Plan 0 goes through all rows; plan n + 1 looks up column n.
private func chooseIndex(
  _ pointer: UnsafeMutablePointer<sqlite3_vtab>?,
  _ plan: UnsafeMutablePointer<sqlite3_index_info>?
) -> CInt {
  guard let state = SQLModule.table(pointer)?.pointee.table.takeUnretainedValue(), let plan else {
    return SQLITE_ERROR
  }
  let rows = Double(state.rowCount)
  plan.pointee.estimatedCost = rows + 10
  plan.pointee.estimatedRows = Int64(state.rowCount)
  for position in 0..<Int(plan.pointee.nConstraint) {
    let constraint = plan.pointee.aConstraint[position]
    guard constraint.usable != 0, CInt(constraint.op) == SQLITE_INDEX_CONSTRAINT_EQ,
      constraint.iColumn >= 0,
      SQLKeyIndex.serves(
        state.source.fields[Int(constraint.iColumn)], rowCount: state.rowCount),
      isBinary(sqlite3_vtab_collation(plan, CInt(position)))
    else { continue }
    plan.pointee.aConstraintUsage[position].argvIndex = 1
    plan.pointee.idxNum = constraint.iColumn + 1
    plan.pointee.estimatedCost = 20
    plan.pointee.estimatedRows = 10
    break
  }
  return SQLITE_OK
}

private func isBinary(_ collation: UnsafePointer<CChar>?) -> Bool {
  collation.map { String(cString: $0) == "BINARY" } ?? true
}

private func openCursor(
  _ pointer: UnsafeMutablePointer<sqlite3_vtab>?,
  _ result: UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab_cursor>?>?
) -> CInt {
  guard let state = SQLModule.table(pointer)?.pointee.table.takeUnretainedValue() else {
    return SQLITE_ERROR
  }
  let cursor = UnsafeMutablePointer<SQLModule.VirtualCursor>.allocate(capacity: 1)
  cursor.initialize(
    to: .init(base: sqlite3_vtab_cursor(), cursor: .passRetained(SQLCursor(state))))
  result?.pointee = UnsafeMutableRawPointer(cursor)
    .assumingMemoryBound(to: sqlite3_vtab_cursor.self)
  return SQLITE_OK
}

private func closeCursor(_ pointer: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> CInt {
  guard let cursor = SQLModule.cursor(pointer) else { return SQLITE_OK }
  cursor.pointee.cursor.release()
  cursor.deallocate()
  return SQLITE_OK
}

private func filter(
  _ pointer: UnsafeMutablePointer<sqlite3_vtab_cursor>?, plan: CInt, _: UnsafePointer<CChar>?,
  count: CInt, arguments: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  guard let cursor = SQLModule.cursor(pointer)?.pointee.cursor.takeUnretainedValue(),
    let table = SQLModule.table(pointer?.pointee.pVtab)?.pointee
  else { return SQLITE_ERROR }
  guard plan > 0, count > 0, let value = arguments?[0] else {
    cursor.scan()
    return SQLITE_OK
  }
  let column = Int(plan) - 1
  let state = table.table.takeUnretainedValue()
  if sqlite3_value_type(value) == SQLITE_NULL {
    cursor.finish()
  } else if let hash = SQLKeyIndex.hash(of: value, for: state.source.fields[column]) {
    do {
      let context = table.registry.takeUnretainedValue().context
      cursor.seek(try state.index(column, context), hash)
    } catch {
      return SQLModule.fail(pointer, error)
    }
  } else {
    cursor.scan()
  }
  return SQLITE_OK
}

private func next(_ pointer: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> CInt {
  SQLModule.cursor(pointer)?.pointee.cursor.takeUnretainedValue().advance()
  return SQLITE_OK
}

private func isAtEnd(_ pointer: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> CInt {
  SQLModule.cursor(pointer)?.pointee.cursor.takeUnretainedValue().isAtEnd ?? true ? 1 : 0
}

private func column(
  _ pointer: UnsafeMutablePointer<sqlite3_vtab_cursor>?, _ result: OpaquePointer?,
  _ position: CInt
) -> CInt {
  guard let cursor = SQLModule.cursor(pointer)?.pointee.cursor.takeUnretainedValue(),
    let table = SQLModule.table(pointer?.pointee.pVtab)?.pointee.table, let result
  else { return SQLITE_ERROR }
  do {
    let cell = try cursor.cell(Int(position))
    let field = table.takeUnretainedValue().source.fields[Int(position)]
    SQLValue.set(result, cell.column, row: cell.row, isProtected: field.isProtected)
    return SQLITE_OK
  } catch {
    return SQLModule.fail(pointer, error)
  }
}

private func rowid(
  _ pointer: UnsafeMutablePointer<sqlite3_vtab_cursor>?, _ result: UnsafeMutablePointer<Int64>?
) -> CInt {
  let row = SQLModule.cursor(pointer)?.pointee.cursor.takeUnretainedValue().row
  result?.pointee = Int64(row ?? 0)
  return SQLITE_OK
}
