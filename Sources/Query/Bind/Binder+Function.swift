import CasebookLanguage
import CasebookTables
import CasebookValues

extension Binder {
  /// Functions may call each other; a function cannot call itself, but generated scripts can nest far.
  private static let greatestDepth = 64

  /// A call of a `let` function where a value is needed.
  func scalarCall(
    _ function: Scope.FunctionDefinition, name: Name, arguments: [Argument], over fields: [Field],
    span: Span
  ) throws(Diagnostic) -> TypedExpression {
    try inBody(of: function, name: name, arguments: arguments, over: fields, span: span) {
      (body, result) throws(Diagnostic) in
      guard let expression = result.asExpression, !(try body.isTable(expression)) else {
        throw BindIssue.needsValue(name.text).at(span)
      }
      return try body.expression(expression, over: [])
    }
  }

  /// A call of a `let` function where a table is needed.
  func tabularCall(
    _ function: Scope.FunctionDefinition, name: Name, arguments: [Argument], span: Span,
    input: Plan? = nil
  ) throws(Diagnostic) -> Plan {
    try inBody(
      of: function, name: name, arguments: arguments, over: [], span: span, input: input
    ) { (body, result) throws(Diagnostic) in try body.plan(of: result) }
  }

  /// Binds a function's body with its parameters standing for the arguments.
  private func inBody<Result>(
    of function: Scope.FunctionDefinition, name: Name, arguments: [Argument],
    over fields: [Field], span: Span, input: Plan? = nil,
    _ bind: (Binder, Pipeline) throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    guard let result = function.syntax.result else {
      throw BindIssue.functionBody(name.text, message: "it has no result").at(span)
    }
    guard functionDepth < Self.greatestDepth else {
      throw BindIssue.functionBody(name.text, message: "functions nest too deeply").at(span)
    }
    let body = Binder(
      catalog: catalog, stages: stages, scope: function.scope, context: context,
      source: function.source, runNow: runNow)
    body.functionDepth = functionDepth + 1
    body.scope.continueRandomCalls(of: scope)
    defer { scope.continueRandomCalls(of: body.scope) }
    try bindParameters(
      function.syntax.parameters, to: arguments, of: name, in: body, over: fields, span: span,
      input: input)
    do throws(Diagnostic) {
      for binding in function.syntax.bindings {
        body.scope[binding.name.text] = try body.definition(of: binding)
      }
      return try bind(body, result)
    } catch {
      // Spans inside the body may belong to another text, so the call is what is shown.
      throw Diagnostic(
        code: error.code, message: "in \(name.text): \(error.message)", span: span,
        help: error.help)
    }
  }

  private func bindParameters(
    _ parameters: [ColumnDeclaration], to arguments: [Argument], of name: Name, in body: Binder,
    over fields: [Field], span: Span, input: Plan?
  ) throws(Diagnostic) {
    var remaining = arguments.filter { $0.name == nil }[...]
    var isFirst = true
    for parameter in parameters {
      defer { isFirst = false }
      let named = arguments.first { $0.name?.text == parameter.name.text }
      if isFirst, let input, parameter.columns != nil {
        body.scope[parameter.name.text] = .table(input)
        continue
      }
      let argument = named ?? remaining.popFirst()
      if parameter.columns != nil {
        guard let argument else { throw missing(parameter, parameters, of: name, arguments, span) }
        body.scope[parameter.name.text] = .table(try table(argument.value))
      } else {
        guard let value = argument?.value ?? parameter.defaultValue else {
          throw missing(parameter, parameters, of: name, arguments, span)
        }
        let binder = argument == nil ? body : self
        var bound = try binder.expression(value, over: argument == nil ? [] : fields)
        if let type = parameter.type.flatMap({ ScalarType(name: $0.text) }) {
          guard Self.passes(bound.type, as: type) else {
            throw BindIssue.argumentType(
              function: name.text, parameter: parameter.name.text, got: bound.type, accepts: [type],
              signature: Self.signature(name, parameters)
            ).at(value.span)
          }
          bound = try converted(bound, to: type, span: value.span)
        }
        body.scope[parameter.name.text] = .value(bound)
      }
    }
    if !remaining.isEmpty {
      throw BindIssue.argumentCount(
        function: name.text, got: arguments.count, signature: Self.signature(name, parameters)
      ).at(span)
    }
  }

  /// Whether a value may be handed to a parameter of another type without a conversion written out:
  /// numbers as other numbers, and `dynamic` as anything.
  private static func passes(_ given: ScalarType, as wanted: ScalarType) -> Bool {
    let numbers: Set<ScalarType> = [.int, .long, .real, .decimal]
    return given == wanted || given == .dynamic || wanted == .dynamic
      || numbers.contains(given) && numbers.contains(wanted)
  }

  private func missing(
    _ parameter: ColumnDeclaration, _ parameters: [ColumnDeclaration], of name: Name,
    _ arguments: [Argument], _ span: Span
  ) -> Diagnostic {
    BindIssue.argumentCount(
      function: name.text, got: arguments.count, signature: Self.signature(name, parameters)
    ).at(span)
  }

  private static func signature(_ name: Name, _ parameters: [ColumnDeclaration]) -> String {
    let words = parameters.map { $0.name.text + ($0.type.map { ": " + $0.text } ?? "") }
    return name.text + "(" + words.joined(separator: ", ") + ")"
  }
}
