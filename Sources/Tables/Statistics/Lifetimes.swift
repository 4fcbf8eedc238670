/// How long the members of a group lasted, each sorted: the input of survival analysis.
///
/// Times are ticks of any unit from zero; negative ones count as zero.
public struct Lifetimes: Sendable {
  /// The times at which members ended.
  public let ended: Buffer<Int64>
  /// The times up to which members that had not ended were watched.
  public let censored: Buffer<Int64>
  /// The ages at which members that were not watched from zero came under watch.
  public let entered: Buffer<Int64>

  /// Sorts the times of a group.
  ///
  /// Members with an entry are in one of the other lists, too, with a time at least as large.
  public init(ended: [Int64], censored: [Int64], entered: [Int64] = []) {
    self.ended = sortedTimes(ended)
    self.censored = sortedTimes(censored)
    self.entered = sortedTimes(entered.filter { $0 > 0 })
  }

  /// How many members there are.
  public var count: Int { ended.count + censored.count }

  /// The longest time watched, null without members.
  public var longest: Int64? {
    let times = [ended, censored].compactMap { $0.count > 0 ? $0[$0.count - 1] : nil }
    return times.max()
  }
}

private func sortedTimes(_ times: [Int64]) -> Buffer<Int64> {
  var largest: Int64 = 0
  let words = WordSorter(count: times.count)
  for (index, time) in times.enumerated() {
    let time = max(time, 0)
    largest = max(largest, time)
    words.words[index] = UInt64(time)
  }
  words.sort(bits: 0..<(64 - largest.leadingZeroBitCount))
  var sorted = BufferBuilder<Int64>(capacity: times.count)
  for index in 0..<times.count { sorted.append(Int64(bitPattern: words.words[index])) }
  return sorted.finish()
}
