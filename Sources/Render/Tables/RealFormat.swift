import CasebookValues

/// How all reals of a column are written, so that their points stand below each other.
///
/// The greatest number gets four significant digits and at least two decimals; smaller ones get
/// more decimals until they have three digits or the greatest has six. No decimals are kept that are
/// zero in every row.
enum RealFormat: Equatable {
  case fixed(decimals: Int)
  case scientific
  /// Every digit of every number.
  case exact

  init(_ values: some Sequence<Double>) {
    var least = Double.infinity
    var greatest = 0.0
    for value in values where value.isFinite && value != 0 {
      least = min(least, value.magnitude)
      greatest = max(greatest, value.magnitude)
    }
    guard greatest > 0 else {
      self = .fixed(decimals: 0)
      return
    }
    let top = RealFormat.exponent(greatest)
    guard top >= -4, top < 15 else {
      self = .scientific
      return
    }
    let wanted = min(2 - RealFormat.exponent(least), 5 - top)
    let most = min(max(2, 3 - top, wanted), 15 - top)
    self = .fixed(decimals: RealFormat.decimalsInUse(values, most: most))
  }

  func text(_ value: Double) -> String {
    guard value.isFinite else { return CasebookValues.text(ofReal: value) }
    switch self {
    case .exact: return plainText(ofReal: value)
    case .scientific: return value == 0 ? "0" : scientificText(value, significant: 4)
    case .fixed(let decimals):
      // A number that is not zero must not look like zero.
      if value != 0, value.magnitude * powersOfTen[decimals] < 0.5 {
        return smallText(value, significant: 2)
      }
      return fixedText(value, decimals: decimals)
    }
  }

  /// The power of ten of the first digit.
  private static func exponent(_ magnitude: Double) -> Int { DecimalDigits(magnitude).point - 1 }

  /// The decimals, up to `most`, that are not zero in every number.
  private static func decimalsInUse(_ values: some Sequence<Double>, most: Int) -> Int {
    guard most > 0 else { return 0 }
    var decimals = 0
    let factor = powersOfTen[most]
    for value in values where value.isFinite {
      var rest = Int64((value.magnitude * factor).rounded())
      var used = most
      while used > decimals, rest % 10 == 0 {
        rest /= 10
        used -= 1
      }
      decimals = max(decimals, used)
      if decimals == most { break }
    }
    return decimals
  }
}
