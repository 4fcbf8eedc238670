/// What is wrong with a text, as facts; the wording is in one place below.
enum SyntaxProblem {
  case expected(String, found: String, form: String?)
  case expectedAtEnd(String, form: String?)
  case leftOver(found: String)
  case unexpectedInBracket(found: String, closing: String)
  case unclosedBracket(String)
  case strayBracket(String)
  case unclosedString
  case unknownStage(String, nearest: String?)
  case unknownCommand(String, nearest: String?)
  case missingPipe(String)
  case missingWord(String)
  case unknownWord(String, words: [String], nearest: String?)
  case unknownKind(String, of: String, words: [String], nearest: String?)
  case unknownParameter(String, nearest: String?, known: [String])
  case repeatedParameter(String)
  case wrongLogic(String, right: String)
  case singleEquals
  case exclamationMark
  case notWithoutBrackets
  case smartQuotes(replacement: String)
  case groupBy
  case expectedRange
  case badNumber(String)
  case badEscape(String)
  case methodCall
  case otherCluster
  case missingLet(String)
  case habit(String, help: String)
  case tooDeep
}

extension SyntaxProblem {
  /// The problem in words, at a place.
  func diagnostic(at span: Span) -> Diagnostic {
    let words = wording(at: span)
    return Diagnostic(
      code: code, message: words.message, span: span, help: words.help, fix: words.fix)
  }

  /// The stable codes of what the parser reports: `E01..`.
  var code: String {
    switch self {
    case .expected: "E0101"
    case .expectedAtEnd: "E0102"
    case .leftOver: "E0103"
    case .unexpectedInBracket: "E0104"
    case .unclosedBracket: "E0105"
    case .strayBracket: "E0106"
    case .unclosedString: "E0107"
    case .unknownStage: "E0108"
    case .unknownCommand: "E0109"
    case .missingPipe: "E0110"
    case .missingWord: "E0111"
    case .unknownWord, .unknownKind: "E0112"
    case .unknownParameter: "E0113"
    case .repeatedParameter: "E0114"
    case .wrongLogic: "E0115"
    case .singleEquals: "E0116"
    case .exclamationMark: "E0117"
    case .smartQuotes: "E0118"
    case .notWithoutBrackets: "E0125"
    case .groupBy: "E0119"
    case .expectedRange: "E0120"
    case .badNumber: "E0121"
    case .badEscape: "E0122"
    case .methodCall: "E0123"
    case .otherCluster: "E0126"
    case .missingLet: "E0127"
    case .habit: "E0128"
    case .tooDeep: "E0124"
    }
  }

  private typealias Words = (message: String, help: String?, fix: Diagnostic.Fix?)

  private func wording(at span: Span) -> Words {
    switch self {
    case .expected(let what, let found, let form):
      ("\(found) stands where \(what) is needed.", help(form: form), nil)
    case .expectedAtEnd(let what, let form):
      ("\(what.capitalizedFirst) is needed here.", help(form: form), nil)
    case .leftOver(let found): leftOver(found)
    case .unexpectedInBracket(let found, let closing):
      ("\(found) does not fit here.", "`,` or `\(closing)` could follow.", nil)
    case .unclosedBracket(let bracket):
      ("This `\(bracket)` is never closed.", "Close it with `\(closing(bracket))`.", nil)
    case .strayBracket(let bracket):
      ("This `\(bracket)` closes nothing.", "Take it out.", replacing(span, ""))
    case .unclosedString:
      ("This string is never closed.", "Close it with the quote that opens it.", nil)
    case .unknownStage(let word, let nearest): unknownStage(word, nearest, span)
    case .unknownCommand(let word, let nearest): unknownCommand(word, nearest, span)
    case .missingPipe(let word):
      (
        "A `|` is missing before `\(word)`.", "Every stage begins with `|`.",
        replacing(Span(span.lower, span.lower), "| ")
      )
    case .missingWord(let word):
      (
        "`\(word)` is missing here.", "Write `\(word)` before this.",
        replacing(Span(span.lower, span.lower), word + " ")
      )
    case .unknownWord(let word, let words, let nearest):
      (
        "`\(word)` stands where \(listed(words.map { "`\($0)`" })) is needed.",
        nearest.map { "Did you mean `\($0)`?" } ?? "Write one of these words.",
        nearest.map { replacing(span, $0) }
      )
    case .unknownKind(let word, let label, let words, let nearest):
      (
        "There is no \(label) `\(word)`.",
        help(
          nearest: nearest, known: words, what: label.prefix(1).uppercased() + label.dropFirst()),
        nearest.map { replacing(span, $0) }
      )
    case .unknownParameter(let name, let nearest, let known):
      (
        "There is no setting `\(name)` here.", help(nearest: nearest, known: known),
        nearest.map { replacing(span, $0) }
      )
    case .repeatedParameter(let name): ("`\(name)` is given twice.", "Keep one of them.", nil)
    case .wrongLogic(let written, let right):
      ("`\(written)` is written `\(right)` here.", "Write `\(right)`.", replacing(span, right))
    case .singleEquals:
      ("`=` gives a name; `==` compares.", "Write `==`.", replacing(span, "=="))
    case .exclamationMark:
      ("`!` does not negate an expression.", "Write `not(...)`.", nil)
    case .notWithoutBrackets:
      ("`not` needs brackets.", "Write `not(...)`.", nil)
    case .smartQuotes(let replacement):
      (
        "These are typographic quotes.", "Write straight quotes: `\"...\"`.",
        replacing(span, replacement)
      )
    case .groupBy:
      ("There is no `group by`.", "Group with `| summarize count() by column`.", nil)
    case .expectedRange:
      ("`between` needs a range.", "Write `between (low .. high)`.", nil)
    case .badNumber(let text):
      ("`\(text)` is no number.", "Units of time are d, h, m, s, ms, microsecond, tick.", nil)
    case .badEscape(let escape):
      (
        "`\(escape)` is no escape sequence.",
        "Double the backslash, or put `@` before the string: `@\"...\"`.", nil
      )
    case .methodCall:
      ("A function cannot be called behind a dot.", "Write `function(value)`.", nil)
    case .otherCluster:
      ("Names of other clusters are not supported.", "`load` the data first.", nil)
    case .missingLet(let name):
      (
        "`\(name)` is given a value without `let`.", "Write `let \(name) = ...`.",
        replacing(Span(span.lower, span.lower), "let ")
      )
    case .habit(let word, let help): ("There is no `\(word)` here.", help, nil)
    case .tooDeep:
      (
        "This is nested too deeply to be read.",
        "Name parts of it with `let`, or replace a long chain of `or` by `in (...)`.", nil
      )
    }
  }
}

