/// What the program says to the one that started it.
public enum ExitStatus: Int32, Sendable {
  /// Everything was done.
  case done = 0
  /// A statement failed, or a file could not be read or written.
  case failed = 1
  /// The command line was wrong.
  case usage = 2
  /// A replay did not match its lock.
  case differs = 3
  /// The person stopped it.
  case interrupted = 130
}
