import CasebookQuery
import CasebookTables
import CasebookValues

/// What the conditions of a set prove about each other.
///
/// Every verdict is proved, refuted or unknown. A case at hand decides before any proof; what boxes say is
/// possible is believed only when the evaluator agrees on the made case.
struct LogicChecks {
  typealias Finding = RulesetCheck.Finding

  private let set: CompiledRuleset
  private let data: CheckData
  private let context: RunContext
  private var regions: Regions

  init(_ set: CompiledRuleset, _ data: CheckData, _ context: RunContext) {
    self.set = set
    self.data = data
    self.context = context
    let types = set.inputs.map(\.type)
    regions = Regions(set.program, Space(set.program.atoms, types: types))
  }

  /// Rules without a case, rules that others cover, pairs that contradict, gaps.
  mutating func findings() throws -> [Finding] {
    var found: [Finding] = []
    for index in set.rules.indices where set.rules[index].isLive {
      try context.checkpoint()
      if let finding = try neverTrue(index) {
        found.append(finding)
      } else if let finding = try unreachable(index) {
        found.append(finding)
      }
    }
    found += try sameConditions()
    found += try redundant()
    found += gaps()
    return found
  }

  // MARK: Never true, never reached

  private mutating func neverTrue(_ index: Int) throws -> Finding? {
    if data.firstTrue[index] != nil { return nil }
    let rule = set.rules[index]
    guard let region = regions.isTrue(rule.node) else { return nil }
    guard region.isEmpty else { return nil }
    return Finding(
      "always_false", "error", rules: [rule.rule.name],
      "rule \(rule.rule.name) is true for no case at all")
  }

  /// The rules before one that take every case that they are true for, and are there whenever it is.
  private func rulesBefore(_ index: Int) -> [Int] {
    let rule = set.rules[index]
    return (0..<index).filter { other in
      let before = set.rules[other]
      let takes =
        before.isExclusive || (set.ruleset.mode == .first && before.stops)
      let isThere =
        (before.rule.from ?? .min) <= (rule.rule.from ?? .min)
        && (before.rule.to ?? .max) >= (rule.rule.to ?? .max)
      // A rule that may not close a case takes it all the same: it goes to `unknown`.
      return before.isLive && takes && isThere
    }
  }

  private mutating func unreachable(_ index: Int) throws -> Finding? {
    let rule = set.rules[index]
    guard set.ruleset.mode != .unique, rule.isExclusive || set.ruleset.mode == .first,
      data.firstWin[index] == nil
    else { return nil }
    let before = rulesBefore(index)
    guard !before.isEmpty else { return nil }
    let name = rule.rule.name
    let nodes = before.map { set.rules[$0].node }
    guard let left = regions.left(of: rule.node, without: nodes) else {
      return Finding(
        "unreachable", "unknown", rules: [name],
        "rule \(name) decides no case at hand; its conditions are too many to prove that none can be"
      )
    }
    if left.isEmpty {
      let covering = try cover(of: index, before)
      let names = covering.map { set.rules[$0].rule.name }
      return Finding(
        "unreachable", "error", rules: [name] + names,
        "rule \(name) never decides a case: \(names.joined(separator: ", ")) before it "
          + (names.count == 1 ? "takes them all" : "together take them all"),
        witness: witness(shadowed: index))
    }
    if let values = regions.witness(of: left), try decides(index, values) { return nil }
    guard data.cases.rowCount > 0 else { return nil }
    return Finding(
      "unreachable", "unknown", rules: [name],
      "rule \(name) decides no case at hand, and it could not be proved that none can be")
  }

  /// Rules that suffice to cover another one, without those that add nothing.
  private mutating func cover(of index: Int, _ before: [Int]) throws -> [Int] {
    var needed = before
    if let mine = regions.isTrue(set.rules[index].node) {
      needed = before.filter { other in
        regions.isTrue(set.rules[other].node).map { !$0.isDisjoint(with: mine) } ?? true
      }
    }
    for other in needed {
      try context.checkpoint()
      let fewer = needed.filter { $0 != other }
      let nodes = fewer.map { set.rules[$0].node }
      if let left = regions.left(of: set.rules[index].node, without: nodes), left.isEmpty {
        needed = fewer
      }
    }
    return needed
  }

