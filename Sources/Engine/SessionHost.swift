public import CasebookTables

/// What keeps the record of a session, and answers the commands that are about the session itself.
public protocol SessionHost: AnyObject {
  /// One row a cell: number, statement, how it ended, rows, duration, whether `save` leaves it out.
  func cellTable() -> Table
  /// One row a sitting whose journal is kept: when it began, its workspace, statements, how it ended.
  func sessionTable() -> Table
  /// The statement of a cell, to be entered again.
  func text(ofCell number: Int) throws -> String
  /// Leaves a cell out of what `save` writes.
  func dropCell(_ number: Int) throws
  /// Notes that the last change was withdrawn.
  func noteWithdrawal()
  /// Writes the session as a script, runs it from a clean workspace, and says whether the results are the
  /// same. `everything` keeps definitions that others replaced.
  func save(to path: String, everything: Bool, replaces: Bool) throws -> String
}

/// What a session's record cannot do, in a sentence, with a way out.
public struct SessionIssue: Error, Sendable {
  /// One sentence.
  public let message: String
  /// A way out.
  public let help: String?

  /// An issue.
  public init(_ message: String, help: String? = nil) {
    self.message = message
    self.help = help
  }
}
