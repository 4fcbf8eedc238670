import CasebookValues

// How the values of two answers are compared.

/// Whether values of two columns can be equal at all.
func isComparable(_ left: ScalarType, _ right: ScalarType) -> Bool {
  left == right || (isNumber(left) && isNumber(right))
}

func isNumber(_ type: ScalarType) -> Bool {
  switch type {
  case .int, .long, .real, .decimal: true
  case .bool, .string, .datetime, .timespan, .dynamic, .guid: false
  }
}

/// Whether a learner's value is the wanted one; a number may be rounded, to one place or more.
func isSameAnswer(_ wanted: Scalar, _ given: Scalar) -> Bool {
  if wanted.isNull || given.isNull { return wanted.isNull && given.isNull }
  guard let wantedNumber = wanted.asReal, let givenNumber = given.asReal else {
    return wanted == given
  }
  return isSameNumber(wantedNumber, givenNumber)
}

private func isSameNumber(_ wanted: Double, _ given: Double) -> Bool {
  if wanted == given || (wanted.isNaN && given.isNaN) { return true }
  let distance = abs(wanted - given)
  if distance <= 1e-9 * max(abs(wanted), abs(given)) { return true }
  // Whole numbers are meant as they are; `0.8` for 0.7956 is the same answer.
  var unit = 0.1
  for _ in 1...9 {
    let steps = given / unit
    if abs(steps - steps.rounded()) < 1e-6 {
      return given != given.rounded() && distance <= unit * 0.500_001
    }
    unit /= 10
  }
  return false
}

/// The order in which rows are laid side by side: missing values first, numbers by size, texts by bytes.
func compare(_ left: [Scalar], _ right: [Scalar]) -> Int {
  for (one, other) in zip(left, right) {
    let order = compare(one, other)
    if order != 0 { return order }
  }
  return 0
}

private func compare(_ left: Scalar, _ right: Scalar) -> Int {
  switch (left.isNull, right.isNull) {
  case (true, true): return 0
  case (true, false): return -1
  case (false, true): return 1
  case (false, false): break
  }
  if let one = left.asReal, let other = right.asReal {
    return one < other ? -1 : one > other ? 1 : 0
  }
  switch (left, right) {
  case (.datetime(let one), .datetime(let other)), (.timespan(let one), .timespan(let other)):
    return one < other ? -1 : one > other ? 1 : 0
  default:
    let (one, other) = (left.text, right.text)
    return one.utf8.lexicographicallyPrecedes(other.utf8)
      ? -1 : one.utf8.elementsEqual(other.utf8) ? 0 : 1
  }
}

/// A value in a sentence: fractions to four digits, times without idle zeros.
func shownText(_ value: Scalar) -> String {
  switch value {
  case .real(let number), .decimal(let number):
    guard number.isFinite, abs(number) < 1e12 else { return value.text }
    let scale = abs(number) >= 100 ? 100.0 : 10_000.0
    let rounded = (number * scale).rounded() / scale
    return rounded == rounded.rounded() ? String(Int64(rounded)) : String(rounded)
  case .bool(let value): return value ? "true" : "false"
  case .datetime:
    let midnight = "T00:00:00.0000000Z"
    let text = value.text
    return text.hasSuffix(midnight)
      ? String(text.dropLast(midnight.count)) : text.replacing(".0000000Z", with: "Z")
  default: return value.text
  }
}
