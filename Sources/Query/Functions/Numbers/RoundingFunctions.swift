import CasebookTables
import CasebookValues
import Glibc

/// Rounding numbers and times down, up or to the nearest step.
enum RoundingFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "bin", aliases: ["floor"], family: "numbers",
      [
        FunctionParameter("value", TypeSet.number.union(.time)),
        FunctionParameter("size", TypeSet.number.union(.timespan)),
      ],
      summary: "A number or time rounded down to a multiple of a size.",
      details: "Multiples count from 0, those of a datetime from 0001-01-01, so that days start at "
        + "midnight UTC and 7d steps on Mondays. A size of 0 or less gives null.",
      examples: [
        Example("print bin(17, 5)", output: "15"),
        Example("print bin(-5.5, 2.0)", "below zero", output: "-6.0"),
      ], resolve: { resolveBin($0[0], $0[1]) }),
    ScalarFunction(
      "bin_at", family: "numbers",
      [
        FunctionParameter("value", TypeSet.number.union(.time)),
        FunctionParameter("size", TypeSet.number.union(.timespan)),
        FunctionParameter("fixed", TypeSet.number.union(.time), "a value where a step begins"),
      ],
      summary: "A number or time rounded down to a step, with one step's start given.",
      examples: [Example("print bin_at(17, 5, 1)", output: "16")], resolve: resolveBinAt),
    ScalarFunction(
      "ceiling", family: "numbers", [FunctionParameter("value", .number)], returns: .real,
      summary: "A number rounded up to a whole one.",
      examples: [Example("print ceiling(1.2)", output: "2.0")],
      .realToReal { $0.rounded(.up) }),
    ScalarFunction(
      "round", family: "numbers",
      [
        FunctionParameter("value", .number),
        FunctionParameter("digits", .long, "after the point", isOptional: true),
      ], returns: .real,
      summary: "A number rounded to so many digits after the point, halves away from zero.",
      details: "Negative digits round to tens, hundreds, and so on.",
      examples: [Example("print round(2.71828, 2)", output: "2.72")],
      .rows(nulls: .propagate) { values in
        .real(rounded(values.real(0), digits: values.count(1, default: 0)))
      }
    ).deciding { types, constants in
      let digits: Int
      if types.count == 1 {
        digits = 0
      } else if let constant = constants[1]?.asLong {
        digits = Int(clamping: constant)
      } else {
        return nil
      }
      return .resolved(
        ScalarFunction.Resolution(.real, .realToReal { rounded($0, digits: digits) }))
    },
  ]

  private static func resolveBin(
    _ value: ScalarType, _ size: ScalarType
  ) -> ScalarFunction.Resolution? {
    if value.isTemporal {
      guard size == .timespan else { return nil }
      return ScalarFunction.Resolution(value, .vector { binLongs($0) })
    }
    guard size.isNumeric, let type = commonType([value, size]) else { return nil }
    return ScalarFunction.Resolution(
      type, type.isInteger ? .vector { binLongs($0) } : .vector { binReals($0) })
  }

  /// Whole steps.
  ///
  /// The size is nearly always constant, which is the loop without a branch per row.
  private static func binLongs(_ arguments: VectorArguments) -> Vector {
    let type = arguments.resultType
    let values = arguments[0].column(rowCount: arguments.rowCount)
    if case .constant(let size) = arguments[1] {
      guard let step = stored(size), step > 0 else {
        return .constant(.null(type))
      }
      guard case .longs(let source) = values.data else { return .constant(.null(type)) }
      var least = Int64.max
      let results = Buffer<Int64>(count: source.count) { target in
        for row in 0..<source.count {
          let value = source.base[row]
          let rest = value % step
          target[row] = value &- (rest < 0 ? rest &+ step : rest)
          least = min(least, value)
        }
      }
      // Below this a step may begin where no long reaches: the loop below looks at each row.
      if least >= Int64.min + step {
        return .column(Column(type, .longs(results), validity: values.validity))
      }
    }
    let sizes = arguments[1].column(rowCount: arguments.rowCount)
    guard case .longs(let source) = values.data, case .longs(let steps) = sizes.data else {
      return .constant(.null(type))
    }
    let validity = Bitmap.intersection(values.validity, sizes.validity)
    return .column(
      Kernels.masked(type, source.count, validity) { target, valid in
        for row in 0..<source.count {
          if let bin = bin(source.base[row], steps.base[row]) {
            target[row] = bin
          } else {
            valid[row] = 0
          }
        }
      })
  }

  private static func stored(_ scalar: Scalar) -> Int64? {
    switch scalar {
    case .timespan(let ticks): ticks
    default: scalar.asLong
    }
  }

  private static func binReals(_ arguments: VectorArguments) -> Vector {
    let values = arguments[0].column(rowCount: arguments.rowCount)
    if case .constant(let size) = arguments[1] {
      guard let step = size.asReal, step > 0 else {
        return .constant(.null(arguments.resultType))
      }
      return .column(Kernels.reals(values, type: arguments.resultType) { bin($0, step) })
    }
    let sizes = Kernels.realValues(arguments[1].column(rowCount: arguments.rowCount))
    let validity = arguments[1].column(rowCount: arguments.rowCount).validity
    var row = -1
    let result = Kernels.reals(values, type: arguments.resultType) { value in
      row += 1
      return bin(value, sizes.base[row])
    }
    return .column(
      Column(
        result.type, result.data, validity: Bitmap.intersection(result.validity, validity)))
  }

  private static func resolveBinAt(_ types: [ScalarType]) -> ScalarFunction.Resolution? {
    let (value, size, fixed) = (types[0], types[1], types[2])
    if value.isTemporal {
      guard size == .timespan, fixed == value else { return nil }
    } else {
      guard size.isNumeric, fixed.isNumeric else { return nil }
    }
    guard let type = value.isTemporal ? value : commonType(types) else { return nil }
    if type.isFractional {
      return ScalarFunction.Resolution(
        type,
        .rows(nulls: .propagate) { values in
          let (step, fixed) = (values.real(1), values.real(2))
          guard step > 0 else { return .null(type) }
          let result = fixed + ((values.real(0) - fixed) / step).rounded(.down) * step
          return type == .decimal ? .decimal(result) : .real(result)
        })
    }
    return ScalarFunction.Resolution(
      type,
      .rows(nulls: .propagate) { values in
        guard let start = bin(values.long(0), values.long(1), at: values.long(2)) else {
          return .null(type)
        }
        return scalar(start, type)
      })
  }

  private static func scalar(_ value: Int64, _ type: ScalarType) -> Scalar {
    switch type {
    case .datetime: Instant.checked(value).map(Scalar.datetime) ?? .null(.datetime)
    case .timespan: .timespan(value)
    case .int: .int(Int32(truncatingIfNeeded: value))
    default: .long(value)
    }
  }
}

/// A number rounded to digits after the point (before it where negative), halves away from zero.
func rounded(_ value: Double, digits: Int) -> Double {
  if digits == 0 { return value.rounded(.toNearestOrAwayFromZero) }
  let scale = pow(10, Double(digits.magnitude))
  guard value.isFinite, scale.isFinite else { return value }
  let result =
    digits > 0
    ? (value * scale).rounded(.toNearestOrAwayFromZero) / scale
    : (value / scale).rounded(.toNearestOrAwayFromZero) * scale
  return result.isFinite ? result : value
}
