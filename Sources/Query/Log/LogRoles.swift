public import CasebookValues

/// What a column of a log says about a case.
public enum LogRole: String, Sendable, Hashable, CaseIterable {
  /// Which case an event belongs to.
  case caseID = "case"
  /// What was done.
  case step
  /// When it was done: the completion.
  case at
  /// When it was begun.
  case start
  /// Who did it.
  case resource
  /// When the case began, if not with its first event.
  case opened
  /// Whether a row says that a step began or that it was completed, as in XES.
  case lifecycle
  /// Which run of a step a lifecycle row belongs to.
  case instance
  /// When the case was closed.
  case closed

  /// The types that a column may have to play the role.
  public var types: TypeSet {
    switch self {
    case .at, .start, .opened, .closed: .datetime
    case .step, .resource, .lifecycle: TypeSet(.string, .guid, .long, .int)
    case .caseID, .instance: TypeSet(.string, .guid, .long, .int)
    }
  }

  /// Whether the role is a time, so that the end of observation may be its latest value.
  public var isTime: Bool { types == .datetime }
}

/// What was declared of a log: which columns play which roles, and how its times are read.
public struct LogRoles: Sendable, Hashable {
  /// What the one time of an event says.
  public enum Meaning: String, Sendable, Hashable, CaseIterable {
    /// The step was finished then.
    case completion
    /// The step was entered then, and left at the next event.
    case stateEntry = "state_entry"
  }

  /// How a case is known to be closed where no column says so.
  public enum Closing: Sendable, Hashable {
    /// Each case ended with its latest completion in the data.
    case last
    /// A case whose last event is such a step is closed.
    case steps([String])
  }

  /// What orders the events of a case.
  public enum Order: String, Sendable, Hashable, CaseIterable {
    /// Start, then completion, then place in the file.
    case start
    /// Completion, then start, then place in the file.
    case completion
  }

  /// Which of equal events are left out.
  public enum Dedupe: String, Sendable, Hashable, CaseIterable {
    /// None.
    case none
    /// Rows that are alike in every column, but the first.
    case exact
    /// Events of one case, step and times, but the first.
    case repeated
  }

  /// The column of each role, by name.
  public var columns: [LogRole: String] = [:]
  /// What one time means; nil where nobody said.
  public var meaning: Meaning?
  /// How cases close, where no column has the role `closed`.
  public var closing: Closing?
  /// End of observation in ticks; nil for the latest declared time.
  public var asOf: Int64?
  /// Working hours; nil for real time.
  public var calendar: BusinessCalendar?
  /// The zone of days and bins.
  public var zone: Zone?
  /// What orders the events of a case.
  public var order = Order.start
  /// Which of equal events are left out.
  public var dedupe = Dedupe.none

  /// No roles.
  public init() {}

  /// Whether cases are known to be open or closed.
  public var hasClosing: Bool { columns[.closed] != nil || closing != nil }

  /// Whether rows are events; a case log has a row per case.
  public var hasEvents: Bool {
    columns[.caseID] != nil && columns[.step] != nil && columns[.at] != nil
  }
}

extension LogRoles {
  /// The names of all arguments of `log`, which every stage of a log accepts too.
  public static let arguments =
    LogRole.allCases.map(\.rawValue) + [
      "meaning", "closed_by", "as_of", "calendar", "zone", "order", "dedupe",
    ]

  /// The arguments as they would be written, in their own order.
  public var arguments: [(name: String, value: String)] {
    var all: [(name: String, value: String)] = []
    for role in LogRole.allCases {
      if let column = columns[role] { all.append((role.rawValue, column)) }
    }
    if let meaning { all.append(("meaning", meaning.rawValue)) }
    switch closing {
    case .last?: all.append(("closed_by", "last"))
    case .steps(let steps)?:
      all.append(("closed_by", "(" + steps.map(Self.inQuotes).joined(separator: ", ") + ")"))
    case nil: break
    }
    if let asOf { all.append(("as_of", "datetime(" + Instant.text(asOf) + ")")) }
    if let calendar { all.append(("calendar", Self.inQuotes(calendar.text))) }
    if let zone { all.append(("zone", Self.inQuotes(zone.name))) }
    if order != .start { all.append(("order", order.rawValue)) }
    if dedupe != .none { all.append(("dedupe", dedupe.rawValue)) }
    return all
  }

  /// The arguments in one line.
  public var written: String { arguments.map { "\($0.name)=\($0.value)" }.joined(separator: ", ") }

  /// A text in quotes, as a script would hold it.
  public static func inQuotes(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
