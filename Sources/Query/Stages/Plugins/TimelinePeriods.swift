import CasebookValues

/// The periods into which a timeline is cut: all of one length from a point on, or of the calendar.
struct TimelinePeriods: Sendable {
  enum Kind: Sendable {
    case even(Int64, from: Int64)
    case calendar(CalendarUnit)
  }

  let kind: Kind

  /// The words for periods of the calendar; a week begins on Sunday.
  static let units: [String: CalendarUnit] = ["week": .week, "month": .month, "year": .year]

  /// Where the period of a point begins; nil where that cannot be told.
  func start(of point: Int64) -> Int64? {
    switch kind {
    case .even(let length, let origin): bin(point, length, at: origin)
    case .calendar(let unit): Instant.start(of: unit, point)
    }
  }

  /// Where the period begins that ends with this start.
  func start(before start: Int64) -> Int64? {
    let (point, overflow) = start.subtractingReportingOverflow(1)
    return overflow ? nil : self.start(of: point)
  }

  /// Where the next period begins.
  func start(after start: Int64) -> Int64? {
    switch kind {
    case .even(let length, _):
      let (next, overflow) = start.addingReportingOverflow(length)
      return overflow ? nil : next
    case .calendar(let unit): return Instant.adding(1, unit, to: start)
    }
  }
}
