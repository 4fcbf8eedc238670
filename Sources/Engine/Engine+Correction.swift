import CasebookLanguage

extension Engine {
  /// Keeps what an error proposes, for `fix`: the text from the failed statement on, corrected.
  ///
  /// Help in between does not make it forgotten; anything else does.
  func remember(_ cell: Cell, of tree: SyntaxTree) {
    switch cell.output {
    case .failure(let diagnostic):
      correction = diagnostic.fix.flatMap { corrected(tree.source, from: cell.statement.span, $0) }
    case .help, .topics: break
    case .table, .message, .plan, .edit, .nothing, .interrupted, .leave:
      let proposed = cell.notes.lazy.compactMap(\.fix).first
      correction = proposed.flatMap { corrected(tree.source, from: cell.statement.span, $0) }
    }
  }

  private func corrected(
    _ source: SourceText, from span: Span, _ fix: Diagnostic.Fix
  ) -> String? {
    guard fix.edits.allSatisfy({ $0.span.lower >= span.lower }) else { return nil }
    let rest = SourceText(source[Span(span.lower, source.bytes.count)])
    let edits = fix.edits.map { edit in
      Diagnostic.Fix.Edit(
        Span(edit.span.lower - span.lower, edit.span.upper - span.lower), edit.text)
    }
    return Diagnostic.Fix(edits).applied(to: rest)
  }

  /// The cell of a statement that only says something.
  func message(_ text: String, _ statement: Statement, _ tree: SyntaxTree) -> Cell {
    Cell(
      statement: statement, source: tree.source, output: .message(text), view: nil,
      rowsAtFault: nil, notes: [], findings: [], warnings: [], canBeWithdrawn: false,
      reads: CellReads(),
      readsProtected: false, mentionsProtected: false, commandName: nil, asksHost: false,
      tellsOfSitting: false,
      startedAt: wallClock(),
      fixedClock: session.clock,
      seed: session.seed, canonicalText: tree.canonicalText(of: statement), seconds: 0)
  }
}
