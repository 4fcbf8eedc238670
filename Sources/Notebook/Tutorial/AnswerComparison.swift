import CasebookTables
import CasebookValues

/// How a learner's result differs from the one that was asked for.
///
/// Rows count in any order and columns under any names, unless the task demands more; further columns do no harm.
/// Numbers are equal to nine digits, or as far as the learner's are rounded.
struct AnswerComparison {
  /// What came of it.
  enum Outcome: Equatable {
    case same
    /// It looks like an answer, and these lines say what is wrong with it.
    case differs([String])
    /// It is something else, perhaps a look around.
    case unlike
  }

  /// So many rows at fault are shown.
  private static let shownCount = 3

  private let wanted: Table
  private let given: Table
  private let demands: Set<TutorialTask.Demand>
  /// For each wanted column the given one that stands for it.
  private let columns: [Int?]

  init(wanted: Table, given: Table, demands: Set<TutorialTask.Demand>) {
    self.wanted = wanted
    self.given = given
    self.demands = demands
    columns = ColumnMatch(wanted, given, byName: demands.contains(.names)).columns
  }

  var outcome: Outcome {
    guard isLike else { return .unlike }
    let missing = wanted.fields.indices.filter { columns[$0] == nil }
    guard missing.isEmpty else { return .differs(missing.map(missingColumn)) }
    let lines = rowDifferences
    guard lines.isEmpty else { return .differs(lines) }
    if demands.contains(.order), !isInOrder {
      return .differs(["The rows are right, but stand in another order: sort them."])
    }
    if demands.contains(.chart), wanted.hint?.kind != given.hint?.kind {
      let kind = wanted.hint?.kind ?? "table"
      return .differs(["The rows are right; now have them drawn, with `| render \(kind)`."])
    }
    return .same
  }

  /// Whether this is meant as an answer: most of the columns, or as many of the same types.
  private var isLike: Bool {
    let matched = columns.compactMap { $0 }.count
    let named = wanted.fields.count { field in given.fields.contains { $0.name == field.name } }
    if named * 2 >= wanted.fields.count, given.fields.count <= 2 * wanted.fields.count {
      return true
    }
    guard matched == wanted.fields.count else { return false }
    if given.rowCount == wanted.rowCount { return true }
    // One row of figures is soon as wide as many a table.
    return given.fields.count == wanted.fields.count && wanted.rowCount > 1
  }

  private func missingColumn(_ index: Int) -> String {
    let field = wanted.fields[index]
    if let other = given.fields.first(where: { $0.name == field.name }) {
      let way = other.type == .timespan && isNumber(field.type) ? " Divide it by `1h` or `1m`." : ""
      return "`\(field.name)` is a \(other.type.name) here, and should be a \(field.type.name)."
        + way
    }
    return "A column is missing: `\(field.name)`, a \(field.type.name)."
  }

  // MARK: Rows

  private var isInOrder: Bool {
    (0..<wanted.rowCount).allSatisfy { row in
      columns.indices.allSatisfy { agrees($0, row, row) }
    }
  }

  private func agrees(_ column: Int, _ wantedRow: Int, _ givenRow: Int) -> Bool {
    guard let other = columns[column] else { return false }
    return isSameAnswer(
      wanted.columns[column].scalar(wantedRow), given.columns[other].scalar(givenRow))
  }

  /// Pairs rows by what their text, time and whole-number columns hold, then says what is left.
  private var rowDifferences: [String] {
    let keys = keyColumns
    let wantedRows = ordered(
      wanted, keys.map { $0 }, rest: wanted.fields.indices.filter { !keys.contains($0) })
    let givenKeys = keys.compactMap { columns[$0] }
    let rest = wanted.fields.indices.filter { !keys.contains($0) }.compactMap { columns[$0] }
    let givenRows = ordered(given, givenKeys, rest: rest)
    var lines: [String] = []
    if wanted.rowCount != given.rowCount {
      lines.append(
        "It has \(rows(given.rowCount)), and should have \(rows(wanted.rowCount)).")
    }
    // Where there are far more rows, each is too many; the count says it.
    if given.rowCount > 2 * max(wanted.rowCount, 1) { return lines }
    var faults: [String] = []
    var (left, right) = (0, 0)
    while left < wantedRows.count || right < givenRows.count {
      if faults.count > Self.shownCount { break }
      let order: Int
      switch (left < wantedRows.count, right < givenRows.count) {
      case (true, false): order = -1
      case (false, true): order = 1
      default:
        order = compare(
          keys.map { wanted.columns[$0].scalar(wantedRows[left]) },
          givenKeys.map { given.columns[$0].scalar(givenRows[right]) })
      }
      if order < 0 {
        if !keys.isEmpty {
          faults.append("There is no row for \(label(keys, wanted, wantedRows[left], keys)).")
        }
        left += 1
      } else if order > 0 {
        if !keys.isEmpty {
          faults.append(
            "The row for \(label(keys, given, givenRows[right], givenKeys)) is too many.")
        }
        right += 1
      } else {
        if let fault = fault(wantedRows[left], givenRows[right], keys) { faults.append(fault) }
        left += 1
        right += 1
      }
    }
    if faults.count > Self.shownCount {
      faults = faults.prefix(Self.shownCount) + ["... and more."]
    }
    return lines + faults
  }

