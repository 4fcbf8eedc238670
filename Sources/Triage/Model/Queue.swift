public import CasebookValues

/// In what order a queue's waiting cases are served.
public enum QueueOrder: String, Sendable, CaseIterable {
  /// By arrival.
  case oldest
  /// By the moment at which the case is due.
  case due
  /// Greatest priority first, within one by arrival.
  case priority
}

/// Where work waits: opening hours, people, the usual handling time.
public struct Queue: Sendable {
  /// The name.
  public var name: String
  /// When work is done; always, unless said.
  public var hours: BusinessCalendar = .always
  /// People at work while it is open; nil where nobody said.
  public var staff: Double?
  /// The usual time that a case takes, in ticks.
  public var handlingTicks: Int64?
  /// In what order cases are served.
  public var order: QueueOrder = .oldest
  /// The time limit of a case that no rule gives one, in ticks.
  public var limitTicks: Int64?
  /// Whether the limit runs in the queue's hours only.
  public var limitIsOpenTime = false
  /// Where a case goes that waited too long.
  public var escalatesTo: String?
  /// How long that is, in ticks.
  public var escalatesAfterTicks: Int64?
}

/// People who serve several queues.
public struct Pool: Sendable {
  /// The name.
  public var name: String
  /// Heads.
  public var staff: Double
  /// The share of paid time that is not at work, 0 to 1.
  public var shrinkage: Double
  /// The queues that they serve, the first before the others.
  public var serves: [String]
}
