import CasebookTables
import CasebookValues

/// What a case's label says of it.
///
/// The raw values index counts: positives and negatives first.
enum CaseClass {
  static let negative: UInt8 = 0
  static let positive: UInt8 = 1
  static let unlabelled: UInt8 = 2
}

/// Which values of the label column are positive and which negative.
///
/// Without values true and 1 are positive, false and 0 negative. Null, NaN and `""` are unlabelled, as
/// is every value in neither list: unlabelled is never negative.
struct LabelRule: Sendable {
  /// The values that mean positive; nil for the values 0 and 1.
  var positive: [Scalar]?
  /// The values that mean negative; nil for the only other value there is.
  var negative: [Scalar]?
  /// Whether the label's values may not be shown.
  var isProtected = false

  /// The class of every row; throws where the values are not covered by the rule.
  func classes(of column: Column, _ context: RunContext) throws -> Buffer<UInt8> {
    switch column.data {
    case .texts(let codes, let dictionary):
      return try classes(codes, dictionary, column.validity)
    case .bools(let values):
      return try classes(column, context, values.base) { .bool($0 != 0) }
    case .longs(let values):
      return try classes(column, context, values.base) { .long($0) }
    case .reals(let values):
      return try classes(column, context, values.base) { .real($0) }
    }
  }

  // MARK: Texts

  private func classes(
    _ codes: Codes, _ dictionary: TextDictionary, _ validity: Bitmap?
  ) throws -> Buffer<UInt8> {
    var isUsed = [Bool](repeating: false, count: dictionary.count)
    for row in 0..<codes.count where validity.map({ $0[row] }) ?? true { isUsed[codes[row]] = true }
    let texts = isUsed.indices.map { isUsed[$0] ? dictionary.string($0) : "" }
    let distinct = Set(texts.filter { !$0.isEmpty }).sorted().map { Scalar.string($0) }
    let rule = try resolved(distinct, count: distinct.count)
    let classOfCode = texts.map { $0.isEmpty ? CaseClass.unlabelled : rule.classOf(.string($0)) }
    return Buffer(count: codes.count) { target in
      for row in 0..<codes.count {
        let isValid = validity.map { $0[row] } ?? true
        target[row] = isValid ? classOfCode[codes[row]] : CaseClass.unlabelled
      }
    }
  }

  // MARK: Numbers and truth values

  /// The values of a column with few of them are looked up one by one; more than this are too many to be
  /// a label.
  private static let mostValues = 64

  private func classes<Value: Hashable & BitwiseCopyable>(
    _ column: Column, _ context: RunContext, _ values: UnsafePointer<Value>,
    _ scalar: (Value) -> Scalar
  ) throws -> Buffer<UInt8> {
    let validity = column.validity
    var order: [Value] = []
    // First which values there are: the rule may need to know all of them.
    var last: Value?
    for row in 0..<column.count where validity.map({ $0[row] }) ?? true {
      let value = values[row]
      if value == last || order.contains(value) { continue }
      if order.count < Self.mostValues, value == value { order.append(value) }
      last = value
    }
    let scalars = order.map(scalar).sorted { ($0.asReal ?? 0) < ($1.asReal ?? 0) }
    let rule = try resolved(scalars, count: order.count)
    let known = order.map { (value: $0, classOf: rule.classOf(scalar($0))) }
    let first = known.first
    let second = known.dropFirst().first
    return Buffer(count: column.count) { target in
      for row in 0..<column.count {
        let value = values[row]
        if let validity, !validity[row] {
          target[row] = CaseClass.unlabelled
        } else if let first, first.value == value {
          target[row] = first.classOf
        } else if let second, second.value == value {
          target[row] = second.classOf
        } else {
          target[row] =
            known.first { $0.value == value }?.classOf ?? rule.classOf(scalar(value))
        }
      }
    }
  }

  // MARK: Which value is what

  /// The rule with its values, once it is known which there are.
  private func resolved(_ values: [Scalar], count: Int) throws -> Resolved {
    guard let positive else {
      for value in values where value.truth == nil {
        throw SignalFailure(
          "the label has other values than true and false or 1 and 0: say which are positive and "
            + "which negative, positive=V negative=V\(listed(values))")
      }
      return Resolved(positive: [], negative: [], byTruth: true)
    }
    if let negative {
      if let both = positive.first(where: { value in negative.contains { $0.means(value) } }) {
        throw SignalFailure(
          "the label's value \(Self.quoted(both)) is given as positive and as negative: name it once"
        )
      }
      return Resolved(positive: positive, negative: negative, byTruth: false)
    }
    let others = values.filter { value in !positive.contains { $0.means(value) } }
    if others.count == values.count, values.count > 1 {
      throw SignalFailure(
        "positive= names none of the label's values: write it as it stands in the data, or say which "
          + "are negative, negative=V\(listed(values))")
    }
    if values.count > 2 {
      throw SignalFailure(
        "the label has more than two values: say which are negative, negative=V or "
          + "negative=(V, W)\(listed(values))")
    }
    return Resolved(positive: positive, negative: others, byTruth: false)
  }

  private func listed(_ values: [Scalar]) -> String {
    if isProtected || values.isEmpty { return "" }
    let shown = values.prefix(12).map(Self.quoted)
    return "; its values are " + shown.joined(separator: ", ") + (values.count > 12 ? ", ..." : "")
  }

  private static func quoted(_ value: Scalar) -> String {
    switch value {
    case .string(let text): "\"" + text.prefix(40) + "\""
    case .bool(let truth): truth ? "true" : "false"
    default: value.text
    }
  }

  /// The values of each class.
  private struct Resolved {
    let positive: [Scalar]
    let negative: [Scalar]
    let byTruth: Bool

    func classOf(_ value: Scalar) -> UInt8 {
      if byTruth {
        return value.truth.map { $0 ? CaseClass.positive : CaseClass.negative }
          ?? CaseClass.unlabelled
      }
      if positive.contains(where: { $0.means(value) }) { return CaseClass.positive }
      return negative.contains { $0.means(value) } ? CaseClass.negative : CaseClass.unlabelled
    }
  }
}

extension Scalar {
  /// The truth of true, false, 1 and 0.
  fileprivate var truth: Bool? {
    if case .bool(let value) = self { return value }
    return asReal == 1 ? true : asReal == 0 ? false : nil
  }

  /// Whether both are the same value, whole numbers and reals alike.
  fileprivate func means(_ other: Scalar) -> Bool {
    if let a = asReal, let b = other.asReal { return a == b }
    switch (self, other) {
    case (.bool(let a), .bool(let b)): return a == b
    case (.string(let a), .string(let b)): return a == b
    default: return false
    }
  }
}
