/// The offsets of a zone over time: listed changes, and a yearly rule after the last of them.
final class ZoneRules: Sendable {
  /// UTC ticks of each change, ascending.
  private let changes: [Int64]
  /// The offset before the first change, then after each.
  private let offsets: [Int64]
  private let rule: PosixRule?

  init(fixed offset: Int64) {
    changes = []
    offsets = [offset]
    rule = nil
  }

  init(changes: [Int64], offsets: [Int64], rule: PosixRule?) {
    self.changes = changes
    self.offsets = offsets
    self.rule = rule
  }

  var isFixed: Bool { changes.isEmpty && rule == nil }

  func span(at utc: Int64) -> Zone.Span {
    // The number of changes at or before the instant.
    var low = 0
    var high = changes.count
    while low < high {
      let middle = (low + high) / 2
      if changes[middle] <= utc { low = middle + 1 } else { high = middle }
    }
    if low == changes.count, let rule {
      return rule.span(at: utc, notBefore: changes.last ?? Int64.min)
    }
    return Zone.Span(
      start: low == 0 ? Int64.min : changes[low - 1],
      end: low == changes.count ? Int64.max : changes[low], offset: offsets[low])
  }
}

/// The rule at the end of a zone's file, in the form of POSIX's TZ variable:
/// `CET-1CEST,M3.5.0,M10.5.0/3`.
struct PosixRule: Sendable {
  /// The day and time of year at which clocks change, by the clock before the change.
  struct Change: Sendable {
    enum Day: Sendable {
      /// Month, week of it (5 is the last) and day of the week from Sunday.
      case weekday(month: Int, week: Int, day: Int)
      /// Day of the year from 1, 29 February never counted.
      case julian(Int)
      /// Day of the year from 0, 29 February counted.
      case zeroBased(Int)
    }
    var day: Day
    var time: Int64
  }

  let standardOffset: Int64
  let summerOffset: Int64
  let changes: (toSummer: Change, toStandard: Change)?

  /// The span that holds an instant, begun no earlier than the last listed change.
  func span(at utc: Int64, notBefore first: Int64) -> Zone.Span {
    guard let changes else {
      return Zone.Span(start: first, end: Int64.max, offset: standardOffset)
    }
    let bounded = min(max(utc, Instant.least), Instant.greatest)
    let year = Instant.date(bounded).year
    var start = first
    var offset = standardOffset
    var points: [(at: Int64, offset: Int64)] = []
    for near in (year - 1)...(year + 1) {
      points.append((changes.toSummer.ticks(in: near) - standardOffset, summerOffset))
      points.append((changes.toStandard.ticks(in: near) - summerOffset, standardOffset))
    }
    points.sort { $0.at < $1.at }
    for point in points {
      if point.at <= utc {
        start = max(start, point.at)
        offset = point.offset
      } else {
        return Zone.Span(start: start, end: point.at, offset: offset)
      }
    }
    return Zone.Span(start: start, end: Int64.max, offset: offset)
  }
}

extension PosixRule.Change {
  /// The local ticks of the change in a year.
  func ticks(in year: Int) -> Int64 {
    let newYear = CivilDate(year: year, month: 1, day: 1).dayNumber
    let number: Int
    switch day {
    case .julian(let day):
      number = newYear + day - 1 + (CivilDate.isLeap(year) && day >= 60 ? 1 : 0)
    case .zeroBased(let day): number = newYear + day
    case .weekday(let month, let week, let day):
      let first = CivilDate(year: year, month: month, day: 1).dayNumber
      // Day 0 is a Monday.
      let weekdayOfFirst = ((first + 1) % 7 + 7) % 7
      var dayOfMonth = (day - weekdayOfFirst + 7) % 7 + 7 * (week - 1)
      if dayOfMonth >= CivilDate.days(inMonth: month, of: year) { dayOfMonth -= 7 }
      number = first + dayOfMonth
    }
    return Int64(number) * Ticks.perDay + time
  }
}

/// Reads the TZ form: two names with offsets, then two dates with times.
struct PosixRuleParser {
  private var reader: DigitReader

  static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> PosixRule? {
    var parser = PosixRuleParser(reader: DigitReader(bytes))
    return parser.parseRule()
  }

  private mutating func parseRule() -> PosixRule? {
    guard skipName(), let west = parseTime() else { return nil }
    let standard = -west
    if reader.isAtEnd {
      return PosixRule(standardOffset: standard, summerOffset: standard, changes: nil)
    }
    guard skipName() else { return nil }
    var summer = standard + Ticks.perHour
    if !reader.isAtEnd, reader.next != UInt8(ascii: ",") {
      guard let west = parseTime() else { return nil }
      summer = -west
    }
    guard reader.take(UInt8(ascii: ",")), let toSummer = parseChange(),
      reader.take(UInt8(ascii: ",")), let toStandard = parseChange(), reader.isAtEnd
    else { return nil }
    return PosixRule(
      standardOffset: standard, summerOffset: summer, changes: (toSummer, toStandard))
  }

  /// Letters, or anything in angle brackets.
  private mutating func skipName() -> Bool {
    if reader.take(UInt8(ascii: "<")) {
      while !reader.isAtEnd, reader.next != UInt8(ascii: ">") { reader.index += 1 }
      return reader.take(UInt8(ascii: ">"))
    }
    return reader.word() != nil
  }

  /// `[+-]h[h[h]][:mm[:ss]]` in ticks.
  private mutating func parseTime() -> Int64? {
    let negative = reader.take(UInt8(ascii: "-"))
    if !negative { _ = reader.take(UInt8(ascii: "+")) }
    guard let hours = reader.number(maximumDigits: 3) else { return nil }
    var seconds = hours * 3600
    for unit in [60, 1] {
      guard reader.take(UInt8(ascii: ":")) else { break }
      guard let value = reader.number(maximumDigits: 2), value < 60 else { return nil }
      seconds += value * unit
    }
    return Int64(negative ? -seconds : seconds) * Ticks.perSecond
  }

  private mutating func parseChange() -> PosixRule.Change? {
    guard let day = parseDay() else { return nil }
    var time = 2 * Ticks.perHour
    if reader.take(UInt8(ascii: "/")) {
      guard let value = parseTime() else { return nil }
      time = value
    }
    return PosixRule.Change(day: day, time: time)
  }

  private mutating func parseDay() -> PosixRule.Change.Day? {
    if reader.take(UInt8(ascii: "M")) {
      guard let month = reader.number(maximumDigits: 2), (1...12).contains(month),
        reader.take(UInt8(ascii: ".")), let week = reader.number(maximumDigits: 1),
        (1...5).contains(week), reader.take(UInt8(ascii: ".")),
        let day = reader.number(maximumDigits: 1), day < 7
      else { return nil }
      return .weekday(month: month, week: week, day: day)
    }
    let isJulian = reader.take(UInt8(ascii: "J"))
    guard let day = reader.number(maximumDigits: 3), day <= 365 else { return nil }
    return isJulian ? .julian(day) : .zeroBased(day)
  }
}
