import CasebookEngine
import CasebookLanguage

extension Shell {
  /// Runs a script before the first prompt and shows its prose and statements; gives false when it
  /// asked to leave.
  func introduce(_ path: String?, on engine: Engine) throws -> Bool {
    guard let path, let text = text(ofFile: path) else { return true }
    var stays = true
    var isFirst = true
    do {
      try runAll(text, on: engine) { cell in
        try output.write(isFirst ? "" : "\n")
        isFirst = false
        try showProse(cell.statement.prose, in: cell.source)
        try showStatement(cell)
        try printer.print(cell, name: path, engine.settings)
        if case .leave = cell.output { stays = false }
      }
      try showClosingProse(of: text)
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
    for line in source[span].split(separator: "\n") {
      let words = line.drop { $0 == " " || $0 == "/" }
      // An indented line is an example and stays indented.
      let isExample = line.drop { $0 == "/" }.hasPrefix("    ")
      try output.write((isExample ? "    " : "") + String(words) + "\n")
    }
    try output.write("\n")
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
