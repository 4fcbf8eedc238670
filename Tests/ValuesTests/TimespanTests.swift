import CasebookValues
import Testing

@Suite struct TimespanTests {
  @Test(arguments: [
    ("1.02:03:04.5", "1.02:03:04.5000000"), ("-1.02:03:04.5", "-1.02:03:04.5000000"),
    ("00:01", "00:01:00"), ("0:0:0.001", "00:00:00.0010000"), ("100.00:00:00", "100.00:00:00"),
    ("1d", "1.00:00:00"), ("2.5h", "02:30:00"), ("90s", "00:01:30"), ("100ms", "00:00:00.1000000"),
    ("5microseconds", "00:00:00.0000050"), ("1tick", "00:00:00.0000001"), ("3 days", "3.00:00:00"),
    ("-30m", "-00:30:00"), ("2", "2.00:00:00"), ("23:59:59.9999999", "23:59:59.9999999"),
  ])
  func reads(_ text: String, _ expected: String) {
    #expect(Timespan.parse(text).map(Timespan.text) == expected)
  }

  @Test(arguments: [
    "", "1.5", "abc", "1x", "25:00:00", "10:60", "1:2:3:4", "d", "99999999999d", "1.00:00:00.", "-",
  ])
  func refuses(_ text: String) {
    #expect(Timespan.parse(text) == nil)
  }

  @Test func everyWrittenDurationReadsBack() {
    var random = CounterGenerator(seed: 3)
    for shift in 1..<60 {
      let ticks = Int64(bitPattern: random.next()) >> Int64(shift)
      guard abs(ticks) < 10_675_198 * Ticks.perDay else { continue }
      #expect(Timespan.parse(Timespan.text(ticks)) == ticks)
    }
  }

  @Test(arguments: [
    ("3.04:20:00", "3d 4h"), ("1.00:00:00", "1d"), ("05:10:00", "5h 10m"), ("00:59:59.8", "1h"),
    ("00:05:10", "5m 10s"), ("00:00:02.5", "2.5 s"), ("120ms", "120 ms"),
    ("15microseconds", "15 us"),
    ("-02:00:00", "-2h"), ("0s", "0 s"),
  ])
  func readsWellToPeople(_ text: String, _ expected: String) {
    #expect(Timespan.parse(text).map(Timespan.plainText) == expected)
  }
}
