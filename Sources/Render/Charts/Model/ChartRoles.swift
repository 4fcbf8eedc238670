import CasebookTables
import CasebookValues

/// Which column is x, which are drawn and which tell series apart: KQL's rules.
///
/// What the properties say goes before. Else x is the first column (the first datetime in a timechart), every
/// further number is drawn, and as many text columns as it takes tell rows of one x apart.
struct ChartRoles: Equatable {
  /// The column along x; nil where the rows are only counted.
  var x: Int?
  /// The columns that are drawn.
  var ys: [Int]
  /// The columns whose values together name a series.
  var series: [Int]
  /// What was left out and why.
  var notes: [String] = []

  /// The roles of a chart with a scale along x.
  static func scaled(_ columns: ChartColumns) throws(ChartProblem) -> ChartRoles {
    let wantsTime = columns.kind == .timechart || columns.kind == .anomalychart
    let all = columns.fields.indices
    let taken = Set(columns.columns(.series) + columns.columns(.ycolumns))
    let scaled = all.filter { columns.isTime($0) || columns.isMeasure($0) }
    var x = columns.column(.xcolumn)
    if x == nil {
      let free = all.filter { !taken.contains($0) }
      let time = free.first { columns.isTime($0) }
      // The axis of `make-series` stands behind what it counts.
      if wantsTime || !columns.expanded.isEmpty { x = time }
      x = x ?? free.first { scaled.contains($0) }
      if let first = free.first, columns.isText(first), scaled.count < 2 || x == nil,
        columns.columns(.series).isEmpty
      {
        x = first
      }
    }
    guard let x else {
      throw ChartProblem(sentence: "`\(columns.kind.rawValue)` needs a column along x")
    }
    var roles = try values(columns, x: x)
    try roles.chooseSeries(columns)
    return roles
  }

  /// The roles of a chart with a name for each row or group of rows.
  static func named(_ columns: ChartColumns) throws(ChartProblem) -> ChartRoles {
    let all = columns.fields.indices
    let taken = Set(columns.columns(.series) + columns.columns(.ycolumns))
    var x = columns.column(.xcolumn)
    if x == nil {
      let free = all.filter { !taken.contains($0) }
      let measures = all.filter { columns.isMeasure($0) }
      x = free.first
      if let first = x, columns.isMeasure(first), measures.count == 1 {
        x = free.first { !columns.isMeasure($0) }
      }
    }
    var series = columns.columns(.series)
    if columns.column(.xcolumn) == nil, let first = x, columns.isMeasure(first) {
      // Rows that are named by their series, or that stand alone, have no need of a number as their name.
      if let head = series.first {
        x = head
        series.removeFirst()
      } else if columns.rowCount == 1 {
        x = all.first { !columns.isMeasure($0) && !taken.contains($0) }
      }
    }
    var roles = try values(columns, x: x)
    roles.series = series
    try roles.chooseSeries(columns)
    return roles
  }

  private static func values(_ columns: ChartColumns, x: Int?) throws(ChartProblem) -> ChartRoles {
    let all = columns.fields.indices
    let series = columns.columns(.series)
    var ys = columns.columns(.ycolumns).filter { columns.isMeasure($0) }
    var notes: [String] = []
    if ys.isEmpty {
      // Bounds are drawn with what they bound.
      let bounds = Set(
        all.filter { isBound($0, columns) } + columns.columns(.low) + columns.columns(.high))
      let others = Set([x, columns.column(.size), columns.column(.mark)].compactMap { $0 })
      ys = all.filter {
        columns.isMeasure($0) && !others.contains($0) && !series.contains($0)
          && !bounds.contains($0)
          && !columns.columns(.anomalycolumns).contains($0)
      }
      let shown = ys.filter { !columns.fields[$0].isProtected }
      if !shown.isEmpty, shown.count < ys.count {
        notes.append("protected columns are not drawn")
        ys = shown
      }
    }
    guard let first = ys.first else {
      throw ChartProblem(sentence: "`\(columns.kind.rawValue)` needs a column of numbers to draw")
    }
    let unit = columns.unit(first)
    let others = ys.filter { columns.unit($0) != unit }
    if !others.isEmpty {
      let names = others.map { columns.fields[$0].name }.joined(separator: ", ")
      notes.append("not drawn, since numbers and lengths of time share no axis: \(names)")
      ys.removeAll { others.contains($0) }
    }
    return ChartRoles(x: x, ys: ys, series: series, notes: notes)
  }

  /// Whether a column is `y_low` or `y_high` of another.
  private static func isBound(_ column: Int, _ columns: ChartColumns) -> Bool {
    let name = columns.fields[column].name
    for ending in ["_low", "_high"] where name.hasSuffix(ending) {
      if columns.column(named: String(name.dropLast(ending.count))) != nil { return true }
    }
    return false
  }

  /// Takes text columns until no two rows of one x are of one series.
  private mutating func chooseSeries(_ columns: ChartColumns) throws(ChartProblem) {
    guard series.isEmpty, columns.hint[.series] == nil else { return }
    let mark = columns.column(.mark)
    let texts = columns.fields.indices.filter {
      columns.isText($0) && $0 != x && $0 != mark && !columns.expanded.contains($0)
    }
    for text in texts {
      if isUnique(columns) { return }
      series.append(text)
    }
    // Notes and the like tell nothing apart: without them there are as few rows of a kind.
    if !isUnique(columns), series.count > 1 { series = [series[0]] }
  }

  private func isUnique(_ columns: ChartColumns) -> Bool {
    guard let x else { return true }
    var seen: Set<String> = []
    for row in 0..<min(columns.rowCount, 200_000) {
      let key = columns.label([x] + series, row)
      if !seen.insert(key).inserted { return false }
    }
    return true
  }

  /// The bounds of the y column at a place.
  func bounds(_ place: Int, _ columns: ChartColumns) -> (low: Int?, high: Int?) {
    let name = columns.fields[ys[place]].name
    func bound(_ property: ChartProperty, _ ending: String) -> Int? {
      let given = columns.columns(property)
      if !given.isEmpty { return given.indices.contains(place) ? given[place] : nil }
      return columns.column(named: name + ending).flatMap { columns.isMeasure($0) ? $0 : nil }
    }
    return (bound(.low, "_low"), bound(.high, "_high"))
  }
}
