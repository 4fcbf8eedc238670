public import CasebookLanguage
import CasebookTables
public import CasebookValues

extension Binder {
  /// A function call as written.
  func bind(
    _ syntax: Call, span: Span, over fields: [Field]
  ) throws(Diagnostic) -> TypedExpression {
    let name = syntax.name.text
    switch meaning(of: name) {
    case .function(let function):
      return try scalarCall(
        function, name: syntax.name, arguments: syntax.arguments, over: fields, span: span)
    case .value, .table: throw BindIssue.notAFunction(name).at(syntax.name.span)
    case nil: break
    }
    if let rowClock, let time = try time(of: syntax, by: rowClock, over: fields, span) {
      return time
    }
    if let special = try specialForm(syntax, span: span, over: fields) { return special }
    if let function = FunctionCatalogue.function(name)
      ?? (name == "not" ? OperatorCatalogue.function(name) : nil)
      ?? (aggregates == nil ? SketchFunctions.merger(name) : nil)
    {
      var arguments: [TypedExpression] = []
      for argument in syntax.arguments {
        arguments += try self.arguments(argument, of: function, over: fields)
      }
      return try call(function, arguments, span: span, spans: syntax.arguments.map(\.span))
    }
    if let aggregate = AggregateCatalogue.function(name) {
      guard aggregates != nil else {
        throw BindIssue.aggregateOutside(name).at(syntax.name.span)
      }
      return try bindAggregate(aggregate, syntax, span: span)
    }
    throw unknownFunction(syntax.name)
  }

  /// `now()`, `now(offset)` and `ago(length)` by a clock that differs from row to row.
  private func time(
    of syntax: Call, by clock: TypedExpression, over fields: [Field], _ span: Span
  ) throws(Diagnostic) -> TypedExpression? {
    let isAgo = syntax.name.text == "ago"
    guard isAgo || syntax.name.text == "now", syntax.arguments.count <= 1 else { return nil }
    guard let length = syntax.arguments.first?.value else { return isAgo ? nil : clock }
    let value = try expression(length, over: fields)
    return try apply(isAgo ? "-" : "+", [clock, value], [length, length], span: span)
  }

  func unknownFunction(_ name: Name) -> Diagnostic {
    if Self.unsupportedFunctions.contains(where: { name.text.hasPrefix($0) }) {
      return BindIssue.unsupported("\(name.text)", instead: nil).at(name.span)
    }
    if name.text == "ingestion_time" {
      return BindIssue.unsupported(
        name.text, instead: "`datasets` says when each was loaded, in loaded_at"
      ).at(name.span)
    }
    let known =
      FunctionCatalogue.all.map(\.name) + AggregateCatalogue.all.map(\.name) + scope.names
    return BindIssue.unknownFunction(
      name.text,
      nearest: Self.elsewhere[name.text.lowercased()]
        ?? CasebookLanguage.nearest(to: name.text, in: known)
    ).at(name.span)
  }

  /// What functions of SQL, spreadsheets and other tools are called here.
  private static let elsewhere = [
    "array_agg": "make_list", "average": "avg", "cast": "tolong", "ceil": "ceiling",
    "char_length": "strlen", "concat": "strcat", "concat_ws": "strcat_delim",
    "date_diff": "datetime_diff", "date_part": "datetime_part", "date_trunc": "bin",
    "datediff": "datetime_diff", "dateadd": "datetime_add", "extract_json_path": "extract_json",
    "first": "take_any", "greatest": "max_of", "if": "iff", "ifnull": "coalesce",
    "instr": "indexof", "json_extract": "extract_json", "lag": "prev", "lcase": "tolower",
    "lead": "next", "least": "min_of", "len": "strlen", "length": "strlen", "lower": "tolower",
    "mean": "avg", "mid": "substring", "nvl": "coalesce", "quantile": "percentile",
    "regexp_extract": "extract", "regexp_replace": "replace_regex", "std": "stdev",
    "stddev": "stdev", "string_agg": "make_list", "strpos": "indexof", "substr": "substring",
    "ucase": "toupper", "upper": "toupper", "var": "variance",
  ]

  private static let unsupportedFunctions = [
    "geo_", "graph_", "current_", "cluster", "plugin", "cursor_", "extent_", "ai_",
  ]

