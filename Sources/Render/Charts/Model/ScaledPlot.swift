import CasebookTables

extension ChartMaker {
  /// The most series that can be told apart.
  static let seriesLimit = 12

  /// Lines, areas and points over a scale.
  mutating func scaledPlot() throws(ChartProblem) -> Chart.Body {
    let roles = try ChartRoles.scaled(columns)
    notes += roles.notes
    try columns.refuseProtected([roles.x].compactMap { $0 } + roles.ys)
    if columns.hint[.ysplit] == "panels", roles.ys.count > 1 {
      return .panels(
        try roles.ys.prefix(5).map { y throws(ChartProblem) in
          var one = roles
          one.ys = [y]
          return try plot(one, title: columns.fields[y].name)
        })
    }
    return .plot(try plot(roles, title: nil))
  }

  private mutating func plot(_ roles: ChartRoles, title: String?) throws(ChartProblem) -> ChartPlot
  {
    guard let x = roles.x else { throw ChartProblem(sentence: "there is no column along x") }
    let isNamed = columns.isText(x)
    var reading = SeriesReading(columns, roles, x: x, isNamed: isNamed)
    try reading.read(&notes)
    var series = keepGreatest(reading.series)
    if kind != .scatterchart {
      for index in series.indices { sort(&series[index].points) }
      if columns.isOn(.accumulate) { accumulate(&series) }
      if isStacked { stack(&series) }
      if columns.isTime(x), kind != .stepchart { breakAtMissingBins(&series) }
    }
    if columns.hint[.kind] == "map" { notes.append("a map is drawn as points over two axes") }
    let references = try references(&series, roles, x: x, isNamed: isNamed)
    return framed(series, references, roles, x: x, names: reading.names, title: title)
  }

  private var mark: ChartPlot.Mark {
    switch kind {
    case .stepchart: .step
    case .scatterchart: .points
    case .areachart, .stackedareachart: .area
    default: isStacked ? .area : .line
    }
  }

  // MARK: Series

  /// The series with the greatest sums, in their order.
  private mutating func keepGreatest(_ series: [ChartPlot.Series]) -> [ChartPlot.Series] {
    var series = series
    for index in series.indices { series[index].mark = mark }
    let limit = columns.count(.limit) ?? ChartMaker.seriesLimit
    guard series.count > limit else { return series }
    let sums = series.map { one in one.points.reduce(0.0) { $0 + ($1.y?.magnitude ?? 0) } }
    let kept = Set(
      series.indices.sorted { sums[$0] != sums[$1] ? sums[$0] > sums[$1] : $0 < $1 }.prefix(limit))
    notes.append(
      "\(formatCount(series.count)) series, the \(formatCount(limit)) greatest are drawn")
    return series.indices.filter { kept.contains($0) }.map { series[$0] }
  }

  private func sort(_ points: inout [ChartPlot.Point]) {
    let order = points.indices.sorted {
      points[$0].x != points[$1].x ? points[$0].x < points[$1].x : $0 < $1
    }
    points = order.map { points[$0] }
  }

  private func accumulate(_ series: inout [ChartPlot.Series]) {
    for index in series.indices {
      var sum = 0.0
      for place in series[index].points.indices {
        guard let y = series[index].points[place].y else { continue }
        sum += y
        series[index].points[place].y = sum
      }
    }
  }

  /// Puts each series on those before it, at every x that any of them has.
  func stack(_ series: inout [ChartPlot.Series]) {
    let all = Set(series.flatMap { $0.points.map(\.x) }).sorted()
    let slots = Dictionary(uniqueKeysWithValues: zip(all, all.indices))
    var heights = series.map { one in
      var heights = [Double](repeating: 0, count: all.count)
      for point in one.points {
        if let slot = slots[point.x] { heights[slot] += point.y ?? 0 }
      }
      return heights
    }
    if isStackedToOne {
      for slot in all.indices {
        let sum = heights.reduce(0) { $0 + $1[slot].magnitude }
        for index in heights.indices where sum > 0 { heights[index][slot] /= sum }
      }
    }
    var above = [Double](repeating: 0, count: all.count)
    var below = above
    for index in series.indices {
      series[index].points = all.indices.map { slot in
        let height = heights[index][slot]
        let base = height < 0 ? below[slot] : above[slot]
        if height < 0 { below[slot] += height } else { above[slot] += height }
        return ChartPlot.Point(x: all[slot], y: base + height, base: base)
      }
    }
  }

