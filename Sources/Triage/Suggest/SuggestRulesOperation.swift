import CasebookQuery
import CasebookTables
import CasebookValues

/// Finds conjunctions on older cases and scores them on newer ones.
struct SuggestRulesOperation: TableOperation {
  let deployed: DeployedRuleset?
  let caseFields: [Field]
  let banned: Set<Int>
  let action: String
  let wanted: Outcome?
  let precision: Double
  let conditions: Int
  let inputCount: Int
  var title: String { "suggest_rules \(deployed?.reference ?? "")" }
  func estimatedRows(_ inputs: [Int]) -> Int { Self.mostCandidates }

  /// Candidates that are scored; their bounds allow for that many looks.
  static let mostCandidates = 20
  /// Rows of the older part that are searched; more would not change what is found.
  private static let mostRows = 200_000

  var fields: [Field] {
    [
      Field("rule", .string), Field("when", .string), Field("verdict", .string),
      Field("hits", .long), Field("labelled", .long), Field("right", .long),
      Field("precision", .real), Field("precision_low", .real), Field("older_precision", .real),
      Field("hours", .real), Field("statement", .string),
    ]
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    guard let deployed, let wanted else { return Table(fields: fields) }
    let cases = Array(inputs[0].columns.prefix(caseFields.count))
    let own = Array(inputs[0].columns.dropFirst(caseFields.count).prefix(inputCount))
    let target = inputs[0].columns[inputs[0].columns.count - 2]
    let known = inputs[0].columns[inputs[0].columns.count - 1]
    let rows = try open(deployed, own, inputs[0].rowCount, wanted, context)
    guard let decided = deployed.newest.decided.map({ offset(deployed) + $0 }) else {
      throw TriageFailure(
        message: "older and newer cases are told apart by when they were decided",
        help: "ruleset \(deployed.newest.ruleset.name) ... decided COLUMN")
    }
    let (older, newer) = split(rows, own[decided])
    let mature = inputs[0].columns[inputs[0].columns.count - 3]
    Maturity.warn(mature, context)
    let labels = Labels(target, known, mature)
    let usable = usableColumns(cases, labels, older, context)
    let searched = older.count <= Self.mostRows ? older : thinned(older)
    var search = ConjunctionSearch(
      cases, caseFields, usable, rows: searched, labels, precision: precision,
      conditions: conditions)
    let found = try search.candidates { try context.checkpoint() }
    let scored = score(found, cases, newer, labels, own, deployed)
    tell(scored, context)
    return table(scored, deployed)
  }

  private func offset(_ deployed: DeployedRuleset) -> Int {
    deployed.parts[deployed.parts.count - 1].inputs.lowerBound
  }

  /// The rows that no rule decides and that the action would send elsewhere.
  private func open(
    _ deployed: DeployedRuleset, _ columns: [Column], _ rowCount: Int, _ wanted: Outcome,
    _ context: RunContext
  ) throws -> [Int] {
    let prepared = deployed.parts.map { part in
      PreparedAtoms(part.set.program.atoms, Array(columns[part.inputs]))
    }
    return try mapBlocks(rowCount: rowCount, context) { size in
      zip(deployed.parts, prepared).map { part, atoms in
        BlockDecision(part.set, atoms, blockRows: size, hasWindows: false)
      }
    } _: { states, first, count -> [Int] in
      var rows: [Int] = []
      for (part, state) in zip(deployed.parts, states) {
        state.decide(first: first, count: count, inForce: part.inForce(columns))
        for word in 0..<state.wordCount {
          var bits = state.fallbackRows[word] | state.unknownRows[word]
          while bits != 0 {
            let row = word * 64 + bits.trailingZeroBitCount
            bits &= bits &- 1
            if state.set.outcomes[Int(state.outcome[row])] != wanted { rows.append(first + row) }
          }
        }
      }
      return rows.sorted()
    }.flatMap { $0 }
  }

