import CasebookValues

/// What the values of a column seen so far allow it to be.
struct TypeEvidence: Sendable, Equatable {
  /// Types and spellings that a value can be read as without losing what it says.
  struct Kinds: OptionSet, Sendable {
    let rawValue: UInt16
    static let bool = Kinds(rawValue: 1)
    static let long = Kinds(rawValue: 2)
    static let real = Kinds(rawValue: 4)
    static let iso = Kinds(rawValue: 8)
    /// Dates such as 13/04/2024.
    static let dayFirst = Kinds(rawValue: 16)
    /// Dates such as 04/13/2024.
    static let monthFirst = Kinds(rawValue: 32)
    static let epochSeconds = Kinds(rawValue: 64)
    static let epochMilliseconds = Kinds(rawValue: 128)
    static let all = Kinds(rawValue: 255)
  }

  /// What every value so far can be.
  var possible = Kinds.all
  /// Whether there was any value.
  var hasValues = false
  /// Whether a date reads as one day with the day first and as another with the month first.
  var hasEitherOrder = false
  /// Whether a date reads with the day first only.
  var hasDayFirstOnly = false
  /// Whether a date reads with the month first only.
  var hasMonthFirstOnly = false
  /// Whether a time of day names no offset.
  var hasLocalTimes = false

  /// Evidence of values that were all read as `kinds`.
  init(_ kinds: Kinds = .all, hasValues: Bool = false) {
    possible = kinds
    self.hasValues = hasValues
  }

  mutating func merge(_ other: TypeEvidence) {
    possible.formIntersection(other.possible)
    hasValues = hasValues || other.hasValues
    hasEitherOrder = hasEitherOrder || other.hasEitherOrder
    hasDayFirstOnly = hasDayFirstOnly || other.hasDayFirstOnly
    hasMonthFirstOnly = hasMonthFirstOnly || other.hasMonthFirstOnly
    hasLocalTimes = hasLocalTimes || other.hasLocalTimes
  }

  /// Whether dates were seen and none of them tells the order.
  var isOrderUnknown: Bool { hasEitherOrder && !hasDayFirstOnly && !hasMonthFirstOnly }

  /// How the values are read: the narrowest type that all of them are.
  ///
  /// Counts since 1970 are taken
  /// for times only in a column whose name says so.
  func form(columnName: String) -> ColumnForm {
    guard hasValues else { return .undecided }
    if possible.contains(.bool) { return .bool }
    if namesTime(columnName) {
      if possible.contains(.epochSeconds) { return .datetime(.epoch(ticksEach: Ticks.perSecond)) }
      if possible.contains(.epochMilliseconds) {
        return .datetime(.epoch(ticksEach: Ticks.perMillisecond))
      }
    }
    if possible.contains(.long) { return .long }
    if possible.contains(.real) { return .real }
    if possible.contains(.iso) { return .datetime(.iso) }
    if possible.contains(.dayFirst) { return .datetime(.slashed(dayFirst: true)) }
    if possible.contains(.monthFirst) { return .datetime(.slashed(dayFirst: false)) }
    return .text
  }
}

/// Whether a column's name says that it holds times: `at`, `on`, `ts`, `time`, `date`, `timestamp`
/// or `epoch` as its last word.
func namesTime(_ name: String) -> Bool {
  let lowered = name.lowercased()
  let word = lowered.split(whereSeparator: { "_- .".contains($0) }).last.map(String.init) ?? lowered
  let words: Set<String> = ["at", "on", "ts", "time", "date", "timestamp", "datetime", "epoch"]
  return words.contains(word) || name.hasSuffix("At") || name.hasSuffix("Time")
    || name.hasSuffix("Timestamp")
}

/// How the cells of a column are read.
enum ColumnForm: Sendable, Equatable {
  /// No value seen: text, and evidence for the next pass.
  case undecided
  /// Text with one dictionary for the load.
  case text
  /// Text that is nearly all distinct, with a dictionary a block.
  case ownText
  case bool, int, long, real, timespan, guid, dynamic
  case datetime(TimeForm)

  /// The type that comes of it.
  var type: ScalarType {
    switch self {
    case .undecided, .text, .ownText: .string
    case .bool: .bool
    case .int: .int
    case .long: .long
    case .real: .real
    case .timespan: .timespan
    case .guid: .guid
    case .dynamic: .dynamic
    case .datetime: .datetime
    }
  }

  /// Whether codes go into a dictionary that all blocks share.
  var isShared: Bool {
    switch self {
    case .undecided, .text, .guid, .dynamic: true
    default: false
    }
  }
}

/// How the instants of a column are written.
enum TimeForm: Sendable, Equatable {
  case iso
  case slashed(dayFirst: Bool)
  case epoch(ticksEach: Int64)
  /// A declared format.
  case layout(TimestampLayout)
  /// Declared without a format: ISO, counts since 1970 by their size, dates with slashes.
  case any(dayFirst: Bool)
}
