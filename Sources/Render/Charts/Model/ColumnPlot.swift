import CasebookTables

extension ChartMaker {
  /// The most names that stand side by side.
  static let columnLimit = 60
  /// The most bins that stand side by side.
  static let binLimit = 2_000

  /// Upright bars: by name, or over bins of a scale, where missing bins stay empty.
  mutating func columnPlot() throws(ChartProblem) -> Chart.Body {
    let roles = try ChartRoles.named(columns)
    notes += roles.notes
    try columns.refuseProtected(roles.ys)
    if columns.hint[.ysplit] == "panels", roles.ys.count > 1 {
      return .panels(
        try roles.ys.prefix(5).map { y throws(ChartProblem) in
          var one = roles
          one.ys = [y]
          return try columnPlot(one, title: columns.fields[y].name)
        })
    }
    return .plot(try columnPlot(roles, title: nil))
  }

  private mutating func columnPlot(
    _ roles: ChartRoles, title: String?
  ) throws(ChartProblem) -> ChartPlot {
    guard let x = roles.x else { return try columnsByName(roles, x: 0, title: title) }
    if !columns.isText(x), !columns.fields[x].isProtected {
      var reading = SeriesReading(columns, roles, x: x, isNamed: false)
      var read: [String] = []
      if (try? reading.read(&read)) != nil, let width = evenWidth(reading.series) {
        notes += read
        return columnsOverBins(reading.series, roles, x: x, width: width, title: title)
      }
    }
    return try columnsByName(roles, x: x, title: title)
  }

  /// The width of the bins along x, where there are not too many of them.
  private func evenWidth(_ series: [ChartPlot.Series]) -> Double? {
    guard let width = binWidth(series), width > 0 else { return nil }
    var range = ChartRange()
    for point in series.lazy.flatMap(\.points) { range.add(point.x) }
    return (range.greatest - range.least) / width < Double(ChartMaker.binLimit) ? width : nil
  }

  private mutating func columnsByName(
    _ roles: ChartRoles, x: Int, title: String?
  ) throws(ChartProblem) -> ChartPlot {
    var reading = SeriesReading(columns, roles, x: x, isNamed: true)
    try reading.read(&notes)
    let names = cut(
      reading.names, usual: ChartMaker.columnLimit, what: "values of " + columns.fields[x].name)
    var series = reading.series
    for index in series.indices {
      series[index].points.removeAll { $0.x >= Double(names.count) }
    }
    series = arranged(keptSeries(series), width: 1)
    let axis = ChartAxis(
      .names(names), lower: -0.5, upper: Double(names.count) - 0.5, title: self.title(.xtitle, [x]))
    return framedColumns(series, axis, roles, title: title)
  }

  private mutating func columnsOverBins(
    _ series: [ChartPlot.Series], _ roles: ChartRoles, x: Int, width: Double, title: String?
  ) -> ChartPlot {
    var series = series
    // A bin is named by where it begins.
    for index in series.indices {
      for place in series[index].points.indices { series[index].points[place].x += width / 2 }
      series[index].points.sort { $0.x < $1.x }
    }
    series = arranged(keptSeries(series), width: width)
    var range = ChartRange()
    for point in series.lazy.flatMap(\.points) {
      range.add(point.x - width / 2)
      range.add(point.x + width / 2)
    }
    var axis = range.axis(
      columns.unit(x), isLog: false, fromZero: false, title: self.title(.xtitle, [x]),
      lower: columns.number(.xmin) ?? (range.isEmpty ? nil : range.least),
      upper: columns.number(.xmax), roundsOut: false)
    axis.isWhole = columns.isWhole([x])
    return framedColumns(series, axis, roles, title: title)
  }

  private mutating func keptSeries(_ series: [ChartPlot.Series]) -> [ChartPlot.Series] {
    cut(series, usual: ChartMaker.seriesLimit, what: "series")
  }

  private func arranged(_ series: [ChartPlot.Series], width: Double) -> [ChartPlot.Series] {
    var series = series
    if columns.isOn(.accumulate) {
      for index in series.indices {
        var sum = 0.0
        for place in series[index].points.indices {
          sum += series[index].points[place].y ?? 0
          series[index].points[place].y = sum
        }
      }
    }
    if isStacked { stack(&series) }
    for index in series.indices {
      series[index].mark =
        isStacked
        ? .columns(width: width, place: 0, count: 1)
        : .columns(width: width, place: index, count: series.count)
    }
    return series
  }

  private mutating func framedColumns(
    _ series: [ChartPlot.Series], _ axis: ChartAxis, _ roles: ChartRoles, title: String?
  ) -> ChartPlot {
    var range = ChartRange()
    for point in series.lazy.flatMap(\.points) { range.add(point.y) }
    let isLog = columns.isLog(.yaxis)
    noteWhatLogLeavesOut(series, false, isLog)
    var references: [ChartPlot.Reference] = []
    for name in columns.names(in: columns.hint[.reference] ?? "") {
      guard let value = Double(name) else { continue }
      range.add(value)
      let unit = ChartAxis(columns.unit(roles.ys[0]), lower: 0, upper: 1)
      references.append(.level(value, unit.text(of: value)))
    }
    var y = range.axis(
      columns.unit(roles.ys[0]), isLog: isLog, fromZero: true,
      title: title ?? self.title(.ytitle, roles.ys), lower: columns.number(.ymin),
      upper: columns.number(.ymax))
    y.isWhole = columns.isWhole(roles.ys) && !isStackedToOne
    return ChartPlot(x: axis, y: y, series: series, references: references)
  }
}
