import CasebookTables
import CasebookValues

/// Decides a block of cases: which rule wins each, and what becomes of it.
///
/// This is the one place that knows how rules share a case; every stage and command asks it. Belongs to
/// the worker that made it; its memory is used again for every block.
final class BlockDecision {
  let set: CompiledRuleset
  let truth: TruthEvaluator
  let wordCount: Int
  /// The rules as loops over rows need them.
  let facts: [RuleFacts]
  private let inputs: [Column]
  private let hasWindows: Bool
  private let arena: BitArena

  /// Where each rule is true and where it is unknown, among the rows at which it is there.
  private(set) var yes: [Words] = []
  private(set) var open: [Words] = []
  private(set) var hasOpen: [Bool]
  /// The rows at which each rule is looked at.
  private(set) var reached: [Words] = []
  /// The rows that were taken by an earlier rule.
  private(set) var takenBefore: [Words] = []
  /// The rows that each rule wins.
  private(set) var hits: [Words] = []
  /// The rows that some rule wins, and the others by what becomes of them.
  let decided: Words
  let unknownRows: Words
  let fallbackRows: Words
  let conflictRows: Words
  /// The rows of the block that the set decides at all.
  let rows: Words
  /// The rows that two live rules want different things for.
  let clash: Words
  /// Closed by a rule, had it not been for an unknown one before.
  let blocked: Words
  private let taken: Words
  private let stop: Words
  private let blockers: Words
  /// Rows at which some rule that was looked at is unknown.
  let anyOpen: Words

  /// The winner of each row: a rule's number, or one of `Winner` behind the last rule.
  let winner: UnsafeMutablePointer<UInt16>
  /// What becomes of each row: a number of the set's outcomes.
  let outcome: UnsafeMutablePointer<UInt16>
  /// What is needed to say what would be without a rule; kept where it is asked for.
  let rivals: Rivals?

  /// `inputs` are the evaluator's columns; without windows every rule is there at any time.
  init(
    _ set: CompiledRuleset, _ atoms: PreparedAtoms, blockRows: Int, hasWindows: Bool,
    findsRivals: Bool = false
  ) {
    self.set = set
    facts = set.rules.map(RuleFacts.init)
    self.hasWindows = hasWindows
    inputs = atoms.columns
    truth = TruthEvaluator(set.program, atoms, blockRows: blockRows)
    wordCount = truth.wordCount
    let arena = BitArena(rowCount: blockRows)
    self.arena = arena
    hasOpen = set.rules.map { _ in false }
    for _ in set.rules {
      yes.append(arena.bitmap())
      open.append(arena.bitmap())
      reached.append(arena.bitmap())
      takenBefore.append(arena.bitmap())
      hits.append(arena.bitmap())
    }
    (decided, unknownRows, fallbackRows) = (arena.bitmap(), arena.bitmap(), arena.bitmap())
    (conflictRows, rows, clash) = (arena.bitmap(), arena.bitmap(), arena.bitmap())
    (blocked, taken, stop) = (arena.bitmap(), arena.bitmap(), arena.bitmap())
    (blockers, anyOpen) = (arena.bitmap(), arena.bitmap())
    winner = .allocate(capacity: max(wordCount * 64, 1))
    outcome = .allocate(capacity: max(wordCount * 64, 1))
    rivals = findsRivals ? Rivals(arena, rowCount: wordCount * 64) : nil
  }

  deinit {
    winner.deallocate()
    outcome.deallocate()
  }

  /// The row of the evaluator's input at which the block begins.
  var first: Int { truth.first }
  /// Rows of the block.
  var count: Int { truth.count }

  /// Decides some rows; `inForce` leaves out those that another version decides.
  func decide(first: Int, count: Int, inForce: ((Int) -> Bool)? = nil) {
    truth.evaluate(first: first, count: count)
    rows.update(from: truth.rows, count: wordCount)
    if let inForce { keep(inForce) }
    for rule in set.rules.indices { present(rule) }
    findClash()
    for words in [decided, blocked, taken, stop, blockers, anyOpen, conflictRows] {
      words.update(repeating: 0, count: wordCount)
    }
    rivals?.begin(wordCount)
    for (index, rule) in facts.enumerated() {
      rule.isLive ? takeTurn(rule, index) : takeShadowTurn(rule, index)
    }
    settle()
    fillRows()
  }

