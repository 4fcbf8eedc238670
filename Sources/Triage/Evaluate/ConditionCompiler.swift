import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// Turns bound conditions into a program of atoms.
///
/// A comparison of a column with a constant becomes an atom that reads the column; everything else is
/// computed beforehand by the executor, once per distinct expression, as a column of truth values and
/// one that says where an operand was missing.
struct ConditionCompiler {
  /// The columns of the cases.
  let fields: [Field]
  let context: RunContext
  private(set) var program = LogicProgram()
  /// The columns that the evaluator reads, each an expression over the cases' columns.
  private(set) var inputs: [BoundExpression] = []
  private var columnInputs: [Int: Int] = [:]

  init(fields: [Field], context: RunContext) {
    self.fields = fields
    self.context = context
  }

  /// The evaluator's column for one of the cases' columns.
  mutating func input(column: Int) -> Int {
    if let known = columnInputs[column] { return known }
    inputs.append(.column(index: column, type: fields[column].type))
    columnInputs[column] = inputs.count - 1
    return inputs.count - 1
  }

  /// The evaluator's column for an expression.
  mutating func input(_ expression: BoundExpression) -> Int {
    if case .column(let index, _) = expression { return input(column: index) }
    inputs.append(expression)
    return inputs.count - 1
  }

  /// The node of a condition.
  mutating func node(_ condition: BoundExpression) throws -> Int {
    switch condition {
    case .constant(.bool(let value)): return program.add(.constant(value ? .yes : .no))
    case .constant: return program.add(.constant(.unknown))
    case .column(let index, _):
      return add(Atom(column: input(column: index), test: .flag, reads: [index]), condition)
    case .call(let call): return try node(call, condition)
    case .scalarQuery, .listQuery: return try computed(condition)
    }
  }

  private mutating func node(
    _ call: BoundExpression.Call, _ condition: BoundExpression
  ) throws -> Int {
    let arguments = call.arguments
    switch (call.name, arguments.count) {
    case ("and", 2):
      return program.add(.and(try node(arguments[0]), try node(arguments[1])))
    case ("or", 2):
      return program.add(.or(try node(arguments[0]), try node(arguments[1])))
    case ("not", 1): return program.add(.not(try node(arguments[0])))
    case ("between", 3), ("!between", 3): return try range(call, condition)
    case ("is missing", 1), ("is present", 1):
      return try presence(arguments[0], isMissing: call.name == "is missing")
    case ("in", _), ("!in", _):
      if let atom = membership(call) { return add(atom, condition) }
    default:
      if let atom = comparison(call) { return add(atom, condition) }
    }
    return try computed(condition)
  }

  /// `x between (a .. b)` is two comparisons, so that each is shared with others of its kind.
  private mutating func range(
    _ call: BoundExpression.Call, _ condition: BoundExpression
  ) throws -> Int {
    let x = call.arguments[0]
    guard let low = comparisonCall(">=", x, call.arguments[1]),
      let high = comparisonCall("<=", x, call.arguments[2]),
      comparison(low) != nil, comparison(high) != nil
    else { return try computed(condition) }
    let inside = program.add(.and(try node(.call(low)), try node(.call(high))))
    return call.name == "between" ? inside : program.add(.not(inside))
  }

  private func comparisonCall(
    _ symbol: String, _ left: BoundExpression, _ right: BoundExpression
  ) -> BoundExpression.Call? {
    guard let function = OperatorCatalogue.function(symbol),
      let resolution = function.resolve([left.type, right.type])
    else { return nil }
    return BoundExpression.Call(
      name: symbol, implementation: resolution.implementation, type: .bool, isPure: true,
      arguments: [left, right])
  }

  /// Adds an atom that reads one column, with what `where` says where that is missing.
  private mutating func add(_ atom: Atom, _ condition: BoundExpression) -> Int {
    var atom = atom
    let isNegated = atom.isNegated
    // `!=` is the opposite of `==`, so that both are compared once.
    atom.isNegated = false
    if atom.canBeUnknown {
      let answer = whereAnswer(condition)
      atom.whereMissing = isNegated ? answer.opposite : answer
    }
    let node = program.add(atom)
    return isNegated ? program.add(.not(node)) : node
  }