  private func rows(_ count: Int) -> String { count == 1 ? "1 row" : "\(count) rows" }

  /// The leading columns that tell the wanted rows apart; numbers with fractions cannot.
  private var keyColumns: [Int] {
    if wanted.rowCount <= 1 { return [] }
    let able = wanted.fields.indices.filter {
      ![.real, .decimal, .dynamic].contains(wanted.fields[$0].type)
    }
    // Names and times first: a count is a poor name for a row.
    let sorted =
      able.filter { !isNumber(wanted.fields[$0].type) }
      + able.filter { isNumber(wanted.fields[$0].type) }
    var chosen: [Int] = []
    for column in sorted {
      chosen.append(column)
      let labels = Set(
        (0..<wanted.rowCount).map { row in
          chosen.map { wanted.columns[$0].scalar(row) }
        })
      if labels.count == wanted.rowCount { return chosen }
    }
    return chosen
  }

  private func label(_ keys: [Int], _ table: Table, _ row: Int, _ places: [Int]) -> String {
    zip(keys, places).map { key, place in
      "\(given.fields[columns[key] ?? place].name) = \(text(table, place, row))"
    }.joined(separator: ", ")
  }

  private func fault(_ wantedRow: Int, _ givenRow: Int, _ keys: [Int]) -> String? {
    let wrong = wanted.fields.indices.filter { !agrees($0, wantedRow, givenRow) }
    guard let first = wrong.first, let other = columns[first] else { return nil }
    let name = given.fields[other].name
    let place =
      keys.isEmpty ? "" : " in the row for \(label(keys, wanted, wantedRow, keys))"
    return "`\(name)` is \(text(given, other, givenRow))\(place), and should be "
      + "\(text(wanted, first, wantedRow))."
  }

  private func text(_ table: Table, _ column: Int, _ row: Int) -> String {
    if table.fields[column].isProtected { return "***" }
    let value = table.columns[column].scalar(row)
    return value.isNull ? "missing" : value.text.isEmpty ? "empty" : shownText(value)
  }

  private func ordered(_ table: Table, _ keys: [Int], rest: [Int]) -> [Int] {
    let values = (0..<table.rowCount).map { row in
      (row, (keys + rest).map { table.columns[$0].scalar(row) })
    }
    return values.sorted { left, right in
      let order = compare(left.1, right.1)
      return order == 0 ? left.0 < right.0 : order < 0
    }.map(\.0)
  }
}

/// Which column of a learner's result stands for which of the wanted one's.
struct ColumnMatch {
  /// For each wanted column the given one; nil where none can be it.
  private(set) var columns: [Int?]

  init(_ wanted: Table, _ given: Table, byName: Bool) {
    columns = wanted.fields.map { field in
      given.fields.firstIndex { $0.name == field.name && isComparable($0.type, field.type) }
    }
    guard !byName else { return }
    var free = Set(given.fields.indices).subtracting(columns.compactMap { $0 })
    for (index, field) in wanted.fields.enumerated() where columns[index] == nil {
      let able = free.sorted().filter { isComparable(given.fields[$0].type, field.type) }
      let equal = able.first {
        Self.holdsTheSame(wanted.columns[index], given.columns[$0])
      }
      let atPlace = able.first { $0 == index }
      guard let chosen = equal ?? atPlace ?? able.first else { continue }
      columns[index] = chosen
      free.remove(chosen)
    }
  }

  /// Whether two columns hold the same values in some order.
  private static func holdsTheSame(_ left: Column, _ right: Column) -> Bool {
    guard left.count == right.count else { return false }
    let sides = [left, right].map { column in
      (0..<column.count).map { column.scalar($0) }.sorted { compare([$0], [$1]) < 0 }
    }
    return zip(sides[0], sides[1]).allSatisfy(isSameAnswer)
  }
}
