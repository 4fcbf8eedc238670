import CEditLine
import CasebookEngine
import CasebookLanguage
import CasebookRender
import Glibc

extension Shell {
  /// Runs a script before the first prompt and shows its prose and statements; gives false when it
  /// asked to leave.
  ///
  /// At a terminal it waits for Enter before new prose, so that there is time to read.
  func introduce(_ path: String?, on engine: Engine) throws -> Bool {
    guard let path, let text = text(ofFile: path) else { return true }
    var stays = true
    var isFirst = true
    let waits = Console.inputIsTerminal && Console.outputIsTerminal && !options.isQuiet
    var isShown = true
    do {
      try runAll(text, on: engine) { cell in
        if case .leave = cell.output { stays = false }
        if !isFirst, isShown, waits, cell.statement.prose != nil { isShown = try pause() }
        if !isShown { return }
        if !isFirst, !waits || cell.statement.prose == nil { try output.write("\n") }
        isFirst = false
        try showProse(cell.statement.prose, in: cell.source)
        try showStatement(cell)
        try printer.print(cell, name: path, engine.settings)
      }
      if stays { try showClosingProse(of: text) }
    } catch OutputError.interrupted {
      Interrupts.clear()
    }
    return stays
  }

  private func showStatement(_ cell: Cell) throws {
    let lines = cell.source[cell.statement.span].split(separator: "\n")
    for (number, line) in lines.enumerated() {
      try output.write((number == 0 ? promptText : continuationText) + String(line) + "\n")
    }
    try output.flush()
  }

  private func showProse(_ span: Span?, in source: SourceText) throws {
    guard let span else { return }
    let lines = source[span].split(separator: "\n").map { line in
      let words = line.drop { $0 == " " }.drop { $0 == "/" }
      return String(words.hasPrefix(" ") ? words.dropFirst() : words)
    }
    try output.write(ProseDrawing(console.screen(STDOUT_FILENO)).text(lines) + "\n")
  }

  /// Waits for Enter; gives false when the person has seen enough, and the rest is run unseen.
  private func pause() throws -> Bool {
    let drawing = ProseDrawing(console.screen(STDOUT_FILENO))
    try output.write("\n" + drawing.line("Enter goes on; q and Enter skips to the prompt.", .faint))
    try output.flush()
    var line: [UInt8] = []
    while !line.contains(UInt8(ascii: "\n")) {
      if Interrupts.isPending { throw OutputError.interrupted }
      guard casebook_terminal_wait(-1) else { continue }
      var part = [UInt8](repeating: 0, count: 256)
      let count = Glibc.read(STDIN_FILENO, &part, part.count)
      if count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN) { return false }
      if count > 0 { line += part[..<count] }
    }
    return line.first.map { $0 | 0x20 } != UInt8(ascii: "q")
  }

  /// The comments behind the last statement.
  private func showClosingProse(of text: String) throws {
    let tree = parse(text, signatures: Engine.signatures)
    guard let end = tree.tokens.last else { return }
    let trivia = tree.source[end.trivia]
    guard let comment = trivia.firstIndex(of: "/") else { return }
    let lower = end.trivia.lower + trivia[..<comment].utf8.count
    try output.write("\n")
    try showProse(Span(lower, end.trivia.upper), in: tree.source)
    try output.flush()
  }
}
