public import CasebookTables
public import CasebookValues

/// An aggregate, declared once: signature, help, examples, and how it runs.
public struct AggregateFunction: Sendable {
  /// The name.
  public let name: String
  /// Other names for the same thing.
  public let aliases: [String]
  /// The arguments.
  ///
  /// `AggregateFunction.star` stands where `*` may.
  public let parameters: [FunctionParameter]
  /// One sentence.
  public let summary: String
  /// Anything further worth knowing: nulls, ties, empty input.
  public let details: String
  /// Statements that show it.
  public let examples: [Example]
  /// Whether the result says how many and never which, so that protected arguments do not protect it.
  public let countsOnly: Bool
  /// For bound arguments: the columns of the result and what computes them; nil when the argument
  /// types do not go together.
  public let resolve: @Sendable ([AggregateArgument]) -> Resolution?

  /// What an aggregate yields.
  public struct Resolution: Sendable {
    /// Default names and types of the columns; nearly always one.
    public let outputs: [(name: String, type: ScalarType)]
    /// A fresh state without groups.
    public let makeState: @Sendable () -> any AggregateState

    /// A resolution.
    public init(
      _ outputs: [(name: String, type: ScalarType)],
      makeState: @escaping @Sendable () -> any AggregateState
    ) {
      self.outputs = outputs
      self.makeState = makeState
    }
  }

  /// An aggregate.
  public init(
    _ name: String, aliases: [String] = [], _ parameters: [FunctionParameter], summary: String,
    details: String = "", examples: [Example] = [], countsOnly: Bool = false,
    resolve: @escaping @Sendable ([AggregateArgument]) -> Resolution?
  ) {
    self.name = name
    self.aliases = aliases
    self.parameters = parameters
    self.summary = summary
    self.details = details
    self.examples = examples
    self.countsOnly = countsOnly
    self.resolve = resolve
  }
}

/// One argument of an aggregate call, as the binder hands it over.
///
/// A `*` arrives as one argument for every column of the input.
public struct AggregateArgument: Sendable {
  /// The type after conversion.
  public let type: ScalarType
  /// What default names are made of: the column's name, a path's parts joined by `_`, or "".
  public let name: String
  /// The value when it is a constant.
  public let constant: Scalar?
  /// Whether it came from `*`.
  public let isFromStar: Bool

  /// An argument.
  public init(type: ScalarType, name: String, constant: Scalar?, isFromStar: Bool = false) {
    self.type = type
    self.name = name
    self.constant = constant
    self.isFromStar = isFromStar
  }
}

/// The running value of one aggregate for every group.
///
/// Each block of the input gets a fresh state (`update` is called once for it); the blocks' states
/// are then merged in block order into the first one's successor, so a result never depends on which thread did
/// what. Reals are folded in row order within a block, compensated.
public protocol AggregateState: AnyObject, Sendable {
  /// Takes one batch. `groups[row]` is below `groupCount`; groups only ever grow in number.
  func update(groups: UnsafePointer<Int32>, arguments: [Vector], rowCount: Int, groupCount: Int)
  /// Takes what a later block found: its group `g` is our group `groups[g]`.
  func merge(_ later: any AggregateState, groups: UnsafePointer<Int32>, count: Int, groupCount: Int)
  /// The result: one column an output, one row a group.
  ///
  /// Over many rows or groups it takes long, so it stops when the run is to end.
  func finish(groupCount: Int, _ context: RunContext) throws -> [Column]
}
