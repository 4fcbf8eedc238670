import CasebookTables
import CasebookValues
import Synchronization

/// `in` and its kind, `has_any` and `has_all`: one value against a list.
enum MembershipOperators {
  static let all: [ScalarFunction] = [
    membership("in", isCased: true, isNegated: false, ("in (\"spam\", \"fraud\")", "spam")),
    membership("!in", isCased: true, isNegated: true, ("!in (\"spam\", \"fraud\")", "Fraud\nhate")),
    membership("in~", isCased: false, isNegated: false, ("in~ (\"FRAUD\")", "Fraud")),
    membership("!in~", isCased: false, isNegated: true, ("!in~ (\"FRAUD\")", "spam\nhate")),
    terms("has_any", needsAll: false, ("has_any (\"spam\", \"hate\")", "spam\nhate")),
    terms("has_all", needsAll: true, ("has_all (\"spam\")", "spam")),
  ]

  private static func example(_ condition: String, _ output: String) -> Example {
    Example(
      "datatable(queue:string)[\"spam\", \"Fraud\", \"hate\"] | where queue \(condition)",
      output: output)
  }

  private static func membership(
    _ name: String, isCased: Bool, isNegated: Bool, _ shown: (condition: String, output: String)
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "comparison",
      [FunctionParameter("value", .any), FunctionParameter("list", .any, isRepeated: true)],
      summary:
        "Whether a value is \(isNegated ? "not " : "")one of a list\(isCased ? "" : ", in any case").",
      details: "The list may also be a dynamic array or a table with one column.",
      examples: [example(shown.condition, shown.output)]
    ) { types in
      guard let type = types.first, isCased || type == .string || type == .dynamic,
        types.dropFirst().allSatisfy({ $0 == .dynamic || accepts(type, $0) })
      else { return nil }
      let lists = ListCache(type: type, isCased: isCased)
      return ScalarFunction.Resolution(.bool, .vector { member($0, lists, isNegated: isNegated) })
    }
  }

  private static func accepts(_ value: ScalarType, _ element: ScalarType) -> Bool {
    ComparisonOperators.implementation(of: .equal, value, element) != nil
  }

  private static func terms(
    _ name: String, needsAll: Bool, _ shown: (condition: String, output: String)
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "text",
      [FunctionParameter("text", .string), FunctionParameter("list", .any, isRepeated: true)],
      summary: "Whether a text has \(needsAll ? "all" : "any") of a list of terms, in any case.",
      examples: [example(shown.condition, shown.output)]
    ) { types in
      guard types.first == .string || types.first == .dynamic else { return nil }
      return ScalarFunction.Resolution(.bool, .vector { hasTerms($0, needsAll: needsAll) })
    }
  }

  /// A missing value is in no list.
  private static func member(
    _ arguments: VectorArguments, _ lists: ListCache, isNegated: Bool
  ) -> Vector {
    let count = arguments.rowCount
    let elements = arguments.vectors.dropFirst()
    let constants = elements.compactMap { vector -> Scalar? in
      if case .constant(let scalar) = vector { scalar } else { nil }
    }
    let column = arguments[0].column(rowCount: count)
    if constants.count == elements.count {
      return lists.list(constants).contains(column, count, isNegated: isNegated)
    }
    // A list that differs from row to row.
    let answers = Buffer<UInt8>(count: count) { target in
      for row in 0..<count {
        let list = MemberList(
          elements.map { $0.scalar(row) }, type: lists.type, isCased: lists.isCased)
        target[row] = list.contains(column.scalar(row)) != isNegated ? 1 : 0
      }
    }
    return .column(Column(.bool, .bools(answers)))
  }

  private static func hasTerms(_ arguments: VectorArguments, needsAll: Bool) -> Vector {
    let count = arguments.rowCount
    let texts = converted(arguments[0], to: .string, rowCount: count).column(rowCount: count)
    let elements = Array(arguments.vectors.dropFirst())
    func test(_ needles: [Needle], _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
      needsAll
        ? needles.allSatisfy { $0.matches(bytes) } : needles.contains { $0.matches(bytes) }
    }
    func needles(_ row: Int) -> [Needle] {
      expanded(elements.map { $0.scalar(row) }).map { Needle($0.text, .has, isCased: false) }
    }
    if elements.allSatisfy({ $0.isConstant }) {
      let wanted = needles(0)
      return .column(Column(.bool, .bools(tested(texts, count) { test(wanted, $0) })))
    }
    let answers = Buffer<UInt8>(count: count) { target in
      for row in 0..<count {
        let wanted = needles(row)
        target[row] = withBytes(of: texts.text(row)) { test(wanted, $0) } ? 1 : 0
      }
    }
    return .column(Column(.bool, .bools(answers)))
  }
}

