import CasebookValues

/// Draws a flow map as text: a line for each step, and below it a line for each step that follows.
struct FlowMapDrawing {
  let map: FlowMap
  let screen: Screen
  let glyphs: ChartGlyphs
  let width: Int
  private let nameWidth: Int
  private let countWidth: Int
  private let timeWidth: Int
  private let shareWidth: Int
  /// Whether words say what signs show.
  private let hasWords: Bool

  init(_ map: FlowMap, _ screen: Screen, width: Int) {
    self.map = map
    self.screen = screen
    self.width = width
    glyphs = screen.chartGlyphs
    let counts = map.steps.map(\.count) + map.edges.map(\.count)
    countWidth = counts.map { plainNumber($0).count }.max() ?? 1
    let times = map.edges.map { displayWidth($0.time) }.max() ?? 0
    let hasShares = map.edges.contains { $0.share != nil }
    // Times and shares go where there is no room for them.
    timeWidth = times > 0 && width >= 40 + times ? max(times, 6) : 0
    shareWidth = hasShares && width >= 48 ? 7 : 0
    hasWords = width >= 40
    let names = map.steps.map { displayWidth(visibleText($0.name, unicode: screen.unicode)) }
    let edges = map.edges.map {
      FlowMapDrawing.indent + names[$0.target] + (width >= 40 ? FlowMapDrawing.word($0).count : 0)
    }
    let taken =
      countWidth + 2 + (timeWidth > 0 ? timeWidth + 2 : 0) + (shareWidth > 0 ? shareWidth + 2 : 0)
    nameWidth = max(min((names + edges).max() ?? 1, width - taken, 60), 8)
  }

  private static let indent = 5

  private static func word(_ edge: FlowMap.Edge) -> String {
    edge.isLoop ? " (again)" : edge.isBack ? " (back)" : ""
  }

  var lines: [String] {
    var lines = [header]
    for (index, step) in map.steps.enumerated() {
      lines.append(line(step))
      for edge in map.edges where edge.source == index { lines.append(line(edge)) }
    }
    if map.hiddenEdges > 0 {
      let text =
        "and " + formatCount(map.hiddenEdges, of: "transition") + " more (\(map.countTitle) "
        + plainNumber(map.hiddenCount) + ")"
      lines += wrapped(text, width: width).map { screen.painted($0, .faint) }
    }
    return lines
  }

  private var header: String {
    var row = Canvas(width: width, height: 1)
    row.write("step", 0, 0, .faint)
    write(map.countTitle, upTo: countEnd, .faint, on: &row)
    if timeWidth > 0 { write("median", upTo: timeEnd, .faint, on: &row) }
    if shareWidth > 0 { write("share", upTo: shareEnd, .faint, on: &row) }
    return row.lines(screen).joined()
  }

  private var countEnd: Int { nameWidth + 2 + countWidth }
  private var timeEnd: Int { countEnd + (timeWidth > 0 ? timeWidth + 2 : 0) }
  private var shareEnd: Int { timeEnd + 2 + shareWidth }

  private func line(_ step: FlowMap.Step) -> String {
    var row = Canvas(width: width, height: 1)
    row.write(fitted(step.name, to: nameWidth, screen.glyphs).text, 0, 0, .heading)
    write(plainNumber(step.count), upTo: countEnd, nil, on: &row)
    let room = min(max(width - countEnd - 2, 0), 40)
    let greatest = map.greatestStepCount
    let share = greatest > 0 ? step.count / greatest : 0
    row.write(bar(share, room), countEnd + 2, 0, .series(0))
    return row.lines(screen).joined()
  }

  private func bar(_ share: Double, _ room: Int) -> String {
    guard share > 0, room > 0 else { return "" }
    let eighths = max(Int((min(share, 1) * Double(room * 8)).rounded()), 1)
    guard screen.unicode else {
      return String(repeating: glyphs.fills[0], count: max((eighths + 4) / 8, 1))
    }
    let rest = eighths % 8 > 0 ? glyphs.eighths[eighths % 8 - 1] : ""
    return String(repeating: glyphs.fills[0], count: eighths / 8) + rest
  }

  private func line(_ edge: FlowMap.Edge) -> String {
    var row = Canvas(width: width, height: 1)
    let mark = edge.isLoop ? glyphs.loop : edge.isBack ? glyphs.back : glyphs.forward
    let ink: Ink = edge.isLoop || edge.isBack ? .series(1) : .faint
    row.write(mark, 2, 0, ink)
    let word = hasWords ? FlowMapDrawing.word(edge) : ""
    let room = max(nameWidth - FlowMapDrawing.indent - word.count, 1)
    let name = fitted(map.steps[edge.target].name, to: room, screen.glyphs)
    row.write(name.text, FlowMapDrawing.indent, 0)
    row.write(word, FlowMapDrawing.indent + name.width, 0, ink)
    write(plainNumber(edge.count), upTo: countEnd, nil, on: &row)
    let time = screen.unicode ? edge.time : edge.time.replacing("µ", with: "u")
    if timeWidth > 0 { write(time, upTo: timeEnd, nil, on: &row) }
    if shareWidth > 0 { write(edge.share.map(formatShare) ?? "", upTo: shareEnd, nil, on: &row) }
    return row.lines(screen).joined()
  }

  /// Writes a text so that it ends before a column.
  private func write(_ text: String, upTo end: Int, _ ink: Ink?, on row: inout Canvas) {
    row.write(text, max(end - displayWidth(text), 0), 0, ink)
  }
}
