import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `param name: type = default in (a, b)`: a value that a run may be given from outside.
enum ParamCommand: CommandDeclaration {
  static let signature = Signature(
    "param", role: .command,
    [
      .name("name"), .symbol(":"), .type("type"),
      .clauses([
        [.symbol("="), .expression("default")], [.word("in"), .operand("values")],
        [.word("between"), .operand("range")],
      ]),
    ])
  static let task = HelpTask.replay
  static let summary = "Declares a value that `casebook run --set name=value` may give."
  static let details = """
    `in (a, b, c)` or `between (a .. b)` says which values are allowed; any other is refused before a cell runs on it.
    What must not be seen, such as a salt or a key, is a `secret param`.
    """
  static let examples = [
    Example("param week: datetime = datetime(2026-03-02)"),
    Example("param vertical: string = \"spam\" in (\"spam\", \"fraud\")"),
    Example("param least: real = 0.9 between (0.5 .. 1.0)"),
  ]

  static let withdrawal = Withdrawal.possible

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let name = command.name("name"), let typeSyntax = command.expression("type"),
      case .type(let typeName) = typeSyntax.kind
    else { return .nothing }
    let binder = run.makeBinder()
    let type = try binder.type(typeName)
    var syntax = command.expression("default")
    var allowed: AllowedValues?
    if let list = command.expression("values") {
      allowed = try AllowedValues(among: list, type, binder)
    } else if let range = command.expression("range") {
      allowed = try AllowedValues(between: range, type, binder)
    }
    // What may be given stands behind the default, where it reads like a condition on it.
    if case .binary(let relation, let value, let values)? = syntax?.kind, type != .bool {
      if relation == .in {
        allowed = try AllowedValues(among: values, type, binder)
        syntax = value
      } else if relation == .between {
        allowed = try AllowedValues(between: values, type, binder)
        syntax = value
      }
    }
    let value: Scalar
    if let given = run.engine.configuration.parameters[name.text] {
      value = try Engine.parameter(name.text, given, type, at: name.span)
      try allowed?.require(value, of: name.text, at: name.span)
    } else if let syntax {
      value = try binder.constant(syntax, what: "a default value").converted(to: type)
      if value.isNull, type != .dynamic {
        throw Diagnostic(
          code: "E0314", message: "the default is not a \(type.name)", span: syntax.span)
      }
      try allowed?.require(value, of: name.text, at: syntax.span)
    } else {
      throw Diagnostic(
        code: "E0307", message: "parameter '\(name.text)' has no value", span: name.span,
        help: "give one with --set \(name.text)=..., or a default with = ...")
    }
    noteReplaced(name, by: value, run)
    run.engine.session.scope[name.text] = .value(TypedExpression(.constant(value)))
    run.engine.session.addParameter(name.text, value, allowed: allowed?.text ?? "")
    return .nothing
  }

  /// A script that another one runs may have the same parameter with a default of its own.
  private static func noteReplaced(_ name: Name, by value: Scalar, _ run: StatementRun) {
    guard let script = run.engine.runningScripts.last,
      let earlier = run.engine.session.parameters[name.text], earlier != value
    else { return }
    run.note(
      Diagnostic(
        code: "W0338", severity: .warning,
        message:
          "\(script) sets \(name.text) to its own default, \(value.text); it was \(earlier.text)",
        span: name.span, help: "--set \(name.text)=... gives both the same value"))
  }

  static func check(_ command: Command, _ run: StatementRun) throws {
    _ = try Self.run(command, run)
  }
}

/// Which values a parameter takes.
private struct AllowedValues {
  private let accepts: (Scalar) -> Bool
  /// As it is told: `"spam", "fraud"`, `0.5 .. 1`.
  let text: String

  /// One of some values.
  init(
    among syntax: CasebookLanguage.Expression, _ type: ScalarType, _ binder: Binder
  ) throws {
    let values = try syntax.asList.map { try Self.value($0, type, binder) }
    accepts = { given in values.contains { $0.text == given.text } }
    text = values.map { type == .string ? LogRoles.inQuotes($0.text) : $0.text }
      .joined(separator: ", ")
  }

  /// From one value to another, both included.
  init(
    between syntax: CasebookLanguage.Expression, _ type: ScalarType, _ binder: Binder
  ) throws {
    guard case .range(let lower, let upper) = syntax.unbracketed.kind else {
      throw Diagnostic(
        code: "E0333", message: "a range is written `(a .. b)`", span: syntax.span,
        help: "between (0.5 .. 1.0)")
    }
    let least = try Self.value(lower, type, binder)
    let greatest = try Self.value(upper, type, binder)
    accepts = { !Self.isLess($0, least) && !Self.isLess(greatest, $0) }
    text = "\(least.text) .. \(greatest.text)"
  }

