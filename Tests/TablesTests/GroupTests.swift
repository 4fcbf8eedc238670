import CasebookTables
import CasebookValues
import Testing

@Suite struct GroupTests {
  /// Groups by comparing every row with the groups before it.
  private func expected(_ keys: [[Scalar]], rowCount: Int) -> (ids: [Int32], firsts: [Int32]) {
    var ids: [Int32] = []
    var firsts: [Int32] = []
    for row in 0..<rowCount {
      let known = firsts.firstIndex { first in keys.allSatisfy { $0[row] == $0[Int(first)] } }
      ids.append(Int32(known ?? firsts.count))
      if known == nil { firsts.append(Int32(row)) }
    }
    return (ids, firsts)
  }

  private func check(_ columns: [Column], rowCount: Int) {
    let groups = group(by: columns, rowCount: rowCount)
    let wanted = expected(columns.map(values), rowCount: rowCount)
    #expect(groups.ids.array == wanted.ids)
    #expect(groups.firstRows.array == wanted.firsts)
    #expect(groups.count == wanted.firsts.count)
  }

  /// What is left undone has to be safe to hold, even if it is of no use.
  @Test(arguments: [false, true])
  func whatWasStoppedIsSafeToHold(_ isText: Bool) {
    let context = RunContext(clock: 0, threads: 1)
    context.cancel()
    let count = 200_000
    func part(_ sign: String) -> Column {
      var builder = ColumnBuilder(isText ? .string : .long)
      for row in 0..<count / 2 {
        builder.append(isText ? .string(sign + String(row)) : .long(Int64(row) * 1_000_003))
      }
      return builder.finish()
    }
    let column = Column.concatenated(
      [part("a"), part("b")], type: isText ? .string : .long, until: context)
    #expect(column.count == count)
    for keys in [[column], [column, column]] {
      let groups = group(by: keys, rowCount: count, until: context)
      #expect(groups.ids.count == count && groups.count < count)
      #expect(groups.firstRows.count == groups.count)
      #expect(groups.ids.array.allSatisfy { $0 >= 0 && $0 < groups.count })
      let rows = distinctRows(by: keys, rowCount: count, until: context)
      #expect(rows.count < count && rows.array.allSatisfy { $0 >= 0 && $0 < count })
    }
    #expect(column.gathered(by: Buffer([Int32(count - 1)])).count == 1)
  }

  @Test func numbersGroupsInFirstAppearance() {
    for sample in sampleValues {
      for world in worlds(sample.values, upTo: 4) {
        check([column(sample.type, world)], rowCount: world.count)
      }
    }
  }

  @Test func pairsOfKeysOfAllTypes() {
    for first in sampleValues {
      for second in sampleValues {
        for a in worlds(first.values, upTo: 3) where a.count == 3 {
          let b = a.indices.map { second.values[($0 * 2 + 1) % second.values.count] }
          check([column(first.type, a), column(second.type, b)], rowCount: 3)
        }
      }
    }
  }

  @Test func noKeysAreOneGroupAndNoRowsNone() {
    #expect(group(by: [], rowCount: 3).count == 1)
    #expect(group(by: [], rowCount: 3).ids.array == [0, 0, 0])
    #expect(group(by: [], rowCount: 0).count == 0)
    #expect(group(by: [column(.long, [])], rowCount: 0).count == 0)
  }

  @Test func equalTextsInAHeapAreOneGroup() {
    check([heapColumn(["a", "b", "a", ""])], rowCount: 4)
  }

  @Test(arguments: [10, 1_000, 1 << 40]) func manyRowsAndThreeKeys(span: Int64) {
    var random = SeededRandom(UInt64(span))
    let count = 400
    let numbers = (0..<count).map { _ in Scalar.long(.random(in: -span...span, using: &random)) }
    let extremes: [Int64] = [.min, .max, .max - 1, .max - 2]
    let wide = (0..<count).map { row -> Scalar in
      row % 7 == 0 ? .null(.long) : .long(extremes[row % 4])
    }
    let texts = (0..<count).map { _ in Scalar.string("t\(Int.random(in: 0..<9, using: &random))") }
    check([column(.long, numbers)], rowCount: count)
    check([column(.long, wide), column(.long, numbers)], rowCount: count)
    check(
      [column(.string, texts), column(.long, wide), column(.long, numbers)], rowCount: count)
  }

  @Test func hashTablesGrow() {
    let numbers = (0..<20_000).map { Scalar.real(Double($0 % 15_000)) }
    let groups = group(by: [column(.real, numbers)], rowCount: numbers.count)
    #expect(groups.count == 15_000)
    let expected = (0..<20_000).map { Int32($0 % 15_000) }
    #expect(groups.ids.array == expected)
  }
}
