import CasebookTables
import CasebookValues

/// The ranks of some rows, ties at the middle of theirs, doubled so that they are whole.
struct MidRanks: Sendable {
  /// Twice the rank of every row that has one.
  let doubled: Buffer<Int64>

  /// The ranks of rows that are in order.
  init(_ rows: Buffer<Int32>, _ values: Buffer<Double>, count: Int) {
    doubled = Buffer(count: count) { target in
      var place = 0
      while place < rows.count {
        let first = place
        let value = values.base[Int(rows.base[place])]
        while place < rows.count, values.base[Int(rows.base[place])] == value { place += 1 }
        for tied in first..<place { target[Int(rows.base[tied])] = Int64(first + place + 1) }
      }
    }
  }

  /// Spearman's correlation (1904): Pearson's of the ranks; nil where one does not vary.
  static func correlation(_ a: MidRanks, _ b: MidRanks, _ rows: Buffer<Int32>) -> Double? {
    let mean = Double(rows.count + 1)
    var (both, first, second) = (0.0, 0.0, 0.0)
    for place in 0..<rows.count {
      let row = Int(rows.base[place])
      let x = Double(a.doubled.base[row]) - mean
      let y = Double(b.doubled.base[row]) - mean
      both += x * y
      first += x * x
      second += y * y
    }
    guard first > 0, second > 0 else { return nil }
    return both / (first.squareRoot() * second.squareRoot())
  }
}

/// Kendall's tau-b, in n log n steps (Knight 1966).
enum KendallTau {
  /// Tau-b of the ranks of some rows; nil where one does not vary.
  static func tauB(
    _ a: MidRanks, _ b: MidRanks, _ rows: Buffer<Int32>, _ context: RunContext
  ) throws -> Double? {
    let count = rows.count
    if count < 2 { return nil }
    func column(_ ranks: MidRanks) -> Column {
      Column(
        .long,
        .longs(
          Buffer(count: count) { target in
            for place in 0..<count { target[place] = ranks.doubled.base[Int(rows.base[place])] }
          }))
    }
    let (x, y) = (column(a), column(b))
    guard case .longs(let first) = x.data, case .longs(let second) = y.data else { return nil }
    let order = try sortedOrder(
      [
        SortColumn(x, isDescending: false, nullsFirst: false),
        SortColumn(y, isDescending: false, nullsFirst: false),
      ], rowCount: count, context: context)
    try context.checkpoint()
    var values = (0..<count).map { second.base[Int(order.base[$0])] }
    let tiedBoth = pairs(count) { place in
      let (here, next) = (Int(order.base[place]), Int(order.base[place + 1]))
      return first.base[here] == first.base[next] && second.base[here] == second.base[next]
    }
    let tiedFirst = pairs(count) { place in
      first.base[Int(order.base[place])] == first.base[Int(order.base[place + 1])]
    }
    let swaps = sortedSwaps(&values)
    let tiedSecond = pairs(count) { values[$0] == values[$0 + 1] }
    let all = count * (count - 1) / 2
    guard all > tiedFirst, all > tiedSecond else { return nil }
    let concordance = Double(all - tiedFirst - tiedSecond + tiedBoth - 2 * swaps)
    return concordance
      / (Double(all - tiedFirst).squareRoot() * Double(all - tiedSecond).squareRoot())
  }

  /// Pairs within runs of neighbours that are alike.
  private static func pairs(_ count: Int, _ isLikeNext: (Int) -> Bool) -> Int {
    var (sum, length) = (0, 1)
    for place in 0..<count {
      if place + 1 < count, isLikeNext(place) {
        length += 1
      } else {
        sum += length * (length - 1) / 2
        length = 1
      }
    }
    return sum
  }

  /// Sorts by merging and counts how many pairs stood the wrong way round.
  private static func sortedSwaps(_ values: inout [Int64]) -> Int {
    let count = values.count
    var other = values
    var swaps = 0
    var width = 1
    while width < count {
      values.withUnsafeBufferPointer { source in
        other.withUnsafeMutableBufferPointer { target in
          for start in stride(from: 0, to: count, by: 2 * width) {
            let middle = min(start + width, count)
            let end = min(start + 2 * width, count)
            var (i, j) = (start, middle)
            for place in start..<end {
              if i < middle, j >= end || source[i] <= source[j] {
                target[place] = source[i]
                i += 1
              } else {
                target[place] = source[j]
                swaps += middle - i
                j += 1
              }
            }
          }
        }
      }
      swap(&values, &other)
      width *= 2
    }
    return swaps
  }
}
