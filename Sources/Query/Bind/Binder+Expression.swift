public import CasebookLanguage
public import CasebookTables
import CasebookValues

extension Binder {
  /// The typed form of an expression over rows with these columns.
  public func expression(
    _ syntax: CasebookLanguage.Expression, over fields: [Field]
  ) throws(Diagnostic) -> TypedExpression {
    switch syntax.kind {
    case .literal(let literal):
      return TypedExpression(.constant(try scalar(literal, span: syntax.span)))
    case .name(let name): return try value(named: name, over: fields)
    case .bracketed(let inner): return try expression(inner, over: fields)
    case .member(let base, let name): return try member(of: base, name, over: fields, syntax.span)
    case .element(let base, let index):
      return try call(
        MemberAccess.element,
        [try expression(base, over: fields), try expression(index, over: fields)],
        span: syntax.span)
    case .call(let call): return try bind(call, span: syntax.span, over: fields)
    case .unary(.plus, let operand): return try expression(operand, over: fields)
    case .unary(.minus, let operand) where operand.asLiteral?.text == "9223372036854775808":
      // The least long has no positive counterpart that a literal could be.
      return TypedExpression(.constant(.long(.min)))
    case .unary(.minus, let operand):
      // The least long has no positive counterpart, so its digits alone are not a long.
      if let literal = operand.asLiteral, literal.kind == .long, !literal.isTyped,
        let least = Int64("-" + literal.text), least == .min
      {
        return TypedExpression(.constant(.long(least)))
      }
      let value = try expression(operand, over: fields)
      return try apply("unary -", [value], [operand], span: syntax.span)
    case .missing(let operand, let isMissing):
      let value = try expression(operand, over: fields)
      return try apply(
        isMissing ? "is missing" : "is present", [value], [operand], span: syntax.span)
    case .binary(let symbol, let left, let right):
      return try binary(symbol, left, right, over: fields, span: syntax.span)
    case .pipeline(let pipeline):
      guard let inner = pipeline.asExpression else {
        throw BindIssue.needsValue(text(syntax)).at(syntax.span)
      }
      return try expression(inner, over: fields)
    case .named: throw BindIssue.assignmentInCondition.at(syntax.span)
    case .list, .range, .schema, .star, .wildcard, .type:
      throw BindIssue.shape(
        "this is not a value", help: "a value is a literal, a column or a function's result"
      ).at(syntax.span)
    case .error:
      throw BindIssue.shape("this could not be read", help: "see the error before this one").at(
        syntax.span)
    }
  }

  /// The value that a name stands for where there are no columns.
  public func value(named name: Name) throws(Diagnostic) -> TypedExpression {
    try value(named: name, over: [])
  }

  private func value(
    named name: Name, over fields: [Field]
  ) throws(Diagnostic) -> TypedExpression {
    if let index = fields.firstIndex(where: { $0.name == name.text }) {
      return TypedExpression(
        .column(index: index, type: fields[index].type), isProtected: fields[index].isProtected)
    }
    switch try currentMeaning(of: name) {
    case .value(let value): return value
    case .table: throw BindIssue.needsValue(name.text).at(name.span)
    case .function(let function) where function.syntax.parameters.isEmpty:
      return try scalarCall(function, name: name, arguments: [], over: fields, span: name.span)
    case .function:
      throw BindIssue.shape(
        "'\(name.text)' is a function", help: "call it with brackets: \(name.text)(...)"
      ).at(name.span)
    case nil: break
    }
    if aggregates?.input.contains(where: { $0.name == name.text }) == true {
      throw BindIssue.notGrouped(name.text).at(name.span)
    }
    if name.text == "null" { throw BindIssue.bareNull.at(name.span) }
    let known = fields.map(\.name) + scope.valueNames
    throw BindIssue.unknownColumn(name.text, inScope: known).at(name.span)
  }

