import CasebookValues

/// Where the ticks of a time axis stand: at round times of the clock and the calendar, in UTC.
extension ChartAxis {
  private enum TimeStep {
    case ticks(Int64)
    case months(Int)
  }

  private static let steps: [(length: Double, step: TimeStep)] = {
    var steps: [(Double, TimeStep)] = []
    func add(_ unit: Int64, _ factors: [Int64]) {
      for factor in factors { steps.append((Double(unit * factor), .ticks(unit * factor))) }
    }
    add(Ticks.perMicrosecond, [1, 10, 100])
    add(Ticks.perMillisecond, [1, 10, 100])
    add(Ticks.perSecond, [1, 5, 15, 30])
    add(Ticks.perMinute, [1, 5, 15, 30])
    add(Ticks.perHour, [1, 3, 6, 12])
    add(Ticks.perDay, [1, 2, 7, 14])
    let month = 30.4 * Double(Ticks.perDay)
    for count in [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 12000] {
      steps.append((month * Double(count), .months(count)))
    }
    return steps
  }()

  func timeTicks(atMost count: Int) -> [Tick] {
    guard let least = ChartAxis.instant(lower), let greatest = ChartAxis.instant(upper),
      least < greatest
    else { return [] }
    let wanted = (upper - lower) / Double(max(count, 1))
    let found = ChartAxis.steps.firstIndex { $0.length >= wanted * 0.95 }
    for (_, step) in ChartAxis.steps[(found ?? ChartAxis.steps.count - 1)...] {
      let values = ChartAxis.values(step, from: least, through: greatest)
      if values.count <= count { return ChartAxis.named(values, step) }
    }
    return []
  }

  private static func instant(_ value: Double) -> Int64? {
    guard value.isFinite else { return nil }
    return Int64(min(max(value, Double(Instant.least)), 3.155_378_975e18))
  }

  private static func values(_ step: TimeStep, from least: Int64, through greatest: Int64)
    -> [Int64]
  {
    var values: [Int64] = []
    switch step {
    case .ticks(let length):
      // Weeks begin on Monday, which the first day of the year 1 was.
      var next = least % length == 0 ? least : (least / length + 1) * length
      while next <= greatest, values.count < 1000 {
        values.append(next)
        next += length
      }
    case .months(let count):
      let first = Instant.date(least)
      var month = ((first.year * 12 + first.month - 1) / count) * count
      while values.count < 1000 {
        let date = CivilDate(year: month / 12, month: month % 12 + 1, day: 1)
        month += count
        guard date.year >= 1 else { continue }
        guard date.year <= 9999 else { break }
        let ticks = Instant.ticks(date)
        if ticks > greatest { break }
        if ticks >= least { values.append(ticks) }
      }
    }
    return values
  }

  private static let monthNames = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Texts in two lines: the part that the step counts, and below it what changes more seldom.
  private static func named(_ values: [Int64], _ step: TimeStep) -> [Tick] {
    var before: CivilDate?
    return values.map { ticks in
      let date = Instant.date(ticks)
      let month = monthNames[date.month - 1]
      let year = String(date.year)
      let isNewDay = before.map { $0 != date } ?? true
      let isNewYear = before.map { $0.year != date.year } ?? true
      before = date
      var tick = Tick(value: Double(ticks), text: "")
      switch step {
      case .months(let count) where count >= 12: tick.text = year
      case .months:
        tick.text = month
        tick.context = isNewYear ? year : nil
      case .ticks(let length) where length >= Ticks.perDay:
        tick.text = "\(date.day) \(month)"
        tick.context = isNewYear ? year : nil
      case .ticks(let length):
        tick.text = clockText(Instant.timeOfDay(ticks), length)
        tick.context = isNewDay ? "\(date.day) \(month)" + (isNewYear ? " \(year)" : "") : nil
      }
      return tick
    }
  }

  private static func clockText(_ ticks: Int64, _ step: Int64) -> String {
    func two(_ value: Int64) -> String { (value < 10 ? "0" : "") + String(value) }
    let hours = two(ticks / Ticks.perHour) + ":" + two(ticks / Ticks.perMinute % 60)
    if step >= Ticks.perMinute { return hours }
    let seconds = hours + ":" + two(ticks / Ticks.perSecond % 60)
    if step >= Ticks.perSecond { return seconds }
    let digits = String(ticks % Ticks.perSecond)
    let padded = String(repeating: "0", count: 7 - digits.count) + digits
    return seconds + "." + padded.prefix(step >= Ticks.perMillisecond ? 3 : 6)
  }
}
