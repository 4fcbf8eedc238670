/// The value that would stand at `rank` were the values sorted.
///
/// Each round counts values by their highest differing bits and keeps those of the one range that
/// holds the rank, so the work is linear whatever the values. With a context it stops between passes over the values when
/// the run is to end, and what it gives is then of no use.
public func selectedValue(
  _ values: UnsafePointer<Int64>, _ count: Int, rank: Int, until context: RunContext? = nil
) -> Int64 {
  let candidates = UnsafeBufferPointer(start: values, count: count)
  if count <= 48 { return candidates.sorted()[rank] }
  var least = values[0]
  var greatest = least
  for value in candidates {
    least = min(least, value)
    greatest = max(greatest, value)
  }
  if least == greatest || context?.isCancelled == true { return least }
  let span = UInt64(bitPattern: greatest &- least)
  let shift = UInt64(max(0, 64 - span.leadingZeroBitCount - 11))
  var rank = rank
  var wanted = 0
  let keptCount = withUnsafeTemporaryAllocation(of: Int.self, capacity: 2048) { counts in
    counts.initialize(repeating: 0)
    for value in candidates { counts[range(of: value, least, shift)] += 1 }
    while rank >= counts[wanted] {
      rank -= counts[wanted]
      wanted += 1
    }
    return counts[wanted]
  }
  if shift == 0 || context?.isCancelled == true { return least &+ Int64(wanted) }
  let kept = Buffer<Int64>(count: keptCount) { target in
    var position = 0
    for value in candidates where range(of: value, least, shift) == wanted {
      target[position] = value
      position += 1
    }
  }
  return selectedValue(kept.base, keptCount, rank: rank, until: context)
}

/// The values that would stand at some ranks were the values sorted; `least` and `greatest` are known to be theirs.
///
/// One count of values by their highest differing bits serves all ranks.
public func selectedValues(
  _ values: UnsafePointer<Int64>, _ count: Int, least: Int64, greatest: Int64, ranks: [Int]
) -> [Int64] {
  if least == greatest { return ranks.map { _ in least } }
  let span = UInt64(bitPattern: greatest &- least)
  let shift = UInt64(max(0, 64 - span.leadingZeroBitCount - 11))
  let counts = UnsafeMutablePointer<Int>.allocate(capacity: 2048)
  counts.initialize(repeating: 0, count: 2048)
  defer { counts.deallocate() }
  for index in 0..<count { counts[range(of: values[index], least, shift)] += 1 }
  var known: [Int: Buffer<Int64>] = [:]
  return ranks.map { rank in
    var rank = rank
    var wanted = 0
    while rank >= counts[wanted] {
      rank -= counts[wanted]
      wanted += 1
    }
    if shift == 0 { return least &+ Int64(wanted) }
    let kept =
      known[wanted]
      ?? Buffer<Int64>(count: counts[wanted] + 1) { target in
        // Written in any case, counted where it belongs: no branch that could be guessed wrong.
        var position = 0
        for index in 0..<count {
          let value = values[index]
          target[position] = value
          position += range(of: value, least, shift) == wanted ? 1 : 0
        }
      }
    known[wanted] = kept
    return selectedValue(kept.base, counts[wanted], rank: rank)
  }
}

@inline(__always)
private func range(of value: Int64, _ least: Int64, _ shift: UInt64) -> Int {
  Int(truncatingIfNeeded: UInt64(bitPattern: value &- least) >> shift)
}
