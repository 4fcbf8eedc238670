import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

extension SuggestionSearch {
  /// Whether an aggregate is the likeliest thing.
  var wantsAggregates: Bool { place.callee == nil && takesAggregates }

  private var takesAggregates: Bool { place.labels.contains { $0.hasPrefix("aggregat") } }

  /// Functions and what else an expression may begin with.
  mutating func offerFunctions() {
    for function in FunctionCatalogue.all { offer(function) }
    // Within an aggregate's brackets another one is an error; within a function's it is not.
    if takesAggregates, place.callee.flatMap({ AggregateCatalogue.function($0) }) == nil {
      offerAggregates()
    }
    for (word, detail) in Self.literals { offer(word, .word, detail) }
  }

  private static let literals = [
    ("true", "bool"), ("false", "bool"), ("datetime(", "a point in time: datetime(2026-01-31)"),
    ("timespan(", "a length of time: timespan(1.02:30:00)"), ("dynamic(", "JSON: dynamic([1, 2])"),
    ("toscalar(", "toscalar(T | ...): the first value of a table"),
  ]

  /// The columns that the stage reads, those of both sides of a join first.
  mutating func offerColumns() {
    let fields = input.fields
    guard !input.rightFields.isEmpty else {
      for field in fields { offer(field, "") }
      return
    }
    let right = Dictionary(input.rightFields.map { ($0.name, $0.type) }) { first, _ in first }
    for field in fields where right[field.name] != nil { offer(field, ", both sides") }
    for field in fields where right[field.name] == nil { offer(field, ", left") }
    let left = Set(fields.map(\.name))
    for field in input.rightFields where !left.contains(field.name) { offer(field, ", right") }
    offer("$left", suffix: ".", .word, "columns of the left side")
    offer("$right", suffix: ".", .word, "columns of the right side")
  }

  mutating func offer(_ field: Field, _ side: String) {
    let text = place.quote?.content == .name ? "['\(escaped(field.name, quote: "'"))']" : nil
    offer(
      field.name, text: text ?? spelled(name: field.name), .column,
      field.type.name + side + (field.isProtected ? ", protected" : ""))
  }

  /// What `let` and `param` defined that is no table.
  mutating func offerValues() {
    for name in binder.scope.names {
      switch binder.scope[name] {
      case .value(let value):
        offer(name, text: spelled(name: name), .value, value.type.name + " value")
      case .function(let function):
        let parameters = function.syntax.parameters.map(\.name.text).joined(separator: ", ")
        offer(name, text: spelled(name: name) + "(", .function, "\(name)(\(parameters))")
      case .table, nil: break
      }
    }
  }

  private mutating func offer(_ function: ScalarFunction) {
    offerCall(
      [function.name] + function.aliases, .function, function.parameters,
      function.signature + ": " + function.summary)
  }

  mutating func offerAggregates() {
    for aggregate in AggregateCatalogue.all {
      offerCall(
        [aggregate.name] + aggregate.aliases, .aggregate, aggregate.parameters,
        aggregate.signature + ": " + aggregate.summary)
    }
  }

  /// A function under its own name, and under another once that has been begun.
  private mutating func offerCall(
    _ names: [String], _ kind: Suggestion.Kind, _ parameters: [FunctionParameter],
    _ detail: @autoclosure () -> String
  ) {
    let call = parameters.isEmpty ? "()" : "("
    for name in names.prefix(place.typed.isEmpty ? 1 : names.count) {
      // A bracket that is there already is not doubled.
      offer(name, text: follows == UInt8(ascii: "(") ? name : name + call, kind, detail())
    }
  }

  /// The operators that go with the operand before the place.
  mutating func offerOperators() {
    let type = place.operand.flatMap { name in input.fields.first { $0.name == name }?.type }
    for function in OperatorCatalogue.all where !function.name.hasPrefix("unary") {
      if let type, !function.goes(with: type) { continue }
      let isWord = function.name.utf8.contains { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A }
      if isWord || place.typed.isEmpty {
        offer(function.name, suffix: " ", .symbol, function.summary)
      }
    }
  }

  mutating func offerTypes() {
    for type in ScalarType.allCases { offer(type.name, .type, "type") }
  }

  /// What stands behind a dot: a side of a join, a column of a dataset, the rest of a dotted name.
  mutating func gatherMembers() {
    guard let base = place.path.last else { return }
    switch base {
    case "$left": for field in input.fields { offer(field, "") }
    case "$right": for field in input.rightFields { offer(field, "") }
    default:
      if place.pipelines.isEmpty || input.fields.isEmpty {
        guard let source = try? engine.store.source(base) else { return }
        for field in source.fields { offer(field, "") }
      }
      for field in input.fields where field.name.hasPrefix(base + ".") {
        offer(String(field.name.dropFirst(base.count + 1)), .column, field.type.name)
      }
    }
  }
}

extension ScalarFunction {
  /// Whether an operator takes an operand of this type with others of the same.
  fileprivate func goes(with type: ScalarType) -> Bool {
    resolve(Array(repeating: type, count: parameters.count)) != nil
  }
}
