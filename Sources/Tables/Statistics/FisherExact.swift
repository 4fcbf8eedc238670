import Glibc

/// Fisher's exact test of a table of two rows and two columns.
public enum FisherExact {
  /// The two-sided p-value: the probability, margins given, of all tables no likelier than this one.
  ///
  /// Compared in logarithms with a slack of 1e-7, as R's `fisher.test`. Null for negative counts; 1
  /// where a margin is empty.
  public static func twoSided(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Double? {
    guard a >= 0, b >= 0, c >= 0, d >= 0 else { return nil }
    let table = Hypergeometric(drawn: a + b, marked: a + c, total: a + b + c + d)
    let bound = table.logarithm(a) + log1p(1e-7)
    let mode = table.mode
    if table.logarithm(mode) <= bound { return 1 }
    // Probabilities rise up to the mode and fall after it.
    let low = firstIndex(in: table.least..<mode) { table.logarithm($0) > bound }
    let high = firstIndex(in: mode..<(table.most + 1)) { table.logarithm($0) <= bound }
    return min(table.atMost(low - 1) + table.atLeast(high), 1)
  }
}

/// How many of the drawn are marked, where a number is drawn without putting back.
struct Hypergeometric {
  let drawn: Int
  let marked: Int
  let total: Int

  var least: Int { max(0, drawn + marked - total) }
  var most: Int { min(drawn, marked) }

  /// The likeliest count.
  var mode: Int {
    let place = (Int128(drawn) + 1) * (Int128(marked) + 1) / (Int128(total) + 2)
    return min(max(Int(place), least), most)
  }

  /// The logarithm of a count's probability, from three binomial ones (Loader 2000).
  func logarithm(_ count: Int) -> Double {
    guard count >= least, count <= most else { return -.infinity }
    if least == most { return 0 }
    let (p, q) = (Double(drawn) / Double(total), Double(total - drawn) / Double(total))
    return SaddlePoint.binomialLogarithm(Double(count), Double(marked), p, q)
      + SaddlePoint.binomialLogarithm(
        Double(drawn - count), Double(total - marked), p, q)
      - SaddlePoint.binomialLogarithm(Double(drawn), Double(total), p, q)
  }

  /// The probability of at most that many, which must lie below the mode.
  func atMost(_ count: Int) -> Double {
    guard count >= least else { return 0 }
    var term = 1.0
    var sum = 1.0
    var k = count
    while k > least {
      term *=
        Double(k) * Double(total - marked - drawn + k)
        / (Double(marked - k + 1) * Double(drawn - k + 1))
      sum += term
      if term < sum * 1e-17 { break }
      k -= 1
    }
    return exp(logarithm(count)) * sum
  }

  /// The probability of at least that many, which must lie above the mode.
  func atLeast(_ count: Int) -> Double {
    guard count <= most else { return 0 }
    var term = 1.0
    var sum = 1.0
    var k = count
    while k < most {
      term *=
        Double(marked - k) * Double(drawn - k)
        / (Double(k + 1) * Double(total - marked - drawn + k + 1))
      sum += term
      if term < sum * 1e-17 { break }
      k += 1
    }
    return exp(logarithm(count)) * sum
  }
}
