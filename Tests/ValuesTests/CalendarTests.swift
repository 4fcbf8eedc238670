import CasebookValues
import Testing

@Suite struct CalendarTests {
  private func instant(_ text: String) -> Int64 { Instant.parse(text) ?? -1 }

  private func open(_ calendar: String, _ start: String, _ end: String) throws -> String {
    let calendar = try BusinessCalendar(calendar)
    return Timespan.text(calendar.openTime(from: instant(start), to: instant(end)))
  }

  private func deadline(_ calendar: String, _ start: String, _ limit: String) throws -> String? {
    let calendar = try BusinessCalendar(calendar)
    let ticks = Timespan.parse(limit) ?? 0
    return calendar.deadline(from: instant(start), after: ticks).map(Instant.plainText)
  }

  // 2024-01-05 is a Friday.
  @Test func openTime() throws {
    let office = "mon-fri 08:00-18:00"
    #expect(try open(office, "2024-01-05 17:00", "2024-01-08 09:00") == "02:00:00")
    #expect(try open(office, "2024-01-06", "2024-01-08") == "00:00:00")
    #expect(try open(office, "2024-01-01", "2024-01-08") == "2.02:00:00")
    #expect(try open(office, "2024-01-05 10:00:00.5", "2024-01-05 10:00:01") == "00:00:00.5000000")
    #expect(try open(office, "2024-01-08 09:00", "2024-01-05 17:00") == "-02:00:00")
    #expect(try open("24x7", "2024-01-05 17:00", "2024-01-06 18:30") == "1.01:30:00")
  }

  @Test func slotsOfSeveralKinds() throws {
    let split = "mon-thu 09:00-12:30,13:30-18:00; fri 09:00-13:00"
    #expect(try open(split, "2024-01-01", "2024-01-08") == "1.12:00:00")
    #expect(try open(split, "2024-01-02 12:00", "2024-01-02 14:00") == "01:00:00")
    let night = "fri 22:00-06:00"
    #expect(try open(night, "2024-01-05", "2024-01-07") == "08:00:00")
    #expect(try open(night, "2024-01-06 05:00", "2024-01-06 07:00") == "01:00:00")
    #expect(try open("sat,sun 10:00-12:00", "2024-01-01", "2024-01-08") == "04:00:00")
    // Slots that overlap count once.
    #expect(try open("daily 08:00-12:00,10:00-14:00", "2024-01-05", "2024-01-06") == "06:00:00")
  }

  @Test func exceptedDays() throws {
    let office = "mon-fri 08:00-18:00 except 2024-01-03,2024-01-05..2024-01-06"
    #expect(try open(office, "2024-01-01", "2024-01-08") == "1.06:00:00")
    // The night that begins on an excepted day is out, the one that began before stays.
    let night = "daily 22:00-06:00 except 2024-01-03"
    #expect(try open(night, "2024-01-03", "2024-01-04 12:00") == "06:00:00")
  }

  @Test func slotsFollowTheZonesClock() throws {
    let dublin = "mon-fri 08:00-18:00 Europe/Dublin"
    #expect(try open(dublin, "2024-07-01 00:00", "2024-07-01 08:00") == "01:00:00")
    #expect(try open(dublin, "2024-01-02 00:00", "2024-01-02 09:00") == "01:00:00")
    // 31 March 2024 has 23 hours there, 27 October has 25.
    #expect(try open("daily 00:00-24:00 Europe/Dublin", "2024-03-31", "2024-04-01") == "1.00:00:00")
    #expect(try open("sun 00:00-24:00 Europe/Dublin", "2024-03-30", "2024-04-02") == "23:00:00")
    #expect(try open("sun 00:00-24:00 Europe/Dublin", "2024-10-25", "2024-10-29") == "1.01:00:00")
    #expect(try open("mon-fri 08:00-18:00 -05:00", "2024-01-02", "2024-01-02 14:00") == "01:00:00")
  }

  @Test func deadlines() throws {
    let office = "mon-fri 08:00-18:00"
    #expect(try deadline(office, "2024-01-05 17:00", "2h") == "2024-01-08 09:00:00")
    // The least instant: the end of a day, not the start of the next.
    #expect(try deadline(office, "2024-01-05 17:00", "1h") == "2024-01-05 18:00:00")
    #expect(try deadline(office, "2024-01-06 12:00", "0s") == "2024-01-06 12:00:00")
    #expect(try deadline(office, "2024-01-06 12:00", "1tick") == "2024-01-08 08:00:00.0000001")
    #expect(try deadline(office, "2024-01-01", "500h") == "2024-03-08 18:00:00")
    #expect(try deadline("24x7", "2024-01-01", "36h") == "2024-01-02 12:00:00")
  }

  @Test func deadlinesUndoOpenTime() throws {
    let calendar = try BusinessCalendar(
      "mon-fri 07:30-12:00,13:00-19:15 sat 22:00-02:00 America/New_York except 2024-07-04")
    let start = instant("2024-01-01")
    var random = CounterGenerator(seed: 9)
    for _ in 0..<500 {
      let from = start + Int64(random.next() % UInt64(300 * Ticks.perDay))
      let limit = Int64(random.next() % UInt64(200 * Ticks.perHour)) + 1
      let due = try #require(calendar.deadline(from: from, after: limit))
      #expect(calendar.openTime(from: from, to: due) == limit)
      #expect(calendar.openTime(from: from, to: due - 1) == limit - 1)
    }
  }

  @Test(arguments: [
    "", "mon-fri", "mon-fri 8-", "foo 08:00-18:00", "mon-fri 08:00-25:00", "24x7 except",
    "mon-fri 08:00-18:00 except 2024-02-30", "mon-fri 08:00-18:00 Europe/Nowhere",
  ])
  func refusesWrongCalendars(_ text: String) {
    #expect(throws: BusinessCalendar.Failure.self) { try BusinessCalendar(text) }
  }

  @Test func describesItself() throws {
    let office = try BusinessCalendar("mon-fri 08:00-18:00")
    #expect(office.ticksPerWorkingDay == 10 * Ticks.perHour)
    #expect(office.isOpen(at: instant("2024-01-05 08:00")))
    #expect(!office.isOpen(at: instant("2024-01-05 18:00")))
    #expect(try BusinessCalendar("24x7").isAlwaysOpen)
    #expect(try office == BusinessCalendar("monday-friday 8-18 UTC"))
  }
}
