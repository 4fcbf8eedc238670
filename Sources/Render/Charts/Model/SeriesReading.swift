import CasebookTables

/// Reads the rows of a table into series of points.
struct SeriesReading {
  private(set) var series: [ChartPlot.Series] = []
  /// The names along x, where x is text.
  private(set) var names: [String] = []
  private let columns: ChartColumns
  private let roles: ChartRoles
  private let x: Int
  private let isNamed: Bool
  private let bounds: [(low: Int?, high: Int?)]
  private let size: Int?
  private let mark: Int?
  private let anomalies: [Int]
  private var greatestSize = 0.0

  init(_ columns: ChartColumns, _ roles: ChartRoles, x: Int, isNamed: Bool) {
    self.columns = columns
    self.roles = roles
    self.x = x
    self.isNamed = isNamed
    bounds = roles.ys.indices.map { roles.bounds($0, columns) }
    size = columns.column(.size)
    mark = columns.column(.mark)
    anomalies = columns.columns(.anomalycolumns)
  }

  /// Reads all rows, or evenly spread ones where there are too many to draw.
  mutating func read(_ notes: inout [String]) throws(ChartProblem) {
    try columns.refuseProtected(
      bounds.flatMap { [$0.low, $0.high].compactMap { $0 } } + [size].compactMap { $0 } + anomalies)
    let stride = max(1, (columns.rowCount + ChartMaker.pointLimit - 1) / ChartMaker.pointLimit)
    if stride > 1 {
      notes.append("\(formatCount(columns.rowCount)) rows, one in \(formatCount(stride)) is drawn")
    }
    if let size {
      for row in Swift.stride(from: 0, to: columns.rowCount, by: stride) {
        if let value = columns.number(size, row), value.isFinite {
          greatestSize = max(greatestSize, value)
        }
      }
    }
    var places: [String: Int] = [:]
    var slots: [String: Int] = [:]
    var (withoutX, notFinite) = (0, 0)
    for row in Swift.stride(from: 0, to: columns.rowCount, by: stride) {
      guard let place = isNamed ? Double(slot(row, &slots)) : columns.number(x, row), place.isFinite
      else {
        withoutX += 1
        continue
      }
      for (index, y) in roles.ys.enumerated() {
        var point = point(row, index, place)
        if let value = columns.number(y, row), !value.isFinite {
          notFinite += 1
          point.y = nil
        }
        series[self.index(of: name(row, y), &places)].points.append(point)
      }
    }
    if withoutX > 0 {
      notes.append(
        formatCount(withoutX, of: "row") + " without \(columns.fields[x].name) not drawn")
    }
    if notFinite > 0 {
      notes.append(formatCount(notFinite, of: "value") + " not finite, not drawn")
    }
    guard series.contains(where: { $0.points.contains { $0.y != nil } }) else {
      throw ChartProblem(sentence: "there is no value to draw")
    }
  }

  private mutating func slot(_ row: Int, _ slots: inout [String: Int]) -> Int {
    let label = columns.label(x, row)
    // Rows of masked names must not fall together, which would show which are equal.
    if let slot = slots[label], !columns.fields[x].isProtected { return slot }
    names.append(label)
    slots[label] = names.count - 1
    return names.count - 1
  }

  private mutating func index(of name: String, _ places: inout [String: Int]) -> Int {
    if let place = places[name] { return place }
    places[name] = series.count
    series.append(ChartPlot.Series(name: name, mark: .line, points: []))
    return series.count - 1
  }

  private func name(_ row: Int, _ y: Int) -> String {
    if roles.series.isEmpty { return columns.fields[y].name }
    let name = columns.label(roles.series, row)
    return roles.ys.count > 1 ? name + ": " + columns.fields[y].name : name
  }

  private func point(_ row: Int, _ index: Int, _ place: Double) -> ChartPlot.Point {
    func finite(_ column: Int?) -> Double? {
      column.flatMap { columns.number($0, row) }.flatMap { $0.isFinite ? $0 : nil }
    }
    var point = ChartPlot.Point(x: place, y: finite(roles.ys[index]))
    point.low = finite(bounds[index].low)
    point.high = finite(bounds[index].high)
    if greatestSize > 0 { point.size = finite(size).map { max($0, 0) / greatestSize } }
    if let mark, !columns.table.columns[mark].isNull(row) {
      let label = columns.label(mark, row)
      point.label = label == "(empty)" ? nil : label
    }
    point.isMarked =
      point.label != nil || anomalies.contains { (columns.number($0, row) ?? 0) != 0 }
    return point
  }
}
