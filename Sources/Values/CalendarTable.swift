/// A calendar's open spans over a range of time, with the open time before each, so that the open
/// time between any two instants is a difference of two sums.
public struct CalendarTable: Sendable {
  /// The first instant of the range.
  public let start: Int64
  /// The last instant of the range.
  public let end: Int64

  private let opens: [Int64]
  private let closes: [Int64]
  /// Open ticks before each span.
  private let before: [Int64]
  /// For each UTC day of the range, the first span that ends after its midnight.
  private let firstOfDay: [Int32]
  private let firstDay: Int64

  static let empty = CalendarTable(
    start: 1, end: 0, opens: [], closes: [], before: [], firstOfDay: [], firstDay: 0)

  private init(
    start: Int64, end: Int64, opens: [Int64], closes: [Int64], before: [Int64],
    firstOfDay: [Int32], firstDay: Int64
  ) {
    self.start = start
    self.end = end
    self.opens = opens
    self.closes = closes
    self.before = before
    self.firstOfDay = firstOfDay
    self.firstDay = firstDay
  }

  var isEmpty: Bool { start > end }

  func covers(_ from: Int64, _ to: Int64) -> Bool { start <= from && to <= end }

  init(_ calendar: BusinessCalendar, from start: Int64, to end: Int64) {
    let first = floorDivide(start, by: Ticks.perDay)
    let last = floorDivide(end, by: Ticks.perDay)
    let spans = CalendarTable.spans(of: calendar, days: (first - 2)...(last + 2))
    var before: [Int64] = []
    var sum: Int64 = 0
    for span in spans {
      before.append(sum)
      sum += span.upperBound - span.lowerBound
    }
    var firstOfDay: [Int32] = []
    var next = 0
    for day in first...last {
      while next < spans.count, spans[next].upperBound <= day * Ticks.perDay { next += 1 }
      firstOfDay.append(Int32(next))
    }
    self.init(
      start: start, end: end, opens: spans.map(\.lowerBound), closes: spans.map(\.upperBound),
      before: before, firstOfDay: firstOfDay, firstDay: first)
  }

  /// The open spans of local days in UTC, ascending, those that touch made one.
  private static func spans(
    of calendar: BusinessCalendar, days: ClosedRange<Int64>
  ) -> [Range<Int64>] {
    var zone = ZoneConverter(calendar.zone)
    var found: [Range<Int64>] = []
    for day in days where !calendar.excepted.contains(Int(day)) {
      for slot in calendar.week[Int(floorRemainder(day, by: 7))] {
        let midnight = day * Ticks.perDay
        let opens = zone.utc(fromLocal: midnight + Int64(slot.start) * Ticks.perMinute)
        let closes = zone.utc(fromLocal: midnight + Int64(slot.end) * Ticks.perMinute)
        if opens < closes { found.append(opens..<closes) }
      }
    }
    found.sort { $0.lowerBound < $1.lowerBound }
    var merged: [Range<Int64>] = []
    for span in found {
      if let last = merged.last, span.lowerBound <= last.upperBound {
        let end = max(last.upperBound, span.upperBound)
        merged[merged.count - 1] = last.lowerBound..<end
      } else {
        merged.append(span)
      }
    }
    return merged
  }

  /// The open time in ticks between two instants of the range; negative if the second is earlier.
  @inline(__always)
  public func openTime(from start: Int64, to end: Int64) -> Int64 {
    openTime(before: end) - openTime(before: start)
  }

  /// The open time from the table's first span up to an instant of the range.
  public func openTime(before instant: Int64) -> Int64 {
    let place = firstSpan(endingAfter: instant)
    guard place < opens.count else {
      guard let last = before.indices.last else { return 0 }
      return before[last] + closes[last] - opens[last]
    }
    return before[place] + max(0, instant - opens[place])
  }

  /// Whether an instant of the range lies inside a span.
  public func isOpen(at instant: Int64) -> Bool {
    let place = firstSpan(endingAfter: instant)
    return place < opens.count && opens[place] <= instant
  }

  private func firstSpan(endingAfter instant: Int64) -> Int {
    let day = Int(floorDivide(instant, by: Ticks.perDay) - firstDay)
    var place = Int(firstOfDay[min(max(day, 0), firstOfDay.count - 1)])
    while place < closes.count, closes[place] <= instant { place += 1 }
    return place
  }

  /// The least instant at which the open time since `start` is `limit`, if the table reaches it.
  public func deadline(from start: Int64, after limit: Int64) -> Int64? {
    if limit <= 0 { return start }
    let target = openTime(before: start) + limit
    // The last span with less open time before it than the target holds the deadline. It is looked
    // for in steps that double, since most limits end within days.
    var low = firstSpan(endingAfter: start)
    var step = 1
    while low + step < before.count, before[low + step] < target { step *= 2 }
    var high = min(low + step, before.count)
    while low < high {
      let middle = (low + high) / 2
      if before[middle] < target { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    let instant = opens[low - 1] + target - before[low - 1]
    return instant <= closes[low - 1] && instant <= end ? instant : nil
  }
}
