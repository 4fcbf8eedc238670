public import CasebookValues
import Glibc

/// Why a file cannot be read, by paths, columns and lines and never by what a cell holds.
public enum FormatError: Error, Sendable, Equatable {
  /// No such file.
  case missing(path: String)
  /// A pattern that no file matches.
  case noMatch(pattern: String)
  /// A directory where a file is needed.
  case directory(path: String)
  /// The system refuses to open it.
  case notPermitted(path: String)
  /// A pipe, socket or device: it could not be read a second time.
  case notRegular(path: String)
  /// The system's own words for why reading failed.
  case unreadable(path: String, reason: String)
  /// The file became shorter while it was read.
  case shrank(path: String)
  /// No byte of text.
  case empty(path: String)
  /// Something other than text.
  case binary(path: String, kind: String)
  /// Compressed data that breaks off or is damaged.
  case damagedCompression(path: String, method: String)
  /// Files of one pattern whose columns differ.
  case differentColumns(path: String, first: String, missing: [String], extra: [String])
  /// Dates such as 03/04/2024 throughout, which read either way.
  case ambiguousDates(column: String)
  /// A declared type for a column that is not there.
  case unknownColumn(name: String, known: [String])
  /// A declared timestamp format that names no day.
  case unknownTimestampFormat(column: String, format: String)
  /// Options that contradict each other or mean nothing.
  case option(String)
  /// A line that `on_error=fail` does not let pass.
  case rejected(path: String, line: Int, reason: RejectReason, column: String?)
}

extension FormatError: CustomStringConvertible {
  /// The error as one sentence.
  public var message: String {
    switch self {
    case .missing(let path): "there is no file \(path)"
    case .noMatch(let pattern): "no file matches \(pattern)"
    case .directory(let path): "\(path) is a directory"
    case .notPermitted(let path): "\(path) may not be read: permission denied"
    case .notRegular(let path): "\(path) is a pipe or device, and a load reads plain files only"
    case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
    case .shrank(let path): "\(path) became shorter while it was read"
    case .empty(let path): "\(path) is empty"
    case .binary(let path, let kind): "\(path) is \(kind), not text"
    case .damagedCompression(let path, let method):
      "\(path) is damaged or breaks off: its \(method) data cannot be unpacked"
    case .differentColumns(let path, let first, let missing, let extra):
      "\(path) has other columns than \(first)" + Self.differences(missing, extra)
    case .ambiguousDates(let column):
      "column \(column) holds dates that read with the day or the month first"
    case .unknownColumn(let name, _): "a type is declared for column \(name), which is not there"
    case .unknownTimestampFormat(let column, let format):
      "the format \"\(format)\" declared for column \(column) does not name a day"
    case .option(let sentence): sentence
    case .rejected(let path, let line, let reason, let column):
      "line \(line) of \(path): \(reason)" + (column.map { ", column \($0)" } ?? "")
    }
  }

  /// What to do about it, as one line.
  public var help: String {
    switch self {
    case .missing, .noMatch: "check the path; it is relative to the directory you started in"
    case .directory(let path): "name a file, or a pattern such as \"\(path)/*.csv\""
    case .notPermitted: "ask its owner for permission to read it"
    case .notRegular: "save it to a file first, then load that file"
    case .unreadable: "check that the disk or share is still there"
    case .shrank: "load it again when nothing writes to it"
    case .empty: "export it again; a table without rows still has a header line"
    case .binary:
      "export it as CSV first; text in UTF-16 without a mark needs encoding=\"utf-16le\""
    case .damagedCompression: "fetch or compress it again"
    case .differentColumns: "load the files one by one under different names"
    case .ambiguousDates(let column):
      "declare the order: types=(\(column):datetime=\"dd/MM/yyyy\"), or \"MM/dd/yyyy\""
    case .unknownColumn(_, let known): "columns here: " + known.joined(separator: ", ")
    case .unknownTimestampFormat: "write it like \"dd/MM/yyyy HH:mm\""
    case .option: "see help load"
    case .rejected: "load with on_error=null or on_error=skip, then look at show rejects"
    }
  }

  /// The sentence and the help.
  public var description: String { "\(message) (\(help))" }

  private static func differences(_ missing: [String], _ extra: [String]) -> String {
    var parts: [String] = []
    if !missing.isEmpty { parts.append("without " + missing.joined(separator: ", ")) }
    if !extra.isEmpty { parts.append("also " + extra.joined(separator: ", ")) }
    return parts.isEmpty ? "" : ": " + parts.joined(separator: "; ")
  }
}

/// Why a line, or one cell of it, was not taken as it stands.
public enum RejectReason: Sendable, Hashable {
  /// Fewer cells than columns.
  case tooFewFields
  /// More cells than columns.
  case tooManyFields
  /// A quote that opens on the line and is never closed.
  case unclosedQuote
  /// A cell that cannot be read as its column's declared type.
  case notA(ScalarType)
}

extension RejectReason: CustomStringConvertible {
  /// The reason in words.
  public var description: String {
    switch self {
    case .tooFewFields: "too few fields"
    case .tooManyFields: "too many fields"
    case .unclosedQuote: "a quote is opened and never closed"
    case .notA(let type): "not a \(type.name)"
    }
  }
}
