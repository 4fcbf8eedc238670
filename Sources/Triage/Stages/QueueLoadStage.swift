import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `cases | queue_load intake`: how much work reaches each queue, and whether its people can do it.
enum QueueLoadStage: StageDeclaration {
  static let signature = Signature.analysis("queue_load", parameters: [Parameter("per")])
  static let summary = "Arrivals, work and capacity of each queue under a ruleset, by period."
  static let details = """
    A row for every queue and period (`per`, a day). A case arrives when it is decided, one that was held when the hold
    ends. `work_hours` is the handling time of the arrivals: as recorded, or the queue's `aht`. `capacity_hours` is
    staff times open hours, and a share of each pool that serves the queue, by the work of its queues in the period.
    `load` is work over capacity, null where nobody works; `peak` is the most arrivals in a clock hour.
    """
  static let examples = [
    Example(
      """
      queue general staff 14 aht 30m; queue fraud_l2 hours "mon-fri 09:00-17:00" staff 2 aht 60m
      ruleset intake on cases key case_id default route general
      rule repeat_fraud in intake when prior_strikes >= 3 then route fraud_l2
      cases | queue_load intake per=7d
      """)
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let arguments = AnalysisArguments(stage, over: input.fields, binder)
    let per = try arguments.ticks("per") ?? Ticks.perDay
    guard per >= Ticks.perHour else {
      throw arguments.problem(
        "a period of `queue_load` is an hour or longer", help: "per=1h",
        at: arguments.syntax("per")?.span)
    }
    let deployed = try arguments.deployed(arguments.items.first, binder)
    for part in deployed?.parts ?? [] where part.set.decided == nil {
      throw arguments.problem(
        "when work arrives depends on when cases are decided",
        help: "ruleset \(part.set.ruleset.name) ... decided COLUMN", at: arguments.items.first?.span
      )
    }
    return .apply(
      QueueLoadOperation(deployed: deployed, per: per),
      [.compute(input, deployed?.outputs ?? [])])
  }
}

/// Adds up the work of each queue and period.
struct QueueLoadOperation: TableOperation {
  let deployed: DeployedRuleset?
  let per: Int64
  var title: String { "queue_load \(deployed?.reference ?? "")" }
  var drawing: RenderHint? {
    RenderHint(
      kind: "timechart",
      properties: [
        RenderHint.Property(name: "xcolumn", value: "period"),
        RenderHint.Property(name: "ycolumns", value: "load"),
        RenderHint.Property(name: "series", value: "queue"),
      ])
  }

  var fields: [Field] {
    [
      Field("queue", .string), Field("period", .datetime), Field("arrivals", .long),
      Field("work_hours", .real), Field("capacity_hours", .real), Field("load", .real),
      Field("peak", .long),
    ]
  }

  struct Cell: Sendable {
    var arrivals = 0
    var workTicks = Int128(0)
    var workKnown = 0
    var byHour: [Int64: Int] = [:]
  }

  private struct Place: Hashable, Sendable {
    var queue: String
    var period: Int64
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    guard let deployed else { return Table(fields: fields) }
    let columns = inputs[0].columns
    let prepared = deployed.parts.map { part in
      PreparedAtoms(part.set.program.atoms, Array(columns[part.inputs]))
    }
    let blocks = try mapBlocks(rowCount: inputs[0].rowCount, context) { size in
      zip(deployed.parts, prepared).map { part, atoms in
        BlockDecision(part.set, atoms, blockRows: size, hasWindows: true)
      }
    } _: { states, first, count -> (cells: [Place: Cell], timeless: Int) in
      var cells: [Place: Cell] = [:]
      var timeless = 0
      for (part, state) in zip(deployed.parts, states) {
        state.decide(first: first, count: count, inForce: part.inForce(columns))
        add(state, Array(columns[part.inputs]), &cells, &timeless)
      }
      return (cells, timeless)
    }
    var cells: [Place: Cell] = [:]
    for block in blocks {
      for (place, cell) in block.cells { cells[place, default: Cell()].add(cell) }
    }
    let timeless = blocks.reduce(0) { $0 + $1.timeless }
    if timeless > 0 { context.warn("the case has no time and is not counted", rows: timeless) }
    return try table(cells, deployed.newest.ruleset, context)
  }

