import CasebookTables
import CasebookValues
import Testing

@Suite struct SortTests {
  /// Null outermost, not-a-number beside it, then by value.
  private func place(_ value: Scalar, nullsFirst: Bool) -> Int {
    let outer = nullsFirst ? -1 : 1
    if value.isNull { return 2 * outer }
    if case .real(let real) = value, real.isNaN { return outer }
    return 0
  }

  private func isLess(_ a: Scalar, _ b: Scalar) -> Bool {
    switch (a, b) {
    case (.bool(let x), .bool(let y)): !x && y
    case (.int(let x), .int(let y)): x < y
    case (.long(let x), .long(let y)), (.datetime(let x), .datetime(let y)): x < y
    case (.real(let x), .real(let y)): x < y
    case (.string(let x), .string(let y)): x.utf8.lexicographicallyPrecedes(y.utf8)
    default: false
    }
  }

  private func comesBefore(_ a: Scalar, _ b: Scalar, _ key: SortColumn) -> Bool? {
    let (x, y) = (place(a, nullsFirst: key.nullsFirst), place(b, nullsFirst: key.nullsFirst))
    if x != y { return x < y }
    if isLess(a, b) { return !key.isDescending }
    if isLess(b, a) { return key.isDescending }
    return nil
  }

  private func expected(_ keys: [SortColumn], _ count: Int) -> [Int32] {
    (0..<Int32(count)).sorted { a, b in
      for key in keys {
        if let answer = comesBefore(key.column.scalar(Int(a)), key.column.scalar(Int(b)), key) {
          return answer
        }
      }
      return a < b
    }
  }

  private func check(
    _ keys: [SortColumn], _ count: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let wanted = expected(keys, count)
    #expect(try sortedOrder(keys, rowCount: count).array == wanted, sourceLocation: sourceLocation)
    for n in [0, 1, 2, count] {
      #expect(
        topOrder(keys, rowCount: count, count: n).array == Array(wanted.prefix(n)),
        sourceLocation: sourceLocation)
    }
  }

  @Test func ordersSmallColumnsOfEveryType() throws {
    for sample in sampleValues where sample.type != .dynamic {
      for world in worlds(sample.values, upTo: 3) {
        for isDescending in [false, true] {
          for nullsFirst in [false, true] {
            let key = SortColumn(
              column(sample.type, world), isDescending: isDescending, nullsFirst: nullsFirst)
            try check([key], world.count)
          }
        }
      }
    }
  }

  @Test func laterKeysBreakTiesAndEqualRowsKeepTheirOrder() throws {
    var random = SeededRandom(3)
    for count in [5, 60, 200, 1_000] {
      let longs = (0..<count).map { _ in Scalar.long(.random(in: 0..<5, using: &random)) }
      let reals = (0..<count).map { row in
        row % 9 == 0 ? Scalar.null(.real) : .real(.random(in: -1e300...1e300, using: &random))
      }
      let texts = (0..<count).map { _ in
        Scalar.string(String(repeating: "ab", count: .random(in: 0..<9, using: &random)))
      }
      let keys = [
        SortColumn(column(.long, longs), isDescending: true, nullsFirst: false),
        SortColumn(column(.real, reals), isDescending: false, nullsFirst: true),
        SortColumn(column(.string, texts), isDescending: false, nullsFirst: true),
      ]
      try check([keys[0]], count)
      try check([keys[2], keys[0]], count)
      try check(keys, count)
      try check(keys.reversed(), count)
    }
  }

  @Test func textsWithLongSharedBeginnings() throws {
    var random = SeededRandom(4)
    let texts = (0..<300).map { _ in
      "case-2024-" + String(UInt64.random(in: 0..<1_000, using: &random), radix: 2)
    }
    try check([SortColumn(heapColumn(texts), isDescending: false, nullsFirst: true)], 300)
  }

  @Test func twoThreadsGiveTheSameOrder() throws {
    var random = SeededRandom(5)
    let count = 1 << 17
    let ticks = Buffer<Int64>((0..<count).map { _ in .random(in: 0..<5_000, using: &random) })
    let key = SortColumn(
      Column(.datetime, .longs(ticks)), isDescending: true, nullsFirst: false)
    let one = try sortedOrder([key], rowCount: count)
    let two = try sortedOrder([key], rowCount: count, context: context(threads: 2))
    #expect(one.array == two.array)
    #expect(topOrder([key], rowCount: count, count: 100).array == Array(one.array.prefix(100)))
  }

  @Test func selectionFindsTheValueAtEachRank() {
    var random = SeededRandom(6)
    for span in [3, 1_000, Int64.max] {
      let numbers = Buffer<Int64>(
        (0..<500).map { _ in .random(in: (-span)...span, using: &random) })
      let sorted = numbers.array.sorted()
      for rank in [0, 1, 250, 499] {
        #expect(selectedValue(numbers.base, 500, rank: rank) == sorted[rank])
      }
    }
  }
}
