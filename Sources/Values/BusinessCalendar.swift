import Synchronization

/// Working hours: weekly slots in a zone, less excepted days.
///
/// Written as `mon-fri 08:00-18:00 Europe/Dublin`, `24x7`, `mon-thu 09:00-12:30,13:30-18:00 fri
/// 09:00-13:00`, `daily 22:00-06:00 +01:00 except 2026-12-25`. A slot that crosses midnight belongs to
/// the day on which it begins, also where an exception takes that day out. Slots are times of the
/// zone's clock, so a night in which clocks change has an hour more or less; the hours that are
/// counted are real ones.
public final class BusinessCalendar: Sendable {
  /// A part of a day of the week, in minutes from its midnight; the end may lie past the next.
  struct Slot: Sendable, Hashable {
    var start: Int
    var end: Int
  }

  /// The calendar as it was written.
  public let text: String
  /// The zone whose clock the slots follow.
  public let zone: Zone
  /// Slots by day of the week, from Monday.
  let week: [[Slot]]
  /// Numbers of the days that are taken out.
  let excepted: Set<Int>

  /// Whether every moment is open, so that business time is plain time.
  public let isAlwaysOpen: Bool
  /// The length, in ticks by the clock, of a week's slots.
  public let ticksPerWeek: Int64

  private let table: Mutex<CalendarTable>

  init(text: String, zone: Zone, week: [[Slot]], excepted: Set<Int>) {
    self.text = text
    self.zone = zone
    self.week = week
    self.excepted = excepted
    self.isAlwaysOpen = excepted.isEmpty && week.allSatisfy { $0 == [Slot(start: 0, end: 24 * 60)] }
    let minutes = week.joined().reduce(0) { $0 + $1.end - $1.start }
    self.ticksPerWeek = Int64(minutes) * Ticks.perMinute
    self.table = Mutex(CalendarTable.empty)
  }

  /// Always open.
  public static let always = BusinessCalendar(
    text: "24x7", zone: .utc,
    week: Array(repeating: [Slot(start: 0, end: 24 * 60)], count: 7), excepted: [])

  /// The average length of a day that has slots: what a "working day" means.
  public var ticksPerWorkingDay: Int64 {
    let days = week.filter { !$0.isEmpty }.count
    return days == 0 ? 0 : ticksPerWeek / Int64(days)
  }

  /// The open time in ticks between two instants; negative if the second is earlier.
  public func openTime(from start: Int64, to end: Int64) -> Int64 {
    if isAlwaysOpen { return end - start }
    return table(covering: min(start, end), max(start, end)).openTime(from: start, to: end)
  }

  /// The least instant at which the open time since `start` is `limit`; nil if the calendar has no
  /// hours or ends before.
  public func deadline(from start: Int64, after limit: Int64) -> Int64? {
    if limit <= 0 { return start }
    if isAlwaysOpen { return Instant.adding(limit, to: start) }
    guard ticksPerWeek > 0 else { return nil }
    // Most limits are used up within twice their share of weeks; exceptions may need more.
    var reach = Double(limit) / Double(ticksPerWeek) * 2 + 5
    while true {
      let span = reach * 7 * Double(Ticks.perDay)
      let end = span > Double(Instant.greatest - start) ? Instant.greatest : start + Int64(span)
      if let found = table(covering: start, end).deadline(from: start, after: limit) {
        return found
      }
      guard end < Instant.greatest else { return nil }
      reach *= 4
    }
  }

  /// Whether an instant lies inside a slot.
  public func isOpen(at instant: Int64) -> Bool {
    isAlwaysOpen || table(covering: instant, instant).isOpen(at: instant)
  }

  /// The open spans in a range of time, for loops over many rows; the calendar keeps the widest it
  /// made.
  public func table(covering start: Int64, _ end: Int64) -> CalendarTable {
    table.withLock { kept in
      if kept.covers(start, end) { return kept }
      // Some years more, or a loop that moves through time would build a table a step.
      let margin = 2 * 366 * Ticks.perDay
      let first = min(start, kept.isEmpty ? start : kept.start)
      let last = max(end, kept.isEmpty ? end : kept.end)
      kept = CalendarTable(
        self, from: max(first - margin, min(first, Instant.least)),
        to: min(last + margin, max(last, Instant.greatest)))
      return kept
    }
  }
}

extension BusinessCalendar: Hashable {
  /// Calendars are the same when they open at the same times.
  public static func == (left: BusinessCalendar, right: BusinessCalendar) -> Bool {
    left.zone == right.zone && left.week == right.week && left.excepted == right.excepted
  }

  /// Feeds the calendar to a hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(zone)
    hasher.combine(week)
    hasher.combine(excepted)
  }
}
