import CasebookValues
import Testing

@Suite struct DateTests {
  private func instant(_ text: String) -> Int64 {
    Instant.parse(text) ?? -1
  }

  @Test func everyDayOfFourHundredYearsRoundTrips() {
    let first = CivilDate(year: 1799, month: 12, day: 31).dayNumber
    var expected = CivilDate(year: 1799, month: 12, day: 31)
    for number in first..<(first + 146_097) {
      let date = CivilDate(dayNumber: number)
      guard date == expected, date.isValid, date.dayNumber == number else {
        Issue.record("day \(number) is \(date)")
        return
      }
      expected.day += 1
      if expected.day > CivilDate.days(inMonth: expected.month, of: expected.year) {
        expected.day = 1
        expected.month += 1
      }
      if expected.month > 12 {
        expected.month = 1
        expected.year += 1
      }
    }
  }

  @Test func theCalendarsEndsAreReached() {
    #expect(Instant.text(Instant.least) == "0001-01-01T00:00:00.0000000Z")
    #expect(Instant.text(Instant.greatest) == "9999-12-31T23:59:59.9999999Z")
    #expect(Instant.parse("9999-12-31T23:59:59.9999999") == Instant.greatest)
    #expect(Instant.adding(1, to: Instant.greatest) == nil)
    #expect(instant("1970-01-01") == Instant.unixEpoch)
  }

  @Test(arguments: [
    ("2024-01-31", "2024-01-31 00:00:00"), ("2024-01-31T10:00", "2024-01-31 10:00:00"),
    ("2024-01-31 10:00:01.5", "2024-01-31 10:00:01.5"),
    ("2024-01-31T10:00:00.123456789Z", "2024-01-31 10:00:00.1234567"),
    ("2024-01-31T10:00:00+02:00", "2024-01-31 08:00:00"),
    ("2024-01-31T10:00:00-0130", "2024-01-31 11:30:00"),
    ("01/31/2024 22:05:09", "2024-01-31 22:05:09"), ("1/31/2024 10:05 PM", "2024-01-31 22:05:00"),
    ("2024/01/31", "2024-01-31 00:00:00"), ("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06 08:49:37"),
    ("Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06 08:49:37"),
    ("8 Nov 2014 15:05", "2014-11-08 15:05:00"), ("Nov 8, 2014", "2014-11-08 00:00:00"),
    ("Jan 2 2020", "2020-01-02 00:00:00"), ("2020", "2020-01-01 00:00:00"),
    ("2020-6-5", "2020-06-05 00:00:00"), (" 2020-06-05 ", "2020-06-05 00:00:00"),
  ])
  func readsDates(_ text: String, _ expected: String) {
    #expect(Instant.parse(text).map(Instant.plainText) == expected)
  }

  @Test(arguments: [
    "", "not a date", "2024-13-01", "2024-02-30", "2023-02-29", "2024-01-31T24:00", "0000-01-01",
    "2024-01-31T10:60", "2024-01-31T10:00:00X", "13/01/2024", "2024-01-31 10:00 +99:00",
    "99999-01-01", "2024-01-31T10:00:00.",
  ])
  func refusesWhatNamesNoInstant(_ text: String) {
    #expect(Instant.parse(text) == nil)
  }

  @Test func tellsWhetherAnOffsetWasWritten() {
    #expect(withBytes(of: "2024-01-31T10:00:00Z", parseISO)?.hasOffset == true)
    #expect(withBytes(of: "2024-01-31 10:00:00", parseISO)?.hasOffset == false)
    #expect(withBytes(of: "2024-01-31T10:00:00+01", parseISO)?.hasOffset == true)
  }

