extension SVGDrawing {
  private static let nodeHeight = 42.0
  private static let layerHeight = 112.0
  private static let loopRoom = 56.0

  /// A flow map: steps as boxes, transitions as curves as wide as their share.
  mutating func draw(_ map: FlowMap) {
    let widths = map.steps.indices.map { boxWidth($0, map) }
    // A transition to the step itself stands beside its box.
    let loops = Set(map.edges.filter(\.isLoop).map(\.source))
    let layout = FlowLayout(
      map,
      widths: widths.enumerated().map { $1 + (loops.contains($0) ? SVGDrawing.loopRoom * 2 : 0) })
    widen(to: min(layout.width + 60, 1400))
    // A map that is wider still is made smaller as a whole.
    let scale = min(1, (width - 40) / max(layout.width, 1))
    let left = (width - layout.width * scale) / 2
    let begin = top + 10
    drawArrowHeads()
    document.raw(
      "<g transform=\"translate(\(number(left)) \(number(begin))) scale(\(fixedText(scale, decimals: 4)))\">\n"
    )
    let ports = FlowPorts(map, layout, widths)
    // Texts come last, so that no curve crosses them.
    var labels: [FlowLabel] = []
    for route in layout.routes { labels.append(draw(route, map, layout, ports)) }
    for (index, edge) in map.edges.enumerated() where edge.isLoop {
      if let label = drawLoop(index, map, layout, widths) { labels.append(label) }
    }
    for place in layout.places {
      if let step = place.step { draw(map.steps[step], place, widths[step], map) }
    }
    draw(
      labels, map,
      boxes: layout.places.compactMap { place in
        place.step.map {
          (place.x, y(place.layer) + SVGDrawing.nodeHeight / 2, widths[$0], SVGDrawing.nodeHeight)
        }
      })
    document.raw("</g>\n")
    let height = Double(layout.layers.count - 1) * SVGDrawing.layerHeight + SVGDrawing.nodeHeight
    top = begin + height * scale + 14
    if map.hiddenEdges > 0 {
      note(
        "and " + formatCount(map.hiddenEdges, of: "transition") + " more (\(map.countTitle) "
          + plainNumber(map.hiddenCount) + ")")
    }
  }

  /// A box holds its name and has room for every transition that meets it.
  private func boxWidth(_ step: Int, _ map: FlowMap) -> Double {
    let edges = map.edges.filter { !$0.isLoop }
    let below = edges.count { min($0.source, $0.target) == step }
    let above = edges.count { max($0.source, $0.target) == step }
    let text = max(
      textWidth(map.steps[step].name, size: 13), textWidth(plainNumber(map.steps[step].count)))
    return max(min(text + 28, 220), min(Double(max(above, below)) * 44, 320))
  }

  private mutating func drawArrowHeads() {
    for (name, index) in [("ahead", 7), ("back", 1)] {
      document.raw(
        "<marker id=\"\(SVGDocument.escaped(idPrefix))-\(name)\" viewBox=\"0 0 10 10\" refX=\"8\" "
          + "refY=\"5\" markerUnits=\"userSpaceOnUse\" markerWidth=\"11\" markerHeight=\"11\" "
          + "orient=\"auto-start-reverse\"><path d=\"M0 0.8L9.5 5L0 9.2Z\" class=\"\(fill(index))\" "
          + "fill=\"\(ChartSVG.colour(index))\"/></marker>\n")
    }
  }

  private func y(_ layer: Int) -> Double { Double(layer) * SVGDrawing.layerHeight }

