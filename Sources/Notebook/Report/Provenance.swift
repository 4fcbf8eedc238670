import CasebookEngine
import CasebookValues
import Crypto

/// What the results of a report were made of.
public struct Provenance: Sendable {
  /// The version of the program.
  public var version: String
  /// The version of the system's time zone rules; empty where it is not told.
  public var zones: String
  /// The SHA-256 of the script's text.
  public var scriptHash: String
  /// The datasets that were read.
  public var inputs: [LockInput] = []
  /// The parameters, in the order declared.
  public var parameters: [(name: String, value: String)] = []
  /// What `clock` fixed, as text; nil where nothing did.
  public var clock: String?
  /// Whether some result depends on the hour.
  public var isVolatile = false
  /// What random draws started from, where there were any or a seed was set.
  public var seed: UInt64?
  /// What the lock beside the script says.
  public var verification = Verification.noLock

  /// How a report stands to the lock beside its script.
  public enum Verification: Sendable {
    /// There is none.
    case noLock
    /// The lock cannot be read, or the script did not run to its end.
    case notCompared(String)
    /// The results agree with it.
    case verified(name: String, count: Int)
    /// These cells do not.
    case differs(name: String, cells: [String])
  }

  init(version: String, script: String) {
    self.version = version
    zones = ZoneDatabase.version() ?? ""
    scriptHash = hexadecimal(SHA256.hash(data: Array(script.utf8)))
  }
}

/// The lock beside a script, for a report: what it says, or why it says nothing.
public enum ReportLock: Sendable {
  /// There is none.
  case none
  /// It cannot be read.
  case unreadable(String)
  /// It is there, in a file of that name.
  case found(Lock, name: String)
}