  private func member(
    of base: CasebookLanguage.Expression, _ name: Name, over fields: [Field], _ span: Span
  ) throws(Diagnostic) -> TypedExpression {
    if let column = dottedColumn(base, name, of: fields) { return column }
    let value = try expression(base, over: fields)
    guard value.type == .dynamic else {
      throw BindIssue.shape(
        "only a dynamic value has properties, and this is \(value.type.name)",
        help: "todynamic(\(text(base))).\(name.text) reads a text as JSON"
      ).at(span)
    }
    return try call(
      MemberAccess.element, [value, TypedExpression(.constant(.string(name.text)))], span: span)
  }

  /// A column whose name has a dot in it: a step's in `scan`, or one of a file's header.
  private func dottedColumn(
    _ base: CasebookLanguage.Expression, _ name: Name, of fields: [Field]
  ) -> TypedExpression? {
    guard let first = base.asName?.text, scope[first] == nil,
      !fields.contains(where: { $0.name == first }),
      let index = fields.firstIndex(where: { $0.name == first + "." + name.text })
    else { return nil }
    return TypedExpression(
      .column(index: index, type: fields[index].type), isProtected: fields[index].isProtected)
  }

  // MARK: Operators

  private func binary(
    _ symbol: BinaryOperator, _ left: CasebookLanguage.Expression,
    _ right: CasebookLanguage.Expression, over fields: [Field], span: Span
  ) throws(Diagnostic) -> TypedExpression {
    if case .star = left.kind {
      return try anyColumn(symbol, right, over: fields, span: span)
    }
    let first = try expression(left, over: fields)
    switch symbol {
    case .between, .notBetween:
      guard case .range(let low, let high) = right.kind else {
        throw BindIssue.shape(
          "'\(symbol.rawValue)' needs two ends", help: "x \(symbol.rawValue) (1 .. 5)"
        ).at(right.span)
      }
      var ends = [try expression(low, over: fields), try expression(high, over: fields)]
      if first.type == .datetime, ends[1].type == .timespan {
        ends[1] = try apply("+", ends, [low, high], span: high.span)
      }
      return try apply(symbol.rawValue, [first] + ends, [left, low, high], span: span)
    case .in, .notIn, .inIgnoringCase, .notInIgnoringCase, .hasAny, .hasAll:
      let (values, syntax) = try listed(right, over: fields)
      return try apply(symbol.rawValue, [first] + values, [left] + syntax, span: span)
    default:
      let second = try expression(right, over: fields)
      return try apply(symbol.rawValue, [first, second], [left, right], span: span)
    }
  }

  /// The right side of `in` and `has_any`: values, a dynamic array, or a table's first column.
  private func listed(
    _ syntax: CasebookLanguage.Expression, over fields: [Field]
  ) throws(Diagnostic) -> ([TypedExpression], [CasebookLanguage.Expression]) {
    let only = syntax.asList.count == 1 ? syntax.asList[0] : nil
    if let only, try isTable(only), fields.allSatisfy({ $0.name != only.asName?.text }) {
      let plan = try table(only)
      guard let field = plan.fields.first else {
        throw BindIssue.shape("this table has no column", help: "project one").at(only.span)
      }
      return (
        [TypedExpression(.listQuery(Binder.shared(plan)), isProtected: field.isProtected)], [only]
      )
    }
    var values: [TypedExpression] = []
    for item in syntax.asList { values.append(try expression(item, over: fields)) }
    return (values, syntax.asList)
  }

  /// An operator applied to bound operands.
  func apply(
    _ symbol: String, _ operands: [TypedExpression], _ syntax: [CasebookLanguage.Expression],
    span: Span
  ) throws(Diagnostic) -> TypedExpression {
    guard let function = OperatorCatalogue.function(symbol),
      let decision = function.decision(
        types: operands.map(\.type), constants: operands.map(\.expression.constantValue))
    else { throw operandIssue(symbol, operands, syntax).at(span) }
    let resolution: ScalarFunction.Resolution
    switch decision {
    case .resolved(let found): resolution = found
    case .refused(let reason): throw BindIssue.failed(reason).at(syntax.last?.span ?? span)
    }
    return fold(
      BoundExpression.Call(
        name: symbol, implementation: resolution.implementation, type: resolution.type,
        isPure: function.isPure, arguments: operands.map(\.expression)),
      isProtected: operands.contains(where: \.isProtected))
  }

