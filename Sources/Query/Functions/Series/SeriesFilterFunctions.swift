import CasebookValues
import Glibc

/// Filters, transforms and outliers of series.
enum SeriesFilterFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "series_fir", family: "series",
      [
        Series.parameter, FunctionParameter("filter", .dynamic, "an array of weights"),
        FunctionParameter(
          "normalize", .bool, "divide by the weights' sum; true unless one is negative",
          isOptional: true),
        FunctionParameter("center", .bool, "place the window around the element", isOptional: true),
      ], returns: .dynamic, summary: "A series with a moving window of weights applied.",
      examples: [
        Example("print series_fir(dynamic([1, 1, 3]), dynamic([1, 1]))", output: "[0.5,1.0,2.0]")
      ],
      .rows(nulls: .propagate) { values in
        guard let series = Series.numbers(values[0]), let weights = Series.wholeNumbers(values[1])
        else { return .null(.dynamic) }
        let normalizes = values.bool(2, default: weights.allSatisfy { $0 >= 0 })
        return .dynamic(
          Series.array(
            windowed(
              series.map { $0 ?? 0 }, weights, normalizes: normalizes,
              centers: values.bool(3, default: false))))
      }),
    ScalarFunction(
      "series_iir", family: "series",
      [
        Series.parameter, FunctionParameter("numerators", .dynamic),
        FunctionParameter("denominators", .dynamic),
      ], returns: .dynamic, summary: "A series through a recursive filter.",
      examples: [
        Example(
          "print series_iir(dynamic([1, 2, 3]), dynamic([1]), dynamic([1, -1]))", "running sums",
          output: "[1.0,3.0,6.0]")
      ],
      .rows(nulls: .propagate) { values in
        guard let series = Series.numbers(values[0]), let upper = Series.wholeNumbers(values[1]),
          let lower = Series.wholeNumbers(values[2]), let first = lower.first, first != 0
        else { return .null(.dynamic) }
        return .dynamic(Series.array(recursive(series.map { $0 ?? 0 }, upper, lower)))
      }),
    ScalarFunction(
      "series_fft", family: "series",
      [Series.parameter, FunctionParameter("imaginary", .dynamic, isOptional: true)],
      returns: .dynamic, summary: "The Fourier transform of a series: real and imaginary parts.",
      examples: [
        Example("print series_fft(dynamic([1, 1]))", output: "[2.0,0.0]\t[0.0,0.0]")
      ],
      .rows(nulls: .handled) { transform($0, inverse: false) }
    ).yielding(Series.columns("series_fft", [("real", .dynamic), ("imag", .dynamic)])),
    ScalarFunction(
      "series_ifft", family: "series",
      [Series.parameter, FunctionParameter("imaginary", .dynamic, isOptional: true)],
      returns: .dynamic,
      summary: "The inverse Fourier transform of a series: real and imaginary parts.",
      examples: [
        Example("print series_ifft(dynamic([2, 0]))", output: "[1.0,1.0]\t[0.0,0.0]")
      ],
      .rows(nulls: .handled) { transform($0, inverse: true) }
    ).yielding(Series.columns("series_ifft", [("real", .dynamic), ("imag", .dynamic)])),
    ScalarFunction(
      "series_outliers", family: "series",
      [
        Series.parameter,
        FunctionParameter("kind", .string, "`tukey` or `ctukey`, the default", isOptional: true),
        FunctionParameter("ignore", .number, "a value that is passed over", isOptional: true),
        FunctionParameter("lower", .number, "percentile, 10", isOptional: true),
        FunctionParameter("upper", .number, "percentile, 90", isOptional: true),
      ], returns: .dynamic,
      summary: "How far each element of a series lies outside its middle range, in widths of it.",
      details: "0 inside; beyond 1.5 or -1.5 is usually called an outlier. `tukey` takes the "
        + "quartiles as the range, `ctukey` the 10th and 90th percentile.",
      examples: [
        Example(
          "print array_index_of(series_outliers(dynamic([1, 2, 1, 2, 1, 2, 40])), 0)", output: "0")
      ],
      .rows(nulls: .propagate) { values in
        guard let series = Series.numbers(values[0]) else { return .null(.dynamic) }
        let isPlain = values.count > 1 && values.text(1).lowercased() == "tukey"
        let ignored = values.count > 2 ? values[2].asReal : nil
        return .dynamic(
          Series.array(
            outlierScores(
              series, lower: isPlain ? 0.25 : values.real(3, default: 10) / 100,
              upper: isPlain ? 0.75 : values.real(4, default: 90) / 100, ignoring: ignored)))
      }),
  ]

  private static func windowed(
    _ series: [Double], _ weights: [Double], normalizes: Bool, centers: Bool
  ) -> [Double] {
    let total = weights.reduce(0, +)
    let scale = normalizes && total != 0 ? total : 1
    let shift = centers ? weights.count / 2 : 0
    return series.indices.map { index in
      var sum = 0.0
      for (place, weight) in weights.enumerated() {
        let source = index + shift - place
        if series.indices.contains(source) { sum += weight * series[source] }
      }
      return sum / scale
    }
  }

  private static func recursive(
    _ series: [Double], _ upper: [Double], _ lower: [Double]
  ) -> [Double] {
    var output: [Double] = []
    for index in series.indices {
      var sum = 0.0
      for (place, weight) in upper.enumerated() where index >= place {
        sum += weight * series[index - place]
      }
      for (place, weight) in lower.enumerated().dropFirst() where index >= place {
        sum -= weight * output[index - place]
      }
      output.append(sum / lower[0])
    }
    return output
  }

  private static func transform(_ values: [Scalar], inverse: Bool) -> Scalar {
    guard let real = Series.wholeNumbers(values[0]) else { return .array([.null, .null]) }
    let given = values.count > 1 ? Series.wholeNumbers(values[1]) : nil
    let imaginary = given ?? Array(repeating: 0, count: real.count)
    guard imaginary.count == real.count else { return .array([.null, .null]) }
    let result = fourier(real, imaginary, sign: inverse ? 1 : -1)
    let scale = inverse && !real.isEmpty ? 1 / Double(real.count) : 1
    return .array([
      Series.array(result.real.map { $0 * scale }),
      Series.array(result.imaginary.map { $0 * scale }),
    ])
  }

  /// Splits even lengths in two and sums odd ones directly.
  static func fourier(
    _ real: [Double], _ imaginary: [Double], sign: Double
  ) -> (real: [Double], imaginary: [Double]) {
    let count = real.count
    var (outReal, outImaginary) = (
      [Double](repeating: 0, count: count), [Double](repeating: 0, count: count)
    )
    if count % 2 == 0, count > 0 {
      let half = count / 2
      let pick = { (values: [Double], odd: Int) in (0..<half).map { values[2 * $0 + odd] } }
      let even = fourier(pick(real, 0), pick(imaginary, 0), sign: sign)
      let odd = fourier(pick(real, 1), pick(imaginary, 1), sign: sign)
      for place in 0..<half {
        let angle = sign * 2 * Double.pi * Double(place) / Double(count)
        let (c, s) = (cos(angle), sin(angle))
        let turnedReal = c * odd.real[place] - s * odd.imaginary[place]
        let turnedImaginary = c * odd.imaginary[place] + s * odd.real[place]
        outReal[place] = even.real[place] + turnedReal
        outImaginary[place] = even.imaginary[place] + turnedImaginary
        outReal[place + half] = even.real[place] - turnedReal
        outImaginary[place + half] = even.imaginary[place] - turnedImaginary
      }
      return (outReal, outImaginary)
    }
    for place in 0..<count {
      for index in 0..<count {
        let angle = sign * 2 * Double.pi * Double(place * index % count) / Double(count)
        let (c, s) = (cos(angle), sin(angle))
        outReal[place] += c * real[index] - s * imaginary[index]
        outImaginary[place] += c * imaginary[index] + s * real[index]
      }
    }
    return (outReal, outImaginary)
  }

  /// Tukey's fences: the distance from the range between two percentiles, in widths of the range.
  static func outlierScores(
    _ series: [Double?], lower: Double, upper: Double, ignoring ignored: Double? = nil
  ) -> [Double?] {
    let sorted = series.compactMap { $0 }.filter { $0 != ignored }.sorted()
    let low = Series.quantile(sorted: sorted, lower)
    let high = Series.quantile(sorted: sorted, upper)
    let width = high - low
    return series.map { value in
      guard let value, value != ignored else { return value == nil ? nil : 0 }
      if value > high { return width > 0 ? (value - high) / width : 0 }
      if value < low { return width > 0 ? (value - low) / width : 0 }
      return 0
    }
  }
}
