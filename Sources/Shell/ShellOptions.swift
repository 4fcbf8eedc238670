public import CasebookEngine

/// What the command line says about how to work and how to print.
public struct ShellOptions: Sendable {
  /// How results are written.
  public var format: ResultFormat = .table
  /// Whether colour may be used where a terminal has it.
  public var allowsColour = true
  /// Whether nothing is said but results and errors.
  public var isQuiet = false
  /// What the engine is told.
  public var configuration = Configuration()

  /// The usual options.
  public init() {}
}