  private func arguments(
    _ argument: Argument, of function: ScalarFunction, over fields: [Field]
  ) throws(Diagnostic) -> [TypedExpression] {
    if case .star = argument.value.kind {
      // `*` as an argument stands for every column.
      return fields.indices.map { index in
        TypedExpression(
          .column(index: index, type: fields[index].type), isProtected: fields[index].isProtected)
      }
    }
    if case .type(let name) = argument.value.kind {
      // `typeof(long)` as an argument stands for the type's name.
      return [TypedExpression(.constant(.string(try type(name).name)))]
    }
    return [try expression(argument.value, over: fields)]
  }

  /// A function applied to bound arguments: counts and types are checked, and arguments converted to
  /// what the function accepts.
  public func call(
    _ function: ScalarFunction, _ arguments: [TypedExpression], span: Span, spans: [Span] = []
  ) throws(Diagnostic) -> TypedExpression {
    let converted = try accepted(
      arguments, function.parameters, of: function.name, signature: function.signature, span: span,
      spans: spans)
    let resolution = try resolution(of: function, converted, span: span)
    var given = converted.map(\.expression)
    // A random function is told which of the calls it is, or all would draw the same numbers.
    if !function.isPure { given.append(.constant(.long(scope.nextRandomCall()))) }
    return fold(
      BoundExpression.Call(
        name: function.name, implementation: resolution.implementation, type: resolution.type,
        isPure: function.isPure, arguments: given),
      isProtected: arguments.contains(where: \.isProtected))
  }

  private func resolution(
    of function: ScalarFunction, _ arguments: [TypedExpression], span: Span
  ) throws(Diagnostic) -> ScalarFunction.Resolution {
    let types = arguments.map(\.type)
    switch function.decision(types: types, constants: arguments.map(\.expression.constantValue)) {
    case .resolved(let resolution): return resolution
    case .refused(let reason): throw BindIssue.failed(reason).at(span)
    case nil:
      throw BindIssue.argumentTypes(
        function: function.name, got: types, signature: function.signature
      ).at(span)
    }
  }

  /// Arguments checked against parameters and converted to what these accept.
  func accepted(
    _ arguments: [TypedExpression], _ parameters: [FunctionParameter], of name: String,
    signature: String, span: Span, spans: [Span]
  ) throws(Diagnostic) -> [TypedExpression] {
    let needed = parameters.filter { !$0.isOptional }.count
    let repeats = parameters.last?.isRepeated ?? false
    guard arguments.count >= needed, repeats || arguments.count <= parameters.count else {
      throw BindIssue.argumentCount(function: name, got: arguments.count, signature: signature).at(
        span)
    }
    var converted: [TypedExpression] = []
    for (index, argument) in arguments.enumerated() {
      let parameter = parameters[min(index, parameters.count - 1)]
      let place = spans.indices.contains(index) ? spans[index] : span
      guard let type = parameter.accepts.conversion(from: argument.type) else {
        throw BindIssue.argumentType(
          function: name, parameter: parameter.name, got: argument.type,
          accepts: parameter.accepts.types, signature: signature
        ).at(place)
      }
      if parameter.isConstant, !argument.expression.isFixed {
        throw BindIssue.notConstant(what: "\(parameter.name) of \(name)").at(place)
      }
      converted.append(try self.converted(argument, to: type, span: place))
    }
    return converted
  }

  /// A value converted to another type.
  public func converted(
    _ value: TypedExpression, to type: ScalarType, span: Span
  ) throws(Diagnostic) -> TypedExpression {
    if value.type == type { return value }
    return fold(
      BoundExpression.Call(
        name: "to " + type.name,
        implementation: Conversion.implementation(from: value.type, to: type), type: type,
        isPure: true, arguments: [value.expression]), isProtected: value.isProtected)
  }

  // MARK: Forms that are not functions of values