  private func keep(_ inForce: (Int) -> Bool) {
    for row in 0..<count where !inForce(first + row) {
      rows[row >> 6] &= ~(1 << UInt64(row & 63))
    }
  }

  /// A rule's bitmaps without the rows at which it is not there.
  private func present(_ index: Int) {
    let node = facts[index].node
    let a = truth.isTrue[node]
    let there = hasWindows ? window(of: set.rules[index].rule) ?? rows : rows
    let (yes, open, rows) = (yes[index], open[index], rows)
    for word in 0..<wordCount { yes[word] = a[word] & there[word] & rows[word] }
    hasOpen[index] = false
    guard truth.hasUnknown[node] else {
      // What an earlier block left is not looked at where nothing is open, but by who asks for the words.
      open.update(repeating: 0, count: wordCount)
      return
    }
    let u = truth.openWords(node)
    var any: UInt64 = 0
    for word in 0..<wordCount {
      let unknown = u[word] & there[word] & rows[word]
      open[word] = unknown
      any |= unknown
    }
    hasOpen[index] = any != 0
  }

  private lazy var windowWords: Words = arena.bitmap()

  /// The rows within a rule's days; nil where it has none.
  ///
  /// A case without a time is outside.
  private func window(of rule: Rule) -> Words? {
    guard rule.from != nil || rule.to != nil else { return nil }
    windowWords.update(repeating: 0, count: wordCount)
    guard let decided = set.decided, case .longs(let times) = inputs[decided].data else {
      return windowWords
    }
    let (from, to) = (rule.from ?? .min, rule.to ?? .max)
    for row in 0..<count where !inputs[decided].isNull(first + row) {
      let time = times.base[first + row]
      if time >= from, time < to { windowWords[row >> 6] |= 1 << UInt64(row & 63) }
    }
    return windowWords
  }

  // MARK: Turns

  /// The rows at which two live rules with different exclusive actions are true.
  private func findClash() {
    var wanted: [Int: [Int]] = [:]
    for (index, rule) in facts.enumerated() where rule.isLive && rule.isExclusive {
      wanted[rule.outcome, default: []].append(index)
    }
    clash.update(repeating: 0, count: wordCount)
    guard wanted.count > 1 else { return }
    let (once, mine) = (onceWords, mineWords)
    once.update(repeating: 0, count: wordCount)
    for (_, list) in wanted {
      mine.update(repeating: 0, count: wordCount)
      for index in list {
        let yes = yes[index]
        for word in 0..<wordCount { mine[word] |= yes[word] }
      }
      let clash = clash
      for word in 0..<wordCount {
        clash[word] |= once[word] & mine[word]
        once[word] |= mine[word]
      }
    }
  }

  private lazy var onceWords: Words = arena.bitmap()
  private lazy var mineWords: Words = arena.bitmap()

  private func takeTurn(_ rule: RuleFacts, _ index: Int) {
    let isFirst = set.ruleset.mode == .first
    let isCandidate = rule.isExclusive || (isFirst && rule.stops)
    let (a, u) = (yes[index], open[index])
    let (mine, looked, before) = (hits[index], reached[index], takenBefore[index])
    before.update(from: taken, count: wordCount)
    rivals?.meet(rule, index, yes: a, open: hasOpen[index] ? u : nil, taken, isCandidate)
    let (rows, stop, taken, blocked, blockers) = (rows, stop, taken, blocked, blockers)
    for word in 0..<wordCount { looked[word] = rows[word] & ~stop[word] }
    if !isCandidate {
      mine.update(repeating: 0, count: wordCount)
    } else if !rule.isExclusive {
      mine.update(repeating: 0, count: wordCount)
      for word in 0..<wordCount { taken[word] |= a[word] & looked[word] }
    } else if rule.closes {
      for word in 0..<wordCount {
        let new = a[word] & looked[word] & ~taken[word]
        mine[word] = new & ~blockers[word]
        blocked[word] |= new & blockers[word]
        taken[word] |= new
      }
    } else {
      for word in 0..<wordCount {
        let new = a[word] & looked[word] & ~taken[word]
        mine[word] = new
        taken[word] |= new
      }
    }
    if hasOpen[index] { noteOpen(u, looked, blocksClosing: rule.blocksClosing) }
    if isFirst, rule.stops {
      for word in 0..<wordCount { stop[word] |= a[word] & looked[word] }
    }
  }