  /// A case that a rule is true for and that another one takes.
  private mutating func witness(shadowed index: Int) -> String {
    if let row = data.firstTrue[index] { return data.witness(row, set) }
    guard let region = regions.isTrue(set.rules[index].node),
      let values = regions.witness(of: region), let row = made(values),
      let decided = try? DecidedCase(set, row: row, hasWindows: false, context),
      decided.truth(set.rules[index].node) == .yes, decided.winner != set.rules[index].rule.name
    else { return "" }
    return text(values)
  }

  // MARK: Made cases

  /// A case with these values, everything else missing; nil where a value is not a column's own.
  private func made(_ values: [(column: Int, value: Scalar)]) -> Table? {
    var row = set.fields.map { Scalar.missing($0.type) }
    for (input, value) in values {
      guard let column = set.inputs[input].asColumn?.0 else { return nil }
      row[column] = value
    }
    return Table(fields: set.fields, rows: [row])
  }

  /// Whether the evaluator agrees that a made case is a rule's to decide.
  private func decides(_ index: Int, _ values: [(column: Int, value: Scalar)]) throws -> Bool {
    guard let row = made(values) else { return false }
    let decided = try DecidedCase(set, row: row, hasWindows: false, context)
    let isFree = decided.state.takenBefore[index][0] & 1 == 0
    return decided.truth(set.rules[index].node) == .yes && isFree
  }

  private func text(_ values: [(column: Int, value: Scalar)]) -> String {
    let words = values.compactMap { input, value -> String? in
      guard let column = set.inputs[input].asColumn?.0, !value.isMissing else { return nil }
      return "\(spelled(set.fields[column].name)) = \(literal(value))"
    }
    return "given (" + words.joined(separator: ", ") + ")"
  }

  private func literal(_ value: Scalar) -> String {
    switch value {
    case .string(let text): quotedText(text)
    case .datetime: "datetime(\(value.text))"
    case .timespan: "timespan(\(value.text))"
    default: value.text
    }
  }

  // MARK: Pairs

  /// Live rules with one condition and different exclusive actions.
  private mutating func sameConditions() throws -> [Finding] {
    var found: [Finding] = []
    for second in set.rules.indices {
      try context.checkpoint()
      for first in 0..<second where set.rules[first].isRival(of: set.rules[second]) {
        guard isSame(first, second) else { continue }
        let (a, b) = (set.rules[first].rule.name, set.rules[second].rule.name)
        var shown = ""
        if let row = data.firstTrue[first] {
          shown = data.witness(row, set)
        } else if let region = regions.isTrue(set.rules[first].node),
          let values = regions.witness(of: region)
        {
          shown = text(values)
        }
        found.append(
          Finding(
            "same_condition", "error", rules: [a, b],
            "rules \(a) and \(b) have one condition and want different things", witness: shown))
      }
    }
    return found
  }

  private mutating func isSame(_ first: Int, _ second: Int) -> Bool {
    let (a, b) = (set.rules[first].node, set.rules[second].node)
    if a == b { return true }
    guard let left = regions.isTrue(a), let right = regions.isTrue(b), !left.isEmpty,
      !right.isEmpty
    else { return false }
    // Equal conditions are true for the same cases, of which there may be none at hand.
    if data.counts.rules[set.rules[first].rule.name]?.matched
      != data.counts.rules[set.rules[second].rule.name]?.matched
    {
      return false
    }
    guard let more = left.subtracting(right, in: regions.space), more.isEmpty,
      let other = right.subtracting(left, in: regions.space)
    else { return false }
    return other.isEmpty
  }