  private func add(
    _ state: BlockDecision, _ inputs: [Column], _ cells: inout [Place: Cell],
    _ timeless: inout Int
  ) {
    let set = state.set
    let handling = set.handling.map { inputs[$0] }
    forEachBit(state.rows, state.wordCount) { row in
      let outcome = set.outcomes[Int(state.outcome[row])]
      guard !outcome.queue.isEmpty else { return }
      let index = state.first + row
      let winner = Int(state.winner[row])
      var arrival = set.decided.flatMap { time(inputs[$0], index) }
      if outcome.action == "hold", winner < set.rules.count, let until = set.rules[winner].until {
        arrival = time(inputs[until], index)
      }
      guard let arrival else {
        timeless += 1
        return
      }
      let known = handling.flatMap { time($0, index) }
      // Changed in place: a copy of the hours' counts would be made for every row.
      cells[Place(queue: outcome.queue, period: floored(arrival, per)), default: Cell()].count(
        hour: floored(arrival, Ticks.perHour),
        ticks: known ?? set.ruleset.queue(outcome.queue).handlingTicks)
    }
  }

  private func time(_ column: Column, _ row: Int) -> Int64? {
    guard case .longs(let values) = column.data, !column.isNull(row) else { return nil }
    return values.base[row]
  }

  private func floored(_ ticks: Int64, _ step: Int64) -> Int64 {
    let rest = ticks % step
    return ticks - (rest < 0 ? rest + step : rest)
  }

  // MARK: Rows

  private static let mostRows = 1_000_000

  private func table(
    _ cells: [Place: Cell], _ ruleset: Ruleset, _ context: RunContext
  ) throws -> Table {
    guard let first = cells.keys.map(\.period).min(), let last = cells.keys.map(\.period).max()
    else { return Table(fields: fields) }
    let queues = Set(cells.keys.map(\.queue)).union(ruleset.queues.keys).sorted()
    let periods = Int((last - first) / per) + 1
    guard periods * queues.count <= Self.mostRows else {
      throw TriageFailure(
        message: "there would be \(periods) periods of \(queues.count) queues",
        help: "a longer `per`, such as per=7d")
    }
    var rows: [[Scalar]] = []
    for queue in queues {
      for index in 0..<periods {
        if index & 0xFFF == 0 { try context.checkpoint() }
        let period = first + Int64(index) * per
        let cell = cells[Place(queue: queue, period: period)] ?? Cell()
        let work = hours(cell)
        let capacity = capacity(queue, period, cells, ruleset)
        let load = work.flatMap { work in capacity.flatMap { $0 > 0 ? work / $0 : nil } }
        let real = { (value: Double?) -> Scalar in value.map { .real($0) } ?? .null(.real) }
        rows.append([
          .string(queue), .datetime(period), .long(Int64(cell.arrivals)), real(work),
          real(capacity), real(load), .long(Int64(cell.byHour.values.max() ?? 0)),
        ])
      }
    }
    return Table(fields: fields, rows: rows)
  }

  private func hours(_ cell: Cell) -> Double? {
    guard cell.workKnown > 0 else { return cell.arrivals == 0 ? 0 : nil }
    return Double(cell.workTicks) / Double(Ticks.perHour)
  }

  /// Open hours of those who work there; nil where nobody is known to.
  private func capacity(
    _ name: String, _ period: Int64, _ cells: [Place: Cell], _ ruleset: Ruleset
  ) -> Double? {
    let queue = ruleset.queue(name)
    let open = Double(queue.hours.openTime(from: period, to: period + per)) / Double(Ticks.perHour)
    var people = queue.staff
    for pool in ruleset.pools where pool.serves.contains(name) {
      let work = pool.serves.map { Double(cells[Place(queue: $0, period: period)]?.workTicks ?? 0) }
      let total = work.reduce(0, +)
      let mine = Double(cells[Place(queue: name, period: period)]?.workTicks ?? 0)
      let share = total > 0 ? mine / total : 1 / Double(pool.serves.count)
      people = (people ?? 0) + pool.staff * (1 - pool.shrinkage) * share
    }
    return people.map { $0 * open }
  }
}

extension QueueLoadOperation.Cell {
  mutating func count(hour: Int64, ticks: Int64?) {
    arrivals += 1
    byHour[hour, default: 0] += 1
    guard let ticks else { return }
    workTicks += Int128(ticks)
    workKnown += 1
  }

  mutating func add(_ other: Self) {
    arrivals += other.arrivals
    workTicks += other.workTicks
    workKnown += other.workKnown
    for (hour, count) in other.byHour { byHour[hour, default: 0] += count }
  }
}
