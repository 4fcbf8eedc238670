import CasebookLanguage
import Testing

/// Parses a text and checks what must hold of every text, then what the test expects.
///
/// Of every text: the tree prints back to it byte for byte, nodes nest, formatting keeps the tokens and
/// formatting twice changes nothing more. `«` and `»` mark where diagnostics are expected, in order;
/// `errors` holds the start of each, code first. `fixed` is the text with all fixes applied.
@discardableResult
func check(
  _ marked: String, errors: [String] = [], fixed: String? = nil, formatted: String? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) -> SyntaxTree {
  let (text, spans) = unmark(marked)
  let tree = parse(text, signatures: Sample.signatures)
  checkLaws(tree, text, sourceLocation)
  let told = tree.diagnostics.map { "\($0.code) \($0.message)" }
  #expect(told.count == errors.count, "told: \(told)", sourceLocation: sourceLocation)
  for (one, expected) in zip(told, errors) {
    #expect(one.hasPrefix(expected), sourceLocation: sourceLocation)
  }
  if !spans.isEmpty {
    #expect(tree.diagnostics.map(\.span) == spans, sourceLocation: sourceLocation)
  }
  if let fixed {
    let edits = tree.diagnostics.flatMap { $0.fix?.edits ?? [] }
    let result = Diagnostic.Fix(edits).applied(to: tree.source)
    #expect(result == fixed, sourceLocation: sourceLocation)
    check(fixed, sourceLocation: sourceLocation)
  }
  if let formatted {
    #expect(format(tree) == formatted, sourceLocation: sourceLocation)
  }
  return tree
}

/// What holds of the tree of every text.
func checkLaws(_ tree: SyntaxTree, _ text: String, _ sourceLocation: SourceLocation) {
  #expect(Array(tree.printed.utf8) == Array(text.utf8), sourceLocation: sourceLocation)
  if let flaw = nestingFlaw(tree) {
    Issue.record("\(flaw) in \(text)", sourceLocation: sourceLocation)
  }
  for diagnostic in tree.diagnostics {
    let whole = Span(0, tree.source.bytes.count)
    #expect(whole.contains(diagnostic.span), sourceLocation: sourceLocation)
    #expect(!tree.source.excerpt(of: diagnostic.span).isEmpty, sourceLocation: sourceLocation)
  }
  let once = format(tree)
  let again = parse(once, signatures: Sample.signatures)
  #expect(tokenTexts(again) == tokenTexts(tree), "\(once)", sourceLocation: sourceLocation)
  #expect(format(again) == once, "\(once)", sourceLocation: sourceLocation)
  #expect(again.statements.count == tree.statements.count, sourceLocation: sourceLocation)
  #expect(commentTexts(again) == commentTexts(tree), "\(once)", sourceLocation: sourceLocation)
}

private func tokenTexts(_ tree: SyntaxTree) -> [String] {
  tree.tokens.map { tree.source[$0.span] }
}

/// The comments of a text without the white space around them.
private func commentTexts(_ tree: SyntaxTree) -> [String] {
  tree.tokens.flatMap { token in
    tree.source[token.trivia].split(separator: "\n").compactMap { line in
      line.firstIndex(of: "/").map { start in
        let reversed = line[start...].reversed().drop { $0 == " " || $0 == "\t" || $0 == "\r" }
        return String(reversed.reversed())
      }
    }
  }
}

/// A node whose children leave its span or are out of order; nil if there is none.
private func nestingFlaw(_ tree: SyntaxTree) -> String? {
  var flaw: String?
  for statement in tree.statements {
    statement.walk { node in
      var end = node.span.lower
      for child in node.children {
        if !node.span.contains(child.span) || child.span.lower < end {
          flaw = "\(type(of: child)) \(child.span) is not in \(type(of: node)) \(node.span)"
        }
        end = child.span.upper
      }
    }
  }
  return flaw
}

/// Takes the marks out of a text.
private func unmark(_ marked: String) -> (text: String, spans: [Span]) {
  var text = ""
  var spans: [Span] = []
  var open = 0
  for character in marked {
    switch character {
    case "«": open = text.utf8.count
    case "»": spans.append(Span(open, text.utf8.count))
    default: text.append(character)
    }
  }
  return (text, spans)
}

extension SyntaxTree {
  /// The pipeline of a statement.
  func pipeline(_ index: Int = 0) -> Pipeline? {
    guard statements.indices.contains(index), case .pipeline(let pipeline) = statements[index].kind
    else { return nil }
    return pipeline
  }

  /// The command of a statement.
  func command(_ index: Int = 0) -> Command? {
    guard statements.indices.contains(index), case .command(let command) = statements[index].kind
    else { return nil }
    return command
  }
}
