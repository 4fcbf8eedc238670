import CasebookLanguage
import CasebookQuery

/// What the result of a statement depends on besides its own text.
public struct CellReads: Sendable, Equatable {
  /// The columns read, by dataset.
  public var columns: [String: Set<String>] = [:]
  /// Parameters and names that `let` or `as` defined, through other names too.
  public var names: Set<String> = []
  /// The texts of what the workspace keeps and the statement used, by what they define: `view late`,
  /// `rule hot in intake`, `queue fraud_l2`, `log tickets`, `file rates.csv` (its hash).
  public var definitions: [String: String] = [:]
  /// Whether it goes on with the result before it, as `_` or a leading `|` does.
  public var readsPrevious = false
  /// What `clock` had fixed wherever it, or a name that it uses, asked what time it is; nil where nothing was.
  public var clocks: Set<Int64?> = []
  /// What random numbers started from wherever it, or a name that it uses, drew them.
  public var seeds: Set<UInt64> = []

  /// Whether it asked what time it is.
  public var readsClock: Bool { !clocks.isEmpty }
  /// Whether it drew random numbers.
  public var readsSeed: Bool { !seeds.isEmpty }
  /// Whether the hour of the run counts.
  public var isVolatile: Bool { clocks.contains(nil) }

  /// Nothing.
  public init() {}

  /// Adds what another statement depends on.
  public mutating func formUnion(_ other: CellReads) {
    columns.merge(other.columns) { $0.union($1) }
    names.formUnion(other.names)
    definitions.merge(other.definitions) { $1 }
    clocks.formUnion(other.clocks)
    seeds.formUnion(other.seeds)
  }
}
