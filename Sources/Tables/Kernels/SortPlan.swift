/// How to sort rows by their keys' numbers: in as few rounds as fit beside a row number in 64 bits.
struct SortPlan {
  /// Some bits of some keys, together one number a row.
  struct Round {
    /// The highest part first.
    fileprivate(set) var parts: [Part]
    /// Bits of all parts.
    fileprivate(set) var bitCount: Int

    struct Part {
      let values: Buffer<UInt64>
      let shift: UInt64
      let bitCount: Int
    }

    /// The number of a row.
    @inline(__always)
    func value(_ row: Int) -> UInt64 {
      var value: UInt64 = 0
      for part in parts {
        let mask = part.bitCount == 64 ? ~0 : (1 as UInt64) << UInt64(part.bitCount) &- 1
        value = value << UInt64(part.bitCount) | (part.values.base[row] >> part.shift & mask)
      }
      return value
    }
  }

  /// The rounds in the order they are run: the lowest bits first.
  let rounds: [Round]
  private let rowCount: Int
  private let rowBitCount: Int

  init(_ keys: [SortColumn], rowCount: Int) {
    self.rowCount = rowCount
    rowBitCount = max(1, 64 - UInt64(max(rowCount, 1) - 1).leadingZeroBitCount)
    let room = 64 - rowBitCount
    var rounds: [Round] = []
    // From the last key's lowest bits upwards, filling each round before opening the next.
    for key in keys.flatMap({ SortKey.keys(of: $0, rowCount: rowCount) }).reversed() {
      var shift = 0
      while shift < key.bitCount {
        if rounds.last.map({ $0.bitCount == room }) ?? true {
          rounds.append(Round(parts: [], bitCount: 0))
        }
        let last = rounds.count - 1
        let bitCount = min(room - rounds[last].bitCount, key.bitCount - shift)
        rounds[last].parts.insert(
          Round.Part(values: key.values, shift: UInt64(shift), bitCount: bitCount), at: 0)
        rounds[last].bitCount += bitCount
        shift += bitCount
      }
    }
    self.rounds = rounds
  }

  /// All rows in order.
  func order() -> Buffer<Int32> {
    if rounds.isEmpty { return identity(rowCount) }
    var order: Buffer<Int32>?
    for round in rounds {
      let words = WordSorter(count: rowCount)
      fill(words.words, round, rows: 0..<rowCount, order)
      let sorted = words.sort(fromBit: rowBitCount, toBit: rowBitCount + round.bitCount)
      order = Buffer(count: rowCount) { target in
        for place in 0..<rowCount { target[place] = rowNumber(sorted[place]) }
      }
    }
    return order ?? identity(rowCount)
  }

  /// All rows in order, each half sorted on a thread of its own, for plans of one round.
  ///
  /// A word ends with its row number, so words of different rows differ and merging stays stable.
  func orderInHalves(_ context: RunContext) throws -> Buffer<Int32> {
    let round = rounds[0]
    let bounds = [0, rowCount / 2, rowCount]
    let halves = try context.mapParallel(2) { half in
      let rows = bounds[half]..<bounds[half + 1]
      let words = WordSorter(count: rows.count)
      fill(words.words, round, rows: rows, nil)
      _ = words.sort(fromBit: rowBitCount, toBit: rowBitCount + round.bitCount)
      return words
    }
    let (first, second) = (halves[0], halves[1])
    let middle = rowCount / 2
    let parts = try context.mapParallel(2) { end in
      end == 0
        ? mergedFront(first, second, count: middle)
        : mergedBack(first, second, count: rowCount - middle)
    }
    return Buffer(count: rowCount) { target in
      target.update(from: parts[0].base, count: middle)
      (target + middle).update(from: parts[1].base, count: rowCount - middle)
    }
  }

  private func fill(
    _ words: UnsafeMutablePointer<UInt64>, _ round: Round, rows: Range<Int>,
    _ order: Buffer<Int32>?
  ) {
    let shift = UInt64(rowBitCount)
    if order == nil, round.parts.count == 1, round.parts[0].shift == 0 {
      // One whole key: a loop that the compiler can widen.
      let values = round.parts[0].values.base
      let mask = (1 as UInt64) << UInt64(round.parts[0].bitCount) &- 1
      for row in rows {
        words[row - rows.lowerBound] = (values[row] & mask) << shift | UInt64(row)
      }
      return
    }
    for place in rows {
      let row = order.map { Int($0.base[place]) } ?? place
      words[place - rows.lowerBound] = round.value(row) << shift | UInt64(row)
    }
  }

