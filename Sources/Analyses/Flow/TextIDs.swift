import CasebookTables
import CasebookValues

/// The texts of a column as small numbers: equal texts have equal numbers.
struct TextIDs: Sendable {
  /// The number of each row.
  let codes: Codes
  /// The text of each number.
  let names: TextDictionary
  /// The number of the empty text, which stands for a missing one; -1 if no row could have it.
  let missing: Int

  /// Numbers are below this.
  var count: Int { names.count }

  init(_ column: Column) {
    if case .texts(let codes, let dictionary) = column.data, dictionary.isDistinct,
      column.validity == nil
    {
      self.codes = codes
      names = dictionary
    } else {
      let groups = group(by: [column], rowCount: column.count)
      let words = Buffer<UInt32>(count: column.count) { target in
        for row in 0..<column.count { target[row] = UInt32(bitPattern: groups.ids.base[row]) }
      }
      codes = Codes(words, entryCount: max(groups.count, 1))
      let first = column.gathered(by: groups.firstRows)
      names = TextDictionary(
        (0..<groups.count).map { first.scalar($0).isNull ? "" : first.scalar($0).text },
        isDistinct: true)
    }
    let offsets = names.offsets
    missing = (0..<names.count).first { offsets.base[$0] == offsets.base[$0 + 1] } ?? -1
  }

  /// The text of a number.
  func name(_ code: Int) -> String { names.string(code) }

  /// The numbers of some texts; those that no row has are left out.
  func codes(of texts: [String]) -> [Int] {
    let wanted = Set(texts)
    return (0..<count).filter { wanted.contains(name($0)) }
  }

  /// Where each number stands when texts are ordered by Unicode scalars, which is the order of bytes.
  func ranks(of used: [Int]) -> [Int: Int] {
    let sorted = used.sorted { left, right in
      names.bytes(left).lexicographicallyPrecedes(names.bytes(right))
    }
    return Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($0.element, $0.offset) })
  }
}
