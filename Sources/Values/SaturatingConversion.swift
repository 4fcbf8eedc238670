extension FixedWidthInteger {
  /// The whole part of a real; the nearest bound where it lies beyond, 0 for NaN.
  public init(saturating value: Double) {
    if value.isNaN {
      self = 0
    } else if let exact = Self(exactly: value.rounded(.towardZero)) {
      self = exact
    } else {
      self = value < 0 ? .min : .max
    }
  }
}