  /// Two thirds of the rows by time, and the rest; rows without a time are in neither.
  private func split(_ rows: [Int], _ times: Column) -> (older: [Int], newer: [Int]) {
    guard case .longs(let values) = times.data else { return ([], []) }
    let dated = rows.filter { !times.isNull($0) }
    let sorted = dated.map { values.base[$0] }.sorted()
    guard !sorted.isEmpty else { return ([], []) }
    let cut = sorted[min(sorted.count * 2 / 3, sorted.count - 1)]
    return (dated.filter { values.base[$0] < cut }, dated.filter { values.base[$0] >= cut })
  }

  private func thinned(_ rows: [Int]) -> [Int] {
    let step = Double(rows.count) / Double(Self.mostRows)
    return (0..<Self.mostRows).map { rows[Int(Double($0) * step)] }
  }

  /// Columns whose values are known when the case is: not those that are there only where the target is.
  private func usableColumns(
    _ cases: [Column], _ labels: Labels, _ rows: [Int], _ context: RunContext
  ) -> [Int] {
    caseFields.indices.filter { index in
      guard !banned.contains(index), !caseFields[index].isProtected,
        [.string, .bool, .int, .long, .real, .decimal].contains(caseFields[index].type)
      else { return false }
      var there = 0
      var thereUnlabelled = 0
      var unlabelled = 0
      for row in rows {
        let isThere = !cases[index].isMissing(row)
        if labels.isKnown(row) {
          there += isThere ? 1 : 0
        } else {
          unlabelled += 1
          thereUnlabelled += isThere ? 1 : 0
        }
      }
      let known = rows.count - unlabelled
      if tellsTarget(cases[index], labels, rows) {
        context.warn(
          "\(caseFields[index].name) is left out: it tells the target so well that it may be known "
            + "only after the decision; `late` says so for good")
        return false
      }
      // Filled in with the outcome: such a column tells of the decision, not of the case. Ten cases or more would
      // have a value if it were there as often where nobody decided.
      let wanted = known > 0 ? Double(unlabelled) * Double(there) / Double(known) : 0
      guard wanted >= 10, Double(thereUnlabelled) <= 0.5 * wanted else { return true }
      context.warn(
        "\(caseFields[index].name) is left out: it is there with the outcome and mostly missing without, so it "
          + "may be known only after the decision; `late` says so for good")
      return false
    }
  }

  /// Whether a text or bool column by itself tells nine labels in ten, and seven in ten of those that the more
  /// frequent label would get wrong: as a decision tells an outcome.
  private func tellsTarget(_ column: Column, _ labels: Labels, _ rows: [Int]) -> Bool {
    guard column.type == .string || column.type == .bool else { return false }
    var counts: [String: (known: Int, positive: Int)] = [:]
    for row in rows where labels.isKnown(row) && !column.isMissing(row) {
      let value = column.scalar(row).text
      let isPositive = labels.isPositive(row)
      let before = counts[value] ?? (0, 0)
      counts[value] = (before.known + 1, before.positive + (isPositive ? 1 : 0))
      // Nearly every value for itself tells nothing.
      if counts.count > 200 { return false }
    }
    let known = counts.values.reduce(0) { $0 + $1.known }
    let positive = counts.values.reduce(0) { $0 + $1.positive }
    guard known >= 100 else { return false }
    let wrongByRate = min(positive, known - positive)
    let wrongByValue = counts.values.reduce(0) { $0 + min($1.positive, $1.known - $1.positive) }
    return Double(wrongByValue) <= 0.1 * Double(known)
      && Double(wrongByValue) <= 0.3 * Double(wrongByRate) && wrongByRate > 0
  }

  // MARK: Scoring

  private struct Scored {
    var candidate: ConjunctionSearch.Candidate
    var hits = 0
    var labelled = 0
    var right = 0
    var workTicks = Int128(0)
    var workKnown = 0
    var low: Double?
    var isProved = false
    var hours: Double? {
      workKnown > 0 ? Double(workTicks) / Double(Ticks.perHour) : hits == 0 ? 0 : nil
    }
  }

