import CasebookTables
import CasebookValues

/// Counts one block of decided cases.
///
/// Belongs to the worker that made it.
final class BlockCounter {
  private let state: BlockDecision
  private let inputs: [Column]
  private let periods: Periods
  private let arena: BitArena
  private let judgement: Judgement
  private let appealedRows: Words
  private let overturnedRows: Words
  private let matchedOnce: Words
  private let matchedTwice: Words
  private let scratch: Words
  private let kept: Words
  private let aht: [Int64]
  private let reading: WhereReading
  /// For each rule the columns of the cases that it reads, and where the evaluator has them.
  private let readInputs: [[(column: Int, input: Int)]]
  /// Rules and what else wins a case.
  private let winnerCount: Int
  private let takers: UnsafeMutablePointer<Int>

  init(_ state: BlockDecision, _ inputs: [Column], _ periods: Periods, _ mature: Column?) {
    self.state = state
    self.inputs = inputs
    self.periods = periods
    let arena = BitArena(rowCount: state.wordCount * 64)
    self.arena = arena
    judgement = Judgement(arena, mature)
    (appealedRows, overturnedRows) = (arena.bitmap(), arena.bitmap())
    (matchedOnce, matchedTwice) = (arena.bitmap(), arena.bitmap())
    (scratch, kept) = (arena.bitmap(), arena.bitmap())
    aht = state.set.outcomes.map { state.set.ruleset.queue($0.queue).handlingTicks ?? -1 }
    reading = state.truth.whereReading()
    let places = Dictionary(
      state.set.inputs.enumerated().compactMap { place, input in
        input.asColumn.map { ($0.0, place) }
      }, uniquingKeysWith: { first, _ in first })
    readInputs = state.set.rules.map { rule in
      rule.reads.compactMap { column in places[column].map { (column, $0) } }
    }
    winnerCount = state.set.rules.count + Winner.nobody + 1
    takers = .allocate(capacity: winnerCount)
    takers.initialize(repeating: 0, count: winnerCount)
  }

  deinit { takers.deallocate() }

  private var set: CompiledRuleset { state.set }
  private var wordCount: Int { state.wordCount }

  /// The counts of some rows.
  func count(
    first: Int, count: Int, inForce: ((Int) -> Bool)?, _ moved: [Bool]?
  ) -> BlockCounts {
    state.decide(first: first, count: count, inForce: inForce)
    judge()
    findMatches()
    var result = BlockCounts(rules: Array(repeating: RuleCounts(), count: set.rules.count))
    reading.begin()
    for index in set.rules.indices { countRule(index, &result.rules[index]) }
    countLeft(state.fallbackRows, set.fallback, &result.fallback)
    countLeft(state.unknownRows, set.unknown, &result.unknown)
    countWhole(&result)
    passRows(&result, moved)
    if state.rivals != nil {
      countMarginal(&result)
      for (index, rule) in state.facts.enumerated() where !rule.isLive {
        result.rules[index].marginal = shadowMarginal(index)
      }
    }
    return result
  }

  // MARK: Outcomes

  /// Where each kind of action was right, and what came of appeals.
  private func judge() {
    judgement.judge(state)
    guard let clause = set.overturned else { return }
    let (a, u) = (state.truth.isTrue[clause], state.truth.openWords(clause))
    for word in 0..<wordCount {
      overturnedRows[word] = a[word] & state.rows[word]
      appealedRows[word] = ~u[word] & state.rows[word]
    }
  }

  private func findMatches() {
    matchedOnce.update(repeating: 0, count: wordCount)
    matchedTwice.update(repeating: 0, count: wordCount)
    let (matchedOnce, matchedTwice) = (matchedOnce, matchedTwice)
    for (index, rule) in state.facts.enumerated() where rule.isLive {
      let yes = state.yes[index]
      for word in 0..<wordCount {
        matchedTwice[word] |= matchedOnce[word] & yes[word]
        matchedOnce[word] |= yes[word]
      }
    }
  }

  // MARK: One rule

