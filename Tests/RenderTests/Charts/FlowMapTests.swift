import CasebookTables
import CasebookValues
import Testing

@testable import CasebookRender

/// The order of steps, what leads back, and where steps stand.
@Suite struct FlowMapTests {
  private func map(_ edges: (String, String, Int64)...) throws -> FlowMap {
    let rows = table(
      ("source", .string, edges.map { .string($0.0) }),
      ("target", .string, edges.map { .string($0.1) }), ("n", .long, edges.map { .long($0.2) }))
    guard case .flow(let map) = try Chart(rows, RenderHint(.flowmap)).body else { throw NoMap() }
    return map
  }

  private struct NoMap: Error {}

  @Test func stepsStandInTheOrderOfMostCases() throws {
    let map = try map(("c", "d", 5), ("b", "c", 50), ("a", "b", 60), ("c", "b", 7), ("c", "c", 2))
    #expect(map.steps.map(\.name) == ["a", "b", "c", "d"])
    #expect(map.edges.filter(\.isBack).map(\.count) == [7])
    #expect(map.edges.filter(\.isLoop).map(\.count) == [2])
    #expect(map.steps.map(\.count) == [60, 67, 52, 5])
  }

  @Test func aCycleLosesItsLightestTransition() throws {
    let map = try map(("a", "b", 10), ("b", "c", 9), ("c", "a", 1))
    #expect(map.steps.map(\.name) == ["a", "b", "c"])
    #expect(map.edges.filter(\.isBack).map(\.count) == [1])
  }

  @Test func aStepMovesToWhereLessLeadsBack() throws {
    // A greedy order alone puts n before what leads to it.
    let map = try map(
      ("r", "n", 1065), ("n", "c", 1302), ("l", "n", 99), ("s", "n", 100), ("r", "s", 197),
      ("t", "r", 2598), ("t", "l", 268), ("l", "c", 130), ("s", "c", 130))
    #expect(map.edges.allSatisfy { !$0.isBack })
  }

  @Test func beyondFortyTransitionsAreCounted() throws {
    let rows = table(
      ("source", .string, (0..<100).map { .string("s\($0)") }),
      ("target", .string, (0..<100).map { .string("s\($0 + 1)") }),
      ("n", .long, (0..<100).map { .long(Int64(1000 - $0)) }))
    guard case .flow(let map) = try Chart(rows, RenderHint(.flowmap)).body else { throw NoMap() }
    #expect(map.edges.count == 40)
    #expect(map.hiddenEdges == 60)
    let text = ChartDrawing(Screen(width: 200, colour: false)).text(
      try Chart(rows, RenderHint(.flowmap)))
    #expect(text.contains("and 60 transitions more"))
    #expect(lines(text).allSatisfy { displayWidth($0) <= 120 })
  }

  @Test func noTwoBoxesOverlap() throws {
    var dice = Dice(state: 11)
    for _ in 0..<40 {
      let count = Int.random(in: 2...12, using: &dice)
      let edges = (0..<Int.random(in: 1...30, using: &dice)).map { _ in
        (
          Int.random(in: 0..<count, using: &dice), Int.random(in: 0..<count, using: &dice),
          Int.random(in: 1...100, using: &dice)
        )
      }
      let rows = table(
        ("source", .string, edges.map { .string("s\($0.0)") }),
        ("target", .string, edges.map { .string("s\($0.1)") }),
        ("n", .long, edges.map { .long(Int64($0.2)) }))
      guard case .flow(let map) = try Chart(rows, RenderHint(.flowmap)).body else { throw NoMap() }
      let layout = FlowLayout(map, widths: map.steps.map { _ in 100 })
      for layer in layout.layers {
        for (left, right) in zip(layer, layer.dropFirst()) {
          let (a, b) = (layout.places[left], layout.places[right])
          #expect(a.x + a.width / 2 <= b.x - b.width / 2 + 0.001)
        }
      }
      // Every transition goes from layer to layer without a jump.
      for route in layout.routes {
        for (upper, lower) in zip(route.places, route.places.dropFirst()) {
          #expect(layout.places[upper].layer + 1 == layout.places[lower].layer)
        }
      }
    }
  }

  @Test func graphvizTextIsEscaped() throws {
    let map = try map(("a\"\\N", "b\u{1B}\n", 3))
    #expect(
      dotText(map) == """
        digraph flow {
          rankdir=TB;
          node [shape=box, style=rounded, fontname="sans-serif"];
          edge [fontname="sans-serif", fontsize=10];
          s0 [label="a\\"\\\\N\\n3"];
          s1 [label="b\\\\x1b⏎\\n3"];
          s0 -> s1 [label="3", penwidth=8];
        }

        """)
  }
}
