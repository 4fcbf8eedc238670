import CasebookTables
import CasebookValues
import Synchronization

/// Expressions made ready to run: a list of steps in which every sub-expression stands once, however
/// often it was written, so that common parts are computed once a batch.
final class Program: Sendable {
  /// One computation.
  enum Step: Sendable {
    case constant(Scalar)
    case column(Int)
    case call(BoundExpression.Call, arguments: [Int])
  }

  /// The steps; arguments stand before what uses them.
  let steps: [Step]
  /// The step that holds the value of each expression.
  let roots: [Int]
  /// For each step the only argument that varies, when that is a step of text.
  let textArguments: [Int?]
  private let dictionaryResults = Mutex<[DictionaryKey: DictionaryResult]>([:])

  private struct DictionaryKey: Hashable {
    let step: Int
    let dictionary: ObjectIdentifier
  }

  /// What a step gives for every entry of a dictionary.
  ///
  /// Holds the dictionary, so that its identity is not given to another one meanwhile.
  struct DictionaryResult: Sendable {
    let dictionary: TextDictionary
    let values: Column
  }

  /// Compiles expressions that read one input.
  init(_ expressions: [BoundExpression]) {
    var compiler = Compiler()
    roots = expressions.map { compiler.add($0) }
    steps = compiler.steps
    textArguments = compiler.steps.map { compiler.textArgument(of: $0) }
  }

  /// The values of a step for every entry of a dictionary, computed at most once (or, when two
  /// workers meet, twice with one result kept).
  func results(
    step: Int, for dictionary: TextDictionary, compute: () throws -> Column
  ) rethrows -> Column {
    let key = DictionaryKey(step: step, dictionary: ObjectIdentifier(dictionary))
    if let known = dictionaryResults.withLock({ $0[key] }) { return known.values }
    let values = try compute()
    return dictionaryResults.withLock { all in
      if let known = all[key] { return known.values }
      all[key] = DictionaryResult(dictionary: dictionary, values: values)
      return values
    }
  }
}

private struct Compiler {
  var steps: [Program.Step] = []
  private var known: [Key: Int] = [:]

  private enum Key: Hashable {
    /// Reals go by their bits: -0.0 equals 0.0, and dividing by them does not.
    case constant(ScalarType, Scalar, bits: UInt64)
    case column(Int)
    case call(name: String, type: ScalarType, arguments: [Int])
  }

  mutating func add(_ expression: BoundExpression) -> Int {
    switch expression {
    case .constant(let scalar):
      return add(.constant(scalar), key: .constant(scalar.type, scalar, bits: scalar.realBits))
    case .column(let index, _):
      return add(.column(index), key: .column(index))
    case .call(let call):
      let arguments = call.arguments.map { add($0) }
      let key = Key.call(name: call.name, type: call.type, arguments: arguments)
      return add(.call(call, arguments: arguments), key: expression.isPure ? key : nil)
    case .scalarQuery, .listQuery:
      preconditionFailure("queries inside expressions are replaced before compilation")
    }
  }

  private mutating func add(_ step: Program.Step, key: Key?) -> Int {
    if let key, let index = known[key] { return index }
    steps.append(step)
    if let key { known[key] = steps.count - 1 }
    return steps.count - 1
  }

  /// The varying argument of a step that works a value at a time, if it is the only one and a text.
  func textArgument(of step: Program.Step) -> Int? {
    guard case .call(let call, let arguments) = step, call.isPure,
      case .rows = call.implementation
    else { return nil }
    let varying = Set(
      arguments.filter { index in
        if case .constant = steps[index] { false } else { true }
      })
    guard let only = varying.first, varying.count == 1 else { return nil }
    let type: ScalarType? =
      switch steps[only] {
      case .call(let inner, _): inner.type
      case .column:
        call.arguments[arguments.firstIndex(of: only) ?? 0].type
      case .constant: nil
      }
    return type == .string || type == .dynamic || type == .guid ? only : nil
  }
}

extension Scalar {
  fileprivate var realBits: UInt64 {
    switch self {
    case .real(let value), .decimal(let value): value.bitPattern
    default: 0
    }
  }
}
