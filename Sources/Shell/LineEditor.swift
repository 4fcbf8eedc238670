import CEditLine

/// The line editor at a terminal.
final class LineEditor {
  /// What reading a line gives.
  enum Reading: Equatable {
    /// A line, without its line break.
    case line(String)
    /// Ctrl-C.
    case interrupted
    /// Ctrl-D on an empty line, or the terminal is gone.
    case end
  }

  private let editor: OpaquePointer

  /// An editor on standard input; nil when there is no memory for it.
  init?() {
    guard let editor = casebook_editor_open("casebook") else { return nil }
    self.editor = editor
  }

  deinit { casebook_editor_close(editor) }

  func read(_ prompt: String) -> Reading {
    var text: UnsafePointer<CChar>?
    let length = prompt.withCString { casebook_editor_read(editor, $0, &text) }
    guard length > 0, let text else {
      return Int(length) == CASEBOOK_EDITOR_INTERRUPTED ? .interrupted : .end
    }
    let bytes = UnsafeRawBufferPointer(start: text, count: Int(length))
    let line = String(decoding: bytes, as: UTF8.self)
    return .line(line.hasSuffix("\n") ? String(line.dropLast()) : line)
  }

  /// Makes an entry the newest one that the up key recalls.
  func remember(_ entry: String) { casebook_editor_remember(editor, entry) }
}
