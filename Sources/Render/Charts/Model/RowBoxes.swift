import CasebookTables

extension ChartMaker {
  /// Quartiles of a number by name, or of five columns that are figures already.
  ///
  /// Quartiles are type 7; whiskers reach to the last value within 1.5 interquartile ranges of the box, and values
  /// beyond are counted in a note. [Tukey 1977]
  mutating func boxes() throws(ChartProblem) -> ChartRows {
    let given = columns.columns(.ycolumns).filter { columns.isMeasure($0) }
    if given.count == 5 { return try givenBoxes(given) }
    let measure = given.first ?? columns.fields.indices.first { columns.isMeasure($0) }
    guard let y = measure else {
      throw ChartProblem(sentence: "a boxplot needs a column of numbers")
    }
    try columns.refuseProtected([y])
    let chosen = columns.columns(.series)
    let x = columns.column(.xcolumn) ?? columns.fields.indices.first { columns.isText($0) }
    let names = [x].compactMap { $0 } + chosen
    var reader = NamePlaces(columns, names)
    var values: [[Double]] = []
    var (missing, beyond) = (0, 0)
    for row in 0..<columns.rowCount {
      guard let value = finite(y, row) else {
        missing += 1
        continue
      }
      let place = names.isEmpty ? 0 : reader.place(row)
      while values.count <= place { values.append([]) }
      values[place].append(value)
    }
    let groups = values.enumerated().map { index, values in
      (name: names.isEmpty ? columns.fields[y].name : reader.names[index], values: values)
    }
    guard !groups.isEmpty else { throw ChartProblem(sentence: "there is no value to draw") }
    if missing > 0 {
      notes.append(formatCount(missing, of: "row") + " without a value not counted")
    }
    var range = ChartRange()
    let kept = cut(groups, usual: ChartMaker.rowLimit, what: "boxes")
    let rows = kept.map { group -> ChartRows.Row in
      let sorted = group.values.sorted()
      let box = [0.25, 0.5, 0.75].map { quantile(sorted, $0) }
      let reach = 1.5 * (box[2] - box[0])
      let inside = sorted.filter { $0 >= box[0] - reach && $0 <= box[2] + reach }
      beyond += sorted.count - inside.count
      let ends = [inside.first ?? box[0], inside.last ?? box[2]]
      return boxRow(
        group.name, [min(ends[0], box[0])] + box + [max(ends[1], box[2])], y, sorted.count, &range)
    }
    if beyond > 0 {
      notes.append(formatCount(beyond, of: "value") + " beyond the whiskers not drawn")
    }
    return framedBoxes(rows, range, y)
  }

  private mutating func givenBoxes(_ given: [Int]) throws(ChartProblem) -> ChartRows {
    try columns.refuseProtected(given)
    let roles = try ChartRoles.named(columns)
    var range = ChartRange()
    var rows: [ChartRows.Row] = []
    let named = ChartRoles(x: roles.x, ys: [given[0]], series: roles.series)
    for group in groups(named, what: "boxes") {
      for entry in group.entries {
        let values = given.compactMap { finite($0, entry.row) }.sorted()
        let name = entry.name.isEmpty ? group.name : group.name + ", " + entry.name
        if values.count == 5 {
          rows.append(boxRow(name, values, given[0], nil, &range))
        } else {
          rows.append(ChartRows.Row(labels: [name], marks: [], figure: "null"))
        }
      }
    }
    return framedBoxes(rows, range, given[0])
  }

  private func boxRow(
    _ name: String, _ five: [Double], _ y: Int, _ count: Int?, _ range: inout ChartRange
  ) -> ChartRows.Row {
    for value in five { range.add(value) }
    let text =
      number(five[2], y) + " (" + number(five[1], y) + ".." + number(five[3], y) + ")"
      + (count.map { ", n " + formatCount($0) } ?? "")
    return ChartRows.Row(
      labels: [name], marks: [.box(five[0], five[1], five[2], five[3], five[4], text: text)],
      figure: text)
  }

  private func framedBoxes(
    _ rows: [ChartRows.Row], _ range: ChartRange, _ y: Int
  ) -> ChartRows {
    var range = range
    return framedRows(
      rows, &range, referenceValues(), ChartRoles(x: nil, ys: [y], series: []), bars: false)
  }
}
