/// Control of the false discovery rate over many tests.
public enum BenjaminiHochberg {
  /// The q-value of each p-value: the least rate of false discoveries at which it is one.
  ///
  /// The least p m / rank over it and all larger ones, at most 1 (Benjamini and Hochberg 1995). Null
  /// and not-a-number stay null and are no tests.
  public static func adjust(_ probabilities: [Double?]) -> [Double?] {
    let tests = probabilities.indices.filter { probabilities[$0].map { !$0.isNaN } ?? false }
    let ascending = tests.sorted { left, right in
      let (a, b) = (probabilities[left] ?? 0, probabilities[right] ?? 0)
      return a != b ? a < b : left < right
    }
    var result = [Double?](repeating: nil, count: probabilities.count)
    var least = 1.0
    for (rank, index) in ascending.enumerated().reversed() {
      least = min(least, (probabilities[index] ?? 1) * Double(tests.count) / Double(rank + 1))
      result[index] = least
    }
    return result
  }
}
