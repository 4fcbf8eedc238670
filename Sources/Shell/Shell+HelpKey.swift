import CasebookEngine
import CasebookLanguage
import CasebookRender
import Glibc

extension Shell {
  /// Help on what stands at a place of a text being typed, as it is written below it; nil where there is none.
  ///
  /// It is about the word there, else the function whose brackets are open, else the stage or command.
  func help(on text: String, at cursor: Int, _ engine: Engine) -> String? {
    let place = completionPlace(at: cursor, in: text, signatures: Engine.signatures)
    guard !place.expectations.contains(.insideString),
      let page = engine.helpPage(at: cursor, in: text)
    else { return nil }
    return HelpDrawing(console.screen(STDOUT_FILENO)).text(page)
  }
}
