public import CasebookValues

/// A scalar function or operator, declared once: signature, help, examples, and how it runs.
public struct ScalarFunction: Sendable {
  /// The name, or the operator as it is written.
  public let name: String
  /// Other names for the same thing.
  public let aliases: [String]
  /// Where help lists it: `text`, `numbers`, `time`, ...
  public let family: String
  /// The arguments.
  public let parameters: [FunctionParameter]
  /// One sentence.
  public let summary: String
  /// Anything further worth knowing: nulls, units, limits.
  public let details: String
  /// Statements that show it.
  public let examples: [Example]
  /// Whether equal arguments always give equal results within a statement.
  public let isPure: Bool
  /// For the types that the arguments have after conversion: the result's type and what computes
  /// it; nil when these types do not go together.
  public let resolve: @Sendable ([ScalarType]) -> Resolution?

  /// The outcome of resolving a call.
  public struct Resolution: Sendable {
    /// The type of the result.
    public let type: ScalarType
    /// What computes it.
    public let implementation: Implementation

    /// A resolution.
    public init(_ type: ScalarType, _ implementation: Implementation) {
      self.type = type
      self.implementation = implementation
    }
  }

  /// A function whose result type or computation depends on the argument types.
  public init(
    _ name: String, aliases: [String] = [], family: String, _ parameters: [FunctionParameter],
    summary: String, details: String = "", examples: [Example] = [], isPure: Bool = true,
    resolve: @escaping @Sendable ([ScalarType]) -> Resolution?
  ) {
    self.name = name
    self.aliases = aliases
    self.family = family
    self.parameters = parameters
    self.summary = summary
    self.details = details
    self.examples = examples
    self.isPure = isPure
    self.resolve = resolve
  }

  /// A function with one result type and one computation.
  public init(
    _ name: String, aliases: [String] = [], family: String, _ parameters: [FunctionParameter],
    returns type: ScalarType, summary: String, details: String = "", examples: [Example] = [],
    isPure: Bool = true, _ implementation: Implementation
  ) {
    self.init(
      name, aliases: aliases, family: family, parameters, summary: summary, details: details,
      examples: examples, isPure: isPure
    ) { _ in Resolution(type, implementation) }
  }
}
