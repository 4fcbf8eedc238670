import CasebookValues
import Testing

@Suite struct ZoneTests {
  private func instant(_ text: String) -> Int64 { Instant.parse(text) ?? -1 }

  @Test(arguments: [
    ("Europe/Dublin", "2024-01-15 12:00", "2024-01-15 12:00:00"),
    ("Europe/Dublin", "2024-07-15 12:00", "2024-07-15 13:00:00"),
    ("Europe/Dublin", "2024-03-31 00:59:59", "2024-03-31 00:59:59"),
    ("Europe/Dublin", "2024-03-31 01:00", "2024-03-31 02:00:00"),
    ("Europe/Dublin", "2090-07-15 12:00", "2090-07-15 13:00:00"),
    ("America/New_York", "2024-03-10 06:59:59", "2024-03-10 01:59:59"),
    ("America/New_York", "2024-03-10 07:00", "2024-03-10 03:00:00"),
    ("America/New_York", "2077-12-01 12:00", "2077-12-01 07:00:00"),
    ("Asia/Kolkata", "2024-05-01 00:00", "2024-05-01 05:30:00"),
    ("Australia/Lord_Howe", "2024-01-01 00:00", "2024-01-01 11:00:00"),
    ("Australia/Lord_Howe", "2024-06-01 00:00", "2024-06-01 10:30:00"),
    ("UTC", "2024-06-01 00:00", "2024-06-01 00:00:00"),
    ("+05:45", "2024-06-01 00:00", "2024-06-01 05:45:00"),
    ("-0500", "2024-06-01 00:00", "2024-05-31 19:00:00"),
  ])
  func localTimes(_ name: String, _ utc: String, _ local: String) throws {
    let zone = try #require(Zone.named(name))
    #expect(Instant.plainText(zone.local(fromUTC: instant(utc))) == local)
  }

  @Test func unknownAndUnsafeNamesAreRefused() {
    for name in [
      "", "Europe/Nowhere", "../etc/passwd", "/etc/localtime", "Europe/../UTC", "+99:00",
    ] {
      #expect(Zone.named(name) == nil)
    }
  }

  @Test func skippedAndRepeatedTimes() throws {
    let dublin = try #require(Zone.named("Europe/Dublin"))
    // 01:00 to 02:00 does not occur on 31 March 2024.
    let skipped = dublin.resolve(local: instant("2024-03-31 01:30"))
    #expect(skipped.fit == .skipped)
    #expect(skipped.utc == instant("2024-03-31 01:30"))
    // 01:00 to 02:00 occurs twice on 27 October 2024; the first time is summer time.
    let repeated = dublin.resolve(local: instant("2024-10-27 01:30"))
    #expect(repeated.fit == .repeated)
    #expect(repeated.utc == instant("2024-10-27 00:30"))
    #expect(dublin.resolve(local: instant("2024-10-27 02:00")).utc == instant("2024-10-27 02:00"))
    // The same beyond the listed changes, by the yearly rule.
    #expect(dublin.resolve(local: instant("2099-03-29 01:30")).fit == .skipped)
    let lordHowe = try #require(Zone.named("Australia/Lord_Howe"))
    #expect(lordHowe.resolve(local: instant("2024-10-06 02:15")).fit == .skipped)
    #expect(lordHowe.resolve(local: instant("2024-04-07 01:45")).fit == .repeated)
  }

  @Test(arguments: ["Europe/Dublin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])
  func thereAndBack(_ name: String) throws {
    let zone = try #require(Zone.named(name))
    var converter = ZoneConverter(zone)
    var random = CounterGenerator(seed: 5)
    let from = instant("1960-01-01")
    let length = UInt64(instant("2120-01-01") - from)
    for _ in 0..<5000 {
      let utc = from + Int64(random.next() % length)
      let local = zone.local(fromUTC: utc)
      #expect(converter.local(fromUTC: utc) == local)
      let resolved = zone.resolve(local: local)
      #expect(resolved.fit != .skipped)
      #expect(resolved.utc == utc || resolved.fit == .repeated)
      #expect(converter.utc(fromLocal: local) == resolved.utc)
    }
  }

  @Test func offsetsChangeWhereSpansMeet() throws {
    let zone = try #require(Zone.named("America/New_York"))
    var at = instant("1950-01-01")
    for _ in 0..<250 {
      let span = zone.span(at: at)
      #expect(span.start <= at && at < span.end)
      guard span.end < Int64.max else { break }
      #expect(zone.span(at: span.end).start == span.end)
      #expect(zone.span(at: span.end - 1) == span)
      at = span.end
    }
    #expect(at > instant("2070-01-01"))
  }
}
