public import CasebookTables

/// What each result of a script depended on, and what it was: the text beside a script that a replay is
/// compared with.
public struct Lock: Sendable, Equatable {
  /// The version of the program that wrote it.
  public var version: String
  /// The version of the rules by which results are computed, raised whenever any result may change.
  public var numerics: Int
  /// The version of the system's time zone rules; empty where it is not told.
  public var zones: String
  /// Which key protected values were hashed with; nil where none was needed.
  public var keyID: String?
  /// The datasets that cells read.
  public var inputs: [LockInput]
  /// The cells, in the script's order.
  public var cells: [LockCell]

  /// An empty lock.
  public init(version: String, numerics: Int, zones: String = "", keyID: String? = nil) {
    self.version = version
    self.numerics = numerics
    self.zones = zones
    self.keyID = keyID
    inputs = []
    cells = []
  }

  /// The rules by which results are computed now.
  public static let numerics = 1
}

/// A dataset that cells read, as it was.
public struct LockInput: Sendable, Equatable {
  /// The dataset's name; ` (2)` and so on behind it when it was loaded again within the script.
  public var name: String
  /// The files it came from, as written.
  public var paths: [String]
  /// The SHA-256 of each file, in hexadecimal.
  public var hashes: [String]
  /// Rows.
  public var rowCount: Int
  /// The rows whatever their order, without protected columns.
  public var content: Digest
  /// The rows in their order, without protected columns.
  public var order: Digest
  /// Each column by itself.
  public var columns: [ResultDigest.Column]

  /// Whether the rows are the same but stand in another order.
  public func isReordered(from other: LockInput) -> Bool {
    content == other.content && order != other.order && rowCount == other.rowCount
  }
}

/// A cell as the lock has it.
public struct LockCell: Sendable, Equatable {
  /// By what it is known again.
  public var identity: CellIdentity
  /// The statement without layout and comments.
  public var statement: String
  /// The columns read of each input, sorted.
  public var columns: [String: [String]]
  /// Names of `let` and `as` that it uses, sorted.
  public var names: [String]
  /// Parameters that it uses, with their values as text.
  public var parameters: [String: String]
  /// Rulesets and views that it uses, by kind and name, with a hash of their text.
  public var definitions: [String: String]
  /// The time of its clock, several where a name was bound under another one; empty where it asked for it and nothing had fixed it; nil where it did not ask.
  public var clock: String?
  /// The seed, where it drew random numbers; several where names did under another one.
  public var seed: String?
  /// The result; nil where it yields no table.
  public var result: ResultDigest?
  /// Why the result was accepted in place of an earlier one; nil where it never was.
  public var accepted: String?

  /// What a person would call the cell: its name, or how its statement begins.
  public var label: String {
    if identity.isNamed { return identity.description }
    let limit = 60
    return statement.count <= limit ? statement : statement.prefix(limit - 1) + "…"
  }

  /// Whether the statement is kept as a keyed hash.
  var hasKeyedStatement: Bool { statement.hasPrefix("protected ") }

  /// Whether anything of the cell is hashed with the key.
  var isKeyed: Bool {
    hasKeyedStatement || parameters.values.contains { $0.hasPrefix("secret ") }
      || result?.columns.contains { $0.isProtected } == true
  }

  /// Whether the result changes with the hour at which it is computed.
  public var isVolatile: Bool { clock == "" }
}
