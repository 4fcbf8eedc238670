import CEditLine
import Glibc

/// Whatever reads statements at a prompt.
protocol StatementReader: AnyObject {
  func read(prompt: String, continuation: String, initial: String) -> LineEditor.Reading
  /// Asks whether to do something.
  func ask(_ question: String) -> Bool
}

extension LineEditor: StatementReader {}

/// Reads at a terminal that cannot move its cursor: the system edits the line, one at a time.
final class PlainReader: StatementReader {
  private let screenDescriptor: Int32?
  private let needsMore: (String) -> Bool
  private var bytes: [UInt8] = []

  /// A reader on standard input that shows its prompts on a descriptor, or nowhere.
  init(screen: Int32?, needsMore: @escaping (String) -> Bool) {
    screenDescriptor = screen
    self.needsMore = needsMore
  }

  func read(prompt: String, continuation: String, initial: String) -> LineEditor.Reading {
    var typed = TypedStatement()
    while true {
      show(typed.isEmpty ? prompt : continuation)
      switch readLine() {
      case .success(let line):
        if let text = typed.add(line, needsMore: needsMore) { return .statement(text) }
      case .failure(.interrupted):
        Interrupts.clear()
        show("\n")
        return .interrupted("")
      case .failure(.ended):
        // A last line without a line break, where there is no terminal.
        if let text = typed.rest { return .statement(text) }
        show("\n")
        return .end
      }
    }
  }

  func ask(_ question: String) -> Bool {
    show(question)
    switch readLine() {
    case .success(let line): return line.lowercased().hasPrefix("y")
    case .failure(.interrupted):
      Interrupts.clear()
      show("\n")
      return false
    case .failure(.ended): return true
    }
  }

  private enum Stop: Error {
    case interrupted
    case ended
  }

  private func readLine() -> Result<String, Stop> {
    while true {
      if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
        defer { bytes.removeSubrange(...end) }
        return .success(LineEditor.pasteText(Array(bytes[..<end])))
      }
      if Interrupts.isPending { return .failure(.interrupted) }
      guard casebook_terminal_wait(-1) else { continue }
      var part = [UInt8](repeating: 0, count: 4096)
      let count = Glibc.read(STDIN_FILENO, &part, part.count)
      if count > 0 {
        bytes.append(contentsOf: part[..<count])
      } else if count == 0, !bytes.isEmpty {
        bytes.append(UInt8(ascii: "\n"))
      } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
        return .failure(.ended)
      }
    }
  }

  private func show(_ text: String) {
    guard let screenDescriptor else { return }
    _ = writeAll(Array(text.utf8), to: screenDescriptor)
  }
}
