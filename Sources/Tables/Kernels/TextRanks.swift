import CasebookValues

extension TextDictionary {
  /// Where each entry stands when all are ordered by their bytes; equal entries stand together.
  func computedRanks() -> Buffer<UInt32> {
    let sorted = sortedEntries(
      Buffer(count: count) { target in
        for code in 0..<count { target[code] = Int32(truncatingIfNeeded: code) }
      }, skipping: 0)
    return Buffer(count: count) { target in
      var rank: UInt32 = 0
      for place in 0..<sorted.count {
        let code = Int(sorted.base[place])
        if place > 0, compareBytes(bytes(code), bytes(Int(sorted.base[place - 1]))) != 0 {
          rank += 1
        }
        target[code] = rank
      }
    }
  }

  /// The entries in order, all of which agree in the first `skipping` bytes: by the eight bytes after
  /// what they all share, and entries that agree in those too in the same way in turn.
  private func sortedEntries(_ entries: Buffer<Int32>, skipping: Int) -> Buffer<Int32> {
    if entries.count <= 24 { return comparisonSorted(entries) }
    let start = skipping + sharedLength(entries, from: skipping)
    let words = Buffer<UInt64>(count: entries.count) { target in
      for place in 0..<entries.count {
        target[place] = leadingWord(bytes(Int(entries.base[place])), from: start)
      }
    }
    let order = wordOrder(words)
    var result = BufferBuilder<Int32>(capacity: entries.count)
    var place = 0
    while place < order.count {
      var end = place + 1
      let word = words.base[Int(order.base[place])]
      while end < order.count, words.base[Int(order.base[end])] == word { end += 1 }
      let tied = Buffer<Int32>(count: end - place) { target in
        for index in place..<end { target[index - place] = entries.base[Int(order.base[index])] }
      }
      let resolved = tied.count == 1 ? tied : sortedTies(tied, start + 8)
      result.append(from: resolved.base, count: resolved.count)
      place = end
    }
    return result.finish()
  }

  /// Entries that end within the eight bytes cannot be told from longer ones by the word alone.
  private func sortedTies(_ entries: Buffer<Int32>, _ skipping: Int) -> Buffer<Int32> {
    let allGoOn = entries.pointer.allSatisfy { bytes(Int($0)).count > skipping }
    return allGoOn ? sortedEntries(entries, skipping: skipping) : comparisonSorted(entries)
  }

  private func comparisonSorted(_ entries: Buffer<Int32>) -> Buffer<Int32> {
    Buffer(entries.pointer.sorted { compareBytes(bytes(Int($0)), bytes(Int($1))) < 0 })
  }

  /// How many bytes after the first `from` all entries have in common.
  private func sharedLength(_ entries: Buffer<Int32>, from: Int) -> Int {
    let first = bytes(Int(entries.base[0]))
    var shared = first.count - from
    for entry in entries.pointer {
      let other = bytes(Int(entry))
      shared = min(shared, other.count - from)
      var length = 0
      while length < shared, first[from + length] == other[from + length] { length += 1 }
      shared = length
    }
    return shared
  }

  /// Eight bytes as a number that sorts as they do; zeros stand past the end.
  private func leadingWord(_ bytes: UnsafeBufferPointer<UInt8>, from: Int) -> UInt64 {
    if bytes.count >= from + 8, let start = bytes.baseAddress {
      return UnsafeRawPointer(start + from).loadUnaligned(as: UInt64.self).bigEndian
    }
    var word: UInt64 = 0
    for index in from..<(from + 8) {
      word = word << 8 | UInt64(index < bytes.count ? bytes[index] : 0)
    }
    return word
  }
}

/// The places of words in ascending order; equal words keep theirs.
private func wordOrder(_ words: Buffer<UInt64>) -> Buffer<Int32> {
  let column = Column(
    .long,
    .longs(
      Buffer(count: words.count) { target in
        for place in 0..<words.count {
          target[place] = Int64(bitPattern: words.base[place] ^ 1 << 63)
        }
      }))
  return SortPlan(
    [SortColumn(column, isDescending: false, nullsFirst: false)], rowCount: words.count
  ).order()
}
