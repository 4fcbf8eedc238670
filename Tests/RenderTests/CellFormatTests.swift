import CasebookRender
import CasebookTables
import CasebookValues
import Testing

/// The cells of a single column as drawn without a screen, blanks trimmed.
private func cells(_ type: ScalarType, _ values: [Scalar], exact: Bool = false) -> [String] {
  let text = TableDrawing(.plain, exactNumbers: exact).text(table(("c", type, values)))
  return lines(text).dropFirst(2).map { String($0.drop { $0 == " " }) }
}

@Suite struct CellFormatTests {
  @Test func realsOfAColumnHaveOnePrecision() {
    #expect(cells(.real, reals(1, 2, 42)) == ["1", "2", "42"])
    #expect(cells(.real, reals(1.5, 2)) == ["1.5", "2.0"])
    #expect(cells(.real, reals(0.1 + 0.2, 0.25)) == ["0.30", "0.25"])
    #expect(cells(.real, reals(1.0 / 3, 2.0 / 3)) == ["0.3333", "0.6667"])
    #expect(cells(.real, reals(1234.5678, -0.5)) == ["1234.57", "-0.50"])
    #expect(cells(.real, reals(0.98765432, 0.00123456)) == ["0.98765", "0.00123"])
    #expect(cells(.real, reals(2.345, 100)) == ["2.35", "100.00"])
    #expect(cells(.real, reals(123_456_789.125)) == ["123456789.13"])
    #expect(cells(.real, reals(0)) == ["0"])
  }

  @Test func aSmallNumberNeverLooksLikeZero() {
    #expect(cells(.real, reals(1000.25, 0.0012, 1.5e-9)) == ["1000.25", "0.0012", "1.5e-9"])
    #expect(cells(.real, reals(-0.0000001, 0)) == ["-1.000e-7", "0"])
  }

  @Test func numbersOutOfTheOrdinaryAreWrittenOut() {
    #expect(
      cells(.real, reals(.nan, .infinity, -.infinity, 1.25)) == ["NaN", "inf", "-inf", "1.25"])
    #expect(cells(.real, reals(1.5e300)) == ["1.500e300"])
    #expect(cells(.real, reals(.leastNonzeroMagnitude)) == ["5.000e-324"])
    #expect(cells(.real, reals(1e14, 0.5)) == ["100000000000000.0", "0.5"].map { $0 })
  }

  @Test func exactNumbersKeepEveryDigit() {
    #expect(cells(.real, reals(1.0 / 3, 2), exact: true) == ["0.3333333333333333", "2"])
    #expect(cells(.timespan, [.timespan(864_000_000_001)], exact: true) == ["1d 00:00:00.0000001"])
  }

  @Test func instantsLoseFractionsThatAreZeroInAllRows() throws {
    let day = try #require(Instant.ticks(year: 2024, month: 5, day: 1))
    #expect(cells(.datetime, [.datetime(day), .datetime(day)]) == ["2024-05-01", "2024-05-01"])
    #expect(
      cells(.datetime, [.datetime(day), .datetime(day + 36_000_000_000)])
        == ["2024-05-01 00:00:00", "2024-05-01 01:00:00"])
    #expect(
      cells(.datetime, [.datetime(day), .datetime(day + 5_000_000)])
        == ["2024-05-01 00:00:00.000", "2024-05-01 00:00:00.500"])
    #expect(cells(.datetime, [.datetime(day + 1)]) == ["2024-05-01 00:00:00.0000001"])
  }

  @Test func durationsAreReadAtOneScale() {
    let second = Ticks.perSecond
    func spans(_ ticks: Int64...) -> [Scalar] { ticks.map { .timespan($0) } }
    #expect(cells(.timespan, spans(Ticks.perDay, 3 * Ticks.perDay)) == ["1d", "3d"])
    #expect(
      cells(.timespan, spans(93_784 * second, 61 * second, -second))
        == ["1d 02:03:04", "0d 00:01:01", "-0d 00:00:01"])
    #expect(
      cells(.timespan, spans(3600 * second, 1_500_000)) == ["01:00:00", "150ms"])
    #expect(cells(.timespan, spans(4 * second, 1_500_000)) == ["4.00s", "0.15s"])
    #expect(cells(.timespan, spans(852_000, 0)) == ["85.2ms", "0.0ms"])
    #expect(cells(.timespan, spans(123)) == ["12.3µs"])
    #expect(cells(.timespan, spans(.max, .min)).allSatisfy { $0.contains("10675199d") })
    #expect(cells(.timespan, spans(0)) == ["00:00:00"])
  }

  @Test func otherTypesAreWrittenPlainly() {
    #expect(cells(.bool, [.bool(true), .bool(false), .null(.bool)]) == ["true", "false", "null"])
    #expect(
      cells(.dynamic, [.dynamic(.array([.long(1), .string("x")])), .null(.dynamic)])
        == ["[1,\"x\"]", "null"])
    #expect(cells(.long, longs(.min, .max)) == ["-9223372036854775808", "9223372036854775807"])
  }
}
