extension BusinessCalendar {
  /// What is wrong with a calendar's text.
  public struct Failure: Error, Sendable, Hashable {
    /// One sentence without the text itself.
    public let message: String
    /// The word at fault, counted from 0.
    public let word: Int
    /// The word at fault, in bytes of the text.
    public let bytes: Range<Int>
  }

  /// Reads a calendar: `24x7`, or days and times, then optionally a zone and `except` with dates;
  /// without a zone the clock is UTC.
  public convenience init(_ text: String) throws(Failure) {
    var parser = CalendarParser(text)
    try parser.parse()
    self.init(
      text: text, zone: parser.zone ?? .utc, week: parser.week, excepted: parser.excepted)
  }
}

/// Reads the words of a calendar one after another.
private struct CalendarParser {
  private typealias Slot = BusinessCalendar.Slot

  private let words: [(text: String, bytes: Range<Int>)]
  private var index = 0
  private(set) var week: [[BusinessCalendar.Slot]] = Array(repeating: [], count: 7)
  private(set) var zone: Zone?
  private(set) var excepted: Set<Int> = []

  /// Words are parted by blanks and semicolons; commas part the items of one.
  init(_ text: String) {
    var found: [(text: String, bytes: Range<Int>)] = []
    let bytes = Array(text.utf8)
    var start = 0
    for end in 0...bytes.count
    where end == bytes.count || isASCIISpace(bytes[end]) || bytes[end] == UInt8(ascii: ";") {
      let word = String(decoding: bytes[start..<end], as: UTF8.self)
      if !word.isEmpty { found.append((word, start..<end)) }
      start = end + 1
    }
    words = found
  }

  mutating func parse() throws(BusinessCalendar.Failure) {
    var days: [Int] = Array(0..<7)
    while index < words.count {
      let word = words[index].text
      if word.lowercased() == "except" {
        index += 1
        try parseExceptions()
        continue
      }
      if let named = CalendarParser.days(word) {
        days = named
      } else if word.lowercased() == "24x7" || word.lowercased() == "24/7" {
        add([Slot(start: 0, end: 24 * 60)], to: Array(0..<7))
      } else if let slots = CalendarParser.slots(word) {
        add(slots, to: days)
      } else if zone == nil, let named = Zone.named(word) {
        zone = named
      } else {
        throw failure(
          "expected days (mon-fri), times (08:00-18:00), 24x7, a zone or except with dates")
      }
      index += 1
    }
    guard week.contains(where: { !$0.isEmpty }) else {
      index = max(0, words.count - 1)
      throw failure("no opening times: write 24x7, or days and times such as mon-fri 08:00-18:00")
    }
    for day in week.indices { week[day].sort { $0.start < $1.start } }
  }

  private mutating func add(_ slots: [BusinessCalendar.Slot], to days: [Int]) {
    for day in days { week[day].append(contentsOf: slots) }
  }

  /// Dates after `except`, single or as `2026-12-24..2026-12-26`, until a word that is none.
  private mutating func parseExceptions() throws(BusinessCalendar.Failure) {
    let first = index
    while index < words.count, let start = words[index].text.utf8.first, isASCIIDigit(start),
      CalendarParser.slots(words[index].text) == nil
    {
      for item in words[index].text.split(separator: ",") {
        guard let days = CalendarParser.dates(String(item)) else {
          throw failure("expected dates such as 2026-12-25")
        }
        excepted.formUnion(days)
      }
      index += 1
    }
    guard index == first else { return }
    index = min(index, words.count - 1)
    throw failure("expected a date such as 2026-12-25 after except")
  }

  private func failure(_ message: String) -> BusinessCalendar.Failure {
    let bytes = index < words.count && index >= 0 ? words[index].bytes : 0..<0
    return BusinessCalendar.Failure(message: message, word: index, bytes: bytes)
  }

  private static func dayNumber(_ name: Substring) -> Int? {
    guard name.count >= 3 else { return nil }
    let full = [
      "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ]
    return full.firstIndex { $0.hasPrefix(name) }
  }

  /// `mon`, `mon-fri`, `sat,sun`, `fri-mon`, `daily`.
  private static func days(_ word: String) -> [Int]? {
    let lowered = word.lowercased()
    if lowered == "daily" || lowered == "everyday" { return Array(0..<7) }
    if lowered == "weekdays" { return Array(0..<5) }
    if lowered == "weekends" { return [5, 6] }
    var days: [Int] = []
    for item in lowered.split(separator: ",") {
      let ends = item.split(separator: "-", omittingEmptySubsequences: false)
      guard let first = ends.first.flatMap(dayNumber), ends.count <= 2 else { return nil }
      guard ends.count == 2 else {
        days.append(first)
        continue
      }
      guard let last = dayNumber(ends[1]) else { return nil }
      for step in 0...((last - first + 7) % 7) { days.append((first + step) % 7) }
    }
    return days.isEmpty ? nil : days
  }

  /// `08:00-12:00,13:00-17:30`; an end at or before the start lies on the next day.
  private static func slots(_ word: String) -> [BusinessCalendar.Slot]? {
    var slots: [BusinessCalendar.Slot] = []
    for item in word.split(separator: ",") {
      let ends = item.split(separator: "-", omittingEmptySubsequences: false)
      guard ends.count == 2, let start = minutes(ends[0]), let end = minutes(ends[1]),
        start < 24 * 60
      else { return nil }
      slots.append(Slot(start: start, end: end > start ? end : end + 24 * 60))
    }
    return slots.isEmpty ? nil : slots
  }

  /// `8`, `08:00`, `24:00`.
  private static func minutes(_ text: Substring) -> Int? {
    withBytes(of: String(text)) { bytes in
      var reader = DigitReader(bytes)
      guard let hours = reader.number(maximumDigits: 2) else { return nil }
      var minutes = 0
      if reader.take(UInt8(ascii: ":")) {
        guard let value = reader.number(digits: 2) else { return nil }
        minutes = value
      }
      guard reader.isAtEnd, minutes < 60, hours * 60 + minutes <= 24 * 60 else { return nil }
      return hours * 60 + minutes
    }
  }

  /// A date or two with `..` between them, as numbers of days.
  private static func dates(_ item: String) -> ClosedRange<Int>? {
    var rest = item[...]
    var ends: [Int] = []
    while true {
      guard let day = withBytes(of: String(rest.prefix(10)), parseISO), rest.utf8.count >= 10 else {
        return nil
      }
      ends.append(Instant.date(day.ticks).dayNumber)
      rest = rest.dropFirst(10)
      if rest.isEmpty { break }
      guard ends.count == 1, rest.hasPrefix("..") else { return nil }
      rest = rest.dropFirst(2)
    }
    guard let first = ends.first, let last = ends.last, first <= last, last - first < 4000 else {
      return nil
    }
    return first...last
  }
}
