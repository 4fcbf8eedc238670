import CasebookLanguage
import CasebookQuery

/// What the result of a statement depends on besides its own text.
public struct CellReads: Sendable, Equatable {
  /// The columns read, by dataset.
  public var columns: [String: Set<String>] = [:]
  /// Parameters and names that `let` or `as` defined, through other names too.
  public var names: Set<String> = []
  /// Views of the workspace.
  public var views: Set<String> = []
  /// Rulesets, drafts by name and versions as `name@version`.
  public var rulesets: Set<String> = []
  /// Whether it asked what time it is.
  public var readsClock = false
  /// Whether it drew random numbers.
  public var readsSeed = false

  /// Nothing.
  public init() {}

  /// Adds what another statement depends on.
  public mutating func formUnion(_ other: CellReads) {
    columns.merge(other.columns) { $0.union($1) }
    names.formUnion(other.names)
    views.formUnion(other.views)
    rulesets.formUnion(other.rulesets)
    readsClock = readsClock || other.readsClock
    readsSeed = readsSeed || other.readsSeed
  }
}
