import CasebookEngine
import CasebookLanguage
import CasebookQuery

extension Shell {
  /// What may stand at a place of a text being typed, counted in bytes.
  func complete(_ text: String, at cursor: Int, _ engine: Engine) -> Completion? {
    let place = completionPlace(at: cursor, in: text, signatures: Engine.signatures)
    guard place.expectations.contains(.stage) else { return nil }
    let typed = place.tree.source.bytes.count
    let word = String(decoding: Array(text.utf8)[typed..<cursor], as: UTF8.self)
    let stages = Engine.stages.signatures.map(\.name).filter { $0.hasPrefix(word) }
    return Completion(
      replaced: place.partial.lower..<cursor, candidates: stages.map { .init(text: $0) })
  }
}
