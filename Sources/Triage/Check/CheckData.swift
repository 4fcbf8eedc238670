import CasebookQuery
import CasebookTables
import CasebookValues

/// What the cases at hand say of a ruleset: how often conditions are true, alone and together.
struct CheckData {
  let cases: Table
  let columns: [Column]
  let counts: Backtest
  /// For each rule the first case that it gets to decide and is true for.
  let firstWin: [Int?]
  /// For each rule the first case that it is true for.
  let firstTrue: [Int?]
  /// For pairs of rules with different outcomes: shared cases, and the first of them.
  let overlaps: [Pair: Overlap]

  struct Pair: Hashable, Sendable {
    var first: Int
    var second: Int
  }

  struct Overlap: Sendable {
    var count: Int
    var row: Int
  }

  private struct Facts: Sendable {
    var firstWin: [Int?]
    var firstTrue: [Int?]
    var overlaps: [Pair: Overlap] = [:]
  }

  init(_ set: CompiledRuleset, _ plan: Plan, _ context: RunContext) throws {
    let all = plan.fields.enumerated().map { index, field in
      Plan.Output(field, .column(index: index, type: field.type))
    }
    let deployed = DeployedRuleset(
      reference: set.ruleset.reference,
      parts: [DeployedRuleset.Part(set: set, inputs: 0..<set.inputs.count)])
    let table = try Execution(context).run(
      Optimiser.optimised(.compute(plan, all + deployed.outputs)))
    cases = Table(
      fields: plan.fields, columns: Array(table.columns.prefix(all.count)),
      rowCount: table.rowCount)
    columns = Array(table.columns.dropFirst(all.count))
    let columns = columns
    counts = try Backtest.run(
      deployed, columns: columns, rowCount: table.rowCount,
      Backtest.Options(findsMarginal: false), context)
    let atoms = PreparedAtoms(set.program.atoms, columns)
    let blocks = try mapBlocks(rowCount: table.rowCount, context) { size in
      BlockDecision(set, atoms, blockRows: size, hasWindows: false)
    } _: { state, first, count -> Facts in
      state.decide(first: first, count: count)
      return Self.facts(state)
    }
    var facts = Facts(
      firstWin: set.rules.map { _ in nil }, firstTrue: set.rules.map { _ in nil })
    for block in blocks {
      for index in set.rules.indices {
        facts.firstWin[index] = facts.firstWin[index] ?? block.firstWin[index]
        facts.firstTrue[index] = facts.firstTrue[index] ?? block.firstTrue[index]
      }
      for (pair, overlap) in block.overlaps {
        facts.overlaps[pair] = Overlap(
          count: (facts.overlaps[pair]?.count ?? 0) + overlap.count,
          row: facts.overlaps[pair]?.row ?? overlap.row)
      }
    }
    (firstWin, firstTrue, overlaps) = (facts.firstWin, facts.firstTrue, facts.overlaps)
  }

  private static func facts(_ state: BlockDecision) -> Facts {
    let rules = state.set.rules
    var facts = Facts(
      firstWin: rules.map { _ in nil }, firstTrue: rules.map { _ in nil })
    for index in rules.indices {
      let yes = state.yes[index]
      for word in 0..<state.wordCount where yes[word] != 0 {
        facts.firstTrue[index] =
          facts.firstTrue[index] ?? state.first + word * 64 + yes[word].trailingZeroBitCount
        let free = yes[word] & ~state.takenBefore[index][word]
        if free != 0 {
          facts.firstWin[index] = state.first + word * 64 + free.trailingZeroBitCount
          break
        }
      }
    }
    for first in rules.indices where facts.firstTrue[first] != nil {
      for second in rules.indices
      where second > first && facts.firstTrue[second] != nil
        && rules[first].isRival(of: rules[second])
      {
        let count = countBits(state.yes[first], and: state.yes[second], state.wordCount)
        guard count > 0 else { continue }
        for word in 0..<state.wordCount {
          let both = state.yes[first][word] & state.yes[second][word]
          guard both != 0 else { continue }
          facts.overlaps[Pair(first: first, second: second)] = Overlap(
            count: count, row: state.first + word * 64 + both.trailingZeroBitCount)
          break
        }
      }
    }
    return facts
  }

  /// A real case as a witness is written.
  func witness(_ row: Int, _ set: CompiledRuleset) -> String {
    // That a case is among those of a condition tells of the values that the condition reads.
    if set.readsProtected { return "" }
    guard let key = set.key, let column = set.inputs[key].asColumn?.0 else {
      return "row \(row + 1)"
    }
    if set.fields[column].isProtected { return "row \(row + 1)" }
    return "\(set.fields[column].name) = \(cases.columns[column].scalar(row).text)"
  }
}

extension CompiledRule {
  /// Whether both take part and want different things.
  func isRival(of other: CompiledRule) -> Bool {
    isLive && other.isLive && isExclusive && other.isExclusive && outcome != other.outcome
  }
}
