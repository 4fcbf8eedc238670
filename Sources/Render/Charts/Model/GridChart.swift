import CasebookTables
import CasebookValues

extension ChartMaker {
  /// The most names along the top and the left of shaded cells.
  static let gridLimit = (columns: 60, rows: 40)

  /// A shade for each pair of two columns, by the sum of a third or by the number of rows.
  mutating func grid() throws(ChartProblem) -> ChartGrid {
    let all = columns.fields.indices
    let pair = self.pair()
    guard let x = pair.x, let y = pair.y else {
      throw ChartProblem(sentence: "`\(kind.rawValue)` needs two columns to pair")
    }
    let value =
      columns.columns(.ycolumns).first { columns.isMeasure($0) }
      ?? all.first {
        columns.isMeasure($0) && $0 != x && $0 != y && !columns.fields[$0].isProtected
      }
    try columns.refuseProtected([value].compactMap { $0 })
    var xNames = try places(x, limit: ChartMaker.gridLimit.columns)
    let yNames = try places(y, limit: ChartMaker.gridLimit.rows)
    alignNames(&xNames, with: yNames.names)
    var sums: [[Double?]] = yNames.names.map { _ in xNames.names.map { _ in nil } }
    for row in 0..<columns.rowCount {
      let (column, line) = (xNames.place[row], yNames.place[row])
      guard column >= 0, line >= 0 else { continue }
      let amount = value.map { finite($0, row) } ?? 1
      if let amount { sums[line][column] = (sums[line][column] ?? 0) + amount }
    }
    return try shaded(sums, xNames.names, yNames.names, (x, y, value))
  }

  /// Gives names on top the order that those of them to the left have, as for pairs of people.
  private func alignNames(
    _ top: inout (names: [String], place: [Int]), with left: [String]
  ) {
    let rank = Dictionary(uniqueKeysWithValues: zip(left, left.indices))
    guard top.names.count(where: { rank[$0] != nil }) * 2 > top.names.count else { return }
    let order = top.names.indices.sorted {
      (rank[top.names[$0]] ?? left.count, $0) < (rank[top.names[$1]] ?? left.count, $1)
    }
    var place = [Int](repeating: 0, count: order.count)
    for (new, old) in order.enumerated() { place[old] = new }
    top = (order.map { top.names[$0] }, top.place.map { $0 < 0 ? $0 : place[$0] })
  }

  /// The column along the top and the one along the left.
  private func pair() -> (x: Int?, y: Int?) {
    let series = columns.columns(.series).first
    let isTaken = Set(columns.columns(.ycolumns) + [series].compactMap { $0 })
    let free = columns.fields.indices.filter { !isTaken.contains($0) }
    // Pairs are most often of names; numbers only where there are no two of those.
    let named = free.filter { !columns.isMeasure($0) }
    let candidates = named.count + (series == nil ? 0 : 1) >= 2 ? named : free
    // Rows of a table of pairs read "from this, to that": the first is to the left, the second on top.
    let given = columns.column(.xcolumn)
    let rest = candidates.filter { $0 != given }
    if let given { return (given, series ?? rest.first) }
    if let series { return (rest.first, series) }
    if kind == .heatmap, let first = candidates.first,
      columns.isTime(first) || columns.isMeasure(first)
    {
      return (first, candidates.dropFirst().first)
    }
    return (candidates.dropFirst().first, candidates.first)
  }

  /// The place of each row along an axis: by name, or in one of some ranges of a number.
  private mutating func places(
    _ column: Int, limit: Int
  ) throws(ChartProblem) -> (names: [String], place: [Int]) {
    if columns.isText(column) || columns.fields[column].isProtected {
      return named(column, rows: Array(0..<columns.rowCount), limit: limit)
    }
    try columns.refuseProtected([column])
    let numbers = (0..<columns.rowCount).map { finite(column, $0) }
    let values = Set(numbers.compactMap { $0 })
    if values.count <= limit {
      let order = numbers.indices.filter { numbers[$0] != nil }
        .sorted { (numbers[$0] ?? 0, $0) < (numbers[$1] ?? 0, $1) }
      return named(column, rows: order, limit: limit)
    }
    return ranges(column, Array(values).sorted(), limit: limit)
  }

  private mutating func named(
    _ column: Int, rows: [Int], limit: Int
  ) -> (names: [String], place: [Int]) {
    var reader = NamePlaces(columns, [column])
    var place = [Int](repeating: -1, count: columns.rowCount)
    for row in rows { place[row] = reader.place(row) }
    let kept = cut(reader.names, usual: limit, what: "values of " + columns.fields[column].name)
    for row in rows where place[row] >= kept.count { place[row] = -1 }
    return (kept, place)
  }

  private func ranges(
    _ column: Int, _ sorted: [Double], limit: Int
  ) -> (names: [String], place: [Int]) {
    let unit = columns.unit(column)
    let count = min(columns.count(.bins) ?? 20, limit)
    let (least, greatest) = (sorted[0], sorted[sorted.count - 1])
    let width = max((greatest / 2 - least / 2) * 2 / Double(count), .leastNormalMagnitude)
    let axis = ChartAxis(unit, lower: least, upper: greatest)
    let names = (0..<count).map { axis.text(of: least + Double($0) * width) }
    let place = (0..<columns.rowCount).map { row -> Int in
      guard let value = finite(column, row) else { return -1 }
      return min(max(Int((value - least) / width), 0), count - 1)
    }
    return (names, place)
  }

  private func shaded(
    _ sums: [[Double?]], _ xNames: [String], _ yNames: [String],
    _ used: (x: Int, y: Int, value: Int?)
  ) throws(ChartProblem) -> ChartGrid {
    var range = ChartRange()
    for sum in sums.joined() { range.add(sum) }
    guard !range.isEmpty else { throw ChartProblem(sentence: "there is no value to draw") }
    // Shades of amounts begin at nothing.
    let floor = range.least >= 0 ? 0 : range.least
    let length = range.greatest / 2 - floor / 2
    func cell(_ value: Double) -> ChartGrid.Cell {
      let shade = length > 0 ? (value / 2 - floor / 2) / length : 1
      return ChartGrid.Cell(
        shade: min(max(shade, 0), 1),
        text: used.value.map { number(value, $0) } ?? plainNumber(value))
    }
    let name = used.value.map { columns.fields[$0].name } ?? "rows"
    return ChartGrid(
      columns: xNames, rows: yNames,
      cells: sums.map { line in line.map { $0.flatMap { $0.isFinite ? cell($0) : nil } } },
      columnTitle: columns.hint[.xtitle] ?? columns.fields[used.x].name,
      rowTitle: columns.hint[.ytitle] ?? columns.fields[used.y].name, valueTitle: name,
      least: cell(floor), greatest: cell(range.greatest), showsFigures: kind == .heattable)
  }
}
