import CasebookLanguage
import CasebookQuery
import CasebookTriage

/// What a result depends on where a ruleset was used: its statements one by one, so that a change can be
/// named.
///
/// Queues, pools and lists count where the rules come to them; tests only where they are what was asked
/// for. The parameters of a version count by what it was published with. The keys are as those statements begin, `rule hot in intake`, with the version behind the set's name
/// where one was named.
func definitions(
  in ruleset: StoredRuleset, as reference: String, readsTests: Bool
) -> [String: String] {
  let all = TriageDefinition.all(in: ruleset.text)
  let owned = all.filter { $0.kind == .ruleset || $0.kind == .rule }
  var words = owned.reduce(into: Set<String>()) { $0.formUnion(wordsIn($1.text)) }
  var used = owned + (readsTests ? all.filter { $0.kind == .test } : [])
  var rest = all.filter { $0.kind == .queue || $0.kind == .pool || $0.kind == .list }
  // What a used queue escalates to is used as well, and so on.
  while let index = rest.firstIndex(where: { isUsed($0, words) }) {
    let definition = rest.remove(at: index)
    words.formUnion(wordsIn(definition.text))
    used.append(definition)
  }
  let suffix = reference.dropFirst(ruleset.name.count)
  var texts: [String: String] = [:]
  for definition in used {
    var text = definition.text
    if let values = ruleset.lists[definition.name], definition.kind == .list {
      text += " " + listText([definition.name: values])
    }
    texts[definition.label + suffix] = text
  }
  if ruleset.version != nil {
    for (name, line) in RuleParameters.lines(of: ruleset.text) {
      texts["param \(name) in \(reference)"] = line
    }
  }
  // Of rules with one `at` the first declared comes first; and a version counts from when it is in force.
  texts["rules of \(ruleset.name)\(suffix) in order"] =
    owned.filter { $0.kind == .rule }.map(\.name).joined(separator: ", ")
    + (ruleset.effective.map { " from \($0)" } ?? "")
  return texts
}

/// A pool is used by the queues that it serves.
private func isUsed(_ definition: TriageDefinition, _ words: Set<String>) -> Bool {
  definition.kind == .pool
    ? !wordsIn(definition.text).isDisjoint(with: words.subtracting(poolWords))
    : words.contains(definition.name)
}

private let poolWords: Set<String> = ["pool", "staff", "shrinkage", "serves"]

private func wordsIn(_ text: String) -> Set<String> {
  Set(
    text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
}
