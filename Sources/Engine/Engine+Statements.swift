import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues
import CasebookWorkspace

extension Engine {
  /// `set name = value`.
  func set(
    _ setting: Setting, _ binder: Binder, notes: inout [Diagnostic]
  ) throws -> Cell.Output {
    let name = setting.name.text
    if Binder.binProperties.contains(name), let value = setting.value {
      let constant = try binder.constant(value, what: name)
      session.scope[name] = .value(TypedExpression(.constant(constant)))
      return .nothing
    }
    guard let declaration = Settings.all.first(where: { $0.name == name }) else {
      if Settings.ignored.contains(name.lowercased()) {
        notes.append(
          Diagnostic(
            code: "N0302", severity: .note, message: "'\(name)' changes nothing here",
            span: setting.span))
        return .nothing
      }
      let known = Settings.all.map(\.name)
      throw Diagnostic(
        code: "E0305", message: "no setting is named '\(name)'", span: setting.name.span,
        help: nearest(to: name, in: known).map { "did you mean \($0)?" }
          ?? "settings: " + known.joined(separator: ", "),
        fix: Diagnostic.Fix(naming: nearest(to: name, in: known), at: setting.name.span))
    }
    guard let value = setting.value else {
      return .message("\(name) is \(session.settings[name])")
    }
    let word = value.asName?.text ?? value.asLiteral?.text ?? ""
    let normal = word == "true" ? "on" : word == "false" ? "off" : word
    let isValid =
      declaration.words.isEmpty
      ? Int(normal).map { $0 > 0 } == true
      : declaration.words.contains(normal)
    guard isValid else {
      throw Diagnostic(
        code: "E0306", message: "'\(name)' does not take this value", span: value.span,
        help: "it takes "
          + (declaration.words.isEmpty
            ? "a whole number above 0" : declaration.words.joined(separator: " or ")))
    }
    session.settings[name] = normal
    return .nothing
  }

  /// `declare query_parameters(name: type = default, ...)`.
  func declare(_ columns: [ColumnDeclaration], _ binder: Binder) throws {
    for column in columns {
      let type = try column.type.map { try binder.type($0) } ?? .string
      let value: Scalar
      if let given = configuration.parameters[column.name.text] {
        value = try Self.parameter(column.name.text, given, type, at: column.span)
      } else if let syntax = column.defaultValue {
        value = try binder.constant(syntax, what: "a default value").converted(to: type)
      } else {
        throw Diagnostic(
          code: "E0307", message: "parameter '\(column.name.text)' has no value",
          span: column.span, help: "give one with --set \(column.name.text)=...")
      }
      session.scope[column.name.text] = .value(TypedExpression(.constant(value)))
      session.addParameter(column.name.text, value)
    }
  }

  /// The value of a parameter that was given as text.
  static func parameter(
    _ name: String, _ text: String, _ type: ScalarType, at span: Span
  ) throws -> Scalar {
    let value = Scalar.string(text).converted(to: type)
    if value.isNull {
      throw Diagnostic(
        code: "E0308", message: "the value given for '\(name)' is not a \(type.name)", span: span)
    }
    return value
  }

  /// Another shell's habit: `.tables`, `\d`, `\q`, `?`.
  func foreign(_ word: Name, _ argument: String) throws -> Cell.Output {
    let argument = quotedName(argument)
    let statement: String
    switch word.text {
    case ".help", "?", "\\?", "\\h": statement = "help \(argument)"
    case let text where text.hasPrefix("?"): statement = "help \(text.dropFirst()) \(argument)"
    case ".tables", "\\d", "\\dt", "\\l":
      statement = argument.isEmpty ? "datasets" : "describe \(argument)"
    case ".schema": statement = argument.isEmpty ? "datasets" : "\(argument) | getschema"
    case ".quit", ".exit", "\\q": return .leave
    case "\\timing", ".timing", ".timer":
      statement =
        "timing \(argument.isEmpty ? (session.settings.isOn("timing") ? "off" : "on") : argument)"
    default:
      throw Diagnostic(
        code: "E0309", message: "'\(word.text)' is not known here", span: word.span,
        help: "`help` lists what is")
    }
    var output = Cell.Output.nothing
    run(statement) { output = $0.output }
    if case .failure(let diagnostic) = output {
      throw Diagnostic(
        code: diagnostic.code, message: diagnostic.message, span: word.span, help: diagnostic.help)
    }
    return output
  }

  private func quotedName(_ argument: String) -> String {
    let trimmed = argument.drop { $0 == " " }
    return String(trimmed.prefix { $0 != ";" && $0 != "\n" })
  }

  /// The rows of a plain SQL text over the datasets and the tables that `let` named.
  func sql(_ text: String, at span: Span, _ context: RunContext) throws -> Table {
    var tables: [SQLTable] = []
    for name in store.names {
      if let source = try catalog.table(named: name) {
        tables.append(SQLTable(name: name, source: source))
      }
    }
    for name in session.scope.tableNames {
      guard case .table(let plan)? = session.scope[name] else { continue }
      // SQL's names mean the same in any case; what the session defined comes first.
      tables.removeAll { $0.name.lowercased() == name.lowercased() }
      tables.append(SQLTable(name: name, source: PlanSource(plan, context)))
    }
    let masked = tables.flatMap(\.source.fields).filter(\.isProtected).map(\.name)
    if masked.contains(where: { text.contains($0) }) || (text.contains("*") && !masked.isEmpty) {
      context.warn(
        "SQL sees every value of a protected column as ***, also in conditions and counts")
    }
    do {
      return try SQLDoor.run(text, tables: tables, context: context)
    } catch let error as SQLError {
      let place = error.offset.map { span.lower + min($0, max(text.utf8.count - 1, 0)) }
      throw Diagnostic(
        code: "E0310", message: "SQL: \(error.message)",
        span: place.map { Span($0, min($0 + wordLength(text, at: $0 - span.lower), span.upper)) }
          ?? span)
    }
  }

  /// The bytes of the word that begins at a place, or one.
  private func wordLength(_ text: String, at start: Int) -> Int {
    let word = text.utf8.dropFirst(start).prefix { byte in
      byte == UInt8(ascii: "_") || byte &- 48 < 10 || (byte | 32) &- 97 < 26 || byte > 127
    }
    return max(word.count, 1)
  }
}
