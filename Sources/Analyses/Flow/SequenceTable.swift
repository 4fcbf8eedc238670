import CasebookTables
import CasebookValues

/// Different sequences of steps, numbered in first appearance.
///
/// Sequences are hashed to find candidates and then compared step by step, so that no two are ever taken for one.
struct SequenceTable: Sendable {
  /// A sequence: where its codes lie in `codes`, and its group.
  private struct Entry: Sendable {
    var group: Int
    var range: Range<Int>
    var hash: UInt64
  }

  private var entries: [Entry] = []
  private var codes: [UInt32] = []
  private var slots = [Int32](repeating: -1, count: 256)
  private var mask = 255

  /// Sequences so far.
  var count: Int { entries.count }

  /// The group of a sequence.
  func group(_ number: Int) -> Int { entries[number].group }

  /// The steps of a sequence.
  func steps(_ number: Int) -> ArraySlice<UInt32> { codes[entries[number].range] }

  /// The number of a sequence, a new one if it was not met before.
  mutating func number(_ group: Int, _ sequence: some Collection<UInt32>) -> Int {
    var hash = UInt64(truncatingIfNeeded: group) &+ 0x9E37_79B9_7F4A_7C15
    for code in sequence {
      hash = (hash ^ UInt64(code)) &* 0xBF58_476D_1CE4_E5B9
      hash ^= hash >> 29
    }
    if entries.count * 2 > mask { grow() }
    var slot = Int(truncatingIfNeeded: hash &* 0x94D0_49BB_1331_11EB >> 32) & mask
    while slots[slot] >= 0 {
      let entry = entries[Int(slots[slot])]
      if entry.hash == hash, entry.group == group, entry.range.count == sequence.count,
        codes[entry.range].elementsEqual(sequence)
      {
        return Int(slots[slot])
      }
      slot = (slot + 1) & mask
    }
    slots[slot] = Int32(entries.count)
    let start = codes.count
    codes.append(contentsOf: sequence)
    entries.append(Entry(group: group, range: start..<codes.count, hash: hash))
    return entries.count - 1
  }

  private mutating func grow() {
    mask = (mask + 1) * 4 - 1
    slots = [Int32](repeating: -1, count: mask + 1)
    for (number, entry) in entries.enumerated() {
      var slot = Int(truncatingIfNeeded: entry.hash &* 0x94D0_49BB_1331_11EB >> 32) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(number)
    }
  }

  /// Whether a sequence comes before another when names are ordered by Unicode scalars.
  func precedes(_ left: Int, _ right: Int, _ names: StepNames) -> Bool {
    let (a, b) = (steps(left), steps(right))
    for (x, y) in zip(a, b) where x != y {
      return names.name(Int(x)).isBefore(names.name(Int(y)))
    }
    return a.count < b.count
  }

  /// The names of a sequence's steps as a JSON array.
  func path(_ number: Int, _ names: StepNames) -> Dynamic {
    .array(steps(number).map { .string(names.name(Int($0))) })
  }
}
