import CasebookQuery
import CasebookTables
import CasebookValues

/// Runs the simulation once an order, and `runs` times.
struct SimulateOperation: TableOperation {
  enum Order: Sendable {
    case declared(QueueOrder)
    /// The value of an extra column, and how it was written.
    case computed(Int, String)
  }

  let deployed: DeployedRuleset?
  let orders: [Order]
  let keyCount: Int
  let staff: [String: Double]
  let runs: Int
  var title: String { "simulate \(deployed?.reference ?? "")" }
  var drawing: RenderHint? {
    RenderHint(
      kind: "barchart",
      properties: [
        RenderHint.Property(name: "xcolumn", value: "queue"),
        RenderHint.Property(name: "ycolumns", value: "attainment"),
      ])
  }

  private static let bounded: [(name: String, type: ScalarType)] = [
    ("wait_median", .timespan), ("wait_p90", .timespan), ("attainment", .real),
    ("backlog", .real), ("busy", .real),
  ]

  var fields: [Field] {
    let plain = [
      Field("order", .string), Field("queue", .string), Field("arrivals", .long),
      Field("served", .long), Field("wait_median", .timespan), Field("wait_p90", .timespan),
      Field("met", .long), Field("breached", .long), Field("attainment", .real),
      Field("backlog", .long), Field("busy", .real),
    ]
    guard runs > 1 else { return plain }
    return plain
      + Self.bounded.flatMap {
        [Field($0.name + "_low", $0.type), Field($0.name + "_high", $0.type)]
      }
  }

  func estimatedRows(_ inputs: [Int]) -> Int { 10 * max(orders.count, 1) }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    guard let deployed else { return Table(fields: fields) }
    let columns = inputs[0].columns
    let own = Array(columns.prefix(columns.count - keyCount))
    let decisions = try TriageDecisions.all(
      deployed, cases: own, columns: own, rowCount: inputs[0].rowCount, hasWindows: true,
      withTexts: false, context)
    let scene = SimulationScene(
      deployed, decisions, columns: own, keys: Array(columns.suffix(keyCount)), staff: staff)
    for name in scene.unstaffed {
      context.warn("nobody works in queue \(name), so its cases are never served")
    }
    let variants: [Order?] = orders.isEmpty ? [nil] : orders.map { $0 }
    let seed = context.seed
    let results = try context.mapParallel(variants.count * runs) { index in
      try scene.outcomes(
        variants[index / runs], run: index % runs, drawsAll: runs > 1, seed: seed
      ) { try context.checkpoint() }
    }
    var rows: [[Scalar]] = []
    for (variant, order) in variants.enumerated() {
      let mine = (0..<runs).map { results[variant * runs + $0] }
      rows += scene.names.indices.map { queue in
        row(scene, queue, order, mine.map { scene.figures($0, queue) })
      }
    }
    return Table(fields: fields, rows: rows)
  }

  private func row(
    _ scene: SimulationScene, _ queue: Int, _ order: Order?, _ runs: [SimulationScene.Figures]
  ) -> [Scalar] {
    let word =
      switch order {
      case .declared(let order): order.rawValue
      case .computed(_, let text): text
      case nil: scene.declaredOrder(queue).rawValue
      }
    let mean = { (value: (SimulationScene.Figures) -> Double?) -> Double? in
      let known = runs.compactMap(value)
      return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
    let whole = { (value: (SimulationScene.Figures) -> Double?) -> Scalar in
      mean(value).map { .long(Int64($0.rounded())) } ?? .null(.long)
    }
    let ticks = { (value: Double?) -> Scalar in
      value.map { .timespan(Int64($0.rounded())) } ?? .null(.timespan)
    }
    let real = { (value: Double?) -> Scalar in value.map { .real($0) } ?? .null(.real) }
    var row: [Scalar] = [
      .string(word), .string(scene.names[queue]), whole { $0.arrivals }, whole { $0.served },
      ticks(mean { $0.waitMedian }), ticks(mean { $0.waitP90 }), whole { $0.met },
      whole { $0.breached }, real(mean { $0.attainment }), whole { $0.backlog },
      real(mean { $0.busy }),
    ]
    guard self.runs > 1 else { return row }
    let values: [(SimulationScene.Figures) -> Double?] = [
      { $0.waitMedian }, { $0.waitP90 }, { $0.attainment }, { $0.backlog }, { $0.busy },
    ]
    for (index, value) in values.enumerated() {
      let sorted = runs.compactMap(value).sorted()
      for share in [0.025, 0.975] {
        let bound = Quantile.ofSorted(sorted, share)
        row.append(Self.bounded[index].type == .timespan ? ticks(bound) : real(bound))
      }
    }
    return row
  }
}
