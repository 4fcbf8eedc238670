import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `cases | compare_rules intake@live, intake`: which cases go elsewhere.
enum CompareRulesStage: StageDeclaration {
  static let signature = Signature.analysis("compare_rules", parameters: Maturity.parameters)
  static let summary = "Where cases go under one ruleset and under another, movement by movement."
  static let details = """
    A row for every pair of decisions that some case has, those that differ first, most cases first. `hours` is the
    work of these cases. `labelled` cases are those whose outcome judges both decisions; `right_a` and `right_b`
    are how many each had right; `p` is McNemar's exact test of the two, `q` the same adjusted over all movements
    (Benjamini and Hochberg). `mature=` says when an outcome is final, as in `backtest`.
    """
  static let examples = [
    Example(
      """
      queue general staff 14 aht 3m; queue fraud_l2 staff 6 aht 9m
      ruleset before on cases key case_id default route general
      rule repeat_fraud in before when prior_strikes >= 4 and vertical == "fraud" then route fraud_l2
      ruleset after on cases key case_id default route general
      rule repeat_fraud in after when prior_strikes >= 3 and vertical == "fraud" then route fraud_l2
      cases | compare_rules before, after
      """)
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let arguments = AnalysisArguments(stage, over: input.fields, binder)
    guard arguments.items.count == 2 else {
      throw arguments.problem(
        "compare_rules takes two rulesets", help: "cases | compare_rules intake@live, intake",
        at: stage.span)
    }
    let first = try arguments.deployed(arguments.items[0], binder)
    let second = try arguments.deployed(arguments.items[1], binder)
    let mature = try Maturity.output(arguments, input, binder)
    let outputs =
      (first?.outputs(readsKey: false) ?? []) + (second?.outputs(readsKey: false) ?? [])
      + [mature].compactMap { $0 }
    return .apply(
      CompareRulesOperation(first: first, second: second, hasMaturity: mature != nil),
      [.compute(input, outputs)])
  }
}

/// Decides every case twice and counts the pairs.
struct CompareRulesOperation: TableOperation {
  let first: DeployedRuleset?
  let second: DeployedRuleset?
  /// Whether the last column says which outcomes are final.
  let hasMaturity: Bool
  var title: String { "compare_rules \(first?.reference ?? ""), \(second?.reference ?? "")" }
  var drawing: RenderHint? {
    RenderHint(
      kind: "barchart", properties: [RenderHint.Property(name: "ycolumns", value: "cases")])
  }

  var fields: [Field] {
    [
      Field("rule_a", .string), Field("action_a", .string), Field("queue_a", .string),
      Field("rule_b", .string), Field("action_b", .string), Field("queue_b", .string),
      Field("cases", .long), Field("hours", .real), Field("labelled", .long),
      Field("right_a", .long), Field("right_b", .long), Field("p", .real), Field("q", .real),
    ]
  }

  /// One decision by its names.
  private struct Decision: Hashable, Sendable {
    var rule: String
    var outcome: Outcome
  }

  private struct Movement: Hashable, Sendable {
    var a: Decision
    var b: Decision
    var isMove: Bool { a.outcome != b.outcome || a.rule != b.rule }
  }

  struct Counts: Sendable {
    var cases = 0
    var workTicks = Int128(0)
    var workKnown = 0
    var labelled = 0
    var rightA = 0
    var rightB = 0
    var onlyA = 0
    var onlyB = 0
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    guard let first, let second else { return Table(fields: fields) }
    let columns = inputs[0].columns
    let offset = first.inputs.count
    let mature = hasMaturity ? columns.last : nil
    if let mature { Maturity.warn(mature, context) }
    let sides = [
      Side(first, Array(columns.prefix(offset))), Side(second, Array(columns.dropFirst(offset))),
    ]
    let blocks = try mapBlocks(rowCount: inputs[0].rowCount, context) { size in
      sides.map { SideState($0, size, mature: mature) }
    } _: { states, start, count in
      for state in states { state.decide(first: start, count: count) }
      return count == 0 ? [:] : self.count(states[0], states[1], count)
    }
    var order: [Movement] = []
    var totals: [Movement: Counts] = [:]
    for block in blocks {
      for (movement, counts) in block.sorted(by: { Self.names($0.key) < Self.names($1.key) }) {
        if totals[movement] == nil { order.append(movement) }
        totals[movement, default: Counts()].add(counts)
      }
    }
    return table(order, totals, context)
  }