  private static func isLess(_ left: Scalar, _ right: Scalar) -> Bool {
    switch (left, right) {
    case (.long(let left), .long(let right)), (.datetime(let left), .datetime(let right)),
      (.timespan(let left), .timespan(let right)):
      left < right
    case (.int(let left), .int(let right)): left < right
    case (.real(let left), .real(let right)), (.decimal(let left), .decimal(let right)):
      left < right
    default: compareText(left.text, right.text) < 0
    }
  }

  private static func value(
    _ syntax: CasebookLanguage.Expression, _ type: ScalarType, _ binder: Binder
  ) throws -> Scalar {
    let value = try binder.constant(syntax, what: "an allowed value").converted(to: type)
    if value.isNull {
      throw Diagnostic(
        code: "E0314", message: "this value is not a \(type.name)", span: syntax.span)
    }
    return value
  }

  func require(_ value: Scalar, of name: String, at span: Span) throws(Diagnostic) {
    guard !accepts(value) else { return }
    throw Diagnostic(
      code: "E0334", message: "parameter '\(name)' does not take \(value.text)", span: span,
      help: "it takes " + text)
  }
}

/// `secret param name: type from env "NAME"`: a value that is never shown.
enum SecretCommand: CommandDeclaration {
  static let signature = Signature(
    "secret", role: .command,
    [
      .word("param"), .name("name"), .symbol(":"), .type("type"),
      .optional([.word("from"), .oneOf("place", ["env", "fd"]), .operand("which")]),
    ])
  static let task = HelpTask.replay
  static let summary = "Declares a value that comes from outside and is never shown."
  static let details = """
    It is read from an environment variable, `from env "SALT"`, or from an open file, `from fd 3`; without either
    from the variable CASEBOOK_ and the name in capitals. Whatever is computed from it is masked as a protected
    column is, and a lock holds a keyed hash of it alone. `--set` does not give it: command lines can be seen.
    """
  static let examples = [Example("secret param salt: string from env \"HOME\"\nprint salt")]

  static let withdrawal = Withdrawal.possible

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let declared = try declared(command, run) else { return .nothing }
    let (name, type) = declared
    if run.engine.configuration.parameters[name.text] != nil {
      throw Diagnostic(
        code: "E0335", message: "'\(name.text)' is secret and cannot be given by --set",
        span: name.span, help: "command lines can be seen; say it in the environment")
    }
    let text: String
    if command.word("place") == "fd", let syntax = command.expression("which") {
      guard case .long(let number) = try run.makeBinder().constant(syntax, what: "a file's number"),
        let descriptor = Int32(exactly: number), descriptor >= 0
      else {
        throw Diagnostic(
          code: "E0336", message: "this is no open file", span: syntax.span, help: "from fd 3")
      }
      do {
        text = try run.engine.configuration.secrets.text(ofDescriptor: descriptor)
        if text.isEmpty {
          throw Diagnostic(
            code: "E0307", message: "secret parameter '\(name.text)' has no value",
            span: syntax.span, help: "file \(number) is empty")
        }
      } catch let error as FileError {
        throw Diagnostic(
          code: "E0336", message: "file \(number) cannot be read: \(error.reason)",
          span: syntax.span, help: "casebook run SCRIPT.cb \(number)< FILE")
      }
    } else {
      let variable = command.string("which") ?? "CASEBOOK_" + name.text.uppercased()
      guard let value = SecretReader.environment(variable), !value.isEmpty else {
        throw Diagnostic(
          code: "E0307", message: "secret parameter '\(name.text)' has no value", span: name.span,
          help: "it is read from the environment variable \(variable)")
      }
      text = value
    }
    let value = Scalar.string(text).converted(to: type)
    if value.isNull {
      throw Diagnostic(
        code: "E0308", message: "the value given for '\(name.text)' is not a \(type.name)",
        span: name.span)
    }
    define(name, value, run)
    return .nothing
  }

  /// A script that is only checked needs no secrets.
  static func check(_ command: Command, _ run: StatementRun) throws {
    if let (name, type) = try declared(command, run) { define(name, .null(type), run) }
  }

  private static func declared(
    _ command: Command, _ run: StatementRun
  ) throws -> (Name, ScalarType)? {
    guard let name = command.name("name"), let typeSyntax = command.expression("type"),
      case .type(let typeName) = typeSyntax.kind
    else { return nil }
    return (name, try run.makeBinder().type(typeName))
  }

  private static func define(_ name: Name, _ value: Scalar, _ run: StatementRun) {
    run.engine.session.scope[name.text] = .value(
      TypedExpression(.constant(value), isProtected: true))
    run.engine.session.addParameter(name.text, secret: value.text)
  }
}