  private mutating func draw(
    _ step: FlowMap.Step, _ place: FlowLayout.Place, _ size: Double, _ map: FlowMap
  ) {
    let y = y(place.layer)
    document.rectangle(
      place.x - size / 2, y, size, SVGDrawing.nodeHeight,
      [
        "class": "chart-node", "fill": "#ffffff", "stroke": ChartSVG.colour(0),
        "stroke-width": "1.5",
        "rx": "7",
      ], hover: step.name + ": " + plainNumber(step.count))
    // How often the step happened, as a bar at its foot.
    let share = map.greatestStepCount > 0 ? step.count / map.greatestStepCount : 0
    document.rectangle(
      place.x - size / 2 + 8, y + SVGDrawing.nodeHeight - 6, (size - 16) * share, 3,
      ["class": fill(0), "fill": ChartSVG.colour(0), "rx": "1.5"])
    document.text(
      cutText(step.name, to: size - 14, size: 13), place.x, y + 17,
      ["fill": "#1c2430", "text-anchor": "middle", "class": "chart-strong", "font-size": "13"])
    document.text(
      plainNumber(step.count), place.x, y + 32,
      ["class": "chart-faint", "fill": "#5f6b7a", "text-anchor": "middle", "font-size": "11"])
  }

  private mutating func draw(
    _ route: FlowLayout.Route, _ map: FlowMap, _ layout: FlowLayout, _ ports: FlowPorts
  ) -> FlowLabel {
    let edge = map.edges[route.edge]
    var points = route.places.enumerated().map { index, place -> (x: Double, y: Double) in
      let middle = y(layout.places[place].layer) + SVGDrawing.nodeHeight / 2
      if index == 0 {
        return (
          ports.below[route.edge] ?? layout.places[place].x, middle + SVGDrawing.nodeHeight / 2
        )
      }
      if index == route.places.count - 1 {
        return (
          ports.above[route.edge] ?? layout.places[place].x, middle - SVGDrawing.nodeHeight / 2
        )
      }
      return (layout.places[place].x, middle)
    }
    // The head of an arrow ends before the box.
    if edge.isBack { points[0].y += 3 } else { points[points.count - 1].y -= 3 }
    var path = "M" + number(points[0].x) + " " + number(points[0].y)
    for (from, to) in zip(points, points.dropFirst()) {
      let half = (to.y - from.y) / 2
      path +=
        "C" + number(from.x) + " " + number(from.y + half) + " " + number(to.x) + " "
        + number(to.y - half) + " " + number(to.x) + " " + number(to.y)
    }
    drawPath(path, edge, map)
    // Where the text would stand best, then where else along the curve.
    let shares =
      (edge.isBack ? [0.6, 0.45, 0.72, 0.3, 0.52, 0.66] : [0.42, 0.58, 0.3, 0.72, 0.5, 0.36])
      + [0.24, 0.78, 0.18, 0.84]
    let stretches = Array(zip(points, points.dropFirst()))
    let places = stretches.flatMap { from, to in
      shares.map { share -> (x: Double, y: Double) in
        let bend = share * share * (3 - 2 * share)
        return (from.x + (to.x - from.x) * bend, from.y + (to.y - from.y) * share)
      }
    }
    return FlowLabel(edge: route.edge, places: places)
  }

  private mutating func drawPath(_ path: String, _ edge: FlowMap.Edge, _ map: FlowMap) {
    let index = edge.isBack || edge.isLoop ? 1 : 7
    let weight = map.weight(edge)
    let name = edge.isBack || edge.isLoop ? "back" : "ahead"
    let marker = "url(#" + idPrefix + "-" + name + ")"
    document.element(
      "path",
      [
        "d": path, "class": stroke(index), "fill": "none", "stroke": ChartSVG.colour(index),
        "stroke-width": number(1 + 7 * weight), "stroke-opacity": "0.55",
        "stroke-dasharray": edge.isBack ? "6 4" : "none",
        edge.isBack ? "marker-start" : "marker-end": marker,
      ], hover: hover(edge, map))
  }

  private func hover(_ edge: FlowMap.Edge, _ map: FlowMap) -> String {
    var text = map.steps[edge.source].name + " → " + map.steps[edge.target].name + ": "
    text += plainNumber(edge.count)
    if !edge.time.isEmpty { text += ", median " + edge.time }
    if let share = edge.share { text += ", " + formatShare(share) + " of the time" }
    return text
  }

