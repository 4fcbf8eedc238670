import CasebookValues
import Testing

@Suite struct NumberTests {
  @Test(
    arguments: [
      ("0", 0), ("-0", 0), ("+7", 7), ("42", 42), ("-9223372036854775808", Int64.min),
      ("9223372036854775807", Int64.max), ("000000000000000000012", 12),
    ] as [(String, Int64)])
  func readsWholeNumbers(_ text: String, _ value: Int64) {
    #expect(withBytes(of: text, parseLong) == value)
  }

  @Test(arguments: [
    "", "-", "+", "1.0", " 1", "1 ", "1e3", "9223372036854775808", "-9223372036854775809", "0x10",
    "12a", "--1",
  ])
  func refusesWhatIsNoWholeNumber(_ text: String) {
    #expect(withBytes(of: text, parseLong) == nil)
  }

  @Test func readsWholeNumbersWithBlanksAndBase16() {
    #expect(withBytes(of: " 12 ", parseLongPermissive) == 12)
    #expect(withBytes(of: "0x1F", parseLongPermissive) == 31)
    #expect(withBytes(of: "-0xa", parseLongPermissive) == -10)
    #expect(withBytes(of: "0x", parseLongPermissive) == nil)
  }

  @Test func writesWholeNumbers() {
    var values: [Int64] = [0, 9, 10, 99, 100, 101, 12345, Int64.max, Int64.min, -1, -100]
    var power: Int64 = 1
    for _ in 0..<18 {
      power *= 10
      values += [power - 1, power, power + 1, -power]
    }
    for value in values {
      #expect(text(ofLong: value) == String(value))
      #expect(withBytes(of: String(value), parseLong) == value)
    }
  }

  @Test(arguments: [
    "0", "1.5", "-2.25e3", ".5", "5.", "1e400", "1e-400", "0.1", "123456789012345678901234567890",
    "0.000000000000000000001234567890123456789", "9007199254740993", "9007199254740993.0",
    "2.2250738585072011e-308", "4.9e-324", "1e22", "1e23", "8.5E-1", "+3.25", "-0.0",
    "0.1234567890123456789", "1.7976931348623157e308", "18446744073709551615",
  ])
  func readsNumbersAsTheStandardLibraryDoes(_ text: String) {
    // Swift's own reader wants a digit on both sides of the point.
    let padded = text.hasPrefix(".") ? "0" + text : text.hasSuffix(".") ? text + "0" : text
    #expect(withBytes(of: text, parseReal)?.bitPattern == Double(padded)?.bitPattern)
  }

  @Test(arguments: ["", ".", "e5", "1e", "1e+", "nan", "inf", "1,5", "1 ", "0x1p3", "1.2.3", "-"])
  func refusesWhatIsNoNumber(_ text: String) {
    #expect(withBytes(of: text, parseReal) == nil)
  }

  @Test func readsManyRandomNumbersExactly() {
    var random = CounterGenerator(seed: 7)
    for _ in 0..<20_000 {
      let digits = String(random.next() % 10_000_000_000_000_000_000)
      let cut = Int(random.next() % UInt64(digits.count + 1))
      let written = "0" + digits.prefix(cut) + "." + digits.dropFirst(cut) + "0"
      #expect(withBytes(of: written, parseReal) == Double(written), "\(written)")
    }
  }

  @Test(arguments: [
    (1.0, "1.0"), (42.0, "42.0"), (-0.0, "-0.0"), (0.1, "0.1"), (123.45, "123.45"),
    (1.0 / 3.0, "0.3333333333333333"), (0.1 + 0.2, "0.30000000000000007"),
    (1e20, "100000000000000000000.0"),
    (1e21, "1e+21"), (1.5e300, "1.5e+300"), (1e-6, "0.000001"), (1.25e-7, "1.25e-7"),
    (.infinity, "inf"), (-.infinity, "-inf"), (.nan, "NaN"),
    (9007199254740993.0, "9007199254740992.0"),
    (1234567890.125, "1234567890.125"),
  ])
  func writesNumbers(_ value: Double, _ expected: String) {
    #expect(text(ofReal: value) == expected)
  }

  @Test func writtenNumbersReadBackTheSame() {
    var random = CounterGenerator(seed: 11)
    for _ in 0..<20_000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      let written = text(ofReal: value)
      #expect(withBytes(of: written, parseReal)?.bitPattern == value.bitPattern, "\(written)")
    }
  }

  @Test func plainNumbersDropTheEmptyFraction() {
    #expect(plainText(ofReal: 3) == "3")
    #expect(plainText(ofReal: 0.1 + 0.2) == "0.30000000000000004")
  }
}

extension NumberTests {
  @Test func decimalsAddUpAsOnPaper() {
    #expect(decimalRounded(0.1 + 0.2) == 0.3)
    #expect(decimalRounded(decimalRounded(0.1 + 0.2) - 0.3) == 0)
    #expect(decimalRounded(1234.5) == 1234.5)
    #expect(decimalRounded(-1e300) == -1e300)
    #expect(decimalRounded(.infinity) == .infinity)
  }
}