  /// Breaks lines where bins of a regular width are missing.
  private func breakAtMissingBins(_ series: inout [ChartPlot.Series]) {
    guard let step = binWidth(series) else { return }
    for index in series.indices {
      var points: [ChartPlot.Point] = []
      for point in series[index].points {
        if let last = points.last, point.x - last.x > step * 1.5 {
          points.append(ChartPlot.Point(x: last.x + step, y: nil))
        }
        points.append(point)
      }
      series[index].points = points
    }
  }

  /// The width of bins along x, nil where values stand at no regular distance.
  func binWidth(_ series: [ChartPlot.Series]) -> Double? {
    let all = Set(series.flatMap { $0.points.map(\.x) }).sorted()
    guard all.count >= 3 else { return nil }
    let steps = zip(all.dropFirst(), all).map { $0 - $1 }.sorted()
    let middle = steps[(steps.count - 1) / 2]
    // Months differ by a tenth.
    let regular = steps.filter { $0 >= middle * 0.88 && $0 <= middle * 1.12 }
    let multiples = steps.filter { abs($0 / middle - ($0 / middle).rounded()) < 0.12 }
    return regular.count * 2 >= steps.count && multiples.count == steps.count ? middle : nil
  }

  // MARK: Frame

  private func references(
    _ series: inout [ChartPlot.Series], _ roles: ChartRoles, x: Int, isNamed: Bool
  ) throws(ChartProblem) -> [ChartPlot.Reference] {
    var references: [ChartPlot.Reference] = []
    let unit = columns.unit(roles.ys[0])
    for name in columns.names(in: columns.hint[.reference] ?? "") {
      if name == "diagonal" {
        references.append(.diagonal)
      } else if let value = Double(name) {
        let axis = ChartAxis(unit, lower: 0, upper: 1)
        references.append(.level(value, axis.text(of: value)))
      } else if name == "last", columns.column(named: name) == nil {
        references += lastLevels(series, unit)
      } else if let column = columns.column(named: name), columns.isMeasure(column) {
        try columns.refuseProtected([column])
        series += dashed(column, roles, x: x, isNamed: isNamed)
      }
    }
    return references
  }

  /// The levels at which lines end, each once: where everything is flagged, precision is the prevalence.
  private func lastLevels(
    _ series: [ChartPlot.Series], _ unit: ChartAxis.Unit
  ) -> [ChartPlot.Reference] {
    let axis = ChartAxis(unit, lower: 0, upper: 1)
    var levels: [ChartPlot.Reference] = []
    for one in series {
      guard let value = one.points.last(where: { $0.y != nil })?.y else { continue }
      let level = ChartPlot.Reference.level(value, axis.text(of: value))
      if !levels.contains(level) { levels.append(level) }
    }
    return levels
  }

