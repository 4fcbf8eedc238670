/// Where the steps and transitions of a flow map stand in a picture: layers from above, each step in one of them.
///
/// Layers are longest paths along transitions that lead forward; transitions over several layers go through
/// places of their own, so that they pass beside steps; within layers the order is by barycentres.
/// [Sugiyama, Tagawa and Toda 1981]
struct FlowLayout {
  /// A step, or a place that a long transition passes.
  struct Place {
    /// The step; nil for a place on the way.
    var step: Int?
    var layer: Int
    var width: Double
    var x = 0.0
  }

  /// A transition with the places that it passes from above to below.
  struct Route {
    var edge: Int
    var places: [Int]
  }

  private(set) var places: [Place] = []
  private(set) var routes: [Route] = []
  private(set) var layers: [[Int]] = []
  private static let gap = 36.0

  /// A layout of steps of these widths.
  init(_ map: FlowMap, widths: [Double]) {
    let ranks = FlowLayout.ranks(map)
    places = map.steps.indices.map { Place(step: $0, layer: ranks[$0], width: widths[$0]) }
    for (index, edge) in map.edges.enumerated() where !edge.isLoop {
      addRoute(index, from: min(edge.source, edge.target), to: max(edge.source, edge.target), ranks)
    }
    layers = Array(repeating: [], count: (ranks.max() ?? 0) + 1)
    for (index, place) in places.enumerated() { layers[place.layer].append(index) }
    orderLayers()
    placeAcross()
  }

  /// How wide the whole is, from 0 on.
  var width: Double { places.map { $0.x + $0.width / 2 }.max() ?? 0 }

  private static func ranks(_ map: FlowMap) -> [Int] {
    var ranks = [Int](repeating: 0, count: map.steps.count)
    // Steps are in an order in which transitions lead forward, so one pass is enough.
    let forward = map.edges.filter { !$0.isLoop }.map {
      (min($0.source, $0.target), max($0.source, $0.target))
    }.sorted { $0 < $1 }
    for (source, target) in forward { ranks[target] = max(ranks[target], ranks[source] + 1) }
    return ranks
  }

  private mutating func addRoute(_ edge: Int, from source: Int, to target: Int, _ ranks: [Int]) {
    var route = [source]
    for layer in (ranks[source] + 1)..<max(ranks[target], ranks[source] + 1) {
      places.append(Place(step: nil, layer: layer, width: 30))
      route.append(places.count - 1)
    }
    routes.append(Route(edge: edge, places: route + [target]))
  }

  private func neighbours() -> (above: [[Int]], below: [[Int]]) {
    var above = [[Int]](repeating: [], count: places.count)
    var below = above
    for route in routes {
      for (upper, lower) in zip(route.places, route.places.dropFirst()) {
        below[upper].append(lower)
        above[lower].append(upper)
      }
    }
    return (above, below)
  }

  private mutating func orderLayers() {
    let (above, below) = neighbours()
    for sweep in 0..<8 {
      let isDown = sweep % 2 == 0
      let order = isDown ? Array(layers.indices.dropFirst()) : layers.indices.dropLast().reversed()
      for layer in order {
        let beside = layers[isDown ? layer - 1 : layer + 1]
        let position = Dictionary(uniqueKeysWithValues: zip(beside, beside.indices))
        let keys = layers[layer].enumerated().map { index, place -> (Double, Int, Int) in
          let linked = (isDown ? above : below)[place].compactMap { position[$0] }
          // What is linked to nothing stays where it is.
          let centre =
            linked.isEmpty
            ? Double(index) * Double(beside.count) / Double(max(layers[layer].count, 1))
            : Double(linked.reduce(0, +)) / Double(linked.count)
          return (centre, index, place)
        }
        layers[layer] = keys.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
      }
    }
  }

  private mutating func placeAcross() {
    let (above, below) = neighbours()
    for layer in layers {
      var x = 0.0
      for place in layer {
        places[place].x = x + places[place].width / 2
        x += places[place].width + FlowLayout.gap
      }
    }
    for sweep in 0..<24 {
      let order = sweep % 2 == 0 ? Array(layers.indices) : layers.indices.reversed()
      for layer in order {
        let wanted = layers[layer].map { place -> Double in
          // Places on the way weigh more, so that long transitions are straight.
          var (sum, weight) = (0.0, 0.0)
          for other in above[place] + below[place] {
            let heavy = places[place].step == nil && places[other].step == nil ? 6.0 : 1
            sum += places[other].x * heavy
            weight += heavy
          }
          return weight > 0 ? sum / weight : places[place].x
        }
        settle(layers[layer], wanted)
      }
    }
    let least = places.map { $0.x - $0.width / 2 }.min() ?? 0
    for index in places.indices { places[index].x -= least }
  }

  /// Puts places as near to where they want to be as their order and widths allow.
  private mutating func settle(_ layer: [Int], _ wanted: [Double]) {
    // Runs of places that touch stand around the mean of what they want.
    var runs: [(places: Range<Int>, offset: Double, sum: Double)] = []
    var offsets: [Double] = []
    var offset = 0.0
    for (index, place) in layer.enumerated() {
      if index > 0 {
        offset += places[layer[index - 1]].width / 2 + FlowLayout.gap + places[place].width / 2
      }
      offsets.append(offset)
      runs.append((index..<(index + 1), 0, wanted[index] - offset))
      while runs.count > 1 {
        let (before, last) = (runs[runs.count - 2], runs[runs.count - 1])
        let means = (
          before.sum / Double(before.places.count), last.sum / Double(last.places.count)
        )
        guard means.0 > means.1 else { break }
        runs.removeLast(2)
        runs.append((before.places.lowerBound..<last.places.upperBound, 0, before.sum + last.sum))
      }
    }
    for run in runs {
      let start = run.sum / Double(run.places.count)
      for index in run.places { places[layer[index]].x = start + offsets[index] }
    }
  }
}