  /// What `where` answers when every column of a condition is missing.
  private func whereAnswer(_ condition: BoundExpression) -> Truth {
    let row = Table(fields: fields, rows: [fields.map { Scalar.missing($0.type) }])
    let plan = Plan.compute(.values(row), [Plan.Output(Field("answer", .bool), condition)])
    guard let table = try? Execution(context).run(plan) else { return .no }
    switch table.columns[0].scalar(0) {
    case .bool(let value): return value ? .yes : .no
    default: return .unknown
    }
  }
}

// MARK: - Comparisons with a constant

extension ConditionCompiler {
  private mutating func comparison(_ call: BoundExpression.Call) -> Atom? {
    guard call.arguments.count == 2 else { return nil }
    if let (column, type) = call.arguments[0].asColumn,
      let constant = call.arguments[1].constantValue
    {
      return comparison(call.name, column, type, constant)
    }
    if let (column, type) = call.arguments[1].asColumn,
      let constant = call.arguments[0].constantValue, let turned = Self.turned[call.name]
    {
      return comparison(turned, column, type, constant)
    }
    return nil
  }

  private static let turned = [
    "==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<=",
  ]

  private mutating func comparison(
    _ symbol: String, _ column: Int, _ type: ScalarType, _ constant: Scalar
  ) -> Atom? {
    guard Self.turned[symbol] != nil, !constant.isMissing else { return nil }
    let isNegated = symbol == "!="
    let symbol = isNegated ? "==" : symbol
    let test: Atom.Test? =
      switch (type, constant) {
      case (.string, .string(let text)): symbol == "==" ? .texts([text]) : nil
      case (.bool, .bool(let value)): interval(symbol, value ? 1 : 0)
      case (.int, _), (.long, _):
        constant.asLong.map { interval(symbol, $0) }
          ?? constant.asReal.flatMap { integerInterval(symbol, $0) }
      case (.datetime, .datetime(let ticks)), (.timespan, .timespan(let ticks)):
        interval(symbol, ticks)
      case (.real, _), (.decimal, _): constant.asReal.flatMap { realInterval(symbol, $0) }
      default: nil
      }
    return test.map {
      Atom(column: input(column: column), test: $0, isNegated: isNegated, reads: [column])
    }
  }

  private func interval(_ symbol: String, _ value: Int64) -> Atom.Test {
    switch symbol {
    case "==": .longs(from: value, to: value)
    case ">=": .longs(from: value, to: .max)
    case ">": value == .max ? Self.nothing : .longs(from: value + 1, to: .max)
    case "<=": .longs(from: .min, to: value)
    default: value == .min ? Self.nothing : .longs(from: .min, to: value - 1)
    }
  }

  private static let nothing = Atom.Test.longs(from: 1, to: 0)

  /// The whole numbers that fulfil a comparison with a real; nil for reals beyond whole numbers.
  private func integerInterval(_ symbol: String, _ value: Double) -> Atom.Test? {
    guard let below = Int64(exactly: value.rounded(.down)) else { return nil }
    let isWhole = Double(below) == value
    switch symbol {
    case "==": return isWhole ? .longs(from: below, to: below) : Self.nothing
    case ">=": return interval(">=", isWhole ? below : below + 1)
    case ">": return interval(">", below)
    case "<=": return interval("<=", below)
    default: return isWhole ? interval("<", below) : interval("<=", below)
    }
  }

  private func realInterval(_ symbol: String, _ value: Double) -> Atom.Test? {
    guard !value.isNaN else { return nil }
    let low = Atom.RealBound(value: -.infinity, isIncluded: true)
    let high = Atom.RealBound(value: .infinity, isIncluded: true)
    // Minus zero and zero are one number.
    let value = value == 0 ? 0 : value
    switch symbol {
    case "==":
      let bound = Atom.RealBound(value: value, isIncluded: true)
      return .reals(from: bound, to: bound)
    case ">=": return .reals(from: Atom.RealBound(value: value, isIncluded: true), to: high)
    case ">": return .reals(from: Atom.RealBound(value: value, isIncluded: false), to: high)
    case "<=": return .reals(from: low, to: Atom.RealBound(value: value, isIncluded: true))
    default: return .reals(from: low, to: Atom.RealBound(value: value, isIncluded: false))
    }
  }

