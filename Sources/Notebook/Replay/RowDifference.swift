import CasebookValues

/// How the rows of two results differ, matched by their key columns.
public struct RowDifference: Sendable, Equatable {
  /// A row that both have, with the cells that are others now.
  public struct Change: Sendable, Equatable {
    /// The values of the key columns.
    public var key: [String]
    /// Column, value before, value after.
    public var cells: [Cell]
  }

  /// A cell that changed.
  public struct Cell: Sendable, Equatable {
    /// The column.
    public var column: String
    /// The value before, as JSON.
    public var before: String
    /// The value after, as JSON.
    public var after: String
    /// What each cause has of the movement; nil where nobody asked, or a run with a cause put back has no
    /// such figure.
    public var shares: [Share]?

    /// How far a number moved, for its size before; nil for what is no number.
    var movement: Double? {
      guard let old = Double(before), let new = Double(after) else { return nil }
      return old == 0 ? abs(new) : abs(new - old) / abs(old)
    }
  }

  /// A cause's part of a movement.
  public struct Share: Sendable, Equatable {
    /// The cause in words.
    public var cause: String
    /// Its part, in the figure's unit.
    public var amount: Double

    /// A share.
    public init(cause: String, amount: Double) {
      self.cause = cause
      self.amount = amount
    }
  }

  /// The names of the key columns.
  public var keys: [String]
  /// The keys of rows that are new.
  public var added: [[String]] = []
  /// The keys of rows that are gone.
  public var removed: [[String]] = []
  /// Rows that changed, the biggest movers first.
  public var changed: [Change] = []

  /// The difference of two results; nil where one of them was not kept whole or the columns are others.
  init?(_ before: ResultDigest, _ after: ResultDigest) {
    guard let oldRows = before.rows?.compactMap(Self.cells),
      let newRows = after.rows?.compactMap(Self.cells),
      before.columns.map(\.name) == after.columns.map(\.name)
    else { return nil }
    let names = after.columns.map(\.name)
    let keyCount = Self.keyCount(after.columns, [oldRows, newRows])
    keys = Array(names.prefix(keyCount))
    let old = Dictionary(oldRows.map { (Array($0.prefix(keyCount)), $0) }) { first, _ in first }
    let new = Dictionary(newRows.map { (Array($0.prefix(keyCount)), $0) }) { first, _ in first }
    for row in newRows {
      let key = Array(row.prefix(keyCount))
      guard let was = old[key] else {
        added.append(key)
        continue
      }
      let cells = zip(names, zip(was, row)).compactMap { name, values -> Cell? in
        values.0 == values.1 ? nil : Cell(column: name, before: values.0, after: values.1)
      }
      if !cells.isEmpty { changed.append(Change(key: key, cells: cells)) }
    }
    removed = oldRows.map { Array($0.prefix(keyCount)) }.filter { new[$0] == nil }
    // A stable order for equal movements is that of the rows.
    changed = changed.enumerated().sorted { left, right in
      let movements = (Self.movement(left.element), Self.movement(right.element))
      return movements.0 == movements.1 ? left.offset < right.offset : movements.0 > movements.1
    }.map(\.element)
  }

  private static func movement(_ change: Change) -> Double {
    change.cells.compactMap(\.movement).max() ?? 0
  }

  /// How many leading columns tell the rows of both results apart; a real is no key.
  ///
  /// All rows of a result
  /// of one row match.
  private static func keyCount(_ columns: [ResultDigest.Column], _ sides: [[[String]]]) -> Int {
    if sides.allSatisfy({ $0.count <= 1 }) { return 0 }
    for count in columns.indices.dropFirst(0).map({ $0 + 1 }) {
      if columns[count - 1].type == "real" { return max(count - 1, 1) }
      if sides.allSatisfy({ rows in Set(rows.map { $0.prefix(count) }).count == rows.count }) {
        return count
      }
    }
    return columns.count
  }

  /// The cells of a row that is kept as a JSON array, each as JSON.
  static func cells(_ row: String) -> [String]? {
    guard case .array(let items)? = Dynamic(json: row) else { return nil }
    return items.map(\.jsonText)
  }
}