  private func countRule(_ index: Int, _ counts: inout RuleCounts) {
    let rule = state.facts[index]
    let (yes, open, hits) = (state.yes[index], state.open[index], state.hits[index])
    counts.reached = countBits(state.reached[index], wordCount)
    counts.matched = countBits(yes, wordCount)
    counts.hits = countBits(hits, wordCount)
    counts.unique = countBits(yes, butNot: rule.isLive ? matchedTwice : matchedOnce, wordCount)
    counts.whereDiffers = reading.differences(rule.node, within: state.rows)
    countOutranked(index, &counts)
    if state.hasOpen[index] {
      counts.unknown = countBits(open, wordCount)
      counts.overtaken = countBits(
        open, and: state.decided, butNot: state.takenBefore[index], wordCount)
      countMissing(index, open, &counts)
    }
    if rule.isExclusive {
      if rule.isLive {
        counts.conflicts = countBits(yes, and: state.clash, wordCount)
      } else {
        for word in 0..<wordCount {
          counts.conflicts += (yes[word] & otherWishes(rule, word)).nonzeroBitCount
        }
      }
      judge(hits, rule.outcome, closes: rule.closes, &counts)
    }
  }

  /// Of 64 rows those at which a live rule wants something else than a shadow rule.
  private func otherWishes(_ rule: RuleFacts, _ word: Int) -> UInt64 {
    var bits: UInt64 = 0
    for (other, live) in state.facts.enumerated()
    where live.isLive && live.isExclusive && live.outcome != rule.outcome {
      bits |= state.yes[other][word]
    }
    return bits
  }

  private func countOutranked(_ index: Int, _ counts: inout RuleCounts) {
    let (yes, hits, reached) = (state.yes[index], state.hits[index], state.reached[index])
    let (decided, conflicts, scratch) = (state.decided, state.conflictRows, scratch)
    for word in 0..<wordCount {
      scratch[word] = yes[word] & ~hits[word] & (decided[word] | conflicts[word])
    }
    if !state.facts[index].isExclusive {
      for word in 0..<wordCount { scratch[word] &= ~reached[word] }
    }
    counts.outranked = countBits(scratch, wordCount)
    guard counts.outranked > 0 else { return }
    let (takers, winner) = (takers, state.winner)
    takers.update(repeating: 0, count: winnerCount)
    forEachBit(scratch, wordCount) { row in takers[Int(winner[row])] &+= 1 }
    for winner in state.facts.indices where takers[winner] > 0 {
      counts.takers[winner] = takers[winner]
    }
  }

  /// In how many of the unknown rows each column that the rule reads is missing.
  private func countMissing(_ index: Int, _ open: Words, _ counts: inout RuleCounts) {
    for (column, input) in readInputs[index] {
      let (missing, isAny) = state.truth.missingRows(input)
      if isAny { counts.missing[column] = countBits(open, and: missing, wordCount) }
    }
  }

  /// Labels, appeals of some rows; those that may not be closed are judged as routed.
  private func judge(_ hits: Words, _ outcome: Int, closes: Bool, _ counts: inout RuleCounts) {
    var rows = hits
    if closes, !set.nevers.isEmpty {
      kept.update(repeating: 0, count: wordCount)
      for clause in set.nevers {
        let (a, u) = (state.truth.isTrue[clause.node], state.truth.openWords(clause.node))
        for word in 0..<wordCount { kept[word] |= hits[word] & (a[word] | u[word]) }
      }
      for word in 0..<wordCount { scratch[word] = hits[word] & ~kept[word] }
      rows = scratch
      addLabels(kept, .route, &counts)
    }
    if let kind = set.kind(of: outcome) {
      addLabels(rows, kind, &counts)
      counts.positives = judgement.rightCount(kind)
      counts.recalled = countBits(rows, and: judgement.right(kind), wordCount)
    }
    guard set.overturned != nil else { return }
    counts.appealed = countBits(hits, and: appealedRows, wordCount)
    counts.overturned = countBits(hits, and: overturnedRows, wordCount)
  }

