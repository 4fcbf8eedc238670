import CasebookValues

/// An array as a series of numbers.
enum Series {
  static let parameter = FunctionParameter("series", .dynamic, "an array of numbers")

  /// The numbers of an array, nil where an element is none; nil for what is no array.
  static func numbers(_ value: Scalar) -> [Double?]? {
    guard case .dynamic(.array(let elements)) = value else { return nil }
    return elements.map(\.asReal)
  }

  /// The numbers of an array if all its elements are.
  static func wholeNumbers(_ value: Scalar) -> [Double]? {
    guard let numbers = numbers(value) else { return nil }
    let known = numbers.compactMap { $0 }
    return known.count == numbers.count ? known : nil
  }

  /// An array of reals, null for none.
  static func array(_ numbers: [Double?]) -> Dynamic {
    .array(numbers.map { $0.map(Dynamic.real) ?? .null })
  }

  /// Columns named after the function, its first argument and a suffix.
  static func columns(
    _ function: String, _ suffixes: [(name: String, type: ScalarType)]
  ) -> @Sendable ([ScalarType], [String]) -> [(name: String, type: ScalarType)] {
    { _, names in
      let stem = names.first.map { $0.isEmpty ? function : function + "_" + $0 } ?? function
      return suffixes.map { (stem + "_" + $0.name, $0.type) }
    }
  }

  /// Mean and sum of squared deviations.
  static func moments(_ numbers: [Double]) -> (mean: Double, squares: Double) {
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    return (mean, numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) })
  }

  /// Sample variance; 0 for one number.
  static func variance(_ numbers: [Double]) -> Double {
    numbers.count < 2 ? 0 : moments(numbers).squares / Double(numbers.count - 1)
  }

  /// A quantile by linear interpolation between order statistics (type 7).
  static func quantile(sorted: [Double], _ share: Double) -> Double {
    guard let last = sorted.last else { return .nan }
    let place = share * Double(sorted.count - 1)
    let lower = Int(place)
    guard lower + 1 < sorted.count else { return last }
    return sorted[lower] + (place - Double(lower)) * (sorted[lower + 1] - sorted[lower])
  }

  /// The correlation of two series of one length; not-a-number for a constant one.
  static func correlation(_ left: some Sequence<Double>, _ right: some Sequence<Double>) -> Double {
    let (a, b) = (Array(left), Array(right))
    let (x, y) = (moments(a), moments(b))
    let products = zip(a, b).reduce(0) { $0 + ($1.0 - x.mean) * ($1.1 - y.mean) }
    return products / (x.squares * y.squares).squareRoot()
  }
}
