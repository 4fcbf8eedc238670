import CasebookEngine
import CasebookLanguage
import CasebookRender
import Glibc

extension Shell {
  /// Help on the word at a place of a text being typed, as it is written below it; nil where there is none.
  func help(on text: String, at cursor: Int, _ engine: Engine) -> String? {
    let place = completionPlace(at: cursor, in: text, signatures: Engine.signatures)
    guard !place.expectations.contains(.insideString) else { return nil }
    let before = text.utf8.prefix(cursor)
    let word = Array(
      before.reversed().prefix {
        $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
          || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39)
      }.reversed())
    var shown: String?
    engine.run("help " + String(decoding: word, as: UTF8.self)) { cell in
      if case .help(let page) = cell.output {
        shown = HelpDrawing(console.screen(STDOUT_FILENO)).text(page)
      }
    }
    return shown
  }
}
