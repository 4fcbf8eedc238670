import Glibc

/// The real that stands for a decimal: rounded to fifteen significant digits.
///
/// A `decimal` is held as a real. Rounding each result so makes decimal sums come out as they
/// would on paper: 0.1 + 0.2 equals 0.3.
public func decimalRounded(_ value: Double) -> Double {
  guard value.isFinite, value != 0 else { return value }
  let places = 14 - Int(log10(value.magnitude).rounded(.down))
  // Powers of ten beyond the 22nd are not exact, so such numbers stay as they are.
  guard places >= -22, places <= 22 else { return value }
  let scale = pow(10, Double(places.magnitude))
  return places >= 0 ? (value * scale).rounded() / scale : (value / scale).rounded() * scale
}