  private func noteOpen(_ open: Words, _ looked: Words, blocksClosing: Bool) {
    let (anyOpen, blockers, taken) = (anyOpen, blockers, taken)
    for word in 0..<wordCount { anyOpen[word] |= open[word] & looked[word] }
    guard blocksClosing else { return }
    for word in 0..<wordCount { blockers[word] |= open[word] & looked[word] & ~taken[word] }
  }

  /// What a shadow rule would win if it alone were added where it stands.
  private func takeShadowTurn(_ rule: RuleFacts, _ index: Int) {
    takenBefore[index].update(from: taken, count: wordCount)
    let isUnique = set.ruleset.mode == .unique
    for word in 0..<wordCount {
      let here = rows[word] & ~stop[word]
      reached[index][word] = here
      var won = rule.isExclusive ? yes[index][word] & here & ~taken[word] : 0
      if rule.closes { won &= ~blockers[word] }
      if isUnique {
        for (other, live) in facts.enumerated()
        where live.isLive && live.isExclusive && live.outcome != rule.outcome {
          won &= ~yes[other][word]
        }
      }
      hits[index][word] = won
    }
  }

  /// What is left when all rules have had their turn.
  private func settle() {
    let isUnique = set.ruleset.mode == .unique
    let (decided, clash) = (decided, clash)
    for (index, rule) in facts.enumerated() where rule.isLive && rule.isExclusive {
      let hits = hits[index]
      if isUnique { for word in 0..<wordCount { hits[word] &= ~clash[word] } }
      for word in 0..<wordCount { decided[word] |= hits[word] }
    }
    for word in 0..<wordCount {
      if isUnique { conflictRows[word] = clash[word] }
      let left = rows[word] & ~decided[word] & ~conflictRows[word]
      unknownRows[word] = left & (anyOpen[word] | blocked[word])
      fallbackRows[word] = left & ~unknownRows[word]
    }
  }

  // MARK: Rows

  private func fillRows() {
    let last = set.rules.count
    winner.update(repeating: UInt16(last + Winner.nobody), count: max(count, 1))
    outcome.update(repeating: UInt16.max, count: max(count, 1))
    fill(fallbackRows, last + Winner.fallback, set.fallback)
    fill(unknownRows, last + Winner.unknown, set.unknown)
    fill(conflictRows, last + Winner.conflict, set.conflict)
    for (index, rule) in facts.enumerated() where rule.isLive && rule.isExclusive {
      fill(hits[index], index, rule.outcome)
      if rule.closes { divert(hits[index]) }
      if set.rules[index].until != nil { hold(set.rules[index], hits[index]) }
    }
  }

  private func fill(_ words: Words, _ who: Int, _ what: Int) {
    let (who, what) = (UInt16(who), UInt16(truncatingIfNeeded: what))
    let (winner, outcome) = (winner, outcome)
    forEachBit(words, wordCount) { row in
      winner[row] = who
      outcome[row] = what
    }
  }

  /// Cases that no rule may close go where the first such promise says.
  private func divert(_ closed: Words) {
    for clause in set.nevers.reversed() {
      let (a, u) = (truth.isTrue[clause.node], truth.openWords(clause.node))
      for word in 0..<wordCount {
        var bits = closed[word] & (a[word] | u[word])
        while bits != 0 {
          outcome[word * 64 + bits.trailingZeroBitCount] = UInt16(clause.outcome)
          bits &= bits &- 1
        }
      }
    }
  }

  /// The rows among `words` that some promise keeps from being closed.
  func isKept(_ row: Int) -> Int? {
    for clause in set.nevers {
      let bit: UInt64 = 1 << UInt64(row & 63)
      let word = row >> 6
      if (truth.isTrue[clause.node][word] | truth.openWords(clause.node)[word]) & bit != 0 {
        return clause.outcome
      }
    }
    return nil
  }

