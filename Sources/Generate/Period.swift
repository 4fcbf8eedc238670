/// The half year of the operation, in whole seconds from its first instant.
enum Period {
  static let hour = 3600
  static let day = 86_400
  static let week = 604_800
  static let weeks = 26
  static let end = weeks * week
  static let hours = end / hour
  /// Later than any time that a story reaches.
  static let afterEverything = Int.max

  /// The first instant of a week, counted from 1 as ISO weeks are.
  static func start(ofWeek week: Int) -> Int {
    (week - 1) * Self.week
  }

  /// Saturday and Sunday; the period begins on a Monday.
  @inline(__always)
  static func isWeekend(_ time: Int) -> Bool {
    time % week >= 5 * day
  }

  /// The dates of the period and the day after it, from its first Monday.
  static let dates: [String] = {
    var year = 2025
    var month = 12
    var day = 29
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    var dates: [String] = []
    for _ in 0...(weeks * 7) {
      dates.append("\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)")
      day += 1
      if day > lengths[month - 1] {
        day = 1
        month += 1
      }
      if month > 12 {
        month = 1
        year += 1
      }
    }
    return dates
  }()

  /// A midnight of the period as text.
  static func text(of midnight: Int) -> String {
    dates[midnight / day] + "T00:00:00Z"
  }
}
