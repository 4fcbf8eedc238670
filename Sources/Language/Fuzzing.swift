/// The body of the fuzz target for the whole front end; traps when a law is broken.
///
/// The laws: the tree prints back to its source, formatting keeps every token and is idempotent, and
/// completion and completeness answer for any text.
public func fuzzLanguage(_ bytes: UnsafeRawBufferPointer, signatures: SignatureSet) {
  let text = String(decoding: bytes, as: UTF8.self)
  let tree = parse(text, signatures: signatures)
  precondition(tree.printed.utf8.elementsEqual(text.utf8), "the tree does not print its source")
  let formatted = format(tree)
  let again = parse(formatted, signatures: signatures)
  let tokens = { (tree: SyntaxTree) in tree.tokens.map { tree.source[$0.span] } }
  precondition(tokens(again) == tokens(tree), "formatting changed a token")
  precondition(format(again) == formatted, "formatting is not idempotent")
  _ = completeness(of: text, signatures: signatures)
  _ = completionPlace(at: bytes.count, in: text, signatures: signatures)
}
