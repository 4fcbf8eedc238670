import CasebookTables

/// A text column while it is written: how its blocks come to share one dictionary, or why not.
final class TextColumn {
  /// Rows after which a column may turn out to have mostly distinct texts.
  ///
  /// Identifiers of cases come close together at first and repeat later.
  private static let judgedRowCount = 1 << 20
  /// Bytes of distinct texts after which the judgement comes earlier.
  private static let judgedHeapBytes = 64 << 20

  /// The dictionary that the column had before, when rows are appended.
  struct Base {
    var id: Int64
    var dictionary: TextDictionary
  }

  let base: Base?
  /// Whether texts are stored in row order from now on.
  private(set) var isRowOrder: Bool
  private var interner: TextInterner?
  private var rowCount = 0
  private var last: (dictionary: TextDictionary, codes: Buffer<UInt32>)?

  init(base: Base?, isRowOrder: Bool) {
    self.base = base
    self.isRowOrder = isRowOrder
  }

  /// The column's codes in the shared dictionary, or nil when the texts go in row order.
  func translation(of dictionary: TextDictionary, rows: Int) -> Buffer<UInt32>? {
    if rowCount == 0, base == nil, !dictionary.isDistinct, dictionary.count * 2 > rows {
      isRowOrder = true
    }
    rowCount += rows
    if isRowOrder { return nil }
    if let last, last.dictionary === dictionary { return last.codes }
    let codes = intern(dictionary)
    last = (dictionary, codes)
    judge()
    return codes
  }

  /// The codes that a dictionary's entries have, new or known.
  private func intern(_ dictionary: TextDictionary) -> Buffer<UInt32> {
    var interner = interner ?? seeded()
    let heap = dictionary.heap.base
    let offsets = dictionary.offsets
    let codes = Buffer<UInt32>(count: dictionary.count) { target in
      for entry in 0..<dictionary.count {
        let from = offsets.base[entry]
        target[entry] = interner.intern(heap + from, offsets.base[entry + 1] - from)
      }
    }
    self.interner = interner
    return codes
  }

  private func seeded() -> TextInterner {
    var interner = TextInterner()
    guard let base else { return interner }
    for entry in 0..<base.dictionary.count {
      let text = base.dictionary.bytes(entry)
      guard let start = text.baseAddress else { continue }
      _ = interner.intern(start, text.count)
    }
    return interner
  }

  private func judge() {
    guard let interner else { return }
    let isLarge =
      rowCount >= Self.judgedRowCount || interner.heapByteCount >= Self.judgedHeapBytes
    if isLarge, interner.count * 2 > rowCount + (base?.dictionary.count ?? 0) * 2 {
      isRowOrder = true
      last = nil
    }
  }

  /// The dictionary of all blocks that have codes, with the codes of `external` in it if that
  /// dictionary came with them and has to be merged; nil when nothing was coded.
  func finish(
    external: TextDictionary?
  ) -> (dictionary: TextDictionary, translation: Buffer<UInt32>?)? {
    if let external {
      if base == nil, interner == nil { return (external, nil) }
      let codes = intern(external)
      guard var interner else { return nil }
      return (interner.finish(), codes)
    }
    guard var interner else { return base.map { ($0.dictionary, nil) } }
    return (interner.finish(), nil)
  }
}