  private func count(
    _ a: SideState, _ b: SideState, _ count: Int
  ) -> [Movement: Counts] {
    var codes: [[UInt64]: Int] = [:]
    var last: (a: UInt64, b: UInt64, place: Int)?
    var movements: [Movement] = []
    var counts: [Counts] = []
    for row in 0..<count {
      let (codeA, codeB) = (a.code(row), b.code(row))
      let place: Int
      if let last, last.a == codeA, last.b == codeB {
        place = last.place
      } else if let known = codes[[codeA, codeB]] {
        place = known
      } else {
        place = movements.count
        codes[[codeA, codeB]] = place
        let (ruleA, outcomeA) = a.decision(row)
        let (ruleB, outcomeB) = b.decision(row)
        movements.append(
          Movement(
            a: Decision(rule: ruleA, outcome: outcomeA),
            b: Decision(rule: ruleB, outcome: outcomeB)))
        counts.append(Counts())
      }
      last = (codeA, codeB, place)
      counts[place].cases += 1
      if let ticks = a.work(row) ?? b.work(row) {
        counts[place].workTicks += Int128(ticks)
        counts[place].workKnown += 1
      }
      guard let rightA = a.isRight(row), let rightB = b.isRight(row) else { continue }
      counts[place].labelled += 1
      if rightA { counts[place].rightA += 1 }
      if rightB { counts[place].rightB += 1 }
      if rightA, !rightB { counts[place].onlyA += 1 }
      if rightB, !rightA { counts[place].onlyB += 1 }
    }
    // Two codes can have one name each: versions that agree.
    var result: [Movement: Counts] = [:]
    for (movement, counts) in zip(movements, counts) {
      result[movement, default: Counts()].add(counts)
    }
    return result
  }

  private static func names(_ movement: Movement) -> String {
    [
      movement.a.rule, movement.a.outcome.action, movement.a.outcome.queue, movement.b.rule,
      movement.b.outcome.action, movement.b.outcome.queue,
    ].joined(separator: "\u{1}")
  }

  private func table(
    _ order: [Movement], _ totals: [Movement: Counts], _ context: RunContext
  ) -> Table {
    let sorted = order.sorted { left, right in
      let (a, b) = (totals[left]?.cases ?? 0, totals[right]?.cases ?? 0)
      if left.isMove != right.isMove { return left.isMove }
      return a != b ? a > b : Self.names(left) < Self.names(right)
    }
    let probabilities = sorted.map { movement -> Double? in
      guard movement.isMove, let counts = totals[movement], counts.labelled > 0 else { return nil }
      return McNemar.exact(counts.onlyA, counts.onlyB)
    }
    let adjusted = BenjaminiHochberg.adjust(probabilities)
    let moved = sorted.filter { $0.a.outcome != $0.b.outcome }.reduce(0) {
      $0 + (totals[$1]?.cases ?? 0)
    }
    let all = sorted.reduce(0) { $0 + (totals[$1]?.cases ?? 0) }
    context.find("\(moved) of \(all) cases go elsewhere.")
    let real = { (value: Double?) -> Scalar in value.map { .real($0) } ?? .null(.real) }
    return Table(
      fields: fields,
      rows: sorted.enumerated().map { index, movement in
        let counts = totals[movement] ?? Counts()
        let hours =
          counts.workKnown > 0 ? Double(counts.workTicks) / Double(Ticks.perHour) : nil
        return [
          .string(movement.a.rule), .string(movement.a.outcome.action),
          .string(movement.a.outcome.queue), .string(movement.b.rule),
          .string(movement.b.outcome.action), .string(movement.b.outcome.queue),
          .long(Int64(counts.cases)), real(hours), .long(Int64(counts.labelled)),
          .long(Int64(counts.rightA)), .long(Int64(counts.rightB)), real(probabilities[index]),
          real(adjusted[index]),
        ]
      })
  }
}

