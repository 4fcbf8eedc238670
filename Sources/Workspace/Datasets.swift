public import CasebookTables

/// What the workspace knows of a dataset without reading its rows.
public struct DatasetInfo: Sendable {
  /// The name.
  public var name: String
  /// When it was first loaded, in ticks.
  public var created: Int64
  /// Rows.
  public var rowCount: Int
  /// Columns, in order.
  public var fields: [DatasetField]
  /// The loads that its rows come from, first to last.
  public var loads: [LoadRecord]
  /// Whether a load replaced a version that can be had back.
  public var hasPrevious: Bool

  /// Blocks of rows.
  public var blockCount: Int {
    loads.reduce(0) { $0 + CasebookWorkspace.blockCount(ofRows: $1.rowCount) }
  }
}

/// A column of a dataset.
public struct DatasetField: Sendable, Hashable {
  /// Name, type and protection.
  public var field: Field
  /// Whether its values are known only after the decision.
  public var isLate: Bool
}

/// One load, as it was recorded.
public struct LoadRecord: Sendable, Hashable {
  /// The number of the load.
  public var id: Int64
  /// When, in ticks.
  public var loadedAt: Int64
  /// Where the rows came from.
  public var provenance: Provenance
  /// Rows it brought.
  public var rowCount: Int
}

/// Where the rows of a load came from.
public struct Provenance: Sendable, Hashable {
  /// A file that was read.
  public struct Source: Sendable, Hashable {
    /// Its path as given.
    public var path: String
    /// Its size.
    public var byteCount: Int
    /// The SHA-256 of its bytes, in hexadecimal; empty when it was not computed.
    public var sha256: String

    /// A file.
    public init(path: String, byteCount: Int = 0, sha256: String = "") {
      self.path = path
      self.byteCount = byteCount
      self.sha256 = sha256
    }
  }

  /// The files, in the order they were read.
  public var sources: [Source]
  /// The options of the load as they were written.
  public var options: String
  /// Lines that were not taken as they stand.
  public var rejectCount: Int

  /// A provenance.
  public init(sources: [Source] = [], options: String = "", rejectCount: Int = 0) {
    self.sources = sources
    self.options = options
    self.rejectCount = rejectCount
  }
}

/// What a load does with a dataset of the same name.
public enum LoadMode: Sendable {
  /// Takes its place; the version before can be had back.
  case replace
  /// Adds rows behind those that are there.
  case append
}

/// Blocks that a number of rows fill.
func blockCount(ofRows rowCount: Int) -> Int { (rowCount + blockRowCount - 1) / blockRowCount }