  private func operandIssue(
    _ symbol: String, _ operands: [TypedExpression], _ syntax: [CasebookLanguage.Expression]
  ) -> BindIssue {
    let types = operands.map(\.type)
    if types.count == 2, ["==", "!=", "<", "<=", ">", ">="].contains(symbol) {
      if types[0] == .string, types[1].isNumeric {
        return .textComparedWithNumber(operator: symbol, textSide: text(syntax[0]))
      }
      if types[1] == .string, types[0].isNumeric {
        return .textComparedWithNumber(operator: symbol, textSide: text(syntax[1]))
      }
    }
    if Set(types) == [.datetime, .string] {
      return .timeComparedWithText(operator: symbol)
    }
    let right = types.dropFirst().first { $0 != types[0] } ?? types.dropFirst().first
    return .operandTypes(operator: symbol, left: types[0], right: right)
  }

  /// A call, or its value where that is known without an input.
  func fold(_ call: BoundExpression.Call, isProtected: Bool) -> TypedExpression {
    if call.isPure, !call.implementation.isWindow,
      call.arguments.allSatisfy({ $0.constantValue != nil })
    {
      let vectors = call.arguments.map {
        Vector.column(
          Column(repeating: $0.constantValue ?? .null($0.type), type: $0.type, count: 1))
      }
      if let value = try? call.evaluate(vectors, rowCount: 1, context: context, firstRow: 0) {
        return TypedExpression(.constant(value.scalar(0)), isProtected: isProtected)
      }
    }
    return TypedExpression(.call(call), isProtected: isProtected)
  }

  // MARK: Literals

  /// The value of a literal.
  func scalar(_ literal: Literal, span: Span) throws(Diagnostic) -> Scalar {
    guard let type = ScalarType(name: literal.kind.rawValue) else {
      throw BindIssue.unsupported(literal.kind.rawValue, instead: nil).at(span)
    }
    if literal.isNull { return .missing(type) }
    guard let value = Self.value(literal, type) else {
      if type == .long, !literal.text.isEmpty, literal.text.utf8.allSatisfy({ $0 &- 48 < 10 }) {
        throw BindIssue.shape(
          "this is too great for a long, whose greatest is 9223372036854775807",
          help: "real(\(literal.text))"
        ).at(span)
      }
      throw BindIssue.badLiteral(type: type, example: Self.example(of: type)).at(span)
    }
    return value
  }

  private static func value(_ literal: Literal, _ type: ScalarType) -> Scalar? {
    switch type {
    case .string: return .string(literal.text)
    case .dynamic:
      guard let value = Dynamic(literal: literal.text), value.isFinite else { return nil }
      return .dynamic(value)
    case .int, .long, .real, .decimal, .bool, .datetime, .timespan, .guid:
      let converted = Scalar.string(literal.text).converted(to: type)
      if converted.isNull, type == .datetime, literal.text.contains(" - ") {
        let joined = literal.text.replacing(" - ", with: "-")
        let time = Scalar.string(joined).converted(to: type)
        return time.isNull ? nil : time
      }
      // `datetime(null)` and its kind are typed nulls; anything else that does not convert is wrong.
      if converted.isNull { return literal.text == "null" ? .null(type) : nil }
      return converted
    }
  }

  private static func example(of type: ScalarType) -> String {
    switch type {
    case .bool: "true"
    case .int: "int(5)"
    case .long: "5"
    case .real: "0.5"
    case .decimal: "decimal(0.5)"
    case .string: "\"text\""
    case .datetime: "datetime(2026-01-31 10:00)"
    case .timespan: "90m, 1d or time(1.02:30:00)"
    case .dynamic: "dynamic([1, 2])"
    case .guid: "guid(74be27de-1e4e-49d9-b579-fe0b331d3642)"
    }
  }
}

extension Dynamic {
  /// Whether no number in it was too large for a real.
  fileprivate var isFinite: Bool {
    switch self {
    case .real(let value): value.isFinite
    case .array(let items): items.allSatisfy(\.isFinite)
    case .bag(let pairs): pairs.allSatisfy(\.value.isFinite)
    default: true
    }
  }
}