  private func score(
    _ found: [ConjunctionSearch.Candidate], _ cases: [Column], _ newer: [Int], _ labels: Labels,
    _ columns: [Column], _ deployed: DeployedRuleset
  ) -> [Scored] {
    var left = newer
    var result: [Scored] = []
    let set = deployed.newest
    let handling = set.handling.map { columns[offset(deployed) + $0] }
    let usual = (set.ruleset.fallback?.queue).flatMap { set.ruleset.queue($0).handlingTicks }
    for candidate in found.prefix(Self.mostCandidates) {
      let mine = left.filter { row in candidate.atoms.allSatisfy { $0.isTrue(cases, row) } }
      var scored = Scored(candidate: candidate)
      scored.hits = mine.count
      for row in mine {
        if labels.isKnown(row) {
          scored.labelled += 1
          scored.right += labels.isPositive(row) ? 1 : 0
        }
        var work = usual
        if let handling, case .longs(let ticks) = handling.data, !handling.isNull(row) {
          work = ticks.base[row]
        }
        if let work {
          scored.workTicks += Int128(work)
          scored.workKnown += 1
        }
      }
      guard scored.labelled > 0,
        Double(scored.right) >= precision * Double(scored.labelled)
      else { continue }
      let confidence = 1 - 0.05 / Double(Self.mostCandidates)
      scored.low =
        Wilson.interval(
          Double(scored.right), of: Double(scored.labelled), confidence: confidence)?.low
      scored.isProved = (scored.low ?? 0) >= precision
      result.append(scored)
      let taken = Set(mine)
      left = left.filter { !taken.contains($0) }
    }
    return result.enumerated().sorted { a, b in
      let (x, y) = (
        a.element.hours ?? Double(a.element.hits), b.element.hours ?? Double(b.element.hits)
      )
      return x != y ? x > y : a.offset < b.offset
    }.map(\.element)
  }

  private func tell(_ scored: [Scored], _ context: RunContext) {
    let proved = scored.filter(\.isProved).count
    if scored.isEmpty {
      context.find("No rule with a precision of \(precision) was found that holds on newer cases.")
    } else {
      context.find(
        "\(proved) of \(scored.count) rules are proved at \(precision) on newer cases; "
          + "paste a statement, then `backtest`.")
    }
  }

  private func table(_ scored: [Scored], _ deployed: DeployedRuleset) -> Table {
    let set = deployed.newest.ruleset
    let taken = Set(set.rules.map(\.name))
    let last = set.rules.map(\.at).max() ?? 0
    var number = 0
    let real = { (value: Double?) -> Scalar in value.map { .real($0) } ?? .null(.real) }
    return Table(
      fields: fields,
      rows: scored.enumerated().map { index, scored in
        repeat { number += 1 } while taken.contains("suggested_\(number)")
        let name = "suggested_\(number)"
        let when = scored.candidate.atoms.map(\.text).joined(separator: " and ")
        let at = (last / 10).rounded(.down) * 10 + Double(10 * (index + 1))
        let because = "right for \(scored.right) of \(scored.labelled) newer labelled cases"
        let statement =
          "rule \(name) in \(spelled(set.name)) at \(Int(at)) when \(when) then \(action) "
          + "because \(quotedText(because))"
        return [
          .string(name), .string(when), .string(scored.isProved ? "proved" : "thin"),
          .long(Int64(scored.hits)), .long(Int64(scored.labelled)), .long(Int64(scored.right)),
          real(Double(scored.right) / Double(max(scored.labelled, 1))), real(scored.low),
          real(scored.candidate.precision), real(scored.hours), .string(statement),
        ]
      })
  }
}

/// Which cases are known to be what is looked for.
struct Labels: Sendable {
  private let target: Column
  private let known: Column

  private let mature: Column

  init(_ target: Column, _ known: Column, _ mature: Column) {
    self.target = target
    self.known = known
    self.mature = mature
  }

  func isKnown(_ row: Int) -> Bool {
    guard case .bools(let values) = known.data else { return false }
    return values.base[row] != 0 && !known.isNull(row) && !target.isNull(row)
      && Maturity.isFinal(mature, row)
  }

  func isPositive(_ row: Int) -> Bool {
    guard case .bools(let values) = target.data else { return false }
    return values.base[row] != 0 && !target.isNull(row)
  }
}

extension Column {
  /// Whether a row has no value: null, or an empty text.
  func isMissing(_ row: Int) -> Bool {
    if case .texts(let codes, let dictionary) = data, type == .string {
      return dictionary.bytes(codes[row]).isEmpty
    }
    return isNull(row)
  }
}
