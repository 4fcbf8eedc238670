import CasebookTables

extension Execution {
  /// Rows side by side.
  ///
  /// The result has the left rows in order, for each its right rows in order, then the right rows
  /// that no left row has.
  func join(_ left: Plan, _ right: Plan, _ join: Plan.Join, at path: Path) throws -> Table {
    var leftTable = try run(left, at: path + [0])
    let rightTable = try run(right, at: path + [1])
    let leftKeys = join.keys.map { leftTable.columns[$0.left] }
    if join.kind == .innerunique {
      let before = leftTable.rowCount
      leftTable = try firstOfEachKey(leftTable, keys: leftKeys)
      if join.isBare, leftTable.rowCount < before {
        context.warn(
          "a bare join keeps only the first left row of each key; `join kind=inner` keeps all",
          rows: before - leftTable.rowCount)
      }
    }
    try context.checkpoint()
    let match = matchRows(
      left: join.keys.map { leftTable.columns[$0.left] }, leftCount: leftTable.rowCount,
      right: join.keys.map { rightTable.columns[$0.right] }, rightCount: rightTable.rowCount,
      context: context)
    try context.checkpoint()
    let pairCount = try pairCount(match, leftTable.rowCount)
    guard pairCount < Int(Int32.max) else {
      throw StageFailure("join would make more than 2,147,483,647 rows")
    }
    let pairs = RowPairs(
      kind: join.kind, match, leftCount: leftTable.rowCount, rightCount: rightTable.rowCount)
    let (leftSide, rightSide) = (leftTable, rightTable)
    let columns = try context.mapParallel(join.outputs.count) { index in
      let output = join.outputs[index]
      let table = output.isRight ? rightSide : leftSide
      let rows = output.isRight ? pairs.right : pairs.left
      return table.columns[output.column].gathered(by: rows)
    }
    return Table(fields: join.outputs.map(\.field), columns: columns, rowCount: pairs.left.count)
  }

  /// Pairs of rows with equal keys; each takes two numbers of 32 bits.
  private func pairCount(_ match: KeyMatch, _ leftCount: Int) throws -> Int {
    var total = 0
    for row in 0..<leftCount {
      if row & 0xFFFF == 0 { try context.checkpoint() }
      total += match.rows(of: match.leftIds.base[row]).count
    }
    try context.require(bytes: total * 8)
    return total
  }

  private func firstOfEachKey(_ table: Table, keys: [Column]) throws -> Table {
    let groups = group(by: keys, rowCount: table.rowCount)
    if groups.count == table.rowCount { return table }
    return try gathered(table, by: groups.firstRows)
  }
}

/// The left and right row of every row of a join; -1 where a side has none.
private struct RowPairs: Sendable {
  var left: Buffer<Int32>
  var right: Buffer<Int32>

  init(kind: Plan.Join.Kind, _ match: KeyMatch, leftCount: Int, rightCount: Int) {
    switch kind {
    case .leftsemi, .leftanti:
      left = Self.leftRows(match, leftCount, matched: kind == .leftsemi)
      right = Buffer(repeating: -1, count: left.count)
    case .rightsemi, .rightanti:
      right = Self.rightRows(match, leftCount, rightCount, matched: kind == .rightsemi)
      left = Buffer(repeating: -1, count: right.count)
    case .inner, .innerunique, .leftouter, .rightouter, .fullouter:
      var pairs = Self.matched(
        match, leftCount, keepsLeft: kind == .leftouter || kind == .fullouter)
      if kind == .rightouter || kind == .fullouter {
        let rest = Self.rightRows(match, leftCount, rightCount, matched: false)
        pairs.right.append(from: rest.base, count: rest.count)
        for _ in 0..<rest.count { pairs.left.append(-1) }
      }
      left = pairs.left.finish()
      right = pairs.right.finish()
    }
  }

  private static func matched(
    _ match: KeyMatch, _ leftCount: Int, keepsLeft: Bool
  ) -> (left: BufferBuilder<Int32>, right: BufferBuilder<Int32>) {
    var left = BufferBuilder<Int32>(capacity: leftCount + 1)
    var right = BufferBuilder<Int32>(capacity: leftCount + 1)
    for row in 0..<leftCount {
      let partners = match.rows(of: match.leftIds.base[row])
      for partner in partners {
        left.append(Int32(truncatingIfNeeded: row))
        right.append(partner)
      }
      if partners.isEmpty && keepsLeft {
        left.append(Int32(truncatingIfNeeded: row))
        right.append(-1)
      }
    }
    return (left, right)
  }

  private static func leftRows(
    _ match: KeyMatch, _ leftCount: Int, matched: Bool
  ) -> Buffer<Int32> {
    var rows = BufferBuilder<Int32>(capacity: leftCount + 1)
    for row in 0..<leftCount where match.rows(of: match.leftIds.base[row]).isEmpty != matched {
      rows.append(Int32(truncatingIfNeeded: row))
    }
    return rows.finish()
  }

  private static func rightRows(
    _ match: KeyMatch, _ leftCount: Int, _ rightCount: Int, matched: Bool
  ) -> Buffer<Int32> {
    let keyOnLeft = Buffer<UInt8>(count: match.keyCount) { seen in
      for row in 0..<leftCount { seen[Int(match.leftIds.base[row])] = 1 }
    }
    var rows = BufferBuilder<Int32>(capacity: rightCount + 1)
    for row in 0..<rightCount {
      let key = match.rightIds.base[row]
      let isMatched = key >= 0 && keyOnLeft.base[Int(key)] != 0
      if isMatched == matched { rows.append(Int32(truncatingIfNeeded: row)) }
    }
    return rows.finish()
  }
}