  @Test(arguments: [
    ("dd/MM/yyyy HH:mm", "31/01/2024 10:05", "2024-01-31 10:05:00"),
    ("dd/MM/yyyy HH:mm", "1/2/2024 9:05", "2024-02-01 09:05:00"),
    ("yyyyMMdd", "20240131", "2024-01-31 00:00:00"),
    ("yyyyMMddHHmmss", "20240131100502", "2024-01-31 10:05:02"),
    ("%d/%m/%Y %H:%M:%S", "31/01/2024 10:05:02", "2024-01-31 10:05:02"),
    ("%Y-%m-%dT%H:%M:%S.%f%z", "2024-01-31T10:05:02.250+01:00", "2024-01-31 09:05:02.25"),
    ("%b %d, %Y %I:%M %p", "Jan 31, 2024 01:05 PM", "2024-01-31 13:05:00"),
    ("d MMM yyyy h:mm tt", "3 February 2024 12:10 AM", "2024-02-03 00:10:00"),
    ("yyyy-MM-ddTHH:mm:ss.FFFFFFF", "2024-01-31T10:00:00", "2024-01-31 10:00:00"),
    ("%Y-%j", "2024-060", "2024-02-29 00:00:00"),
    ("epoch_s", "1546300800", "2019-01-01 00:00:00"),
    ("epoch_ms", "1546300800250", "2019-01-01 00:00:00.25"),
    ("iso", "2024-01-31", "2024-01-31 00:00:00"),
  ])
  func readsDeclaredFormats(_ format: String, _ text: String, _ expected: String) throws {
    let layout = try #require(TimestampLayout(format: format))
    let reading = withBytes(of: text) { parseTimestamp($0, layout) }
    #expect(reading.map { Instant.plainText($0.ticks) } == expected)
  }

  @Test func refusesWrongFormatsAndTexts() throws {
    for format in ["HH:mm", "yyyy", "%Q", "yyyyy-MM-dd", "%"] {
      #expect(TimestampLayout(format: format) == nil)
    }
    let layout = try #require(TimestampLayout(format: "dd/MM/yyyy"))
    for text in ["30/02/2024", "1/13/2024", "2024-01-31", "31/01/2024x", "31/01/24", ""] {
      #expect(withBytes(of: text) { parseTimestamp($0, layout) } == nil)
    }
  }

  @Test func dayAndMonthAreToldApart() {
    func order(_ texts: String...) -> DateOrder {
      var evidence = DateOrderEvidence()
      for text in texts { withBytes(of: text) { evidence.note($0) } }
      return evidence.order
    }
    #expect(order("03/04/2024", "05/06/2024") == .ambiguous)
    #expect(order("03/04/2024", "25/06/2024") == .dayFirst)
    #expect(order("03.25.2024") == .monthFirst)
    #expect(order("25/06/2024", "06/25/2024") == .contradictory)
    #expect(order("2024-06-25", "x") == .ambiguous)
  }

  @Test func startsAndEnds() {
    let at = instant("2024-02-14 13:45:06.7")
    func start(_ unit: CalendarUnit, _ offset: Int64 = 0) -> String? {
      Instant.start(of: unit, at, offset: offset).map(Instant.dateText)
    }
    #expect(start(.day) == "2024-02-14")
    #expect(start(.week) == "2024-02-11")
    #expect(start(.week, -1) == "2024-02-04")
    #expect(start(.month) == "2024-02-01")
    #expect(start(.month, -13) == "2023-01-01")
    #expect(start(.year, 1) == "2025-01-01")
    #expect(Instant.end(of: .month, at).map(Instant.text) == "2024-02-29T23:59:59.9999999Z")
    #expect(Instant.end(of: .day, Instant.greatest) == Instant.greatest)
    #expect(Instant.end(of: .month, Instant.greatest) == Instant.greatest)
    #expect(Instant.start(of: .day, Instant.greatest, offset: 1) == nil)
    #expect(Instant.start(of: .week, 0) == nil)
  }

