import CasebookValues
import Testing

@Suite struct ConversionTests {
  private func check(_ value: Scalar, _ type: ScalarType, _ expected: Scalar) {
    #expect(value.converted(to: type) == expected)
  }

  @Test func namesOfTypesRoundTrip() {
    for type in ScalarType.allCases { #expect(ScalarType(name: type.name) == type) }
    for name in ScalarType.allNames { #expect(ScalarType(name: name) != nil) }
    #expect(ScalarType(name: "double") == .real)
    #expect(ScalarType(name: "time") == .timespan)
    #expect(ScalarType(name: "text") == nil)
  }

  @Test func textsOfValues() {
    check(.bool(true), .string, .string("True"))
    check(.null(.int), .string, .string(""))
    check(.real(42), .string, .string("42.0"))
    check(.decimal(100), .string, .string("100"))
    check(.datetime(0), .string, .string("0001-01-01T00:00:00.0000000Z"))
    check(.timespan(Ticks.perDay + 45_000_000), .string, .string("1.00:00:04.5000000"))
    check(.dynamic(.bool(true)), .string, .string("true"))
    check(.dynamic(.null), .string, .string(""))
  }

  @Test func wholeNumbers() {
    check(.bool(true), .int, .int(1))
    check(.string("  42 "), .int, .int(42))
    check(.string("5.9"), .long, .null(.long))
    check(.string("2147483648"), .int, .null(.int))
    check(.long(2_147_483_648), .int, .int(Int32.min))
    check(.real(-2.9), .int, .int(-2))
    check(.real(.infinity), .long, .null(.long))
    check(.timespan(5), .long, .long(5))
    check(.datetime(9), .long, .long(9))
    check(.dynamic(.string("3")), .int, .int(3))
    check(.dynamic(.real(1.5)), .int, .int(1))
    check(.dynamic(.array([])), .int, .null(.int))
    check(.string(""), .int, .null(.int))
  }

  @Test func truthValues() {
    check(.string("True"), .bool, .bool(true))
    check(.string("-1"), .bool, .bool(true))
    check(.string("1.0"), .bool, .null(.bool))
    check(.string("yes"), .bool, .null(.bool))
    check(.real(0.5), .bool, .bool(true))
    check(.long(0), .bool, .bool(false))
  }

  @Test func numbersWithFractions() {
    check(.string(" 3.5 "), .real, .real(3.5))
    check(.string("Infinity"), .real, .real(.infinity))
    check(.string("-inf"), .real, .real(-.infinity))
    check(.string("nan"), .real, .real(.nan))
    check(.timespan(Ticks.perHour), .real, .real(36_000_000_000))
    check(.string("x"), .decimal, .null(.decimal))
  }

  @Test func identifiers() {
    let canonical = Scalar.guid("01234567-89ab-cdef-0123-456789abcdef")
    check(.string("0123456789ABcdef0123456789abcdef"), .guid, canonical)
    check(.string("{0123456789ab-cdef-0123-456789abcdef}"), .guid, canonical)
    check(.string("0123"), .guid, .null(.guid))
  }

  @Test func dynamicFromText() {
    check(.string("[1]"), .dynamic, .dynamic(.array([.long(1)])))
    check(.string("no json"), .dynamic, .dynamic(.string("no json")))
    check(.timespan(Ticks.perDay), .dynamic, .dynamic(.string("1.00:00:00")))
  }

  @Test func nullAndEmptyStringAreTold() {
    #expect(Scalar.null(.int).isNull)
    #expect(Scalar.dynamic(.null).isNull)
    #expect(!Scalar.null(.string).isNull)
    #expect(Scalar.null(.string) == .string(""))
    #expect(Scalar.null(.string).hashValue == Scalar.string("").hashValue)
    #expect(Scalar.real(.nan) == .real(.nan))
    #expect(Scalar.int(1) != .long(1))
    // Composed and decomposed accents are other texts.
    #expect(Scalar.string("e\u{301}") != .string("é"))
  }
}
