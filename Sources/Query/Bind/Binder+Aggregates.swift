public import CasebookLanguage
import CasebookTables
import CasebookValues

/// The aggregates met while the expressions of a `summarize` are bound.
final class AggregateCollector {
  /// The columns that aggregates read.
  let input: [Field]
  /// The keys, which stand before the aggregates in the result.
  let keys: [Field]
  /// Names of key columns that are plain columns of the input, which `*` leaves out.
  let plainKeys: Set<String>
  /// What was met, in order.
  var found: [Plan.Aggregate] = []

  init(input: [Field], keys: [Field], plainKeys: Set<String>) {
    self.input = input
    self.keys = keys
    self.plainKeys = plainKeys
  }

  /// Columns before the next aggregate's.
  var width: Int { keys.count + found.reduce(0) { $0 + $1.fields.count } }
}

extension Binder {
  /// An aggregate call inside an item of `summarize`; its value is a column of the grouped table.
  func bindAggregate(
    _ aggregate: AggregateFunction, _ syntax: Call, span: Span
  ) throws(Diagnostic) -> TypedExpression {
    let bound = try boundAggregate(aggregate, syntax, span: span)
    guard bound.fields.count == 1, let field = bound.fields.first, let collector = aggregates else {
      throw BindIssue.shape(
        "\(aggregate.name) yields several columns", help: "let it stand alone"
      ).at(span)
    }
    let index = collector.width
    collector.found.append(bound)
    return TypedExpression(
      .column(index: index, type: field.type), isProtected: field.isProtected)
  }

  /// The aggregate with arguments bound over the input of the `summarize`.
  func boundAggregate(
    _ aggregate: AggregateFunction, _ syntax: Call, span: Span
  ) throws(Diagnostic) -> Plan.Aggregate {
    guard let collector = aggregates else {
      throw BindIssue.aggregateOutside(aggregate.name).at(span)
    }
    // Arguments are values of single rows: no aggregate may stand in them.
    aggregates = nil
    defer { aggregates = collector }
    var arguments: [TypedExpression] = []
    var names: [(name: String, isFromStar: Bool)] = []
    var spans: [Span] = []
    for argument in syntax.arguments {
      if case .star = argument.value.kind {
        for (index, field) in collector.input.enumerated()
        where !collector.plainKeys.contains(field.name) {
          arguments.append(
            TypedExpression(
              .column(index: index, type: field.type), isProtected: field.isProtected))
          names.append((field.name, true))
          spans.append(argument.span)
        }
      } else {
        arguments.append(try value(inside: aggregate, argument.value, over: collector.input))
        names.append((naturalName(of: argument.value) ?? "", false))
        spans.append(argument.span)
      }
    }
    return try aggregateCall(aggregate, arguments, names, span: span, spans: spans)
  }

  private func value(
    inside aggregate: AggregateFunction, _ syntax: CasebookLanguage.Expression,
    over fields: [Field]
  ) throws(Diagnostic) -> TypedExpression {
    do throws(Diagnostic) {
      return try expression(syntax, over: fields)
    } catch {
      if error.code == "E0214", case .call(let inner) = syntax.unbracketed.kind {
        throw BindIssue.aggregateInside(inner.name.text).at(error.span)
      }
      throw error
    }
  }

  /// An aggregate over arguments that are already bound.
  func aggregateCall(
    _ aggregate: AggregateFunction, _ arguments: [TypedExpression],
    _ names: [(name: String, isFromStar: Bool)], span: Span, spans: [Span]
  ) throws(Diagnostic) -> Plan.Aggregate {
    let converted = try accepted(
      arguments, aggregate.parameters, of: aggregate.name, signature: aggregate.signature,
      span: span, spans: spans)
    let described = converted.indices.map { index in
      AggregateArgument(
        type: converted[index].type, name: names[index].name,
        constant: converted[index].expression.constantValue, isFromStar: names[index].isFromStar)
    }
    guard let resolution = aggregate.resolve(described) else {
      throw BindIssue.argumentTypes(
        function: aggregate.name, got: converted.map(\.type), signature: aggregate.signature
      ).at(span)
    }
    let isProtected = !aggregate.countsOnly && arguments.contains(where: \.isProtected)
    return Plan.Aggregate(
      name: aggregate.name,
      fields: resolution.outputs.map { Field($0.name, $0.type, isProtected: isProtected) },
      arguments: converted.map(\.expression), makeState: resolution.makeState)
  }

  /// The plan of grouping `input` by `keys` with `items` as aggregates: keys first (`further` ones
  /// behind those written), then one or more columns an item.
  public func grouped(
    _ input: Plan, keys keyItems: [Item], further: [Plan.Output] = [], items: [Item]
  ) throws(Diagnostic) -> Plan {
    var taken = NameSet()
    let keys = try outputs(keyItems, over: input.fields, taken: &taken) + further
    for key in further { taken.insert(key.field.name) }
    for (key, item) in zip(keys, keyItems) where key.field.type == .dynamic {
      throw BindIssue.dynamicKey.at(item.value.span)
    }
    let plain = Set(
      keyItems.compactMap { $0.name == nil ? $0.value.asName?.text : nil })
    let collector = AggregateCollector(
      input: input.fields, keys: keys.map(\.field), plainKeys: plain)
    let outer = aggregates
    aggregates = collector
    defer { aggregates = outer }
    var results = keys.enumerated().map { index, key in
      Plan.Output(key.field, .column(index: index, type: key.field.type))
    }
    for item in items {
      try requireFreeNames(of: item)
      results += try grouped(item, in: collector, taken: &taken)
    }
    let plan = Plan.summarize(input, Plan.Grouping(keys: keys, aggregates: collector.found))
    return .compute(plan, results)
  }

  private func grouped(
    _ item: Item, in collector: AggregateCollector, taken: inout NameSet
  ) throws(Diagnostic) -> [Plan.Output] {
    if case .call(let call) = item.value.unbracketed.kind, scope[call.name.text] == nil,
      let aggregate = AggregateCatalogue.function(call.name.text)
    {
      let bound = try boundAggregate(aggregate, call, span: item.value.span)
      let start = collector.width
      collector.found.append(bound)
      var outputs: [Plan.Output] = []
      for (index, field) in bound.fields.enumerated() {
        var field = field
        if index < item.names.count {
          field.name = taken.unique(item.names[index].text)
        } else if field.name.isEmpty {
          field.name = taken.numbered("Column")
        } else {
          field.name = taken.unique(field.name)
        }
        outputs.append(Plan.Output(field, .column(index: start + index, type: field.type)))
      }
      return outputs
    }
    let before = collector.found.count
    let value = try expression(item.value, over: collector.keys)
    if collector.found.count == before,
      !value.expression.isFixed || value.expression.columns.isEmpty == false
    {
      throw BindIssue.shape(
        "an item of `summarize` needs an aggregate", help: "put keys behind `by`"
      ).at(item.value.span)
    }
    let name = item.name.map { taken.unique($0.text) } ?? taken.numbered("Column")
    return [output(name, value)]
  }
}
