/// Division without remainder by one number, many times over, as a shift and a multiplication.
///
/// An odd number has an inverse modulo 2^64; the product of a multiple with it is the quotient, and
/// a product of anything else is greater than every possible quotient.
struct ExactDivisor {
  let value: UInt64
  private let shift: UInt64
  private let inverse: UInt64
  private let greatestQuotient: UInt64

  init(_ value: UInt64) {
    precondition(value > 0, "a divisor")
    self.value = value
    shift = UInt64(value.trailingZeroBitCount)
    let odd = value >> shift
    // Newton's iteration doubles the correct bits each time, from the three that `odd` itself has.
    var inverse = odd
    for _ in 0..<5 { inverse = inverse &* (2 &- odd &* inverse) }
    self.inverse = inverse
    greatestQuotient = UInt64.max / odd
  }

  /// The quotient, if there is no remainder.
  @inline(__always)
  func quotient(_ number: UInt64) -> UInt64 { (number &>> shift) &* inverse }

  @inline(__always)
  func divides(_ number: UInt64) -> Bool {
    number & ((1 &<< shift) &- 1) == 0 && (number &>> shift) &* inverse <= greatestQuotient
  }

  /// The greatest number that divides all `numbers`; 0 when all are 0.
  static func common(_ numbers: UnsafeBufferPointer<UInt64>) -> UInt64 {
    guard numbers.count > 0 else { return 0 }
    var common: UInt64 = 0
    // A sample settles most columns; the rest is checked at two operations a number.
    let step = max(numbers.count / 64, 1)
    for row in stride(from: 0, to: numbers.count, by: step) { common = gcd(common, numbers[row]) }
    if common == 0 {
      for number in numbers where number != 0 {
        common = number
        break
      }
      if common == 0 { return 0 }
    }
    while common > 1 {
      let divisor = ExactDivisor(common)
      guard let odd = numbers.first(where: { !divisor.divides($0) }) else { return common }
      common = gcd(common, odd)
    }
    return common
  }

  private static func gcd(_ a: UInt64, _ b: UInt64) -> UInt64 {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }
}
