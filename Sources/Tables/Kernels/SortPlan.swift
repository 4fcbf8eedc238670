/// How to sort rows by their keys' numbers: as many bits at a time as fit beside a row number in a
/// word, the highest first.
///
/// Rows that agree in those are sorted by the bits that follow.
struct SortPlan {
  /// Some bits of some keys, together one number a row.
  private struct Round {
    var parts: [(key: SortKey, bits: Range<Int>)] = []
    var bitCount = 0

    /// The number of a row.
    func number(_ row: Int) -> UInt64 {
      parts.reduce(0) { number, part in
        let mask = part.bits.count == 64 ? ~0 : (1 as UInt64) << UInt64(part.bits.count) &- 1
        return number << UInt64(part.bits.count)
          | (part.key.number(row) >> UInt64(part.bits.lowerBound) & mask)
      }
    }
  }

  private let rounds: [Round]
  private let rowCount: Int
  private let rowBitCount: Int

  init(_ keys: [SortColumn], rowCount: Int) {
    self.rowCount = rowCount
    rowBitCount = max(1, 64 - UInt64(max(rowCount, 1) - 1).leadingZeroBitCount)
    let room = 64 - rowBitCount
    var rounds: [Round] = []
    for key in keys.flatMap({ SortKey.keys(of: $0, rowCount: rowCount) }) {
      var high = key.bitCount
      while high > 0 {
        if rounds.last.map({ $0.bitCount == room }) ?? true { rounds.append(Round()) }
        let last = rounds.count - 1
        let low = max(0, high - (room - rounds[last].bitCount))
        rounds[last].parts.append((key, low..<high))
        rounds[last].bitCount += high - low
        high = low
      }
    }
    self.rounds = rounds
  }

  /// Whether one round tells all rows apart that the keys tell apart.
  var isOneRound: Bool { rounds.count <= 1 }

  /// What the first round compares, one number a row; all equal when there is nothing to compare.
  var leadingNumbers: Buffer<UInt64> {
    guard let first = rounds.first else { return Buffer(repeating: 0, count: rowCount) }
    return Buffer(count: rowCount) { target in
      fill(target, first, rows: 0..<rowCount, rowBitCount: 0)
    }
  }

  /// All rows in order; on two threads when there are many and the context has them.
  func order(_ context: RunContext?) throws -> Buffer<Int32> {
    guard let context, context.threads > 1, rowCount >= 1 << 17, let first = rounds.first else {
      return order()
    }
    let bounds = [0, rowCount / 2, rowCount]
    let halves = try context.mapParallel(2) { half in
      sorted(first, rows: bounds[half]..<bounds[half + 1])
    }
    // A word ends with its row number, so words of different rows differ and merging is stable.
    let middle = rowCount / 2
    let merged = try context.mapParallel(2) { end in
      end == 0
        ? mergedFront(halves[0], halves[1], count: middle)
        : mergedBack(halves[0], halves[1], count: rowCount - middle)
    }
    return rowNumbers { place in
      place < middle ? merged[0].base[place] : merged[1].base[place - middle]
    }
  }

  /// All rows in order.
  func order() -> Buffer<Int32> {
    guard let first = rounds.first else { return rowNumbers { UInt64($0) } }
    let sorter = sorted(first, rows: 0..<rowCount)
    return rowNumbers { sorter.words[$0] }
  }

  private func sorted(_ round: Round, rows: Range<Int>) -> WordSorter {
    let sorter = WordSorter(count: rows.count)
    fill(sorter.words, round, rows: rows, rowBitCount: rowBitCount)
    for place in 0..<rows.count { sorter.words[place] |= UInt64(rows.lowerBound + place) }
    sorter.sort(bits: rowBitCount..<(rowBitCount + round.bitCount))
    return sorter
  }

  private func fill(
    _ words: UnsafeMutablePointer<UInt64>, _ round: Round, rows: Range<Int>, rowBitCount: Int
  ) {
    var left = rowBitCount + round.bitCount
    for part in round.parts {
      left -= part.bits.count
      part.key.add(part.bits, to: words, rows: rows, left: left)
    }
  }

  /// The rows of sorted words, with ties of the first round resolved.
  @inline(__always)
  private func rowNumbers(_ word: (Int) -> UInt64) -> Buffer<Int32> {
    let rowMask = (1 as UInt64) << UInt64(rowBitCount) &- 1
    return Buffer(count: rowCount) { target in
      for place in 0..<rowCount { target[place] = Int32(truncatingIfNeeded: word(place) & rowMask) }
      if isOneRound { return }
      var start = 0
      while start < rowCount {
        let number = word(start) >> UInt64(rowBitCount)
        var end = start + 1
        while end < rowCount, word(end) >> UInt64(rowBitCount) == number { end += 1 }
        if end - start > 1 { resolve(target + start, end - start, round: 1) }
        start = end
      }
    }
  }

  /// Sorts rows that agree in all rounds before `round`.
  private func resolve(_ rows: UnsafeMutablePointer<Int32>, _ count: Int, round: Int) {
    // Most ties are of a few rows, for which memory from the stack is enough.
    if count <= 64 {
      withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * count) { memory in
        guard let words = memory.baseAddress else { return }
        resolve(rows, count, round, words: words, scratch: words + count)
      }
    } else {
      let sorter = WordSorter(count: 2 * count)
      resolve(rows, count, round, words: sorter.words, scratch: sorter.words + count)
      withExtendedLifetime(sorter) {}
    }
  }

  private func resolve(
    _ rows: UnsafeMutablePointer<Int32>, _ count: Int, _ round: Int,
    words: UnsafeMutablePointer<UInt64>, scratch: UnsafeMutablePointer<UInt64>
  ) {
    let shift = UInt64(rowBitCount)
    let rowMask = (1 as UInt64) << shift &- 1
    for place in 0..<count {
      let row = Int(rows[place])
      words[place] = rounds[round].number(row) << shift | UInt64(row)
    }
    sortWords(words, scratch, count, bits: rowBitCount..<(rowBitCount + rounds[round].bitCount))
    for place in 0..<count { rows[place] = Int32(truncatingIfNeeded: words[place] & rowMask) }
    if round + 1 == rounds.count { return }
    var start = 0
    while start < count {
      var end = start + 1
      while end < count, words[end] >> shift == words[start] >> shift { end += 1 }
      if end - start > 1 { resolve(rows + start, end - start, round: round + 1) }
      start = end
    }
  }
}

/// The first `count` words of two sorted runs.
///
/// They are at most half of all words, so one run ends only while the other still has enough.
private func mergedFront(_ a: WordSorter, _ b: WordSorter, count: Int) -> Buffer<UInt64> {
  let (x, y) = (a.words, b.words)
  return Buffer(count: count) { target in
    var i = 0
    var j = 0
    for place in 0..<count {
      if j >= b.count || (i < a.count && x[i] < y[j]) {
        target[place] = x[i]
        i += 1
      } else {
        target[place] = y[j]
        j += 1
      }
    }
  }
}

/// The last `count` words of two sorted runs.
private func mergedBack(_ a: WordSorter, _ b: WordSorter, count: Int) -> Buffer<UInt64> {
  let (x, y) = (a.words, b.words)
  return Buffer(count: count) { target in
    var i = a.count - 1
    var j = b.count - 1
    for place in stride(from: count - 1, through: 0, by: -1) {
      if j < 0 || (i >= 0 && x[i] > y[j]) {
        target[place] = x[i]
        i -= 1
      } else {
        target[place] = y[j]
        j -= 1
      }
    }
  }
}