  private func addLabels(_ rows: Words, _ kind: ExclusiveKind, _ counts: inout RuleCounts) {
    counts.labelled += countBits(rows, and: judgement.labelled(kind), wordCount)
    counts.right += countBits(rows, and: judgement.right(kind), wordCount)
  }

  // MARK: The last rows

  /// The row for cases that no rule decides.
  private func countLeft(_ rows: Words, _ outcome: Int, _ counts: inout RuleCounts) {
    counts.hits = countBits(rows, wordCount)
    judge(rows, outcome, closes: false, &counts)
  }

  /// The row for all cases: what the rules decide.
  private func countWhole(_ result: inout BlockCounts) {
    var whole = RuleCounts()
    whole.reached = countBits(state.rows, wordCount)
    whole.matched = countBits(matchedOnce, wordCount)
    whole.hits = countBits(state.decided, wordCount)
    whole.unknown = countBits(state.anyOpen, wordCount)
    whole.conflicts = countBits(state.clash, wordCount)
    whole.unique = countBits(matchedOnce, butNot: matchedTwice, wordCount)
    for (index, rule) in state.facts.enumerated() where rule.isLive && rule.isExclusive {
      whole.labelled += result.rules[index].labelled
      whole.right += result.rules[index].right
      whole.appealed += result.rules[index].appealed
      whole.overturned += result.rules[index].overturned
    }
    result.whole = whole
  }

  // MARK: Row by row

  /// Work, periods and moves, by winner.
  private func passRows(_ result: inout BlockCounts, _ moved: [Bool]?) {
    let count = set.rules.count
    var work = [Int128](repeating: 0, count: count + Winner.nobody + 1)
    var known = [Int](repeating: 0, count: count + Winner.nobody + 1)
    var movedHits = known
    let periodCount = periods.count
    var hits = [Int](repeating: 0, count: periodCount * (count + Winner.nobody + 1))
    let handling = set.handling.map { inputs[$0] }
    forEachBit(state.rows, wordCount) { row in
      let winner = Int(state.winner[row])
      let index = state.first + row
      if let ticks = self.work(handling, index, Int(state.outcome[row])) {
        work[winner] += Int128(ticks)
        known[winner] += 1
      }
      if let period = periods.period(of: index) { hits[winner * periodCount + period] += 1 }
      if let moved, moved[index] { movedHits[winner] += 1 }
    }
    let fill = { (winner: Int, counts: inout RuleCounts) in
      counts.workTicks = work[winner]
      counts.workKnown = known[winner]
      counts.moved = movedHits[winner]
      for period in 0..<periodCount where hits[winner * periodCount + period] > 0 {
        counts.byPeriod[period] = hits[winner * periodCount + period]
      }
    }
    for index in state.facts.indices {
      if state.facts[index].isLive {
        fill(index, &result.rules[index])
      } else {
        passShadow(index, handling, moved, &result.rules[index])
      }
    }
    fill(count + Winner.fallback, &result.fallback)
    fill(count + Winner.unknown, &result.unknown)
    for index in state.facts.indices where state.facts[index].isLive {
      result.whole.workTicks += work[index]
      result.whole.workKnown += known[index]
      result.whole.moved += movedHits[index]
      for (period, hits) in result.rules[index].byPeriod {
        result.whole.byPeriod[period, default: 0] += hits
      }
    }
  }

  private func passShadow(
    _ index: Int, _ handling: Column?, _ moved: [Bool]?, _ counts: inout RuleCounts
  ) {
    forEachBit(state.hits[index], wordCount) { row in
      let place = state.first + row
      if let ticks = work(handling, place, state.facts[index].outcome) {
        counts.workTicks += Int128(ticks)
        counts.workKnown += 1
      }
      if let period = periods.period(of: place) { counts.byPeriod[period, default: 0] += 1 }
      if let moved, moved[place] { counts.moved += 1 }
    }
  }