  @Test func partsAndWeeks() {
    let at = instant("2017-10-30 01:02:03.7654321")
    let expected: [(CalendarUnit, Int64)] = [
      (.year, 2017), (.quarter, 4), (.month, 10), (.week, 44), (.day, 30), (.dayOfYear, 303),
      (.hour, 1), (.minute, 2), (.second, 3), (.millisecond, 765), (.microsecond, 765_432),
      (.nanosecond, 765_432_100),
    ]
    for (unit, value) in expected { #expect(Instant.part(unit, at) == value) }
    #expect(Instant.weekOfYear(instant("2021-01-03")) == 53)
    #expect(Instant.weekOfYear(instant("2017-01-01")) == 52)
    #expect(Instant.weekOfYear(0) == 1)
    #expect(Instant.dayOfWeek(instant("1947-11-30 10:00:05")) == 0)
    #expect(Instant.dayOfWeek(instant("2024-01-31")) == 3 * Ticks.perDay)
    #expect(Instant.dayOfWeek(Instant.greatest) == nil)
  }

  @Test func differencesCountBoundaries() {
    func difference(_ unit: CalendarUnit, _ left: String, _ right: String) -> Int64? {
      Instant.difference(unit, instant(left), instant(right))
    }
    #expect(difference(.year, "2017-01-01", "2016-12-31") == 1)
    #expect(difference(.quarter, "2017-07-01", "2017-03-30") == 2)
    #expect(difference(.week, "2020-01-31", "2019-12-31") == 4)
    #expect(difference(.minute, "2020-01-01 00:00:00", "2020-01-01 13:45:00") == -825)
    #expect(difference(.second, "2020-01-01 00:00:01.9999999", "2020-01-01 00:00:00.0000001") == 1)
    #expect(difference(.nanosecond, "2020-01-01", "2020-01-01 00:00:00.0000007") == -700)
    #expect(difference(.nanosecond, "9999-01-01", "0001-01-01") == nil)
  }

  @Test func addingKeepsToTheMonth() {
    func sum(_ count: Int64, _ unit: CalendarUnit, _ text: String) -> String? {
      Instant.adding(count, unit, to: instant(text)).map(Instant.plainText)
    }
    #expect(sum(1, .month, "2020-01-31") == "2020-02-29 00:00:00")
    #expect(sum(1, .year, "2020-02-29 10:00") == "2021-02-28 10:00:00")
    #expect(sum(1, .quarter, "2020-11-30") == "2021-02-28 00:00:00")
    #expect(sum(400, .day, "2020-01-01") == "2021-02-04 00:00:00")
    #expect(sum(-1, .hour, "2020-01-01") == "2019-12-31 23:00:00")
    #expect(sum(1, .year, "9999-06-01") == nil)
  }

  @Test func made() {
    #expect(Instant.make(year: 2020, month: 2, day: 30) == nil)
    #expect(
      Instant.make(year: 2020, month: 6, day: 15, hour: 1, minute: 2, second: 3.5)
        == instant("2020-06-15 01:02:03.5"))
    #expect(Timespan.make(hours: 25, minutes: 70) == nil)
    #expect(Timespan.make(hours: 2, minutes: 30).map(Timespan.text) == "02:30:00")
    #expect(Timespan.make(hours: 0, minutes: 0, seconds: 1e-7) == 1)
    #expect(Timespan.make(hours: -1, minutes: 0) == nil)
  }

  @Test func binsFloor() {
    #expect(bin(Int64(-5), 2) == -6)
    #expect(bin(-5.5, 2) == -6)
    #expect(bin(Int64(5), 0) == nil)
    #expect(bin(Int64.min, 7) == nil)
    #expect(bin(instant("1955-11-05"), 7 * Ticks.perDay) == instant("1955-10-31"))
    #expect(bin(Int64(17), 10, at: 5) == 15)
  }

  @Test func formats() throws {
    let at = instant("2017-01-29 09:00:05.05")
    func text(_ format: String) -> String? {
      TimeFormat(datetime: format)?.text(datetime: at)
    }
    #expect(text("yy-MM-dd [HH:mm:ss]") == "17-01-29 [09:00:05]")
    #expect(text("M/d/yyyy h:m:s tt") == "1/29/2017 9:0:5 AM")
    #expect(text("ss.ff fff FFF y") == "05.05 050 05 17")
    for format in ["zzz", "K", "MMM", "yyy", "dd T", "'x'"] {
      #expect(TimeFormat(datetime: format) == nil)
    }
    let noon = TimeFormat(datetime: "hh tt")?.text(datetime: instant("2020-01-01 12:00"))
    #expect(noon == "12 PM")
    func span(_ format: String, _ value: String) -> String? {
      Timespan.parse(value).flatMap { TimeFormat(timespan: format)?.text(timespan: $0) }
    }
    #expect(span("dd.hh:mm:ss:FF", "29.09:00:05.12345") == "29.09:00:05:12")
    #expect(span("ddd.h:mm:ss [fffffff]", "29.09:00:05.12345") == "029.9:00:05 [1234500]")
    #expect(span("d.hh:mm", "-1.02:00") == "-1.02:00")
    #expect(TimeFormat(timespan: "c") == nil)
  }
}
