import CasebookLanguage
import CasebookTables
import CasebookValues

/// What the cases at hand tell of a set that is not wrong in itself.
enum DataChecks {
  typealias Finding = RulesetCheck.Finding

  static func findings(_ set: CompiledRuleset, _ data: CheckData) -> [Finding] {
    overlaps(set, data) + unseen(set, data) + thin(set, data)
  }

  private static func overlaps(_ set: CompiledRuleset, _ data: CheckData) -> [Finding] {
    data.overlaps.sorted { ($0.key.first, $0.key.second) < ($1.key.first, $1.key.second) }.map {
      pair, overlap in
      let (a, b) = (set.rules[pair.first].rule.name, set.rules[pair.second].rule.name)
      return Finding(
        "overlap", "warning", rules: [a, b],
        "rules \(a) and \(b) want different things for \(overlap.count) cases",
        witness: data.witness(overlap.row, set))
    }
  }

  /// Texts that no case has.
  private static func unseen(_ set: CompiledRuleset, _ data: CheckData) -> [Finding] {
    var found: [Finding] = []
    var told: Set<String> = []
    for atom in set.program.atoms {
      guard case .texts(let wanted) = atom.test, let column = atom.reads.first,
        !set.fields[column].isProtected,
        case .texts(_, let dictionary) = data.columns[atom.column].data, dictionary.isDistinct
      else { continue }
      let name = set.fields[column].name
      let seen = Set((0..<dictionary.count).map { dictionary.string($0) })
      for text in wanted where !seen.contains(text) && told.insert(name + "\u{0}" + text).inserted {
        let near = seen.count <= 10_000 ? nearest(to: text, in: seen.sorted()) : nil
        found.append(
          Finding(
            "value_never_seen", "warning", rules: rules(set, reading: column, text), column: name,
            "no case has \(name) \(quotedText(text))"
              + (near.map { "; did you mean \(quotedText($0))?" } ?? "")))
      }
    }
    return found
  }

  private static func rules(
    _ set: CompiledRuleset, reading column: Int, _ text: String
  ) -> [String] {
    set.rules.filter { rule in
      rule.reads.contains(column) && set.ruleset.text(rule.rule.when).contains(text)
    }.map(\.rule.name)
  }

  private static func thin(_ set: CompiledRuleset, _ data: CheckData) -> [Finding] {
    guard !set.rights.isEmpty else { return [] }
    return set.rules.filter { $0.isLive && $0.isExclusive }.compactMap { rule in
      let labelled = data.counts.rules[rule.rule.name]?.labelled ?? 0
      guard labelled < BacktestTable.thinLabels else { return nil }
      return Finding(
        "few_labels", "warning", rules: [rule.rule.name],
        "rule \(rule.rule.name) has \(labelled) labelled hits, below "
          + "\(BacktestTable.thinLabels): its precision says little")
    }
  }
}
