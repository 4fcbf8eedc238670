/// The end of a score that means positive.
enum Direction: String, Sendable {
  case higher
  case lower

  /// How `where` compares a score with a threshold at or beyond which cases are flagged.
  var comparison: String { self == .higher ? ">=" : "<=" }
}

/// How the interval of a figure is found.
enum IntervalMethod: String, Sendable, CaseIterable {
  /// DeLong's variance for an AUC, Wilson's score interval for a rate.
  case delong
  /// Percentiles of Poisson resamples.
  case bootstrap
  /// No interval.
  case none
}
