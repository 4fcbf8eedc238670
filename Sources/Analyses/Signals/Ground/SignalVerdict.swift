/// What the figures of a signal amount to, in a word.
enum SignalVerdict {
  /// Cut-offs of an area by its lower bound (Hosmer, Lemeshow and Sturdivant 2013); the first that holds.
  static func ofNumber(
    positives: Int, negatives: Int, distinct: Int, auc: Double?, low: Double?
  ) -> String {
    if let word = ofCounts(positives, negatives, distinct: distinct) { return word }
    guard let auc else { return "undefined" }
    if auc >= 0.99 { return "leak?" }
    let judged = low ?? auc
    if let low, low <= 0.5 { return "none" }
    if low == nil, auc <= 0.5 { return "none" }
    return judged < 0.7 ? "weak" : judged < 0.8 ? "fair" : judged < 0.9 ? "good" : "strong"
  }

  /// Cut-offs of an information value (Siddiqi 2006); the first that holds.
  static func ofText(
    positives: Int, negatives: Int, levels: Int, iv: Double?, null: Double?
  ) -> String {
    if let word = ofCounts(positives, negatives, distinct: levels) { return word }
    guard let iv else { return "undefined" }
    if iv < 0.02 || (null.map { iv <= $0 } ?? false) { return "none" }
    return iv < 0.1 ? "weak" : iv < 0.3 ? "fair" : iv < 0.5 ? "good" : "leak?"
  }

  /// What too few cases or a single value say before any figure.
  private static func ofCounts(_ positives: Int, _ negatives: Int, distinct: Int) -> String? {
    if positives < 2 || negatives < 2 { return "undefined" }
    if distinct < 2 { return "constant" }
    return positives < 30 || negatives < 30 ? "thin" : nil
  }
}
