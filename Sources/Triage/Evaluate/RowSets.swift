/// Which rules something holds for, row by row: each distinct set of rules stands once.
struct RowSets {
  /// The set of each row: 0 is the empty one.
  private(set) var sets: [UInt32]
  /// For each set the rule that was added last, and the set before that.
  private var nodes: [(rule: Int, parent: UInt32)] = [(-1, 0)]

  init(rowCount: Int) {
    sets = Array(repeating: 0, count: rowCount)
  }

  /// Distinct sets.
  var count: Int { nodes.count }

  /// Adds a rule to the sets of some rows; rules come in ascending order.
  mutating func add(_ rule: Int, _ words: UnsafePointer<UInt64>, _ wordCount: Int) {
    var next: [UInt32: UInt32] = [:]
    var last: (from: UInt32, to: UInt32)?
    forEachBit(words, wordCount) { row in
      let from = sets[row]
      if let last, last.from == from {
        sets[row] = last.to
        return
      }
      let to: UInt32
      if let known = next[from] {
        to = known
      } else {
        nodes.append((rule, from))
        to = UInt32(nodes.count - 1)
        next[from] = to
      }
      last = (from, to)
      sets[row] = to
    }
  }

  /// The rules of a set, ascending.
  func rules(_ set: UInt32) -> [Int] {
    var rules: [Int] = []
    var at = set
    while at != 0 {
      rules.append(nodes[Int(at)].rule)
      at = nodes[Int(at)].parent
    }
    return rules.reversed()
  }
}
