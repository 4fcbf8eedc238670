import CasebookTables
import CasebookValues
import Testing

@Suite struct KeyMatchTests {
  private func check(_ left: [Column], _ right: [Column], threads: Int = 1) {
    let leftCount = left[0].count
    let rightCount = right[0].count
    let match = matchRows(
      left: left, leftCount: leftCount, right: right, rightCount: rightCount,
      context: context(threads: threads))
    for row in 0..<leftCount {
      let expected = (0..<rightCount).filter { other in
        zip(left, right).allSatisfy { $0.scalar(row) == $1.scalar(other) }
      }
      #expect(match.rows(of: match.leftIds[row]).map(Int.init) == expected)
    }
    for row in 0..<rightCount where match.rightIds[row] >= 0 {
      #expect(match.rows(of: match.rightIds[row]).contains(Int32(row)))
    }
  }

  @Test func matchesEqualKeysOfEveryType() {
    for sample in sampleValues {
      for a in worlds(sample.values, upTo: 2) where !a.isEmpty {
        for b in worlds(sample.values, upTo: 3) where !b.isEmpty {
          check([column(sample.type, a)], [column(sample.type, b)])
        }
      }
    }
  }

  @Test func matchesTextsAcrossDictionariesOfBothKinds() {
    let plain = column(.string, ["a", "b", "a", ""].map { .string($0) })
    let heap = heapColumn(["b", "c", "a", "a", ""])
    check([plain], [heap])
    check([heap], [plain])
    check([heap], [heap])
    check([plain], [plain])
  }

  @Test func aFewRowsOfALargeDictionary() {
    let large = column(.string, (0..<500).map { .string("t\($0)") })
    let few = large.gathered(by: Buffer<Int32>([3, 400, 3]))
    let other = column(.string, (0..<300).map { .string("t\($0)") })
    check([other], [few])
    check([few], [other])
  }

  @Test(arguments: [1, 2]) func severalKeys(threads: Int) {
    var random = SeededRandom(8)
    func side(_ count: Int) -> [Column] {
      [
        column(
          .string, (0..<count).map { _ in .string("s\(Int.random(in: 0..<6, using: &random))") }),
        column(
          .long,
          (0..<count).map { $0 % 5 == 0 ? .null(.long) : .long(.random(in: 0..<4, using: &random)) }
        ),
        column(.real, (0..<count).map { $0 % 4 == 0 ? .real(.nan) : .real(1) }),
      ]
    }
    check(side(60), side(40), threads: threads)
  }
}