  /// `x in (a, b)`, also of a list's values.
  private mutating func membership(_ call: BoundExpression.Call) -> Atom? {
    guard let (column, type) = call.arguments[0].asColumn, type == .string else { return nil }
    var texts: [String] = []
    for argument in call.arguments.dropFirst() {
      guard let values = argument.listedValues else { return nil }
      for value in values {
        guard case .string(let text) = value else { return nil }
        texts.append(text)
      }
    }
    let present = Set(texts.filter { !$0.isEmpty })
    return Atom(
      column: input(column: column), test: .texts(present.sorted()),
      isNegated: call.name == "!in", reads: [column])
  }
}

// MARK: - Everything else

extension ConditionCompiler {
  /// A condition that the executor computes; unknown where an operand is missing or the answer is null.
  private mutating func computed(_ condition: BoundExpression) throws -> Int {
    let missing = missing(condition, isResult: true)
    let column = input(condition)
    let atom = Atom(
      column: column, test: .computed(missing: missing.map { input($0) }),
      reads: condition.columns.sorted())
    return program.add(atom)
  }

  private mutating func presence(_ operand: BoundExpression, isMissing: Bool) throws -> Int {
    let node: Int
    if case .column(let index, _) = operand {
      node = program.add(
        Atom(column: input(column: index), test: .missing, reads: [index]))
    } else if let missing = missing(operand, isResult: false) {
      let column = input(missing)
      node = program.add(
        Atom(column: column, test: .computed(missing: nil), reads: operand.columns.sorted()))
    } else {
      node = program.add(.constant(.no))
    }
    return isMissing ? node : program.add(.not(node))
  }

  /// Whether a value is missing, as an expression; nil where it never is.
  ///
  /// A function of a missing operand is missing, except those that see it. `isResult` says that the value is
  /// a truth value whose own null the evaluator tells.
  private func missing(_ value: BoundExpression, isResult: Bool) -> BoundExpression? {
    switch value {
    case .constant(let scalar): return scalar.isMissing ? .constant(.bool(true)) : nil
    case .column: return call("is missing", [value])
    case .scalarQuery: return call("is missing", [value])
    case .listQuery: return nil
    case .call(let inner):
      if Self.seeing.contains(inner.name) { return nil }
      if inner.name == "coalesce" { return call("is missing", [value]) }
      // Lists of constants are no operand.
      let isMembership = ["in", "!in", "in~", "!in~", "has_any", "has_all"].contains(inner.name)
      let operands = isMembership ? Array(inner.arguments.prefix(1)) : inner.arguments
      var parts = operands.compactMap { missing($0, isResult: false) }
      if !isResult, inner.type != .bool || parts.isEmpty, !value.isAlwaysPresent,
        let own = call("is missing", [value])
      {
        parts.append(own)
      }
      return parts.dropFirst().reduce(parts.first) { sum, part in
        sum.flatMap { call("or", [$0, part]) } ?? part
      }
    }
  }

  /// Functions that see a missing value and answer.
  private static let seeing: Set<String> = [
    "is missing", "is present", "isnull", "isnotnull", "isempty", "isnotempty", "notnull",
    "notempty",
  ]

  private func call(_ name: String, _ arguments: [BoundExpression]) -> BoundExpression? {
    guard let function = OperatorCatalogue.function(name),
      let resolution = function.resolve(arguments.map(\.type))
    else { return nil }
    return .call(
      BoundExpression.Call(
        name: name, implementation: resolution.implementation, type: resolution.type,
        isPure: true, arguments: arguments))
  }
}

extension BoundExpression {
  /// The number and type of a column that stands alone.
  var asColumn: (Int, ScalarType)? {
    if case .column(let index, let type) = self { (index, type) } else { nil }
  }

  /// The values that an element of a list stands for, where they are known.
  fileprivate var listedValues: [Scalar]? {
    switch self {
    case .constant(.dynamic): return nil
    case .constant(let value): return [value]
    case .listQuery(.values(let table)):
      guard let column = table.columns.first else { return nil }
      return (0..<table.rowCount).map { column.scalar($0) }
    default: return nil
    }
  }

  /// Whether the value can only be missing when an operand is: sums and differences of reals and times.
  fileprivate var isAlwaysPresent: Bool {
    guard case .call(let call) = self else { return false }
    switch call.name {
    case "+", "-", "*", "unary -": return [.real, .timespan, .long, .int].contains(call.type)
    default: return false
    }
  }
}

extension Scalar {
  /// Whether there is no value: null, or an empty text.
  var isMissing: Bool {
    if case .string(let text) = self { return text.isEmpty }
    return isNull
  }
}