/// A list with its arrays opened up.
func expanded(_ elements: [Scalar]) -> [Scalar] {
  elements.flatMap { element -> [Scalar] in
    guard case .dynamic(.array(let inner)) = element else { return [element] }
    return inner.map { $0.scalar ?? .dynamic($0) }
  }
}

/// The list of the batch before, which is nearly always the list of this one too.
private final class ListCache: Sendable {
  let type: ScalarType
  let isCased: Bool
  private let last = Mutex<(elements: [Scalar], list: MemberList)?>(nil)

  init(type: ScalarType, isCased: Bool) {
    self.type = type
    self.isCased = isCased
  }

  func list(_ elements: [Scalar]) -> MemberList {
    last.withLock { last in
      if let last, last.elements == elements { return last.list }
      let list = MemberList(elements, type: type, isCased: isCased)
      last = (elements, list)
      return list
    }
  }
}

/// A list in the form in which values of one type are looked up.
private struct MemberList: Sendable {
  private enum Form: Sendable {
    case longs(Set<Int64>)
    case reals(Set<Double>)
    /// Texts as bytes, in small letters where case does not count.
    case texts(Set<[UInt8]>, isCased: Bool)
    /// Anything else, compared one by one.
    case scalars([Scalar])
  }
  private let form: Form

  init(_ elements: [Scalar], type: ScalarType, isCased: Bool) {
    let elements = expanded(elements).filter { !$0.isNull }
    switch type {
    case .string:
      form = .texts(
        Set(elements.map { Array((isCased ? $0.text : $0.text.lowercased()).utf8) }),
        isCased: isCased)
    case .datetime, .timespan, .bool:
      form = .longs(Set(elements.compactMap { $0.converted(to: type).storedLong }))
    case .int where elements.allSatisfy { $0.asLong != nil },
      .long where elements.allSatisfy { $0.asLong != nil }:
      form = .longs(Set(elements.compactMap(\.asLong)))
    case .int, .long, .real, .decimal:
      form = .reals(Set(elements.compactMap(\.asReal)))
    case .guid, .dynamic: form = .scalars(elements)
    }
  }

  func contains(_ column: Column, _ rowCount: Int, isNegated: Bool) -> Vector {
    let yes: UInt8 = isNegated ? 0 : 1
    let answers: Buffer<UInt8>
    switch (form, column.data) {
    case (.texts(let wanted, let isCased), .texts):
      let needles =
        wanted.count <= 8
        ? wanted.map { Needle(String(decoding: $0, as: UTF8.self), .equal, isCased: isCased) } : nil
      answers = tested(column, rowCount) { bytes in
        let isMember =
          needles?.contains { $0.matches(bytes) }
          ?? wanted.contains(
            isCased ? Array(bytes) : Array(String(decoding: bytes, as: UTF8.self).lowercased().utf8)
          )
        return isMember != isNegated
      }
    case (.longs(let wanted), .longs(let values)):
      answers = answered(values, wanted, yes)
    case (.reals(let wanted), .reals(let values)):
      answers = answered(values, wanted, yes)
    default:
      answers = Buffer(count: rowCount) { target in
        for row in 0..<rowCount { target[row] = contains(column.scalar(row)) ? yes : yes ^ 1 }
      }
    }
    guard let validity = column.validity else { return .column(Column(.bool, .bools(answers))) }
    let known = Buffer<UInt8>(count: rowCount) { target in
      for row in 0..<rowCount { target[row] = validity[row] ? answers.base[row] : yes ^ 1 }
    }
    return .column(Column(.bool, .bools(known)))
  }

  /// Whether one value is in the list.
  func contains(_ value: Scalar) -> Bool {
    if value.isNull { return false }
    switch form {
    case .longs(let wanted): return value.storedLong.map(wanted.contains) ?? false
    case .reals(let wanted): return value.asReal.map(wanted.contains) ?? false
    case .texts(let wanted, let isCased):
      return wanted.contains(Array((isCased ? value.text : value.text.lowercased()).utf8))
    case .scalars(let wanted): return wanted.contains { isEqual($0, value) }
    }
  }

  private func isEqual(_ wanted: Scalar, _ value: Scalar) -> Bool {
    if case .guid(let text) = value { return wanted.converted(to: .guid) == .guid(text) }
    return dynamicOrder(value, wanted) == 0
  }
}

/// `yes` for values that are wanted and its opposite for others.
///
/// A few are compared one by one, which is several times as fast as hashing.
private func answered<Value: Hashable & BitwiseCopyable & Sendable>(
  _ values: Buffer<Value>, _ wanted: Set<Value>, _ yes: UInt8
) -> Buffer<UInt8> {
  if wanted.count > 16 { return mapped(values) { wanted.contains($0) ? yes : yes ^ 1 } }
  let few = Buffer(Array(wanted))
  return mapped(values) { value in
    var isWanted: UInt8 = 0
    for index in 0..<few.count where few.base[index] == value { isWanted = 1 }
    return isWanted == 1 ? yes : yes ^ 1
  }
}
