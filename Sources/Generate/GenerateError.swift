/// Why a set could not be written.
public enum GenerateError: Error, Sendable, Equatable {
  /// The number of cases is below zero or above what identifiers can hold.
  case caseCount(Int, most: Int)
  /// The path of the directory, or a part of it, is a file.
  case notADirectory(String)
  /// The directory is not there and cannot be made.
  case cannotMakeDirectory(String, reason: String)
  /// Files of these names are there, and replacing was not asked for.
  case filesExist(directory: String, names: [String])
  /// A file cannot be made, written or put in its place.
  case cannotWrite(String, reason: String)
  /// The disk, or the quota on it, is full.
  case diskFull(String)
  /// The caller asked to stop.
  case cancelled
}

extension GenerateError: CustomStringConvertible {
  /// The error as one sentence.
  public var description: String {
    switch self {
    case .caseCount(let count, let most):
      "cannot generate \(count) cases: the number must be between 0 and \(most)"
    case .notADirectory(let path):
      "\(path) is a file, not a directory"
    case .cannotMakeDirectory(let path, let reason):
      "cannot make the directory \(path): \(reason)"
    case .filesExist(let directory, let names):
      "\(directory) already holds \(names.joined(separator: ", ")); nothing was written"
    case .cannotWrite(let path, let reason):
      "cannot write \(path): \(reason)"
    case .diskFull(let path):
      "the disk is full: \(path) could not be written, and the unfinished files were removed"
    case .cancelled:
      "generating was stopped; the unfinished files were removed"
    }
  }
}
