/// Steps and how often one follows the other.
public struct FlowMap: Sendable, Equatable {
  /// The steps in the order in which most cases go through them.
  public var steps: [Step]
  /// The transitions that are drawn, by source in the order of steps, most frequent first.
  public var edges: [Edge]
  /// Transitions that are not drawn.
  public var hiddenEdges = 0
  /// How often those happened.
  public var hiddenCount = 0.0
  /// What the counts are called.
  public var countTitle: String

  /// One step.
  public struct Step: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// How often it happened, as far as its transitions say.
    public var count: Double
  }

  /// One transition.
  public struct Edge: Sendable, Equatable {
    /// The place of the step that comes first.
    public var source: Int
    /// The place of the step that follows.
    public var target: Int
    /// How often.
    public var count: Double
    /// The time between them, as text; empty where there is none.
    public var time: String
    /// The share of all that the widths show, nil where it is not known.
    public var share: Double?

    /// Whether it leads back to an earlier step.
    public var isBack: Bool { target < source }
    /// Whether a step follows itself.
    public var isLoop: Bool { target == source }
  }

  /// The greatest count of any step.
  public var greatestStepCount: Double { steps.reduce(0) { max($0, $1.count) } }
  /// The greatest count of any transition.
  public var greatestEdgeCount: Double { edges.reduce(0) { max($0, $1.count) } }

  /// How wide a transition is drawn, from 0 to 1: by its share, else by its count.
  public func weight(_ edge: Edge) -> Double {
    let shares = edges.reduce(0) { max($0, $1.share ?? 0) }
    if let share = edge.share, shares > 0 { return share / shares }
    return greatestEdgeCount > 0 ? edge.count / greatestEdgeCount : 0
  }
}

/// The order of steps in which the least weight of transitions leads back.
///
/// A greedy order: sinks go to the end, sources to the beginning, and of the rest that step goes next whose
/// outgoing weight most exceeds its incoming one. [Eades, Lin and Smyth 1993] Of equal steps the earlier one goes first.
func flowOrder(stepCount: Int, edges: [(source: Int, target: Int, weight: Double)]) -> [Int] {
  var (outgoing, incoming) = (
    [Double](repeating: 0, count: stepCount), [Double](repeating: 0, count: stepCount)
  )
  var (followers, leaders) = (
    [[(step: Int, weight: Double)]](repeating: [], count: stepCount),
    [[(step: Int, weight: Double)]](repeating: [], count: stepCount)
  )
  for edge in edges where edge.source != edge.target && edge.weight > 0 {
    outgoing[edge.source] += edge.weight
    incoming[edge.target] += edge.weight
    followers[edge.source].append((edge.target, edge.weight))
    leaders[edge.target].append((edge.source, edge.weight))
  }
  var isLeft = [Bool](repeating: true, count: stepCount)
  var (head, tail) = ([Int](), [Int]())
  // Differences of sums leave a rest where nothing is left.
  let nothing = 1e-9 * max(outgoing.max() ?? 0, 1)
  func take(_ step: Int) {
    isLeft[step] = false
    for follower in followers[step] { incoming[follower.step] -= follower.weight }
    for leader in leaders[step] { outgoing[leader.step] -= leader.weight }
  }
  while head.count + tail.count < stepCount {
    let left = (0..<stepCount).filter { isLeft[$0] }
    if let sink = left.last(where: { outgoing[$0] <= nothing && incoming[$0] > nothing }) {
      tail.append(sink)
      take(sink)
    } else if let source = left.first(where: { incoming[$0] <= nothing }) {
      head.append(source)
      take(source)
    } else {
      var best = left[0]
      for step in left where outgoing[step] - incoming[step] > outgoing[best] - incoming[best] {
        best = step
      }
      head.append(best)
      take(best)
    }
  }
  return sifted(head + tail.reversed(), edges)
}

/// The order after each step was tried at every other place, as long as that makes less weight lead back.
private func sifted(
  _ order: [Int], _ edges: [(source: Int, target: Int, weight: Double)]
) -> [Int] {
  var order = order
  // A map that nobody can read needs no better order.
  guard order.count <= 200 else { return order }
  for _ in 0..<order.count {
    var isBetter = false
    for step in order.sorted() {
      guard let place = order.firstIndex(of: step) else { continue }
      if let target = betterPlace(of: step, at: place, order, edges) {
        order.remove(at: place)
        order.insert(step, at: target)
        isBetter = true
      }
    }
    if !isBetter { break }
  }
  return order
}

/// Where a step has less weight leading back than where it stands; the nearest such place, nil where there is none.
private func betterPlace(
  of step: Int, at place: Int, _ order: [Int],
  _ edges: [(source: Int, target: Int, weight: Double)]
) -> Int? {
  // What moving past another step gains: the weight from it to this one, less that from this one to it.
  var toward = [Int: Double]()
  for edge in edges where edge.source != edge.target {
    if edge.target == step { toward[edge.source, default: 0] += edge.weight }
    if edge.source == step { toward[edge.target, default: 0] -= edge.weight }
  }
  var best: (place: Int, gain: Double)?
  var gain = 0.0
  for other in (place + 1)..<max(order.count, place + 1) {
    gain += toward[order[other]] ?? 0
    if gain > (best?.gain ?? 1e-9) { best = (other, gain) }
  }
  gain = 0
  for other in stride(from: place - 1, through: 0, by: -1) {
    gain -= toward[order[other]] ?? 0
    if gain > (best?.gain ?? 1e-9) { best = (other, gain) }
  }
  return best?.place
}