  private func specialForm(
    _ syntax: Call, span: Span, over fields: [Field]
  ) throws(Diagnostic) -> TypedExpression? {
    switch syntax.name.text {
    case "toscalar":
      guard syntax.arguments.count == 1 else {
        throw BindIssue.argumentCount(
          function: "toscalar", got: syntax.arguments.count, signature: "toscalar(pipeline)"
        ).at(span)
      }
      return try scalarQuery(syntax.arguments[0].value, over: fields, span: span)
    case "column_ifexists", "columnifexists":
      guard syntax.arguments.count == 2 else { return nil }
      let name = try constantText(syntax.arguments[0].value, what: "the column's name")
      if let index = fields.firstIndex(where: { $0.name == name }) {
        return TypedExpression(
          .column(index: index, type: fields[index].type), isProtected: fields[index].isProtected)
      }
      return try expression(syntax.arguments[1].value, over: fields)
    case "pack_all":
      var arguments: [TypedExpression] = []
      if let skips = syntax.arguments.first {
        let skips = try expression(skips.value, over: fields)
        arguments.append(try converted(skips, to: .bool, span: span))
      }
      for (index, field) in fields.enumerated() {
        arguments.append(TypedExpression(.constant(.string(field.name))))
        arguments.append(
          TypedExpression(
            .column(index: index, type: field.type), isProtected: field.isProtected))
      }
      guard let pack = FunctionCatalogue.function("pack_all") else { return nil }
      return try call(pack, arguments, span: span)
    case "bag_pack_columns":
      var arguments: [TypedExpression] = []
      for argument in syntax.arguments {
        guard let name = naturalName(of: argument.value) else { return nil }
        arguments.append(TypedExpression(.constant(.string(name))))
        arguments.append(try expression(argument.value, over: fields))
      }
      guard let pack = FunctionCatalogue.function("bag_pack") else { return nil }
      return try call(pack, arguments, span: span)
    case "bin_auto":
      guard syntax.arguments.count == 1 else { return nil }
      return try binAuto(syntax, over: fields, span: span)
    case "column_names_of":
      guard syntax.arguments.count == 1 else { return nil }
      let names = try table(syntax.arguments[0].value).fields.map { Dynamic.string($0.name) }
      return TypedExpression(.constant(.dynamic(.array(names))))
    default: return nil
    }
  }

  /// `bin` by the size, and perhaps from the point, that Kusto's request properties give.
  private func binAuto(
    _ syntax: Call, over fields: [Field], span: Span
  ) throws(Diagnostic) -> TypedExpression {
    guard case .value(let size)? = meaning(of: Self.binProperties[0]) else {
      throw BindIssue.shape(
        "bin_auto takes its size from a property that is not set",
        help: "set query_bin_auto_size = 1h; or say it: bin(x, 1h)"
      ).at(span)
    }
    var arguments = [try expression(syntax.arguments[0].value, over: fields), size]
    if case .value(let point)? = meaning(of: Self.binProperties[1]) { arguments.append(point) }
    guard let function = FunctionCatalogue.function(arguments.count == 3 ? "bin_at" : "bin") else {
      throw unknownFunction(syntax.name)
    }
    return try call(function, arguments, span: span)
  }

  /// The request properties that `bin_auto` reads.
  public static let binProperties = ["query_bin_auto_size", "query_bin_auto_at"]

  private func scalarQuery(
    _ syntax: CasebookLanguage.Expression, over fields: [Field], span: Span
  ) throws(Diagnostic) -> TypedExpression {
    guard try isTable(syntax) else {
      let value = try expression(syntax, over: fields)
      // A random value is drawn once, not for each row.
      guard !value.expression.isPure, value.expression.columns.isEmpty else { return value }
      let plan = Plan.compute(.oneRow, [output("value", value)])
      return TypedExpression(
        .scalarQuery(Binder.shared(plan), type: value.type), isProtected: value.isProtected)
    }
    let plan = try table(syntax)
    guard let field = plan.fields.first else {
      throw BindIssue.shape("this table has no column", help: "project one").at(span)
    }
    return TypedExpression(
      .scalarQuery(Binder.shared(plan), type: field.type), isProtected: field.isProtected)
  }
}

extension ScalarFunction {
  /// The call as help shows it: `substring(source, start, [length])`.
  public var signature: String { writtenCall(name, parameters) }
}

extension AggregateFunction {
  /// The call as help shows it.
  public var signature: String { writtenCall(name, parameters) }
}

private func writtenCall(_ name: String, _ parameters: [FunctionParameter]) -> String {
  let words = parameters.map { parameter in
    let word = parameter.isRepeated ? parameter.name + ", ..." : parameter.name
    return parameter.isOptional ? "[\(word)]" : word
  }
  return name + "(" + words.joined(separator: ", ") + ")"
}

extension BoundExpression {
  /// Whether the value is the same for every row.
  var isFixed: Bool {
    switch self {
    case .constant, .scalarQuery, .listQuery: true
    case .column: false
    case .call(let call): call.arguments.allSatisfy(\.isFixed) && !needsWholeInput
    }
  }
}