  /// Rules whose cases a later rule would treat the same, with nothing else between.
  private mutating func redundant() throws -> [Finding] {
    guard set.ruleset.mode == .first else { return [] }
    var found: [Finding] = []
    for index in set.rules.indices where set.rules[index].isLive && set.rules[index].isExclusive {
      try context.checkpoint()
      guard let mine = regions.isTrue(set.rules[index].node), !mine.isEmpty else { continue }
      for later in set.rules.indices where later > index && set.rules[later].isLive {
        let other = set.rules[later]
        guard let theirs = regions.isTrue(other.node) else { break }
        if acts(set.rules[index].rule, like: other.rule),
          let left = mine.subtracting(theirs, in: regions.space), left.isEmpty
        {
          found.append(
            Finding(
              "redundant", "warning", rules: [set.rules[index].rule.name, other.rule.name],
              "without rule \(set.rules[index].rule.name) its cases would go the same way by "
                + "\(other.rule.name)"))
          break
        }
        // Another rule in between could take some of the cases.
        if !mine.isDisjoint(with: theirs) { break }
      }
    }
    return found
  }

  private func acts(_ rule: Rule, like other: Rule) -> Bool {
    set.ruleset.actionText(rule) == set.ruleset.actionText(other) && rule.from == other.from
      && rule.to == other.to
  }

  // MARK: Gaps

  /// Numbers between the least and the greatest that rules speak of, of which none speaks.
  private mutating func gaps() -> [Finding] {
    var found: [Finding] = []
    for (number, field) in regions.space.fields.enumerated() {
      guard let column = set.inputs[field.column].asColumn?.0, field.isNumeric else {
        continue
      }
      var covered = CellSet(cellCount: field.cellCount)
      var rules: [String] = []
      for rule in set.rules where rule.isLive && rule.reads.contains(column) {
        guard let region = regions.isTrue(rule.node) else { return found }
        for box in region.boxes {
          if let side = box.sides[number] { covered = covered.union(side) }
        }
        rules.append(rule.rule.name)
      }
      let cells = covered.cells.filter { $0 != field.missingCell }
      guard rules.count > 1, let first = cells.first, let last = cells.last else { continue }
      for cell in first..<max(first, last) where !covered.contains(cell) && field.possible[cell] {
        let name = set.fields[column].name
        found.append(
          Finding(
            "gap", "warning", rules: rules, column: name,
            "no rule speaks of \(name) \(field.range(cell))"))
      }
    }
    return found
  }
}

extension Space.Field {
  var isNumeric: Bool {
    switch kind {
    case .longs, .reals: true
    case .texts, .flag, .opaque: false
    }
  }

  /// The numbers of a cell in words.
  func range(_ cell: Int) -> String {
    let text = { (value: Int64) -> String in
      switch type {
      case .datetime: Scalar.datetime(value).text
      case .timespan: lengthText(value)
      default: "\(value)"
      }
    }
    switch kind {
    case .longs(let limits):
      let from = cell == 0 ? nil : limits[cell - 1]
      let to = cell == limits.count ? nil : limits[cell] - 1
      if let from, let to { return from == to ? text(from) : "from \(text(from)) to \(text(to))" }
      return from.map { "from \(text($0))" } ?? to.map { "up to \(text($0))" } ?? ""
    case .reals(let limits):
      let low = cell == 0 ? "" : Self.lowText(limits[cell - 1])
      let high = cell == limits.count ? "" : Self.highText(limits[cell])
      return [low, high].filter { !$0.isEmpty }.joined(separator: " to ")
    case .texts, .flag, .opaque: return ""
    }
  }

  /// A limit that is a number's next one is that number, not included.
  private static func lowText(_ limit: Double) -> String {
    let before = limit.nextDown
    let isStrict = Scalar.real(before).text.count < Scalar.real(limit).text.count
    return isStrict ? "above \(Scalar.real(before).text)" : "from \(Scalar.real(limit).text)"
  }

  private static func highText(_ limit: Double) -> String {
    let before = limit.nextDown
    let isIncluded = Scalar.real(before).text.count < Scalar.real(limit).text.count
    return isIncluded ? Scalar.real(before).text : "below \(Scalar.real(limit).text)"
  }
}
