import CasebookTables
import CasebookValues

/// The thirteen columns of `triage`.
enum TriageDecisions {
  /// Decides cases and gives the columns, in the order of `TriageStage.fields`.
  static func columns(
    _ deployed: DeployedRuleset, cases: [Column], columns: [Column], rowCount: Int,
    hasWindows: Bool = true, _ context: RunContext
  ) throws -> [Column] {
    Array(
      try all(
        deployed, cases: cases, columns: columns, rowCount: rowCount, hasWindows: hasWindows,
        withTexts: true, context
      ).prefix(13))
  }

  /// The same, and behind them when each case enters its queue: when it is decided, or when its hold ends.
  ///
  /// Texts that rules write are left out where nobody reads them.
  static func all(
    _ deployed: DeployedRuleset, cases: [Column], columns: [Column], rowCount: Int,
    hasWindows: Bool, withTexts: Bool, _ context: RunContext
  ) throws -> [Column] {
    let prepared = deployed.parts.map { part in
      PreparedAtoms(part.set.program.atoms, Array(columns[part.inputs]))
    }
    let blocks = try mapBlocks(rowCount: rowCount, context) { size in
      zip(deployed.parts, prepared).map { part, atoms in
        BlockDecision(part.set, atoms, blockRows: size, hasWindows: hasWindows)
      }
    } _: { states, first, count -> [Column] in
      var writer = DecisionWriter(count: count, withTexts: withTexts)
      for (part, state) in zip(deployed.parts, states) {
        state.decide(first: first, count: count, inForce: part.inForce(columns))
        writer.write(state, Array(columns[part.inputs]), cases)
      }
      return writer.finished()
    }
    let errors = try blocks.reduce(0) { sum, block in
      try context.checkpoint()
      let column = block[1]
      return sum + (0..<column.count).reduce(0) { $0 + (column.text($1) == "error" ? 1 : 0) }
    }
    if errors > 0 { context.warn("held without an end: `hold until` is missing", rows: errors) }
    let fields = TriageStage.fields(isProtected: false, isTextProtected: false)
    let types = fields.map(\.type) + [.datetime]
    return types.enumerated().map { index, type in
      Column.concatenated(blocks.map { $0[index] }, type: type)
    }
  }
}

/// Collects the decisions of a block, of one version after the other.
private struct DecisionWriter {
  private let count: Int
  private var rules: CodedTexts
  private var actions: CodedTexts
  private var queues: CodedTexts
  private var labels: CodedTexts
  private var unknown: CodedTexts
  private var outranked: CodedTexts
  private var notes: CodedTexts
  private var reasons: CodedTexts
  private var limits: [Int64?]
  private var dues: [Int64?]
  private var priorities: [Int64]
  private var draws: [Bool]
  private var probabilities: [Double?]
  private var arrivals: [Int64?]
  private let withTexts: Bool

  init(count: Int, withTexts: Bool) {
    self.count = count
    self.withTexts = withTexts
    (rules, actions, queues) = (
      CodedTexts(count), CodedTexts(count), CodedTexts(count)
    )
    (labels, unknown, outranked) = (
      CodedTexts(count, blank: "[]"), CodedTexts(count, blank: "[]"),
      CodedTexts(count, blank: "[]")
    )
    (notes, reasons) = (CodedTexts(count), CodedTexts(count))
    limits = Array(repeating: nil, count: count)
    dues = limits
    priorities = Array(repeating: 0, count: count)
    draws = Array(repeating: false, count: count)
    probabilities = Array(repeating: nil, count: count)
    arrivals = limits
  }

  /// Writes the rows that a version decides.
  mutating func write(_ state: BlockDecision, _ inputs: [Column], _ cases: [Column]) {
    let set = state.set
    let applied = applied(state)
    let (open, outranked) = lists(state)
    let plans = (0..<applied.count).map { Additions(applied.rules(UInt32($0)), set) }
    let openTexts = (0..<open.count).map { listText(open.rules(UInt32($0)), set) }
    let outrankedTexts = (0..<outranked.count).map { listText(outranked.rules(UInt32($0)), set) }
    let names = (0...(set.rules.count + Winner.nobody)).map { rules.code(set.winnerName($0)) }
    let actions = set.outcomes.map { self.actions.code($0.action) }
    let queues = set.outcomes.map { self.queues.code($0.queue) }
    let targets = set.outcomes.map { set.ruleset.queue($0.queue) }
    let reasons = Reasons(set, cases)
    let salt = Array((set.ruleset.name + "\u{0}").utf8)
    for word in 0..<state.wordCount {
      var bits = state.rows[word]
      while bits != 0 {
        let row = word * 64 + bits.trailingZeroBitCount
        bits &= bits &- 1
        let winner = Int(state.winner[row])
        let outcome = Int(state.outcome[row])
        let plan = plans[Int(applied.sets[row])]
        rules.codes[row] = names[winner]
        self.actions.codes[row] = actions[outcome]
        self.queues.codes[row] = queues[outcome]
        labels.set(row, plan.labels)
        unknown.set(row, openTexts[Int(open.sets[row])])
        self.outranked.set(row, outrankedTexts[Int(outranked.sets[row])])
        priorities[row] = plan.priority
        let index = state.first + row
        if withTexts {
          if !plan.notes.isEmpty {
            notes.set(row, plan.notes.map { $0.text(cases, index) }.joined(separator: "; "))
          }
          self.reasons.set(
            row, reasons.text(winner, outcome, open.sets[row], open, outranked, row, index))
        }
        setTimes(row, winner, outcome, plan, targets[outcome], state, inputs)
        if plan.sampling > 0 {
          draws[row] = draw(salt, set, inputs, index) < plan.sampling
        }
        let isClosed = set.outcomes[outcome].action == "close"
        probabilities[row] = isClosed ? plan.sampling : 1
      }
    }
  }