extension CompareRulesOperation.Counts {
  mutating func add(_ other: Self) {
    cases += other.cases
    workTicks += other.workTicks
    workKnown += other.workKnown
    labelled += other.labelled
    rightA += other.rightA
    rightB += other.rightB
    onlyA += other.onlyA
    onlyB += other.onlyB
  }
}

/// One ruleset with the columns that it reads.
struct Side: Sendable {
  let deployed: DeployedRuleset
  let columns: [Column]
  let atoms: [PreparedAtoms]

  init(_ deployed: DeployedRuleset, _ columns: [Column]) {
    self.deployed = deployed
    self.columns = columns
    atoms = deployed.parts.map { part in
      PreparedAtoms(part.set.program.atoms, Array(columns[part.inputs]))
    }
  }
}

/// The decisions of one ruleset, and of all its versions, for a block.
///
/// Belongs to the worker that made it.
final class SideState {
  private let side: Side
  private let states: [BlockDecision]
  private let judgements: [Judgement]
  /// Which version decides each row.
  private var parts: [UInt16]

  init(_ side: Side, _ blockRows: Int, hasWindows: Bool = true, mature: Column? = nil) {
    self.side = side
    states = zip(side.deployed.parts, side.atoms).map { part, atoms in
      BlockDecision(part.set, atoms, blockRows: blockRows, hasWindows: hasWindows)
    }
    judgements = states.map { Judgement(BitArena(rowCount: $0.wordCount * 64), mature) }
    parts = Array(repeating: 0, count: blockRows)
  }

  func decide(first: Int, count: Int) {
    for row in parts.indices { parts[row] = 0 }
    for (index, part) in side.deployed.parts.enumerated() {
      states[index].decide(first: first, count: count, inForce: part.inForce(side.columns))
      judgements[index].judge(states[index])
      guard index > 0 else { continue }
      forEachBit(states[index].rows, states[index].wordCount) { parts[$0] = UInt16(index) }
    }
  }

  /// A number that equal decisions of one version share.
  func code(_ row: Int) -> UInt64 {
    let state = states[Int(parts[row])]
    return UInt64(parts[row]) << 32 | UInt64(state.winner[row]) << 16 | UInt64(state.outcome[row])
  }

  /// The rule's name and what becomes of the case.
  func decision(_ row: Int) -> (String, Outcome) {
    let state = states[Int(parts[row])]
    let outcome = Int(state.outcome[row])
    let known = outcome < state.set.outcomes.count
    return (
      state.set.winnerName(Int(state.winner[row])),
      known ? state.set.outcomes[outcome] : Outcome(action: "", queue: "")
    )
  }

  /// Whether what becomes of the case is right; nil where that is not known.
  func isRight(_ row: Int) -> Bool? {
    let part = Int(parts[row])
    let state = states[part]
    let outcome = Int(state.outcome[row])
    guard outcome < state.set.outcomes.count, let kind = state.set.kind(of: outcome) else {
      return nil
    }
    let bit: UInt64 = 1 << UInt64(row & 63)
    guard judgements[part].labelled(kind)[row >> 6] & bit != 0 else { return nil }
    return judgements[part].right(kind)[row >> 6] & bit != 0
  }

  /// The work that the case took: as recorded, or what its queue usually takes.
  func work(_ row: Int) -> Int64? {
    let part = Int(parts[row])
    let state = states[part]
    let inputs = side.deployed.parts[part].inputs
    if let handling = state.set.handling {
      let column = side.columns[inputs.lowerBound + handling]
      if case .longs(let values) = column.data, !column.isNull(state.first + row) {
        return values.base[state.first + row]
      }
    }
    let outcome = Int(state.outcome[row])
    guard outcome < state.set.outcomes.count else { return nil }
    return state.set.ruleset.queue(state.set.outcomes[outcome].queue).handlingTicks
  }
}
