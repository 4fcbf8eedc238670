import CasebookTables
import CasebookValues
import Glibc

extension Arithmetic {
  /// Whole numbers and ticks: wrapping, and null where a divisor is zero or a moment is outside the
  /// calendar.
  func longs(_ arguments: VectorArguments, _ type: ScalarType) -> Vector {
    let left = Operand(longs: arguments[0])
    let right = Operand(longs: arguments[1])
    let count = arguments.rowCount
    var validity = Bitmap.intersection(left.valid(rowCount: count), right.valid(rowCount: count))
    let values: Buffer<Int64>
    switch self {
    case .add: values = combined(left, right, count) { $0 &+ $1 }
    case .subtract: values = combined(left, right, count) { $0 &- $1 }
    case .multiply: values = combined(left, right, count) { $0 &* $1 }
    case .divide: values = combined(left, right, count) { quotient($0, $1) }
    case .remainder: values = combined(left, right, count) { nonNegativeRemainder($0, $1) }
    }
    if self == .divide || self == .remainder {
      validity = Bitmap.intersection(validity, nonZero(right, count))
    }
    if type == .datetime {
      validity = Bitmap.intersection(validity, inCalendar(values))
    }
    return .column(Column(type, .longs(values), validity: validity))
  }

  /// Reals: division by zero gives infinity or not-a-number.
  func reals(_ arguments: VectorArguments, _ type: ScalarType) -> Vector {
    let left = Operand(reals: arguments[0])
    let right = Operand(reals: arguments[1])
    let count = arguments.rowCount
    let values: Buffer<Double>
    switch self {
    case .add: values = combined(left, right, count) { $0 + $1 }
    case .subtract: values = combined(left, right, count) { $0 - $1 }
    case .multiply: values = combined(left, right, count) { $0 * $1 }
    case .divide: values = combined(left, right, count) { $0 / $1 }
    case .remainder: values = combined(left, right, count) { nonNegativeRemainder($0, $1) }
    }
    return .column(
      Column(
        type, .reals(values),
        validity: .intersection(left.valid(rowCount: count), right.valid(rowCount: count))))
  }

  /// A decimal is held as a real, so results are rounded to the digits that a real can vouch for:
  /// 0.1 + 0.2 is 0.3.
  func decimals(_ arguments: VectorArguments) -> Vector {
    guard case .column(let column) = reals(arguments, .decimal),
      case .reals(let values) = column.data
    else { return .constant(.null(.decimal)) }
    return .column(
      Column(.decimal, .reals(mapped(values, roundedToDecimal)), validity: column.validity))
  }

  /// A duration times or divided by a number with a fraction; null beyond 64 bits.
  func scaled(_ arguments: VectorArguments) -> Vector {
    guard case .column(let column) = reals(arguments, .real), case .reals(let values) = column.data
    else { return .constant(.null(.timespan)) }
    let ticks = mapped(values) { Int64(exactly: $0.rounded(.towardZero)) ?? 0 }
    let fits = mapped(values) { Int64(exactly: $0.rounded(.towardZero)) == nil ? 0 : 1 as UInt8 }
    return .column(
      Column(
        .timespan, .longs(ticks),
        validity: .intersection(column.validity, Bitmap(unlessAllSet: fits))))
  }
}

@inline(__always)
private func quotient(_ left: Int64, _ right: Int64) -> Int64 {
  // A quotient by -1 would trap at the least long, whose opposite wraps around to itself.
  right == 0 ? 0 : right == -1 ? 0 &- left : left / right
}

@inline(__always)
private func nonNegativeRemainder(_ left: Int64, _ right: Int64) -> Int64 {
  if right == 0 || right == -1 { return 0 }
  let rest = left % right
  return rest < 0 ? rest &+ (right < 0 ? 0 &- right : right) : rest
}

private func nonNegativeRemainder(_ left: Double, _ right: Double) -> Double {
  let rest = fmod(left, right)
  return rest < 0 ? rest + right.magnitude : rest
}

private func nonZero(_ operand: Operand<Int64>, _ rowCount: Int) -> Bitmap? {
  guard let buffer = operand.buffer else {
    return operand.constant == 0 ? Bitmap(repeating: false, count: rowCount) : nil
  }
  return Bitmap(unlessAllSet: mapped(buffer) { $0 == 0 ? 0 : 1 as UInt8 })
}

private func inCalendar(_ ticks: Buffer<Int64>) -> Bitmap? {
  var isInside = true
  for row in 0..<ticks.count where Instant.checked(ticks.base[row]) == nil { isInside = false }
  if isInside { return nil }
  return Bitmap(
    unlessAllSet: mapped(ticks) { Instant.checked($0) == nil ? 0 : 1 as UInt8 })
}

private func roundedToDecimal(_ value: Double) -> Double {
  guard value.isFinite, value != 0 else { return value }
  let scale = pow(10, 14 - floor(log10(value.magnitude)))
  guard scale.isFinite, scale > 0 else { return value }
  let scaled = (value * scale).rounded() / scale
  return scaled.isFinite ? scaled : value
}
