import CasebookTables
import CasebookValues
import Glibc

/// The answers of a test on every row's text.
///
/// The test runs once per dictionary entry where that is less work than once per row.
func tested(
  _ column: Column, _ rowCount: Int, _ test: (UnsafeBufferPointer<UInt8>) -> Bool
) -> Buffer<UInt8> {
  guard case .texts(let codes, let dictionary) = column.data else {
    return Buffer(repeating: 0, count: rowCount)
  }
  if dictionary.count > rowCount {
    return Buffer(count: rowCount) { target in
      for row in 0..<rowCount { target[row] = test(dictionary.bytes(codes[row])) ? 1 : 0 }
    }
  }
  var matches = 0
  var match = 0
  let answers = Buffer<UInt8>(count: dictionary.count) { target in
    for code in 0..<dictionary.count where test(dictionary.bytes(code)) {
      target[code] = 1
      matches += 1
      match = code
    }
  }
  switch matches {
  case 0: return Buffer(repeating: 0, count: rowCount)
  case dictionary.count: return Buffer(repeating: 1, count: rowCount)
  case 1: return codes.equal(to: match)
  default: return codes.lookedUp(in: answers)
  }
}

extension Codes {
  /// One where a row has that code.
  func equal(to code: Int) -> Buffer<UInt8> {
    switch self {
    case .narrow(let codes):
      let wanted = UInt8(truncatingIfNeeded: code)
      return mapped(codes) { $0 == wanted ? 1 : 0 }
    case .medium(let codes):
      let wanted = UInt16(truncatingIfNeeded: code)
      return mapped(codes) { $0 == wanted ? 1 : 0 }
    case .wide(let codes):
      let wanted = UInt32(truncatingIfNeeded: code)
      return mapped(codes) { $0 == wanted ? 1 : 0 }
    }
  }

  /// The answer for each row's code.
  func lookedUp(in answers: Buffer<UInt8>) -> Buffer<UInt8> {
    let table = answers.base
    switch self {
    case .narrow(let codes): return mapped(codes) { table[Int($0)] }
    case .medium(let codes): return mapped(codes) { table[Int($0)] }
    case .wide(let codes): return mapped(codes) { table[Int($0)] }
    }
  }
}

/// A comparison of texts by their bytes.
func comparedTexts(_ comparison: Comparison, _ arguments: VectorArguments) -> Vector {
  let count = arguments.rowCount
  switch (arguments[0], arguments[1]) {
  case (.column(let column), .constant(let scalar)):
    return comparedTexts(comparison, column, scalar.text, count) { $0 }
  case (.constant(let scalar), .column(let column)):
    return comparedTexts(comparison, column, scalar.text, count) { -$0 }
  case (let left, let right):
    let left = left.column(rowCount: count)
    let right = right.column(rowCount: count)
    return withNulls(
      comparison, comparedTexts(comparison, left, right, count), left.validity, right.validity)
  }
}

private func comparedTexts(
  _ comparison: Comparison, _ column: Column, _ constant: String, _ rowCount: Int,
  _ direction: (Int) -> Int
) -> Vector {
  let answers = withBytes(of: constant) { wanted in
    comparison.isEquality
      ? tested(column, rowCount) { isEqual($0, wanted) == (comparison == .equal) }
      : tested(column, rowCount) { comparison.accepts(order: direction(ordered($0, wanted))) }
  }
  return withNulls(comparison, answers, column.validity, nil)
}

private func comparedTexts(
  _ comparison: Comparison, _ left: Column, _ right: Column, _ rowCount: Int
) -> Buffer<UInt8> {
  guard case .texts(let leftCodes, let leftTexts) = left.data,
    case .texts(let rightCodes, let rightTexts) = right.data
  else { return Buffer(repeating: 0, count: rowCount) }
  if leftTexts === rightTexts, leftTexts.isDistinct, comparison.isEquality {
    let expected = comparison == .equal
    return Buffer(count: rowCount) { target in
      for row in 0..<rowCount {
        target[row] = (leftCodes[row] == rightCodes[row]) == expected ? 1 : 0
      }
    }
  }
  return Buffer(count: rowCount) { target in
    for row in 0..<rowCount {
      let a = leftTexts.bytes(leftCodes[row])
      let b = rightTexts.bytes(rightCodes[row])
      let answer =
        comparison.isEquality
        ? isEqual(a, b) == (comparison == .equal) : comparison.accepts(order: ordered(a, b))
      target[row] = answer ? 1 : 0
    }
  }
}

/// Whether two runs of bytes are the same.
@inline(__always)
func isEqual(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
  guard a.count == b.count else { return false }
  guard let x = a.baseAddress, let y = b.baseAddress, a.count > 0 else { return true }
  return memcmp(x, y, a.count) == 0
}

/// Negative when `a` comes before `b` by bytes, positive when after.
func ordered(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Int {
  let shared = min(a.count, b.count)
  if shared > 0, let x = a.baseAddress, let y = b.baseAddress {
    let order = Int(memcmp(x, y, shared))
    if order != 0 { return order }
  }
  return a.count - b.count
}