  /// A column to compare with, its values at each x: one line where all series have the same, else one each.
  private func dashed(
    _ column: Int, _ roles: ChartRoles, x: Int, isNamed: Bool
  ) -> [ChartPlot.Series] {
    var lines: [ChartPlot.Series] = []
    var placesOfLines: [String: Int] = [:]
    var seen: [Set<Double>] = []
    var common: [Double: Double?] = [:]
    var areAlike = true
    for row in 0..<min(columns.rowCount, ChartMaker.pointLimit) {
      guard let place = isNamed ? Double(row) : columns.number(x, row), place.isFinite else {
        continue
      }
      let label = isNamed || roles.series.isEmpty ? "" : columns.label(roles.series, row)
      let line = placesOfLines[label] ?? lines.count
      if line == lines.count {
        placesOfLines[label] = line
        lines.append(dashedLine(label.isEmpty ? "" : label + ": ", column))
        seen.append([])
      }
      guard seen[line].insert(place).inserted else { continue }
      let value = columns.number(column, row).flatMap { $0.isFinite ? $0 : nil }
      lines[line].points.append(ChartPlot.Point(x: place, y: value))
      if let other = common[place] {
        areAlike = areAlike && other == value
      } else {
        common[place] = value
      }
    }
    if lines.count > 1, areAlike {
      var one = dashedLine("", column)
      one.points = common.map { ChartPlot.Point(x: $0.key, y: $0.value) }
      lines = [one]
    } else if lines.count == 1 {
      lines[0].name = columns.fields[column].name
    }
    if !isNamed { for index in lines.indices { sort(&lines[index].points) } }
    return lines
  }

  private func dashedLine(_ prefix: String, _ column: Int) -> ChartPlot.Series {
    ChartPlot.Series(
      name: prefix + columns.fields[column].name, mark: kind == .stepchart ? .step : .line,
      isDashed: true, points: [])
  }

  private mutating func framed(
    _ series: [ChartPlot.Series], _ references: [ChartPlot.Reference], _ roles: ChartRoles, x: Int,
    names: [String], title: String?
  ) -> ChartPlot {
    var (xs, ys) = (ChartRange(), ChartRange())
    for point in series.lazy.flatMap(\.points) {
      if point.y != nil { xs.add(point.x) }
      ys.add(point.y)
      ys.add(point.low)
      ys.add(point.high)
      if case .area = mark { ys.add(point.base) }
    }
    for case .level(let value, _) in references { ys.add(value) }
    if references.contains(.diagonal) {
      // The diagonal of shares goes from corner to corner.
      for bound in [xs.least, ys.least, xs.greatest, ys.greatest] {
        xs.add(bound)
        ys.add(bound)
      }
    }
    let isLogX = columns.isLog(.xaxis) && !columns.isTime(x) && names.isEmpty
    let isLogY = columns.isLog(.yaxis)
    noteWhatLogLeavesOut(series, isLogX, isLogY)
    var xAxis =
      names.isEmpty
      ? xs.axis(
        columns.unit(x), isLog: isLogX, fromZero: false, title: self.title(.xtitle, [x]),
        lower: columns.number(.xmin), upper: columns.number(.xmax),
        roundsOut: kind == .scatterchart, isAlongX: kind != .scatterchart)
      : ChartAxis(
        .names(names), lower: -0.5, upper: Double(names.count) - 0.5,
        title: self.title(.xtitle, [x]))
    var fromZero = false
    if case .area = mark { fromZero = true }
    var yAxis = ys.axis(
      columns.unit(roles.ys[0]), isLog: isLogY, fromZero: fromZero,
      title: title ?? self.title(.ytitle, roles.ys), lower: columns.number(.ymin),
      upper: columns.number(.ymax))
    xAxis.isWhole = columns.isWhole([x])
    yAxis.isWhole = columns.isWhole(roles.ys) && !isStackedToOne
    return ChartPlot(
      x: xAxis, y: yAxis, series: series, references: references,
      sizeTitle: columns.column(.size).map { columns.fields[$0].name })
  }

  mutating func noteWhatLogLeavesOut(
    _ series: [ChartPlot.Series], _ isLogX: Bool, _ isLogY: Bool
  ) {
    guard isLogX || isLogY else { return }
    let count = series.lazy.flatMap(\.points).filter { point in
      guard let y = point.y else { return false }
      return (isLogY && y <= 0) || (isLogX && point.x <= 0)
    }.count
    if count > 0 {
      notes.append(
        formatCount(count, of: "value")
          + " at or below zero not drawn, since a log axis has no place for them")
    }
  }
}