  /// The rules that add something to each row.
  private func applied(_ state: BlockDecision) -> RowSets {
    var sets = RowSets(rowCount: count)
    let isFirst = state.set.ruleset.mode == .first
    let scratch = Words.allocate(capacity: max(state.wordCount, 1))
    defer { scratch.deallocate() }
    for (index, rule) in state.set.rules.enumerated() where rule.isLive && rule.adds {
      for word in 0..<state.wordCount {
        var bits = state.yes[index][word]
        if isFirst { bits &= state.reached[index][word] }
        // A rule that may not close the case does nothing with it.
        if rule.closes {
          bits &= ~(state.blocked[word] & ~state.takenBefore[index][word])
        }
        scratch[word] = bits
      }
      sets.add(index, scratch, state.wordCount)
    }
    return sets
  }

  /// The rules that are unknown, and those that were outranked.
  private func lists(_ state: BlockDecision) -> (open: RowSets, outranked: RowSets) {
    var open = RowSets(rowCount: count)
    var outranked = RowSets(rowCount: count)
    let scratch = Words.allocate(capacity: max(state.wordCount, 1))
    defer { scratch.deallocate() }
    for (index, rule) in state.set.rules.enumerated() where rule.isLive {
      if state.hasOpen[index] { open.add(index, state.open[index], state.wordCount) }
      for word in 0..<state.wordCount { scratch[word] = state.outrankedWord(index, word) }
      outranked.add(index, scratch, state.wordCount)
    }
    return (open, outranked)
  }

  private func listText(_ rules: [Int], _ set: CompiledRuleset) -> String {
    Dynamic.array(rules.map { .string(set.rules[$0].rule.name) }).jsonText
  }

  // MARK: Times and draws

  private mutating func setTimes(
    _ row: Int, _ winner: Int, _ outcome: Int, _ plan: Additions, _ queue: Queue,
    _ state: BlockDecision, _ inputs: [Column]
  ) {
    let set = state.set
    guard !set.outcomes[outcome].queue.isEmpty else { return }
    let place = state.first + row
    arrivals[row] = set.decided.flatMap { time(inputs[$0], place) }
    if set.outcomes[outcome].action == "hold", winner < set.rules.count,
      let until = set.rules[winner].until
    {
      arrivals[row] = time(inputs[until], place)
    }
    let own = queue.limitTicks.map { TimeLimit(ticks: $0, isOpenTime: queue.limitIsOpenTime) }
    guard let limit = plan.limit ?? own else { return }
    limits[row] = limit.ticks
    let index = place
    var start = set.decided.flatMap { time(inputs[$0], index) }
    if winner < set.rules.count, set.rules[winner].rule.exclusive?.isPaused == true,
      let until = set.rules[winner].until, let end = time(inputs[until], index)
    {
      start = start.map { max($0, end) }
    }
    guard let start else { return }
    dues[row] =
      limit.isOpenTime
      ? queue.hours.deadline(from: start, after: limit.ticks)
      : Instant.adding(limit.ticks, to: start)
  }

  private func time(_ column: Column, _ row: Int) -> Int64? {
    guard case .longs(let values) = column.data, !column.isNull(row) else { return nil }
    return values.base[row]
  }

  private func draw(
    _ salt: [UInt8], _ set: CompiledRuleset, _ inputs: [Column], _ row: Int
  ) -> Double {
    let key = set.key.map { inputs[$0].scalar(row).text } ?? "\(row)"
    return CounterRandom.unit(SamplingDraw.bits(salt, key: key, seed: set.ruleset.seed))
  }

  // MARK: Columns

  func finished() -> [Column] {
    [
      rules.column(.string), actions.column(.string), queues.column(.string),
      optional(.timespan, limits), optional(.datetime, dues),
      Column(.long, .longs(Buffer(priorities))), labels.column(.dynamic),
      Column(.bool, .bools(Buffer(draws.map { $0 ? 1 : 0 }))), reals(probabilities),
      unknown.column(.dynamic), outranked.column(.dynamic), notes.column(.string),
      reasons.column(.string), optional(.datetime, arrivals),
    ]
  }