  /// The work that a case took: as recorded, or what its queue usually takes.
  @inline(__always)
  private func work(_ handling: Column?, _ row: Int, _ outcome: Int) -> Int64? {
    if let handling, case .longs(let values) = handling.data, !handling.isNull(row) {
      return values.base[row]
    }
    guard outcome < aht.count, aht[outcome] >= 0 else { return nil }
    return aht[outcome]
  }

  // MARK: Without a rule

  /// How many cases would go elsewhere without each live rule.
  private func countMarginal(_ result: inout BlockCounts) {
    guard let rivals = state.rivals else { return }
    var changed = [Int](repeating: 0, count: set.rules.count)
    forEachBit(state.rows, wordCount) { row in
      let word = row >> 6
      let bit: UInt64 = 1 << UInt64(row & 63)
      if state.conflictRows[word] & bit != 0 {
        for rule in rulesThatSettle(row) { changed[rule] += 1 }
        return
      }
      let now = Int(state.outcome[row])
      let first = rivals.first[row]
      if first != Rivals.none, without(first: Int(first), row, word, bit, rivals) != now {
        changed[Int(first)] += 1
      }
      guard state.unknownRows[word] & bit != 0 else { return }
      if state.blocked[word] & bit != 0 {
        // Only one rule keeps the case from being closed.
        let only = rivals.blockedTwice[word] & bit == 0 ? rivals.blocker[row] : Rivals.none
        if only != Rivals.none, first != Rivals.none,
          state.outcome(of: Int(first), at: row) != now
        {
          changed[Int(only)] += 1
        }
      } else if rivals.openTwice[word] & bit == 0, rivals.opener[row] != Rivals.none,
        set.fallback != now
      {
        changed[Int(rivals.opener[row])] += 1
      }
    }
    for index in state.facts.indices where state.facts[index].isLive {
      result.rules[index].marginal = changed[index]
    }
  }

  /// What would become of a row without the rule that takes it.
  private func without(
    first: Int, _ row: Int, _ word: Int, _ bit: UInt64, _ rivals: Rivals
  ) -> Int {
    let isOpen = rivals.openOnce[word] & bit != 0
    let undecided = isOpen ? set.unknown : set.fallback
    let second = rivals.second[row]
    guard second != Rivals.none, state.facts[Int(second)].isExclusive else { return undecided }
    if rivals.secondBlocked[word] & bit != 0 { return set.unknown }
    return state.outcome(of: Int(second), at: row)
  }

  /// The rules without which a conflict would be none.
  private func rulesThatSettle(_ row: Int) -> [Int] {
    let word = row >> 6
    let bit: UInt64 = 1 << UInt64(row & 63)
    let rivals = state.facts.indices.filter { index in
      state.facts[index].isLive && state.facts[index].isExclusive
        && state.yes[index][word] & bit != 0
    }
    return rivals.filter { rule in
      Set(rivals.filter { $0 != rule }.map { state.facts[$0].outcome }).count < 2
    }
  }

  /// How many cases a shadow rule would send elsewhere.
  private func shadowMarginal(_ index: Int) -> Int {
    let rule = state.facts[index]
    var changed = 0
    forEachBit(state.hits[index], wordCount) { row in
      if state.outcome(of: index, at: row) != Int(state.outcome[row]) { changed += 1 }
    }
    if set.ruleset.mode == .unique, rule.isExclusive {
      for word in 0..<wordCount {
        let new = state.yes[index][word] & otherWishes(rule, word) & ~state.conflictRows[word]
        changed += new.nonzeroBitCount
      }
    }
    guard state.hasOpen[index], set.fallback != set.unknown else { return changed }
    for word in 0..<wordCount {
      let open = state.open[index][word] & state.reached[index][word]
      changed += (open & state.fallbackRows[word]).nonzeroBitCount
      guard rule.blocksClosing else { continue }
      var closed = open & ~state.takenBefore[index][word] & state.decided[word]
      while closed != 0 {
        let row = word * 64 + closed.trailingZeroBitCount
        closed &= closed &- 1
        let winner = Int(state.winner[row])
        if state.facts[winner].closes, Int(state.outcome[row]) != set.unknown { changed += 1 }
      }
    }
    return changed
  }
}
