import CasebookRender

/// What `help E0142` says about one code of the diagnostics.
///
/// Every code that stands anywhere in the sources has a page here; a test reads both. Whoever adds a code adds
/// its page to the list of its family: what it means, what to do, and where a statement alone can show it, a wrong
/// one and a right one.
struct DiagnosticPage: Sendable {
  /// The code: `E0142`.
  let code: String
  /// What it says, in a few words.
  let title: String
  /// What is behind it, and the way out.
  let text: String
  /// A statement that gets the diagnostic, on an empty workspace; nil where one alone cannot.
  let wrong: String?
  /// A statement that does not.
  let right: String?

  init(
    _ code: String, _ title: String, _ text: String, wrong: String? = nil, right: String? = nil
  ) {
    self.code = code
    self.title = title
    self.text = text
    self.wrong = wrong
    self.right = right
  }

  /// Every page, by code.
  static let all: [DiagnosticPage] =
    syntaxPages + bindingPages + statementPages + runPages + analysisPages + triagePages
    + scriptPages + reportPages

  /// The page of a code.
  static func page(_ code: String) -> DiagnosticPage? { byCode[code.uppercased()] }

  private static let byCode = Dictionary(all.map { ($0.code, $0) }) { first, _ in first }

  /// The page as help draws it.
  var helpPage: HelpPage {
    var examples: [HelpPage.Example] = []
    if let wrong { examples.append(HelpPage.Example(wrong, caption: "gets it")) }
    if let right { examples.append(HelpPage.Example(right, caption: "is right")) }
    return HelpPage(title: code, summary: title, details: [text], examples: examples)
  }
}
