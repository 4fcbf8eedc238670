import Glibc

/// Quantiles of Hyndman and Fan's type 7, on a line between the two nearest ranks.
///
/// Hyndman and Fan (1996), "Sample quantiles in statistical packages"; the default of R and NumPy.
/// The rank of p among n values from zero is h = (n - 1) p, the quantile the value at floor(h) and
/// the rest of h on the way to the next. Null without values and for p outside 0 to 1.
public enum Quantile {
  /// The quantile of ascending reals.
  public static func ofSorted(_ values: UnsafeBufferPointer<Double>, _ p: Double) -> Double? {
    guard let place = Place(p, count: values.count) else { return nil }
    return between(values[place.index], values[place.next], place)
  }

  /// The quantile of ascending reals.
  public static func ofSorted(_ values: [Double], _ p: Double) -> Double? {
    values.withUnsafeBufferPointer { ofSorted($0, p) }
  }

  /// The quantile of ascending whole numbers, rounded once, half-even, to a multiple of `unit`.
  ///
  /// Durations in ticks are rounded to microseconds with a unit of ten.
  public static func ofSorted(
    _ values: UnsafeBufferPointer<Int64>, _ p: Double, roundedTo unit: Int64 = 1
  ) -> Int64? {
    guard let place = Place(p, count: values.count) else { return nil }
    return between(values[place.index], values[place.next], place, unit)
  }

  /// The quantile of ascending whole numbers, rounded once, half-even, to a multiple of `unit`.
  public static func ofSorted(
    _ values: [Int64], _ p: Double, roundedTo unit: Int64 = 1
  ) -> Int64? {
    values.withUnsafeBufferPointer { ofSorted($0, p, roundedTo: unit) }
  }

  /// Quantiles of whole numbers in any order, rounded once, half-even, to a multiple of `unit`.
  ///
  /// The buffer is rearranged.  /// Quickselect, so linear in the number of values. The probabilities are best ascending, since each
  /// then searches only what the one before left on its right.
  public static func select(
    _ values: UnsafeMutableBufferPointer<Int64>, _ probabilities: [Double],
    roundedTo unit: Int64 = 1
  ) -> [Int64?] {
    var settled = 0
    return probabilities.map { p in
      guard let place = Place(p, count: values.count) else { return nil }
      let pair = pairAt(place, values, &settled)
      return between(pair.0, pair.1, place, unit)
    }
  }

  /// Quantiles of many whole numbers in any order, which stay as they are; `least` and `greatest` are known to be theirs.
  public static func select(
    _ values: UnsafeBufferPointer<Int64>, _ probabilities: [Double], least: Int64, greatest: Int64,
    roundedTo unit: Int64 = 1
  ) -> [Int64?] {
    guard let base = values.baseAddress else { return probabilities.map { _ in nil } }
    let places = probabilities.map { Place($0, count: values.count) }
    let found = selectedValues(
      base, values.count, least: least, greatest: greatest,
      ranks: places.flatMap { $0.map { [$0.index, $0.next] } ?? [] })
    var next = 0
    return places.map { place in
      guard let place else { return nil }
      defer { next += 2 }
      return between(found[next], found[next + 1], place, unit)
    }
  }

  /// Quantiles of reals in any order, none of them not-a-number; the buffer is rearranged.
  public static func select(
    _ values: UnsafeMutableBufferPointer<Double>, _ probabilities: [Double]
  ) -> [Double?] {
    var settled = 0
    return probabilities.map { p in
      guard let place = Place(p, count: values.count) else { return nil }
      let pair = pairAt(place, values, &settled)
      return between(pair.0, pair.1, place)
    }
  }

  /// The greatest whole number that is no larger than the quantile of ascending whole numbers.
  ///
  /// A whole number is above the quantile just where it is above this.
  public static func floorOfSorted(
    _ values: UnsafeBufferPointer<Int64>, _ p: Double
  ) -> Int64? {
    guard let place = Place(p, count: values.count) else { return nil }
    let low = values[place.index]
    // Later values are no smaller, so the quotient rounds down by being cut off.
    let way = (Int128(values[place.next]) - Int128(low)) * Int128(place.part)
    return Int64(clamping: Int128(low) + way / Int128(place.whole))
  }

