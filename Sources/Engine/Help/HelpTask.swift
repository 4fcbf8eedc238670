/// What one wants to do with a stage or command: the headings of `help`.
public enum HelpTask: String, Sendable, CaseIterable {
  /// Bringing data in and seeing what it is.
  case look = "Load and look"
  /// Questions to tables.
  case ask = "Ask"
  /// Where and why cases wait.
  case waiting = "Where work waits"
  /// What a score is worth.
  case scores = "Judge a score"
  /// Rules, queues and what they would have done.
  case rules = "Write rules"
  /// Running again what was done before.
  case replay = "Replay"
  /// Taking results along.
  case leave = "Get out"
}
