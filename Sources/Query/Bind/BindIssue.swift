import CasebookLanguage
import CasebookTables
import CasebookValues

/// What can be wrong with a statement that parses: facts here, wording below, one short function a
/// message.
enum BindIssue {
  case unknownColumn(String, inScope: [String])
  case unknownTable(String, known: [String])
  case unknownFunction(String, nearest: String?)
  case unknownStage(String)
  case notAFunction(String)
  case argumentCount(function: String, got: Int, signature: String)
  case argumentType(
    function: String, parameter: String, got: ScalarType, accepts: [ScalarType], signature: String)
  case argumentTypes(function: String, got: [ScalarType], signature: String)
  case operandTypes(operator: String, left: ScalarType, right: ScalarType?)
  case textComparedWithNumber(operator: String, textSide: String)
  case conditionNotBool(ScalarType)
  case notConstant(what: String)
  case constantOfType(what: String, expected: String)
  case aggregateOutside(String)
  case aggregateInside(String)
  case notGrouped(String)
  case needsTable(String)
  case needsValue(String)
  case noColumns(what: String)
  case duplicateColumn(String)
  case unsupported(String, instead: String?)
  case badLiteral(type: ScalarType, example: String)
  case windowNeedsOrder(String)
  case functionBody(String, message: String)
  case failed(String)
  case needsPriorResult
  case protectedConstant(String)
  case bareNull
  case assignmentInCondition
  case timeComparedWithText(operator: String)
  case shape(String, help: String)
  case dependsOnData(String)
  case wordAsName(String)
  case dynamicKey

  /// The diagnostic that says so at `span`.
  func at(_ span: Span) -> Diagnostic {
    let wording = self.wording
    return Diagnostic(
      code: wording.code, message: wording.message, span: span, help: wording.help,
      fix: replacement.map { Diagnostic.Fix([.init(span, quoted($0))]) })
  }

  /// The name that was meant, if one is near enough.
  private var replacement: String? {
    switch self {
    case .unknownColumn(let name, let known), .unknownTable(let name, let known):
      nearest(to: name, in: known)
    case .unknownFunction(_, let nearest): nearest
    default: nil
    }
  }