  /// Writes the texts of transitions, the most frequent ones first, each where it covers no box and no other one;
  /// one for which there is no such place shows when the pointer rests on its curve.
  private mutating func draw(
    _ labels: [FlowLabel], _ map: FlowMap,
    boxes: [(x: Double, y: Double, width: Double, height: Double)]
  ) {
    var taken = boxes
    let byCount = labels.sorted {
      (-map.edges[$0.edge].count, $0.edge) < (-map.edges[$1.edge].count, $1.edge)
    }
    for label in byCount {
      let edge = map.edges[label.edge]
      let lines = [plainNumber(edge.count)] + (edge.time.isEmpty ? [] : [edge.time])
      let width = (lines.map { textWidth($0, size: 10.5) }.max() ?? 0) + 8
      let height = Double(lines.count) * 12 + 4
      let free = label.places.first { place in
        !taken.contains {
          abs($0.x - place.x) < ($0.width + width) / 2
            && abs($0.y - place.y) < ($0.height + height) / 2
        }
      }
      guard let place = free else { continue }
      taken.append((place.x, place.y, width, height))
      write(lines, at: place, width: width, height: height)
    }
  }

  private mutating func write(
    _ lines: [String], at place: (x: Double, y: Double), width: Double, height: Double
  ) {
    document.rectangle(
      place.x - width / 2, place.y - height / 2, width, height,
      ["class": "chart-paper", "fill": "#ffffff", "fill-opacity": "0.9", "rx": "3"])
    for (index, line) in lines.enumerated() {
      document.text(
        line, place.x, place.y - height / 2 + 11 + Double(index) * 12,
        [
          "fill": index == 0 ? "#1c2430" : "#5f6b7a", "text-anchor": "middle", "font-size": "10.5",
          "class": index == 0 ? "chart-label" : "chart-faint",
        ])
    }
  }

  private mutating func drawLoop(
    _ index: Int, _ map: FlowMap, _ layout: FlowLayout, _ widths: [Double]
  ) -> FlowLabel? {
    let edge = map.edges[index]
    guard let place = layout.places.first(where: { $0.step == edge.source }) else { return nil }
    let right = place.x + widths[edge.source] / 2
    let middle = y(place.layer) + SVGDrawing.nodeHeight / 2
    let path =
      "M" + number(right) + " " + number(middle - 10) + "C" + number(right + 34) + " "
      + number(middle - 20) + " " + number(right + 34) + " " + number(middle + 20) + " "
      + number(right + 3) + " " + number(middle + 10)
    drawPath(path, edge, map)
    return FlowLabel(edge: index, places: [(right + 46, middle)])
  }
}

/// The text of a transition and the places where it may stand, best first.
private struct FlowLabel {
  var edge: Int
  var places: [(x: Double, y: Double)]
}

/// Where transitions leave and enter the boxes of steps: side by side, in the order of where they lead.
struct FlowPorts {
  /// Of each transition, where it meets the lower side of the upper step.
  private(set) var below: [Int: Double] = [:]
  /// Of each transition, where it meets the upper side of the lower step.
  private(set) var above: [Int: Double] = [:]

  init(_ map: FlowMap, _ layout: FlowLayout, _ widths: [Double]) {
    var lower = [[(edge: Int, toward: Double)]](repeating: [], count: layout.places.count)
    var upper = lower
    for route in layout.routes {
      guard let first = route.places.first, let last = route.places.last, route.places.count > 1
      else {
        continue
      }
      lower[first].append((route.edge, layout.places[route.places[1]].x))
      upper[last].append((route.edge, layout.places[route.places[route.places.count - 2]].x))
    }
    for (index, place) in layout.places.enumerated() {
      let size = place.step.map { widths[$0] } ?? place.width
      below.merge(FlowPorts.spread(lower[index], place.x, size)) { $1 }
      above.merge(FlowPorts.spread(upper[index], place.x, size)) { $1 }
    }
  }

  private static func spread(
    _ ends: [(edge: Int, toward: Double)], _ x: Double, _ size: Double
  ) -> [Int: Double] {
    let sorted = ends.sorted { ($0.toward, $0.edge) < ($1.toward, $1.edge) }
    let room = size * 0.7
    var ports: [Int: Double] = [:]
    for (index, end) in sorted.enumerated() {
      let share = (Double(index) + 0.5) / Double(sorted.count) - 0.5
      ports[end.edge] = x + share * room
    }
    return ports
  }
}
