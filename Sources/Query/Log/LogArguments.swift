public import CasebookLanguage
public import CasebookTables
public import CasebookValues

extension LogRoles {
  /// The settings by which a log is declared, and by which a stage overrides what was declared.
  public static let parameters: [Parameter] =
    LogRole.allCases.map { Parameter($0.rawValue) } + [
      Parameter("meaning", words: Meaning.allCases.map(\.rawValue)),
      Parameter("closed_by", words: ["last"]), Parameter("as_of"), Parameter("calendar"),
      Parameter("zone"), Parameter("order", words: Order.allCases.map(\.rawValue)),
      Parameter("dedupe", words: Dedupe.allCases.map(\.rawValue)),
    ]
}

extension Binder {
  /// The roles with what `arguments` say instead; arguments of other names are passed over.
  ///
  /// Columns are checked to be there and of a type that fits.
  public func logRoles(
    _ roles: LogRoles, overriddenBy arguments: [Argument], over fields: [Field]
  ) throws(Diagnostic) -> LogRoles {
    var roles = roles
    for argument in arguments {
      guard let name = argument.name?.text else { continue }
      if let role = LogRole(rawValue: name) {
        roles.columns[role] = try column(argument.value, as: role, of: fields)
        if role == .closed { roles.closing = nil }
      } else {
        try set(name, argument.value, in: &roles)
      }
    }
    return roles
  }

  /// The column that plays a role, checked to be there and of a type that fits.
  public func column(
    _ syntax: CasebookLanguage.Expression, as role: LogRole, of fields: [Field]
  ) throws(Diagnostic) -> String {
    let field = fields[try column(syntax, of: fields)]
    guard role.types.accepts(field.type) else {
      throw BindIssue.shape(
        "\(role.rawValue) is a \(Self.list(role.types)) column, and '\(field.name)' is \(field.type.name)",
        help: Self.wayOut(role, fields)
      ).at(syntax.span)
    }
    return field.name
  }

  private static func list(_ types: TypeSet) -> String {
    types.types.filter { $0 != .guid }.map(\.name).joined(separator: " or ")
  }

  private static func wayOut(_ role: LogRole, _ fields: [Field]) -> String {
    let fitting = fields.filter { role.types.accepts($0.type) }.map(\.name)
    if !fitting.isEmpty { return "columns that fit: " + fitting.joined(separator: ", ") }
    return role.isTime
      ? "load it as a time: with (types=(NAME:datetime)), or convert it with todatetime()"
      : "convert a column with tostring()"
  }

  private func set(
    _ name: String, _ value: CasebookLanguage.Expression, in roles: inout LogRoles
  ) throws(Diagnostic) {
    switch name {
    case "meaning": roles.meaning = try word(name, value)
    case "order": roles.order = try word(name, value)
    case "dedupe": roles.dedupe = try word(name, value)
    case "closed_by":
      roles.closing = try closing(value)
      roles.columns[.closed] = nil
    case "as_of":
      guard case .datetime(let ticks) = try constant(value, what: "as_of") else {
        throw BindIssue.constantOfType(
          what: "as_of", expected: "a time such as datetime(2026-03-02)"
        ).at(value.span)
      }
      roles.asOf = ticks
    case "calendar": roles.calendar = try calendar(value)
    case "zone":
      guard let zone = Zone.named(try constantText(value, what: "zone")) else {
        throw BindIssue.constantOfType(
          what: "zone", expected: "the name of a zone, such as \"Europe/Dublin\", or an offset"
        ).at(value.span)
      }
      roles.zone = zone
    default: break
    }
  }

  private func word<Word: RawRepresentable<String> & CaseIterable>(
    _ name: String, _ value: CasebookLanguage.Expression
  ) throws(Diagnostic) -> Word {
    if let text = value.asName?.text ?? value.asLiteral?.text, let word = Word(rawValue: text) {
      return word
    }
    throw BindIssue.constantOfType(
      what: name, expected: Word.allCases.map(\.rawValue).joined(separator: " or ")
    ).at(value.span)
  }

  private func closing(
    _ value: CasebookLanguage.Expression
  ) throws(Diagnostic) -> LogRoles.Closing {
    if case .name(let word) = value.kind, word.text == "last" { return .last }
    var steps: [String] = []
    for item in value.asList { steps.append(try constantText(item, what: "a closing step")) }
    guard !steps.isEmpty else {
      throw BindIssue.constantOfType(
        what: "closed_by", expected: "last, or steps such as (\"Closed\", \"Withdrawn\")"
      ).at(value.span)
    }
    return .steps(steps)
  }

  /// A calendar in quotes.
  public func calendar(
    _ value: CasebookLanguage.Expression
  ) throws(Diagnostic) -> BusinessCalendar {
    let text = try constantText(value, what: "calendar")
    do throws(BusinessCalendar.Failure) {
      return try BusinessCalendar(text)
    } catch {
      throw BindIssue.shape(
        "this calendar cannot be read: \(error.message)",
        help: "calendar=\"mon-fri 08:00-18:00 Europe/Dublin except 2026-12-25\""
      ).at(value.span)
    }
  }
}
