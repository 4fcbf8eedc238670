public import CasebookLanguage
import CasebookTables
import CasebookValues

extension Binder {
  /// Gives a name what a `let` defines, which is what is returned.
  @discardableResult
  public func define(_ binding: Binding) throws(Diagnostic) -> Scope.Definition {
    let before = scope
    let definition = try self.definition(of: binding)
    if case .function = definition {
      scope[binding.name.text] = definition
      return definition
    }
    let origin = Scope.Origin(
      binding: binding, scope: before, source: source, previous: previous,
      clock: context.didReadClock ? context.readClock() : nil, plansRun: plansRun,
      readsSession: readsSession)
    scope.define(binding.name.text, definition, from: origin)
    return definition
  }

  /// What a `let` defines.
  public func definition(of binding: Binding) throws(Diagnostic) -> Scope.Definition {
    switch binding.value {
    case .function(let function):
      // A parameterless function is checked at once; others when their arguments are known.
      let definition = Scope.FunctionDefinition(syntax: function, scope: scope, source: source)
      return .function(definition)
    case .pipeline(let pipeline): return .table(try plan(of: pipeline))
    case .expression(let expression):
      if try isTable(expression) { return .table(try table(expression)) }
      let value = try self.expression(expression, over: [])
      // A query inside the value runs once, however often the name is used.
      if case .scalarQuery(let plan, let type) = value.expression {
        return .value(
          TypedExpression(
            .scalarQuery(Binder.shared(plan), type: type), isProtected: value.isProtected))
      }
      return .value(value)
    }
  }

  /// Whether an expression stands for a table: a table's name, a call of a function whose body is
  /// a pipeline, a pipeline in brackets, `materialize(...)`.
  func isTable(_ expression: CasebookLanguage.Expression) throws(Diagnostic) -> Bool {
    switch expression.kind {
    case .pipeline(let pipeline):
      guard let inner = pipeline.asExpression else { return true }
      return try isTable(inner)
    case .bracketed(let inner): return try isTable(inner)
    case .name(let name):
      switch meaning(of: name.text) {
      case .table: return true
      case .value: return false
      case .function(let function): return isTabular(function)
      case nil: return try storedTable(name) != nil
      }
    case .call(let call):
      if case .function(let function)? = meaning(of: call.name.text) { return isTabular(function) }
      return ["materialize", "table", "view", "database", "cluster"].contains(call.name.text)
        && FunctionCatalogue.function(call.name.text) == nil
    default: return false
    }
  }

  func isTabular(_ function: Scope.FunctionDefinition) -> Bool {
    guard let result = function.syntax.result else { return false }
    guard let expression = result.asExpression else { return true }
    let inner = Binder(
      catalog: catalog, stages: stages, scope: function.scope, context: context,
      source: function.source)
    for parameter in function.syntax.parameters {
      inner.scope[parameter.name.text] =
        parameter.columns != nil ? .table(.oneRow) : .value(TypedExpression(.constant(.bool(true))))
    }
    for binding in function.syntax.bindings {
      inner.scope[binding.name.text] =
        if case .pipeline = binding.value { .table(.oneRow) } else {
          .value(TypedExpression(.constant(.bool(true))))
        }
    }
    return (try? inner.isTable(expression)) ?? false
  }

  /// A stored table as a plan, or nil when there is none of that name.
  func storedTable(_ name: Name) throws(Diagnostic) -> Plan? {
    do {
      guard let source = try catalog.table(named: name.text) else { return nil }
      let roles = try catalog.log(named: name.text)
      var scan = Plan.Scan(name: name.text, source: source, roles: roles)
      scan.late = try catalog.lateColumns(of: name.text)
      return .scan(scan)
    } catch {
      throw BindIssue.failed("table '\(name.text)' cannot be read: \(error)").at(name.span)
    }
  }
}
