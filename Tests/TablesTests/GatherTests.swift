import CasebookTables
import CasebookValues
import Testing

@Suite struct GatherTests {
  @Test func gathersRowsInTheOrderAskedFor() {
    for sample in sampleValues {
      for world in worlds(sample.values, upTo: 3) where !world.isEmpty {
        let source = column(sample.type, world)
        let rows = (0..<world.count).reversed().map { Int32($0) } + [-1, 0]
        let expected = rows.map { $0 < 0 ? Scalar.missing(sample.type) : source.scalar(Int($0)) }
        #expect(values(source.gathered(by: Buffer(rows))) == expected)
      }
    }
  }

  @Test func addsABlankOnlyWhereThereIsNone() {
    let source = column(.string, [.string("a"), .string("b")])
    let gathered = source.gathered(by: Buffer([1, -1]))
    #expect(values(gathered) == [.string("b"), .string("")])
    #expect(gathered.nullCount == 0)
  }

  @Test func concatenatesPartsWithAndWithoutSharedDictionaries() {
    for sample in sampleValues {
      for first in worlds(sample.values, upTo: 2) {
        for second in worlds(sample.values, upTo: 2) {
          let joined = Column.concatenated(
            [column(sample.type, first), column(sample.type, second)], type: sample.type)
          #expect(values(joined) == values(column(sample.type, first + second)))
        }
      }
    }
  }

  @Test func slicesOfOneColumnKeepTheirDictionary() {
    let source = column(.string, ["x", "y", "x", "z"].map { .string($0) })
    let joined = Column.concatenated([source.slice(2..<4), source.slice(0..<2)], type: .string)
    #expect(values(joined) == ["x", "z", "x", "y"].map { .string($0) })
    guard case .texts(_, let before) = source.data, case .texts(_, let after) = joined.data else {
      Issue.record("texts stay texts")
      return
    }
    #expect(before === after)
  }

  @Test func concatenatesTextsThatAreNearlyAllDistinctInRowOrder() {
    let joined = Column.concatenated(
      [heapColumn(["a", "b"]), heapColumn(["b", ""])], type: .string)
    #expect(values(joined) == ["a", "b", "b", ""].map { .string($0) })
  }

  @Test func selectsRowsThatAreTrueAndNotNull() {
    for world in worlds([.null(.bool), .bool(false), .bool(true)], upTo: 4) {
      let expected = world.indices.filter { world[$0] == .bool(true) }.map { Int32($0) }
      #expect(selection(where: column(.bool, world)).array == expected)
    }
  }

  @Test func statisticsLeaveOutNullsAndRefuseNaN() {
    let longs = column(.long, [.long(3), .null(.long), .long(-2)]).statistics()
    #expect(longs.nullCount == 1)
    #expect(longs.range?.least == .long(-2))
    #expect(longs.range?.greatest == .long(3))
    #expect(column(.real, [.real(1), .real(.nan)]).statistics().range == nil)
    #expect(column(.datetime, [.null(.datetime)]).statistics().range == nil)
    #expect(column(.string, [.string("a")]).statistics().range == nil)
  }
}