// MARK: - Longer messages

extension SyntaxProblem {
  private func leftOver(_ found: String) -> Words {
    let help =
      found == "`|`"
      ? "This statement yields no table, so no stage can follow."
      : "A stage begins with `|`, a new statement with `;` or on a new line."
    return ("\(found) does not fit here.", help, nil)
  }

  private static let unsupportedStages: [String: (reason: String, help: String)] = [
    "fork": (
      ": a pipeline here has one result",
      "Name the rows with `let`, and write a pipeline for each result."
    ),
    "facet": (
      ": a pipeline here has one result",
      "Name the rows with `let`, and write a pipeline for each result."
    ),
    "find": ("", "`search in (T) column == 1` looks through several tables."),
    "assert-schema": ("", "`getschema` shows the columns and their types."),
    "macro-expand": ("", "`union` puts several tables together."),
  ]

  private func unknownStage(_ word: String, _ nearest: String?, _ span: Span) -> Words {
    if word.hasPrefix("graph-") || word == "make-graph" {
      return ("Graph operators are not supported.", "`join` follows one step at a time.", nil)
    }
    if let instead = Self.unsupportedStages[word] {
      return ("KQL's `\(word)` is not supported\(instead.reason).", instead.help, nil)
    }
    let message = "There is no stage `\(word)`."
    switch word {
    case "select": return (message, "Choose columns with `project`.", replacing(span, "project"))
    case "having": return (message, "Filter with `where`.", replacing(span, "where"))
    case "group": return (message, "Group with `| summarize count() by column`.", nil)
    default:
      guard let nearest else { return (message, "`help stages` lists them.", nil) }
      return (message, "Did you mean `\(nearest)`?", replacing(span, nearest))
    }
  }

  private func unknownCommand(_ word: String, _ nearest: String?, _ span: Span) -> Words {
    let message = "There is no command `\(word)`."
    guard let nearest else {
      return (message, "If it is a table, stages follow it with `|`.", nil)
    }
    return (message, "Did you mean `\(nearest)`?", replacing(span, nearest))
  }

  private func help(nearest: String?, known: [String], what: String = "Setting") -> String {
    if let nearest { return "Did you mean `\(nearest)`?" }
    // A screenful of words helps nobody; the page of help has them all.
    let isLong = known.count > 12
    let words = known.prefix(isLong ? 8 : 12).joined(separator: ", ")
    let rest = isLong ? " and \(known.count - 8) more" : ""
    return "\(what)s here: \(words)\(rest)."
  }

  private func help(form: String?) -> String {
    form.map { "The form is `\($0)`." } ?? "`help` lists statements, `help stages` stages."
  }

  private func replacing(_ span: Span, _ text: String) -> Diagnostic.Fix {
    Diagnostic.Fix([.init(span, text)])
  }

  private func closing(_ bracket: String) -> String {
    switch bracket {
    case "(": ")"
    case "[": "]"
    default: "}"
    }
  }
}

extension String {
  fileprivate var capitalizedFirst: String {
    prefix(1).uppercased() + dropFirst()
  }
}