  private func optional(_ type: ScalarType, _ values: [Int64?]) -> Column {
    Column(
      type, .longs(Buffer(values.map { $0 ?? 0 })), validity: validity(values.map { $0 != nil }))
  }

  private func reals(_ values: [Double?]) -> Column {
    Column(
      .real, .reals(Buffer(values.map { $0 ?? 0 })), validity: validity(values.map { $0 != nil }))
  }

  private func validity(_ isThere: [Bool]) -> Bitmap? {
    isThere.map { $0 ? 1 as UInt8 : 0 }.withUnsafeBufferPointer { Bitmap(unlessAllSet: $0) }
  }
}

/// The stable draw of a case: the same for every version of a set, so that a larger share only adds cases.
enum SamplingDraw {
  static func bits(_ salt: [UInt8], key: String, seed: Int64) -> UInt64 {
    (salt + Array(key.utf8)).withUnsafeBytes {
      XXHash64.hash($0, seed: UInt64(bitPattern: seed))
    }
  }
}

extension CompiledRule {
  /// Whether it does anything besides deciding where a case goes.
  var adds: Bool {
    !rule.labels.isEmpty || !rule.unlabels.isEmpty || rule.limit != nil || rule.priority != nil
      || rule.sampling != nil || rule.note != nil
  }
}

extension BlockDecision {
  /// Of 64 rows those at which a rule is true and another one won.
  ///
  /// A rule that only adds something is outranked where it was not looked at.
  func outrankedWord(_ index: Int, _ word: Int) -> UInt64 {
    var bits = yes[index][word] & ~hits[index][word] & (decided[word] | conflictRows[word])
    if !facts[index].isExclusive { bits &= ~reached[index][word] }
    return bits
  }
}

/// What a set of rules that apply adds to a case.
private struct Additions {
  var labels = "[]"
  var limit: TimeLimit?
  var priority: Int64 = 0
  var sampling = 0.0
  var notes: [Template] = []

  init(_ rules: [Int], _ set: CompiledRuleset) {
    var names: [String] = []
    var removed: Set<String> = []
    var greatest: Int64?
    for index in rules {
      let rule = set.rules[index].rule
      for label in rule.labels where !names.contains(label) { names.append(label) }
      removed.formUnion(rule.unlabels)
      if let limit = rule.limit, limit.ticks < self.limit?.ticks ?? .max { self.limit = limit }
      if let priority = rule.priority { greatest = max(greatest ?? priority, priority) }
      sampling = max(sampling, rule.sampling ?? 0)
      if let note = rule.note { notes.append(Template(note, set.fields)) }
    }
    priority = greatest ?? 0
    let left = names.filter { !removed.contains($0) }
    labels = Dynamic.array(left.map { .string($0) }).jsonText
  }
}

/// Why a case went where it did.
private struct Reasons {
  private let set: CompiledRuleset
  private let cases: [Column]
  private let templates: [Template?]

  init(_ set: CompiledRuleset, _ cases: [Column]) {
    self.set = set
    self.cases = cases
    templates = set.rules.map { rule in rule.rule.because.map { Template($0, set.fields) } }
  }

  func text(
    _ winner: Int, _ outcome: Int, _ openSet: UInt32, _ open: RowSets, _ outranked: RowSets,
    _ row: Int, _ index: Int
  ) -> String {
    guard winner >= set.rules.count else {
      let why = templates[winner]?.text(cases, index) ?? ""
      guard set.rules[winner].closes, set.outcomes[outcome].action != "close" else { return why }
      return why + (why.isEmpty ? "" : "; ") + "never closed"
    }
    switch winner - set.rules.count {
    case Winner.fallback: return "no rule is true"
    case Winner.unknown: return "not known: " + names(open.rules(openSet))
    case Winner.conflict: return "conflict: " + names(outranked.rules(outranked.sets[row]))
    default: return ""
    }
  }

  private func names(_ rules: [Int]) -> String {
    rules.map { set.rules[$0].rule.name }.joined(separator: ", ")
  }
}

/// A column of texts of which few are distinct.
private struct CodedTexts {
  var codes: [UInt32]
  private var texts: [String]
  private var known: [String: UInt32]

  init(_ count: Int, blank: String = "") {
    codes = Array(repeating: 0, count: count)
    texts = [blank]
    known = [blank: 0]
  }

  /// The code of a text.
  mutating func code(_ text: String) -> UInt32 {
    if let code = known[text] { return code }
    let code = UInt32(texts.count)
    texts.append(text)
    known[text] = code
    return code
  }

  mutating func set(_ row: Int, _ text: String) { codes[row] = code(text) }

  func column(_ type: ScalarType) -> Column {
    Column(
      type,
      .texts(
        Codes(Buffer(codes), entryCount: texts.count), TextDictionary(texts, isDistinct: true)))
  }
}