  private var wording: (code: String, message: String, help: String?) {
    switch self {
    case .unknownColumn(let name, let inScope):
      ("E0201", "no column or value is named '\(name)' here", Self.columnHelp(name, inScope))
    case .unknownTable(let name, let known):
      ("E0202", "no table is named '\(name)'", Self.tableHelp(name, known))
    case .unknownFunction(let name, let nearest):
      (
        "E0203", "no function is named '\(name)'",
        nearest.map { "did you mean \($0)?" } ?? "`help functions` lists them"
      )
    case .unknownStage(let name):
      ("E0204", "no stage is named '\(name)'", "`help` lists the stages")
    case .notAFunction(let name):
      ("E0205", "'\(name)' is not a function", "leave out the brackets to use its value")
    case .argumentCount(let function, let got, let signature):
      (
        "E0206", "\(function) was given \(got) argument\(got == 1 ? "" : "s")",
        "it is written \(signature)"
      )
    case .argumentType(let function, let parameter, let got, let accepts, let signature):
      (
        "E0207",
        "\(function) takes \(Self.list(accepts.map(\.name))) as \(parameter), and this is \(got.name)",
        "it is written \(signature)"
      )
    case .argumentTypes(let function, let got, let signature):
      (
        "E0208", "\(function) does not go with \(Self.list(got.map(\.name), last: "and"))",
        "it is written \(signature)"
      )
    case .operandTypes(let symbol, let left, let right):
      (
        "E0209",
        right.map { "'\(symbol)' does not go between \(left.name) and \($0.name)" }
          ?? "'\(symbol)' does not go with \(left.name)",
        left == .datetime && right?.isNumeric == true
          ? "a length of time is written like 7d, 12h or 30m"
          : "convert one side, for example with tostring(), tolong() or todatetime()"
      )
    case .textComparedWithNumber(let symbol, let side):
      (
        "E0210", "'\(symbol)' compares text with a number",
        "convert the text with tolong(\(side)) or todouble(\(side)), or put the number in quotes"
      )
    case .conditionNotBool(let type):
      (
        "E0211", "a condition is true or false, and this is \(type.name)",
        "compare it with something"
      )
    case .notConstant(let what):
      ("E0212", "\(what) has to be known before any row is read", "use a literal or a `let` value")
    case .constantOfType(let what, let expected):
      ("E0213", "\(what) has to be \(expected)", nil)
    case .aggregateOutside(let name):
      ("E0214", "\(name) works over groups of rows", "use it in `summarize`")
    case .aggregateInside(let name):
      ("E0215", "\(name) stands inside another aggregate", "summarize twice, one after the other")
    case .notGrouped(let name):
      (
        "E0216", "'\(name)' is neither aggregated nor a key",
        "put it behind `by`, or inside an aggregate such as take_any(\(name))"
      )
    case .needsTable(let name):
      ("E0217", "'\(name)' is a value, and a table is needed here", nil)
    case .needsValue(let name):
      (
        "E0218", "'\(name)' is a table, and a value is needed here",
        "toscalar(\(name) | ...) takes the first value of a table"
      )
    case .noColumns(let what): ("E0219", "\(what) leaves no column", nil)
    case .duplicateColumn(let name):
      ("E0220", "two columns would be named '\(name)'", "give one of them another name")
    case .unsupported(let what, let instead): ("E0221", "\(what) is not supported", instead)
    case .badLiteral(let type, let example):
      ("E0222", "this is not a \(type.name)", "a \(type.name) is written like \(example)")
    case .windowNeedsOrder(let name):
      (
        "E0223", "\(name) needs rows in a fixed order",
        "put `sort by ...` or `serialize` before this stage"
      )
    case .functionBody(let name, let message): ("E0224", "in \(name): \(message)", nil)
    case .failed(let message): ("E0225", message, nil)
    case .needsPriorResult:
      ("E0226", "there is no earlier pipeline to continue", "begin with the name of a table")
    case .shape(let message, let help): ("E0227", message, help)
    case .bareNull:
      (
        "E0233", "a bare null has no type",
        "isnull(x) and isnotnull(x) test for a missing value; int(null) is a null of a type"
      )
    case .assignmentInCondition: ("E0116", "`=` gives a name; `==` compares", "write `==`")
    case .timeComparedWithText(let symbol):
      (
        "E0231", "'\(symbol)' compares a time with text",
        "write the time as datetime(2026-01-31), or convert the text with todatetime()"
      )
    case .protectedConstant(let what):
      (
        "E0232", "\(what) would show a protected value",
        "`reveal NAME.COLUMN because \"...\"` lifts the protection for this session"
      )
    case .dynamicKey:
      (
        "E0230", "a dynamic value cannot be a key",
        "say what it is, for example with tostring() or tolong()"
      )
    case .wordAsName(let name):
      (
        "E0229", "'\(name)' is a word of the language and needs brackets to name a column",
        "['\(name)'] = ..."
      )
    case .dependsOnData(let name):
      (
        "E0228", "the columns that \(name) gives depend on the data, which is not read here",
        "run the statement; for bag_unpack, its columns may be written out: bag_unpack(d) : (a: long)"
      )
    }
  }

  private static func columnHelp(_ name: String, _ inScope: [String]) -> String {
    if let nearest = nearest(to: name, in: inScope) {
      return "did you mean \(quoted(nearest))?"
    }
    if inScope.isEmpty { return "there are no columns here" }
    let shown = inScope.prefix(12).map(quoted).joined(separator: ", ")
    return "columns here: \(shown)" + (inScope.count > 12 ? ", and \(inScope.count - 12) more" : "")
  }

  private static func tableHelp(_ name: String, _ known: [String]) -> String {
    if let nearest = nearest(to: name, in: known) {
      return "did you mean \(quoted(nearest))?"
    }
    if known.isEmpty { return "load one: load \"file.csv\" as \(quoted(name))" }
    return "tables here: " + known.prefix(12).map(quoted).joined(separator: ", ")
  }

  private static func list(_ words: [String], last: String = "or") -> String {
    guard let end = words.last, words.count > 1 else { return words.first ?? "nothing" }
    return words.dropLast().joined(separator: ", ") + " \(last) " + end
  }
}

/// A name as it is written in a query.
func quoted(_ name: String) -> String { spelled(name: name) }
