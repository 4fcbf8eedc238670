import CasebookTables
import CasebookValues

extension ChartMaker {
  /// The rows of one name along x.
  struct Group {
    var name: String
    var entries: [Entry]
  }

  /// One value: its row, its y column, and what it is called within its group.
  struct Entry {
    var name: String
    var row: Int
    var y: Int
  }

  /// Rows by name in first appearance, as many as are drawn; notes how many there are.
  ///
  /// Rows without series, and those of a ranking, stand alone even where names are equal. `limitsGroups` says that the limit is one of
  /// names and not of rows.
  mutating func groups(_ roles: ChartRoles, limitsGroups: Bool = false, what: String) -> [Group] {
    let limit = columns.count(.limit) ?? ChartMaker.rowLimit
    var groups: [Group] = []
    var places: [String: Int] = [:]
    var (kept, all, names) = (0, 0, 0)
    let isAlone =
      roles.series.isEmpty || columns.hint[.kind] == "unstacked"
      || roles.x.map { columns.fields[$0].isProtected } == true
    for row in 0..<columns.rowCount {
      all += roles.ys.count
      let isFull = limitsGroups ? groups.count >= limit : kept >= limit
      if isAlone, isFull {
        names += 1
        continue
      }
      let name = roles.x.map { columns.label($0, row) } ?? nameOfNone(row, roles)
      let place = isAlone ? nil : places[name]
      if place == nil {
        names += 1
        places[name] = isFull ? -1 : groups.count
        if isFull { continue }
        groups.append(Group(name: name, entries: []))
      }
      guard let index = place ?? groups.indices.last, index >= 0,
        limitsGroups || groups[index].entries.count < limit
      else { continue }
      let entries = self.entries(row, roles)
      groups[index].entries += entries
      kept += entries.count
    }
    let (shown, total) = limitsGroups ? (groups.count, names) : (kept, all)
    if shown < total {
      notes.append("\(formatCount(total)) \(what), the first \(formatCount(shown)) are drawn")
    }
    return groups
  }

  /// What a row is called that nothing names.
  private func nameOfNone(_ row: Int, _ roles: ChartRoles) -> String {
    columns.rowCount == 1 && roles.ys.count == 1
      ? columns.fields[roles.ys[0]].name : columns.rowCount == 1 ? "" : String(row + 1)
  }

  private func entries(_ row: Int, _ roles: ChartRoles) -> [Entry] {
    let part = roles.series.isEmpty ? "" : columns.label(roles.series, row)
    return roles.ys.indices.map { index in
      let yName = columns.fields[roles.ys[index]].name
      let name = roles.ys.count == 1 ? part : part.isEmpty ? yName : part + ": " + yName
      return Entry(name: name, row: row, y: index)
    }
  }

  func finite(_ column: Int, _ row: Int) -> Double? {
    columns.number(column, row).flatMap { $0.isFinite ? $0 : nil }
  }

  /// A value of a row as text: null and what is not finite, too.
  func figure(_ value: Double?, _ column: Int, _ row: Int) -> String {
    guard let value else {
      return columns.number(column, row).map { CasebookValues.text(ofReal: $0) } ?? "null"
    }
    return number(value, column)
  }

  /// A value of a column as text.
  func number(_ value: Double, _ column: Int) -> String {
    if columns.unit(column) == .timespan {
      return formatDuration(value / Double(Ticks.perSecond))
    }
    return ChartAxis(columns.unit(column), lower: 0, upper: 1).text(of: value)
  }

  func referenceValues() -> [Double] {
    columns.names(in: columns.hint[.reference] ?? "").compactMap { Double($0) }
  }
}
