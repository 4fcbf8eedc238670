import CasebookEngine
import CasebookLanguage
import CasebookRender

extension Shell {
  /// What may stand at a place of a text being typed, counted in bytes.
  ///
  /// While what is likely shares more letters than were typed, only that is given, so that these come first;
  /// then everything that fits, as a list.
  func complete(_ text: String, at cursor: Int, _ engine: Engine) -> Completion? {
    let found = engine.completions(at: cursor, in: text)
    let replaced = found.replaced.lower..<found.replaced.upper
    guard !found.all.isEmpty else {
      return found.hint.map { Completion(replaced: cursor..<cursor, candidates: [], hint: $0) }
    }
    let typed = String(decoding: Array(text.utf8)[replaced], as: UTF8.self)
    if found.isUnique, let only = found.likely.first, only.text + only.suffix != typed {
      return Completion(
        replaced: replaced, candidates: [candidate(only, only.suffix)], hint: found.hint)
    }
    let goesOn = found.commonPrefix.utf8.count > typed.utf8.count
    let shown = goesOn ? found.likely : found.all
    return Completion(
      replaced: replaced, candidates: shown.map { candidate($0, "") }, hint: found.hint)
  }

  private func candidate(_ suggestion: Suggestion, _ suffix: String) -> Completion.Candidate {
    Completion.Candidate(
      text: suggestion.text + suffix, note: visibleText(suggestion.detail),
      label: visibleText(suggestion.name))
  }
}
