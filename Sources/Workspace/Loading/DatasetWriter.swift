public import CasebookTables

/// Takes the rows of a load, block by block, in order.
///
/// Encoding happens on other threads while the next block is read; the caller's thread writes.
public struct DatasetWriter {
  /// One column of a block.
  public enum Part: Sendable {
    /// Values; the dictionary of texts may be the block's own.
    case values(Column)
    /// Codes of a dictionary that all blocks share and that comes at the end.
    case sharedCodes(Codes, validity: Bitmap?)

    /// Rows.
    public var count: Int {
      switch self {
      case .values(let column): column.count
      case .sharedCodes(let codes, _): codes.count
      }
    }
  }

  /// Where the rows come from.
  ///
  /// May be completed while they are read.
  public var provenance: Provenance
  /// The lines that were not taken as they stand, kept with the load.
  public var rejects: Table?
  /// Rows taken so far.
  public var rowCount: Int { segment.rowCount }

  private let segment: SegmentWriter
  private let target: LoadTarget
  private var dictionaries: [TextDictionary?] = []
  /// Where each incoming column belongs; its own place unless rows are appended.
  private var places: [Int] = []
  private var hasBegun = false

  init(_ segment: SegmentWriter, _ target: LoadTarget, _ provenance: Provenance) {
    self.segment = segment
    self.target = target
    self.provenance = provenance
  }

  /// Names the columns to come.
  ///
  /// May come again: what was taken before is void then.
  public mutating func begin(fields: [Field]) throws {
    hasBegun = true
    dictionaries = []
    guard let existing = target.appendedTo else {
      places = Array(fields.indices)
      let none = fields.map { _ in nil as TextColumn.Base? }
      try segment.begin(fields, bases: none, rowOrder: fields.map { _ in false })
      return
    }
    places = try existing.places(of: fields)
    try segment.begin(
      existing.fields.map(\.field), bases: try existing.bases(),
      rowOrder: existing.fields.map(\.isRowOrder))
  }

  /// Takes a block: `blockRowCount` rows, fewer only in the last.
  public mutating func append(_ block: [Part]) throws {
    precondition(hasBegun && block.count == places.count, "a part for every field")
    if block.first?.count ?? 0 == 0 { return }
    try segment.append(reordered(block))
  }

  /// Takes a block of whole columns.
  public mutating func append(block: [Column]) throws {
    try append(block.map(Part.values))
  }

  /// Takes all rows of a source.
  public mutating func append(contentsOf source: some TableSource) throws {
    let all = Array(source.fields.indices)
    try begin(fields: source.fields)
    for block in source.blockRowCounts.indices {
      try append(block: try source.read(block: block, columns: all))
    }
  }

  /// The dictionaries of parts that came as shared codes, nil for other columns.
  public mutating func finish(dictionaries: [TextDictionary?]) {
    precondition(dictionaries.count == places.count, "a place for every field")
    self.dictionaries = reordered(dictionaries)
  }

  private func reordered<Element>(_ elements: [Element]) -> [Element] {
    var result = elements
    for (element, place) in zip(elements, places) { result[place] = element }
    return result
  }

  /// Writes what is left; the number of the version that now holds all rows.
  func complete() throws -> Int64 {
    precondition(hasBegun, "a load names its fields")
    return try segment.finish(
      after: target.appendedTo?.segments.map(\.id) ?? [], dictionaries: dictionaries)
  }
}