  private func rowNumber(_ word: UInt64) -> Int32 {
    Int32(truncatingIfNeeded: word & ((1 as UInt64) << UInt64(rowBitCount) &- 1))
  }

  private func mergedFront(_ a: WordSorter, _ b: WordSorter, count: Int) -> Buffer<Int32> {
    let (x, y) = (a.words, b.words)
    return Buffer(count: count) { target in
      var i = 0
      var j = 0
      for place in 0..<count {
        // The first `count` words are at most half of all, so neither side is read past its end
        // while the other still has words.
        if j >= b.count || (i < a.count && x[i] < y[j]) {
          target[place] = rowNumber(x[i])
          i += 1
        } else {
          target[place] = rowNumber(y[j])
          j += 1
        }
      }
    }
  }

  private func mergedBack(_ a: WordSorter, _ b: WordSorter, count: Int) -> Buffer<Int32> {
    let (x, y) = (a.words, b.words)
    return Buffer(count: count) { target in
      var i = a.count - 1
      var j = b.count - 1
      for place in stride(from: count - 1, through: 0, by: -1) {
        if j < 0 || (i >= 0 && x[i] > y[j]) {
          target[place] = rowNumber(x[i])
          i -= 1
        } else {
          target[place] = rowNumber(y[j])
          j -= 1
        }
      }
    }
  }
}

private func identity(_ count: Int) -> Buffer<Int32> {
  Buffer(count: count) { target in
    for row in 0..<count { target[row] = Int32(truncatingIfNeeded: row) }
  }
}

/// A run of words and room to sort it.
///
/// `@unchecked Sendable`: filled and sorted by the one worker that made it, and only read afterwards.
final class WordSorter: @unchecked Sendable {
  /// The words; after `sort`, in order.
  private(set) var words: UnsafeMutablePointer<UInt64>
  private var spare: UnsafeMutablePointer<UInt64>
  private let owners: (BufferOwner, BufferOwner)
  let count: Int

  init(count: Int) {
    self.count = count
    owners = (BufferOwner(byteCount: count * 8), BufferOwner(byteCount: count * 8))
    words = owners.0.start.bindMemory(to: UInt64.self, capacity: count)
    spare = owners.1.start.bindMemory(to: UInt64.self, capacity: count)
  }

  /// Sorts by some of the bits; words that agree in them keep their order.
  func sort(fromBit low: Int, toBit high: Int) -> UnsafeMutablePointer<UInt64> {
    let bitCount = high - low
    if bitCount <= 0 || count < 2 { return words }
    if count <= 64 {
      insertionSort(low, high)
      return words
    }
    let passCount = (bitCount + 10) / 11
    let digitBits = (bitCount + passCount - 1) / passCount
    for pass in 0..<passCount {
      let shift = low + pass * digitBits
      distribute(shift: UInt64(shift), digitBits: min(digitBits, high - shift))
    }
    return words
  }

  private func distribute(shift: UInt64, digitBits: Int) {
    let size = 1 << digitBits
    let mask = UInt64(size - 1)
    let (source, target) = (words, spare)
    let isDone = withUnsafeTemporaryAllocation(of: Int.self, capacity: size) { starts in
      starts.initialize(repeating: 0)
      for place in 0..<count { starts[Int(source[place] >> shift & mask)] += 1 }
      var position = 0
      for digit in 0..<size {
        let digitCount = starts[digit]
        if digitCount == count { return false }
        starts[digit] = position
        position += digitCount
      }
      for place in 0..<count {
        let word = source[place]
        let digit = Int(word >> shift & mask)
        target[starts[digit]] = word
        starts[digit] += 1
      }
      return true
    }
    if isDone { swap(&words, &spare) }
  }

  private func insertionSort(_ low: Int, _ high: Int) {
    let width = UInt64(high - low)
    let mask = width == 64 ? ~0 : (1 as UInt64) << width &- 1
    let shift = UInt64(low)
    for place in 1..<count {
      let word = words[place]
      var hole = place
      while hole > 0, words[hole - 1] >> shift & mask > word >> shift & mask {
        words[hole] = words[hole - 1]
        hole -= 1
      }
      words[hole] = word
    }
  }
}
