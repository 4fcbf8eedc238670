import CasebookTables

extension MutableCollection where Self: RandomAccessCollection {
  /// Sorts, and looks now and then at whether to stop: millions of rows take longer than a person waits for Ctrl-C.
  mutating func sort(
    _ context: RunContext, by precedes: (Element, Element) -> Bool
  ) throws {
    var comparisons = 0
    try sort { left, right in
      comparisons &+= 1
      if comparisons & 0xFFFF == 0 { try context.checkpoint() }
      return precedes(left, right)
    }
  }
}

extension Sequence {
  /// The elements in order; looks now and then at whether to stop.
  func sorted(
    _ context: RunContext, by precedes: (Element, Element) -> Bool
  ) throws -> [Element] {
    var elements = Array(self)
    try elements.sort(context, by: precedes)
    return elements
  }
}

extension RunContext {
  /// Looks at whether to stop at every few thousandth of so many rows.
  @inline(__always)
  func checkpoint(row: Int) throws {
    if row & 0xFFF == 0 { try checkpoint() }
  }
}
