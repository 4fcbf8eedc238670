/// The chi-squared distribution.
public enum ChiSquared {
  /// The probability of a value above x, the p-value of a chi-squared statistic.
  ///
  /// 1 at or below zero; not-a-number unless `degrees` is above 0 (Abramowitz and Stegun 26.4.19).
  public static func upperTail(_ x: Double, degrees: Double) -> Double {
    guard degrees > 0, !x.isNaN else { return .nan }
    return x <= 0 ? 1 : GammaFunction.regularizedUpper(degrees / 2, x / 2)
  }

  /// The value that is not exceeded with a probability.
  ///
  /// Infinite at 1; not-a-number for a probability outside 0 to 1 and unless `degrees` is above 0.
  public static func quantile(_ probability: Double, degrees: Double) -> Double {
    guard degrees > 0, probability >= 0, probability <= 1 else { return .nan }
    if probability == 0 { return 0 }
    if probability == 1 { return .infinity }
    // Near one the upper tail still tells neighbours apart where the lower one is 1.
    return leastReaching(0, upTo: .greatestFiniteMagnitude) { x in
      probability < 0.5
        ? GammaFunction.regularizedLower(degrees / 2, x / 2) - probability
        : (1 - probability) - GammaFunction.regularizedUpper(degrees / 2, x / 2)
    }
  }
}
