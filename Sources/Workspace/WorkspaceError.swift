import GRDB
import GRDBSQLite

/// What can go wrong with a workspace that its user can know and do something about.
public enum WorkspaceError: Error, Sendable, Equatable {
  /// The path names a directory.
  case isDirectory(path: String)
  /// The folder that should hold the file does not exist.
  case folderMissing(path: String)
  /// The file or its folder may not be read or written.
  case noPermission(path: String)
  /// The file is not a SQLite database.
  case notAWorkspace(path: String)
  /// The file is a SQLite database that another program made.
  case foreignDatabase(path: String)
  /// A later version of Casebook changed the file.
  case newerVersion(path: String)
  /// What was read is not what was written.
  case damaged(what: String)
  /// Another process holds the file for writing.
  case busy
  /// There is no room left to write to.
  case diskFull
  /// The workspace was closed.
  case closed
  /// There is no dataset of that name.
  case unknownDataset(name: String, known: [String])
  /// The dataset has no such column.
  case unknownColumn(name: String, dataset: String, known: [String])
  /// There is no view of that name.
  case unknownView(name: String, known: [String])
  /// The name, or one that differs only in case, is in use.
  case nameTaken(name: String, by: String)
  /// Appended columns are not those of the dataset.
  case columnsDiffer(dataset: String, differences: [String])
  /// There is nothing to go back to.
  case noPreviousVersion(name: String)
  /// The version being read was replaced and removed meanwhile.
  case datasetChanged(name: String)
  /// Somebody else published a version of the ruleset meanwhile.
  case publishedMeanwhile(ruleset: String, version: Int)
  /// Somebody else changed the draft meanwhile.
  case draftChanged(ruleset: String)
  /// What `undo` would go back to was changed by another program.
  case changedElsewhere
  /// The rows that `undo` would bring back are no longer kept.
  case rowsAreGone
  /// Anything else that SQLite reports.
  case other(String)

  /// One plain sentence.
  public var sentence: String {
    switch self {
    case .isDirectory(let path): "`\(path)` is a directory, not a workspace file."
    case .folderMissing(let path): "The folder of `\(path)` does not exist."
    case .noPermission(let path): "`\(path)` may not be read and written."
    case .notAWorkspace(let path): "`\(path)` is not a Casebook workspace."
    case .foreignDatabase(let path):
      "`\(path)` is a SQLite database, but not a Casebook workspace."
    case .newerVersion(let path): "`\(path)` was written by a newer version of Casebook."
    case .damaged(let what): "The workspace is damaged: \(what)."
    case .busy: "Another casebook is writing to this workspace."
    case .diskFull: "There is no space left to write the workspace."
    case .closed: "The workspace is closed."
    case .unknownDataset(let name, _): "There is no dataset `\(name)`."
    case .unknownColumn(let name, let dataset, _):
      "The dataset `\(dataset)` has no column `\(name)`."
    case .unknownView(let name, _): "There is no view `\(name)`."
    case .nameTaken(let name, let other):
      name == other
        ? "The name `\(name)` is in use."
        : "The name `\(name)` differs only in case from `\(other)`."
    case .columnsDiffer(let dataset, let differences):
      "The columns are not those of `\(dataset)`: " + differences.joined(separator: "; ") + "."
    case .noPreviousVersion(let name): "There is no earlier version of `\(name)`."
    case .datasetChanged(let name): "`\(name)` was dropped or replaced since it was named here."
    case .publishedMeanwhile(let ruleset, let version):
      "Somebody else published `\(ruleset)@\(version)` meanwhile."
    case .changedElsewhere: "Another program changed the workspace since."
    case .rowsAreGone: "The rows of what was dropped or replaced are no longer kept."
    case .draftChanged(let ruleset): "Somebody else changed the draft of `\(ruleset)` meanwhile."
    case .other(let message): "The workspace could not be used: \(message)."
    }
  }

  /// One line that says what to do next.
  public var help: String {
    switch self {
    case .isDirectory: "name a file, such as `work.casebook`"
    case .folderMissing: "make the folder first, or name another"
    case .noPermission: "check the permissions of the file and of its folder"
    case .notAWorkspace, .foreignDatabase:
      "read it with `load \"FILE\"` from a workspace, or name another file"
    case .newerVersion: "use that version, or a new workspace"
    case .damaged: "load the data again into a new workspace"
    case .busy: "waited 5 seconds; try again when the other has finished"
    case .diskFull: "make room, or `drop` what is not needed; the workspace is as it was"
    case .closed: "open it again"
    case .unknownDataset(_, let known): Self.listing("datasets here", known)
    case .unknownColumn(_, _, let known): Self.listing("columns here", known)
    case .unknownView(_, let known): Self.listing("views here", known)
    case .nameTaken: "choose another name, or `drop` the other first"
    case .columnsDiffer: "load into a name of its own, or rename the columns first"
    case .noPreviousVersion: "only a load onto an existing name keeps one"
    case .datasetChanged: "run the statement again"
    case .publishedMeanwhile(let ruleset, let version):
      "`diff \(ruleset)@\(version), \(ruleset)` shows what differs; then publish again"
    case .draftChanged: "look at it with `show rules`, test it, and publish again"
    case .changedElsewhere: "make the change that you want instead"
    case .rowsAreGone: "load the data again"
    case .other: "see the message"
    }
  }

  private static func listing(_ title: String, _ names: [String]) -> String {
    names.isEmpty ? "there are none yet" : title + ": " + names.joined(separator: ", ")
  }
}

extension WorkspaceError {
  /// What the last call on a raw connection reported.
  static func sqlite(_ connection: OpaquePointer) -> WorkspaceError {
    of(
      code: sqlite3_extended_errcode(connection),
      message: String(cString: sqlite3_errmsg(connection)))
  }

  /// The same for GRDB's errors; other errors stay what they are.
  static func translated(_ error: any Error) -> any Error {
    guard let error = error as? DatabaseError else { return error }
    return of(
      code: error.extendedResultCode.rawValue, message: error.message ?? "unknown error")
  }

  private static func of(code: Int32, message: String) -> WorkspaceError {
    switch code & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED: .busy
    case SQLITE_FULL: .diskFull
    case SQLITE_CORRUPT: .damaged(what: "SQLite finds its pages out of order")
    case SQLITE_NOTADB: .damaged(what: "it is not a SQLite database any more")
    case SQLITE_READONLY, SQLITE_PERM, SQLITE_CANTOPEN, SQLITE_AUTH:
      .other("it cannot be opened for writing")
    // A file-size limit and a quota end up as failed writes.
    case SQLITE_IOERR where code == SQLITE_IOERR | (3 << 8): .diskFull
    default: .other(message)
    }
  }
}

extension WorkspaceError: CustomStringConvertible {
  /// The sentence and the help.
  public var description: String { "\(sentence) (\(help))" }
}