  /// Where a quantile lies: after `index` by `part` of `whole`.
  struct Place {
    let index: Int
    let next: Int
    /// The way to the next rank, as a fraction of whole numbers where the probability is one.
    let part: Int64
    let whole: Int64
    let fraction: Double

    init?(_ p: Double, count: Int) {
      guard count > 0, p >= 0, p <= 1 else { return nil }
      // 0.9 has no exact binary form, but is meant as nine tenths: so ranks are counted in millionths.
      let millionths = (p * 1e6).rounded()
      if millionths / 1e6 == p {
        let position = Int128(count - 1) * Int128(millionths)
        index = Int(position / 1_000_000)
        part = Int64(position % 1_000_000)
        whole = 1_000_000
        fraction = Double(part) / 1e6
      } else {
        let position = Double(count - 1) * p
        index = min(Int(position), count - 1)
        fraction = position - Double(index)
        whole = 1 << 53
        part = Int64(fraction * 0x1p53)
      }
      next = part == 0 ? index : min(index + 1, count - 1)
    }
  }

  private static func between(_ a: Double, _ b: Double, _ place: Place) -> Double {
    a == b || place.part == 0 ? a : a + (b - a) * place.fraction
  }

  private static func between(
    _ a: Int64, _ b: Int64, _ place: Place, _ unit: Int64
  ) -> Int64 {
    if unit == 1 && (a == b || place.part == 0) { return a }
    let (whole, unit) = (Int128(place.whole), Int128(unit))
    let value = Int128(a) * whole + (Int128(b) - Int128(a)) * Int128(place.part)
    return Int64(clamping: halfEven(value, whole * unit) * unit)
  }
}

/// A quotient of whole numbers, halves to the even one; the divisor is positive.
public func halfEven(_ dividend: Int128, _ divisor: Int128) -> Int128 {
  var (quotient, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
  if rest < 0 {
    quotient -= 1
    rest += divisor
  }
  let twice = rest + rest
  if twice > divisor || (twice == divisor && quotient & 1 != 0) { quotient += 1 }
  return quotient
}

/// The values at a place and after it; nothing left of `settled` is larger than anything from it on.
@inline(__always)
private func pairAt<Value: Comparable & BitwiseCopyable>(
  _ place: Quantile.Place, _ values: UnsafeMutableBufferPointer<Value>, _ settled: inout Int
) -> (Value, Value) {
  let start = place.index >= settled ? settled : 0
  quickselect(values, from: start, place.index)
  settled = place.index
  let value = values[place.index]
  guard place.next > place.index else { return (value, value) }
  // All that follows is at least the selected value: the next rank is the least of it.
  var least = place.next
  for index in place.next..<values.count where values[index] < values[least] { least = index }
  values.swapAt(place.next, least)
  return (value, values[place.next])
}

/// Puts the value of a rank at its index, smaller ones before and larger ones after it.
///
/// Three-way, so runs of equal values are settled at once; the pivot is the median of three, and of
/// pseudo-random places once that goes badly.
@inline(__always)
private func quickselect<Value: Comparable & BitwiseCopyable>(
  _ values: UnsafeMutableBufferPointer<Value>, from start: Int, _ rank: Int
) {
  guard let base = values.baseAddress else { return }
  var (low, high) = (start, values.count)
  var state: UInt64 = 0x9E37_79B9_7F4A_7C15
  while high - low > 1 {
    let pivot: Value
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let span = UInt64(high - low)
    let first = base[low + Int((state >> 33) % span)]
    let second = base[low + (high - low) / 2]
    let third = base[low + Int((state >> 13 & 0xFFFF_FFFF) % span)]
    if first < second {
      pivot = second < third ? second : (first < third ? third : first)
    } else {
      pivot = first < third ? first : (second < third ? third : second)
    }
    var (less, index, more) = (low, low, high)
    while index < more {
      let value = base[index]
      if value < pivot {
        base[index] = base[less]
        base[less] = value
        less += 1
        index += 1
      } else if pivot < value {
        more -= 1
        base[index] = base[more]
        base[more] = value
      } else {
        index += 1
      }
    }
    if rank < less { high = less } else if rank >= more { low = more } else { return }
  }
}
