/// A run of words and room to sort it.
///
/// Runs are dealt out by their highest digit until what is left of the key is short or the heaps are
/// small; the rest is done digit by digit from the lowest, or by insertion.
///
/// `@unchecked Sendable`: filled and sorted by the one worker that made it, and only read afterwards.
final class WordSorter: @unchecked Sendable {
  /// The words; after `sort`, in order.
  let words: UnsafeMutablePointer<UInt64>
  /// How many there are.
  let count: Int
  private let owner: BufferOwner

  init(count: Int) {
    self.count = count
    owner = BufferOwner(byteCount: count * 8)
    words = owner.start.bindMemory(to: UInt64.self, capacity: count)
  }

  /// Sorts by some of the bits; words that agree in them keep their order.
  ///
  /// The room that this takes is free again afterwards.
  func sort(bits: Range<Int>) {
    let room = BufferOwner(byteCount: count * 8)
    withExtendedLifetime(room) {
      sortWords(
        words, room.start.bindMemory(to: UInt64.self, capacity: count), count, bits: bits)
    }
  }
}

/// Sorts words by some of their bits; words that agree in them keep their order.
public func sortWords(
  _ words: UnsafeMutablePointer<UInt64>, _ scratch: UnsafeMutablePointer<UInt64>, _ count: Int,
  bits: Range<Int>
) {
  sortRun(words, scratch, count, bits, endsInScratch: false)
}

private typealias Words = UnsafeMutablePointer<UInt64>

/// Below this a run and its scratch stay in the second-level cache.
private let cachedCount = 1 << 16

/// Sorts a run, which ends where it was or, if asked for, in the scratch.
private func sortRun(
  _ run: Words, _ scratch: Words, _ count: Int, _ bits: Range<Int>, endsInScratch: Bool
) {
  if bits.isEmpty || count < 2 {
    if endsInScratch { scratch.update(from: run, count: count) }
  } else if count <= 32 {
    insertionSort(run, count, bits)
    if endsInScratch { scratch.update(from: run, count: count) }
  } else if bits.count <= lowestFirstBits(count) {
    sortFromLowest(run, scratch, count, bits, endsInScratch: endsInScratch)
  } else {
    dealOut(run, scratch, count, bits, endsInScratch: endsInScratch)
  }
}

/// How many bits two passes from the lowest can sort with tables no larger than the run.
private func lowestFirstBits(_ count: Int) -> Int {
  if count > cachedCount { return 8 }
  return 2 * min(11, magnitude(count))
}

/// By how many bits to deal out: into heaps of some sixteen words, but into few enough heaps for the
/// cache to keep the end of each at hand.
private func dealtBits(_ count: Int) -> Int {
  max(1, min(count > cachedCount ? 8 : 11, magnitude(count) - 4))
}

/// The number of times that a count can be halved.
private func magnitude(_ count: Int) -> Int { Int.bitWidth - 1 - count.leadingZeroBitCount }

/// Deals words out by the highest digit, then sorts each heap by the rest.
private func dealOut(
  _ run: Words, _ scratch: Words, _ count: Int, _ bits: Range<Int>, endsInScratch: Bool
) {
  let low = bits.upperBound - min(dealtBits(count), bits.count)
  let heapCount = 1 << (bits.upperBound - low)
  withUnsafeTemporaryAllocation(of: Int.self, capacity: heapCount) { starts in
    guard let starts = starts.baseAddress else { return }
    starts.initialize(repeating: 0, count: heapCount)
    guard distribute(run, scratch, count, low..<bits.upperBound, starts) else {
      sortRun(run, scratch, count, bits.lowerBound..<low, endsInScratch: endsInScratch)
      return
    }
    // `distribute` leaves each digit's end where its start was.
    var start = 0
    for digit in 0..<heapCount where starts[digit] > start {
      let end = starts[digit]
      sortRun(
        scratch + start, run + start, end - start, bits.lowerBound..<low,
        endsInScratch: !endsInScratch)
      start = end
    }
  }
}

private func sortFromLowest(
  _ run: Words, _ scratch: Words, _ count: Int, _ bits: Range<Int>, endsInScratch: Bool
) {
  let passCount = (bits.count + 10) / 11
  let digitBits = (bits.count + passCount - 1) / passCount
  var (source, target) = (run, scratch)
  withUnsafeTemporaryAllocation(of: Int.self, capacity: 1 << digitBits) { starts in
    guard let starts = starts.baseAddress else { return }
    for low in stride(from: bits.lowerBound, to: bits.upperBound, by: digitBits) {
      starts.initialize(repeating: 0, count: 1 << digitBits)
      let digit = low..<min(low + digitBits, bits.upperBound)
      if distribute(source, target, count, digit, starts) { swap(&source, &target) }
    }
  }
  let wanted = endsInScratch ? scratch : run
  if source != wanted { wanted.update(from: source, count: count) }
}

/// Writes words to `target` in the order of one digit; false, with nothing written, when all have
/// the same.
///
/// `starts` comes zeroed and ends as the end of each digit's words.
private func distribute(
  _ source: Words, _ target: Words, _ count: Int, _ bits: Range<Int>,
  _ starts: UnsafeMutablePointer<Int>
) -> Bool {
  let shift = UInt64(bits.lowerBound)
  let mask = (1 as UInt64) << UInt64(bits.count) &- 1
  for place in 0..<count { starts[Int(source[place] >> shift & mask)] += 1 }
  if starts[Int(source[0] >> shift & mask)] == count { return false }
  var position = 0
  for digit in 0...Int(mask) {
    let digitCount = starts[digit]
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

private func insertionSort(_ run: Words, _ count: Int, _ bits: Range<Int>) {
  let mask = bits.count == 64 ? ~0 : (1 as UInt64) << UInt64(bits.count) &- 1
  let shift = UInt64(bits.lowerBound)
  for place in 1..<count {
    let word = run[place]
    var hole = place
    while hole > 0, run[hole - 1] >> shift & mask > word >> shift & mask {
      run[hole] = run[hole - 1]
      hole -= 1
    }
    run[hole] = word
  }
}
