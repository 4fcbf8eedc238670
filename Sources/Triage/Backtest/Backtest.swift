import CasebookTables
import CasebookValues

/// What rules would have done with cases: counts by rule, from the bitmaps of the one evaluator.
struct Backtest: Sendable {
  /// How to count.
  struct Options: Sendable {
    /// The length of a period for drift, in ticks.
    var per: Int64 = 7 * Ticks.perDay
    /// Whether rules are there only on their days.
    var hasWindows = false
    /// Whether it is counted what would be without each rule.
    var findsMarginal = true
  }

  /// The version that gives actions, states and order; the newest.
  let set: CompiledRuleset
  /// One a rule of the set's text, off ones too, by name.
  var rules: [String: RuleCounts]
  /// The rows that no rule decides.
  var fallback: RuleCounts
  /// The rows that are unknown.
  var unknown: RuleCounts
  /// All rows.
  var whole: RuleCounts
  /// Periods before and including the last full one.
  var periods: Periods
  /// Whether there is a log of moves.
  let hasMoves: Bool
  /// Rows in all.
  let rowCount: Int

  /// Rows whose bitmaps for a hundred rules stay in the processor's cache.
  private static let blockRows = 1 << 14

  /// Counts cases; `moves` is a log of events, and `mature` says of every case whether its outcome is final.
  static func run(
    _ deployed: DeployedRuleset, columns: [Column], rowCount: Int, moves: Table? = nil,
    mature: Column? = nil, _ options: Options, _ context: RunContext
  ) throws -> Backtest {
    if let mature { Maturity.warn(mature, context) }
    let prepared = deployed.parts.map { part in
      PreparedAtoms(part.set.program.atoms, Array(columns[part.inputs]))
    }
    let newest = deployed.newest
    let offset = deployed.parts[deployed.parts.count - 1].inputs.lowerBound
    let periods = Periods(
      newest.decided.map { columns[offset + $0] }, rowCount: rowCount, per: options.per)
    let moved = try moves.map { table in
      try MoveLog.moved(
        table, key: newest.key.map { columns[offset + $0] },
        decided: newest.decided.map { columns[offset + $0] }, rowCount: rowCount, context)
    }
    let blocks = try mapBlocks(rowCount: rowCount, blockRows: blockRows, context) { size in
      zip(deployed.parts, prepared).map { part, atoms in
        BlockCounter(
          BlockDecision(
            part.set, atoms, blockRows: size, hasWindows: options.hasWindows,
            findsRivals: options.findsMarginal),
          Array(columns[part.inputs]), periods, mature)
      }
    } _: { counters, first, count -> [BlockCounts] in
      zip(deployed.parts, counters).map { part, counter in
        counter.count(first: first, count: count, inForce: part.inForce(columns), moved)
      }
    }
    var result = Backtest(
      set: newest, rules: [:], fallback: RuleCounts(), unknown: RuleCounts(), whole: RuleCounts(),
      periods: periods, hasMoves: moves != nil, rowCount: rowCount)
    for (index, part) in deployed.parts.enumerated() {
      for rule in part.set.rules where result.rules[rule.rule.name] == nil {
        result.rules[rule.rule.name] = RuleCounts()
      }
      for block in blocks { result.add(block[index], of: part.set) }
    }
    return result
  }

  private mutating func add(_ block: BlockCounts, of set: CompiledRuleset) {
    for (index, rule) in set.rules.enumerated() {
      rules[rule.rule.name]?.add(block.rules[index]) { winner in set.winnerName(winner) }
      // A column's number means nothing in another version, so its name is kept.
      for (column, count) in block.rules[index].missing {
        rules[rule.rule.name]?.missingByName[set.fields[column].name, default: 0] += count
      }
    }
    let name = { (winner: Int) in set.winnerName(winner) }
    fallback.add(block.fallback, name)
    unknown.add(block.unknown, name)
    whole.add(block.whole, name)
  }
}

/// What is counted of one rule.
struct RuleCounts: Sendable {
  var reached = 0
  var matched = 0
  var hits = 0
  var unique = 0
  var marginal = 0
  var outranked = 0
  var overtaken = 0
  var unknown = 0
  var whereDiffers = 0
  var labelled = 0
  var right = 0
  /// Cases that are right for the rule's action, whatever it did.
  var positives = 0
  /// Right hits by that action: not those that it wanted to close and that went to a queue.
  var recalled = 0
  var appealed = 0
  var overturned = 0
  var moved = 0
  var conflicts = 0
  /// Ticks of work, and hits whose work is known.
  var workTicks = Int128(0)
  var workKnown = 0
  /// By winner: how many of the outranked rows each took.
  var takers: [Int: Int] = [:]
  var takersByName: [String: Int] = [:]
  /// By column of the cases: in how many unknown rows it is missing.
  var missing: [Int: Int] = [:]
  var missingByName: [String: Int] = [:]
  /// By period: hits.
  var byPeriod: [Int: Int] = [:]

  mutating func add(_ other: RuleCounts, _ name: (Int) -> String) {
    reached += other.reached
    matched += other.matched
    hits += other.hits
    unique += other.unique
    marginal += other.marginal
    outranked += other.outranked
    overtaken += other.overtaken
    unknown += other.unknown
    whereDiffers += other.whereDiffers
    labelled += other.labelled
    right += other.right
    positives += other.positives
    recalled += other.recalled
    appealed += other.appealed
    overturned += other.overturned
    moved += other.moved
    conflicts += other.conflicts
    workTicks += other.workTicks
    workKnown += other.workKnown
    for (winner, count) in other.takers { takersByName[name(winner), default: 0] += count }
    for (period, count) in other.byPeriod { byPeriod[period, default: 0] += count }
  }
}

/// What one block adds.
struct BlockCounts: Sendable {
  var rules: [RuleCounts]
  var fallback = RuleCounts()
  var unknown = RuleCounts()
  var whole = RuleCounts()
}

/// The full periods of cases, counted back from the latest decision: 0 is the last.
struct Periods: Sendable {
  /// How many there are.
  private(set) var count = 0
  /// Cases in each.
  private(set) var cases: [Int] = []
  private let times: Column?
  private let latest: Int64
  private let per: Int64

  /// Beyond this many, a period is too short to say anything.
  private static let most = 4096

  init(_ times: Column?, rowCount: Int, per: Int64) {
    self.times = times
    self.per = per
    guard let times, case .longs(let values) = times.data, rowCount > 0 else {
      latest = 0
      return
    }
    var least = Int64.max
    var greatest = Int64.min
    for row in 0..<rowCount where !times.isNull(row) {
      least = min(least, values.base[row])
      greatest = max(greatest, values.base[row])
    }
    latest = greatest
    guard least <= greatest else { return }
    count = Int(min((greatest - least) / per, Int64(Self.most)))
    var cases = [Int](repeating: 0, count: count)
    for row in 0..<rowCount {
      if let period = period(values.base[row], isNull: times.isNull(row)) { cases[period] += 1 }
    }
    self.cases = cases
  }

  /// The full period of a row; nil for one without a time, or before the first full one.
  func period(of row: Int) -> Int? {
    guard let times, case .longs(let values) = times.data else { return nil }
    return period(values.base[row], isNull: times.isNull(row))
  }

  @inline(__always)
  private func period(_ time: Int64, isNull: Bool) -> Int? {
    guard !isNull else { return nil }
    let period = (latest - time) / per
    return period < Int64(count) ? Int(period) : nil
  }
}