  /// A hold without an end is an error; one whose end is past is none.
  private func hold(_ rule: CompiledRule, _ held: Words) {
    guard let until = rule.until, case .longs(let ends) = inputs[until].data else { return }
    let times = set.decided.map { inputs[$0] }
    forEachBit(held, wordCount) { row in
      if inputs[until].isNull(first + row) {
        outcome[row] = UInt16(rule.failed)
      } else if let times, case .longs(let decided) = times.data, !times.isNull(first + row),
        ends.base[first + row] <= decided.base[first + row]
      {
        outcome[row] = UInt16(rule.released)
      }
    }
  }

  /// What a rule would do with a row that it wins.
  func outcome(of rule: Int, at row: Int) -> Int {
    if facts[rule].closes, !set.nevers.isEmpty, let kept = isKept(row) { return kept }
    return facts[rule].outcome
  }
}

/// For each row the rule that would be next, and the only one that is unknown: what tells how a case
/// would go without a rule.
final class Rivals {
  static let none = UInt16.max
  /// The first and the second rule in order that could take the row.
  let first: UnsafeMutablePointer<UInt16>
  let second: UnsafeMutablePointer<UInt16>
  /// The first rule that is unknown, and the first that keeps the row from being closed.
  let opener: UnsafeMutablePointer<UInt16>
  let blocker: UnsafeMutablePointer<UInt16>
  let takenTwice: Words
  let openOnce: Words
  let openTwice: Words
  let blockedOnce: Words
  let blockedTwice: Words
  /// Unknown rules that would keep the second from closing the row.
  let blockersOfSecond: Words
  let secondBlocked: Words
  private let rowCount: Int
  private var wordCount = 0

  init(_ arena: BitArena, rowCount: Int) {
    self.rowCount = max(rowCount, 1)
    first = .allocate(capacity: self.rowCount)
    second = .allocate(capacity: self.rowCount)
    opener = .allocate(capacity: self.rowCount)
    blocker = .allocate(capacity: self.rowCount)
    (takenTwice, openOnce, openTwice) = (arena.bitmap(), arena.bitmap(), arena.bitmap())
    (blockedOnce, blockedTwice) = (arena.bitmap(), arena.bitmap())
    (blockersOfSecond, secondBlocked) = (arena.bitmap(), arena.bitmap())
  }

  deinit {
    first.deallocate()
    second.deallocate()
    opener.deallocate()
    blocker.deallocate()
  }

  func begin(_ wordCount: Int) {
    self.wordCount = wordCount
    for words in [
      takenTwice, openOnce, openTwice, blockedOnce, blockedTwice, blockersOfSecond, secondBlocked,
    ] { words.update(repeating: 0, count: wordCount) }
    for list in [first, second, opener, blocker] {
      list.update(repeating: Self.none, count: rowCount)
    }
  }

  /// Notes a live rule before its turn changes `taken`.
  func meet(
    _ rule: RuleFacts, _ index: Int, yes: Words, open: Words?, _ taken: Words,
    _ isCandidate: Bool
  ) {
    let number = UInt16(index)
    for word in 0..<wordCount {
      if let open, open[word] != 0 {
        let unknown = open[word]
        each(unknown & ~openOnce[word], word) { opener[$0] = number }
        openTwice[word] |= openOnce[word] & unknown
        openOnce[word] |= unknown
        if rule.blocksClosing {
          let blocking = unknown & ~taken[word]
          each(blocking & ~blockedOnce[word], word) { blocker[$0] = number }
          blockedTwice[word] |= blockedOnce[word] & blocking
          blockedOnce[word] |= blocking
          blockersOfSecond[word] |= unknown & ~takenTwice[word]
        }
      }
      guard isCandidate, yes[word] != 0 else { continue }
      each(yes[word] & ~taken[word], word) { first[$0] = number }
      let new = yes[word] & taken[word] & ~takenTwice[word]
      each(new, word) { second[$0] = number }
      takenTwice[word] |= new
      if rule.closes { secondBlocked[word] |= new & blockersOfSecond[word] }
    }
  }

  @inline(__always)
  private func each(_ bits: UInt64, _ word: Int, _ body: (Int) -> Void) {
    var bits = bits
    while bits != 0 {
      body(word &* 64 &+ bits.trailingZeroBitCount)
      bits &= bits &- 1
    }
  }
}
