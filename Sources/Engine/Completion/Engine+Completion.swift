import CasebookLanguage
import CasebookQuery
public import CasebookRender
import CasebookTables
import CasebookTriage

extension Engine {
  /// How a text may go on at an offset, found by binding what stands before it.
  ///
  /// Nothing is run but a look at some rows for the values of a column that is being compared, and nothing
  /// changes. `amending` names the command that a text beginning with a clause word amends.
  public func completions(
    at offset: Int, in text: String, amending: String? = nil
  ) -> Suggestions {
    let place = completionPlace(
      at: offset, in: text, signatures: Self.signatures,
      amending: amending ?? session.amending?.kind.rawValue)
    let before = session
    defer { session = before }
    enterEarlierStatements(of: place)
    return SuggestionSearch(self, place, follows: nextByte(text, place.partial.upper)).completions
  }

  /// The function, stage or command that help at an offset is about: the word there, else the function whose
  /// brackets are open, else the stage.
  public func helpWord(at offset: Int, in text: String, amending: String? = nil) -> String? {
    let word = wordAround(offset, in: text)
    if !word.isEmpty, Help.page(word) != nil { return word }
    let place = completionPlace(
      at: offset, in: text, signatures: Self.signatures, amending: amending)
    return [place.callee, place.owner].compactMap { $0 }.first { Help.page($0) != nil }
  }

  /// The page of that.
  public func helpPage(at offset: Int, in text: String) -> HelpPage? {
    helpWord(at: offset, in: text).flatMap { Help.page($0) }
  }

  /// Defines what the statements before the one at the place define, as far as binding goes.
  private func enterEarlierStatements(of place: CompletionPlace) {
    let start = place.pipelines.first?.span.lower ?? place.partial.lower
    let earlier = place.tree.statements.filter { $0.span.upper < start }
    guard !earlier.isEmpty else { return }
    var checker = Checker(engine: self, tree: place.tree)
    for statement in earlier { checker.check(statement) }
  }

  private func nextByte(_ text: String, _ offset: Int) -> UInt8? {
    text.utf8.dropFirst(offset).first
  }

  /// The word that touches an offset, with the dashes of stages' names.
  private func wordAround(_ offset: Int, in text: String) -> String {
    let bytes = Array(text.utf8)
    func belongs(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
        || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
    }
    var lower = min(max(offset, 0), bytes.count)
    var upper = lower
    while lower > 0, belongs(bytes[lower - 1]) { lower -= 1 }
    while upper < bytes.count, belongs(bytes[upper]) { upper += 1 }
    return String(decoding: bytes[lower..<upper], as: UTF8.self)
  }
}
