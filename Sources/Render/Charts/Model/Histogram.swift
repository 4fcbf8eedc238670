import CasebookTables
import CasebookValues
import Glibc

extension ChartMaker {
  /// How many values of one column fall into each of some ranges.
  ///
  /// Without `bins` there are about as many as Freedman and Diaconis say (width 2 IQR / cube root of n), from 1 to
  /// 60, at round edges. A range holds its lower edge; the last one holds both.
  mutating func histogram() throws(ChartProblem) -> ChartPlot {
    let found =
      columns.column(.xcolumn)
      ?? columns.fields.indices.first { columns.isMeasure($0) || columns.isTime($0) }
    guard let x = found, !columns.isText(x) else {
      throw ChartProblem(sentence: "a histogram needs a column of numbers or times")
    }
    try columns.refuseProtected([x])
    var values: [Double] = []
    values.reserveCapacity(columns.rowCount)
    let isLog = columns.isLog(.xaxis) && !columns.isTime(x)
    let (low, high) = (columns.number(.xmin), columns.number(.xmax))
    var (missing, notFinite, outside) = (0, 0, 0)
    for row in 0..<columns.rowCount {
      guard let value = columns.number(x, row) else {
        missing += 1
        continue
      }
      if !value.isFinite {
        notFinite += 1
      } else if value < low ?? value || value > high ?? value || (isLog && value <= 0) {
        outside += 1
      } else {
        values.append(isLog ? log10(value) : value)
      }
    }
    if missing > 0 { notes.append(formatCount(missing, of: "null") + " not counted") }
    if notFinite > 0 {
      notes.append(formatCount(notFinite, of: "value") + " not finite, not counted")
    }
    if outside > 0 {
      notes.append(formatCount(outside, of: "value") + " outside the axis, not counted")
    }
    guard !values.isEmpty else { throw ChartProblem(sentence: "there is no value to count") }
    values.sort()
    return histogram(values, x: x, isLog: isLog)
  }

  private func histogram(_ values: [Double], x: Int, isLog: Bool) -> ChartPlot {
    let unit = columns.unit(x)
    let edges = self.edges(values, isLog ? .number : unit)
    var counts = [Int](repeating: 0, count: edges.count - 1)
    var bin = 0
    for value in values {
      while bin < counts.count - 1, value >= edges[bin + 1] { bin += 1 }
      counts[bin] += 1
    }
    let width = edges[1] - edges[0]
    let points = counts.indices.map { index -> ChartPlot.Point in
      let middle = (edges[index] + edges[index + 1]) / 2
      return ChartPlot.Point(x: middle, y: Double(counts[index]))
    }
    let series = ChartPlot.Series(
      name: "count", mark: .columns(width: width, place: 0, count: 1), points: points)
    var xAxis = ChartAxis(
      unit, lower: edges[0], upper: edges[edges.count - 1],
      title: title(.xtitle, [x]) ?? columns.fields[x].name)
    if isLog { xAxis.title = "log10 of " + (xAxis.title ?? "") }
    var range = ChartRange()
    for count in counts { range.add(Double(count)) }
    var y = range.axis(
      .number, isLog: columns.isLog(.yaxis), fromZero: true,
      title: columns.hint[.ytitle] ?? "count", lower: columns.number(.ymin),
      upper: columns.number(.ymax))
    y.isWhole = true
    // A log axis is one of exponents.
    if isLog { xAxis.unit = .number } else { xAxis.isWhole = columns.isWhole([x]) }
    return ChartPlot(x: xAxis, y: y, series: [series])
  }

  private func edges(_ sorted: [Double], _ unit: ChartAxis.Unit) -> [Double] {
    let (least, greatest) = (sorted[0], sorted[sorted.count - 1])
    let length = greatest / 2 - least / 2
    guard length > 0, length < 1e300 else {
      let half = unit == .number ? 0.5 : Double(Ticks.perMinute)
      return length > 0 ? [least, greatest] : [least - half, least + half]
    }
    if let count = columns.count(.bins) {
      let width = length * 2 / Double(min(count, 500))
      return (0...min(count, 500)).map { least + Double($0) * width }
    }
    let step = self.step(sorted, length * 2, unit)
    let first = (least / step + 1e-9).rounded(.down)
    let last = max((greatest / step - 1e-9).rounded(.up), first + 1)
    return stride(from: first, through: last, by: 1).map { $0 * step }
  }

  private func step(_ sorted: [Double], _ length: Double, _ unit: ChartAxis.Unit) -> Double {
    let spread = quantile(sorted, 0.75) - quantile(sorted, 0.25)
    let width = 2 * spread / cbrt(Double(sorted.count))
    let wanted = width > 0 ? length / width : log2(Double(sorted.count)) + 1
    let count = Int(min(max(wanted.rounded(.up), 5), 60))
    if unit != .number { return spanStep(length, atMost: count) }
    let step = ChartAxis.roundStep(length, atMost: count)
    // Whole numbers get whole bins.
    return step < 1 && sorted.allSatisfy { $0 == $0.rounded() } ? 1 : step
  }
}

/// The quantile of sorted values by Hyndman and Fan's type 7.
func quantile(_ sorted: [Double], _ share: Double) -> Double {
  guard let last = sorted.last else { return .nan }
  let place = share * Double(sorted.count - 1)
  let below = Int(place.rounded(.down))
  guard below + 1 < sorted.count else { return last }
  let rest = place - Double(below)
  return sorted[below] * (1 - rest) + sorted[below + 1] * rest
}
