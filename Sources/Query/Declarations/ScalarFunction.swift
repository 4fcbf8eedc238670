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
  /// What the values of constant arguments (nil where not constant) decide beyond their types: a
  /// pattern is compiled once, a wrong one is refused.
  ///
  /// Nil, or an answer of nil, leaves it to `resolve`.
  public private(set) var decide: (@Sendable ([ScalarType], [Scalar?]) -> Decision?)?
  /// For a function of several values, their columns, given the argument types and names; the call
  /// itself then yields an array with one element a column.
  ///
  /// Empty where it yields one value.
  public private(set) var columns:
    (@Sendable ([ScalarType], [String]) -> [(name: String, type: ScalarType)])?

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

  /// What constant arguments decide.
  public enum Decision: Sendable {
    /// The call cannot be meant: one sentence that says why, without values.
    case refused(String)
    /// The call's type and computation.
    case resolved(Resolution)
  }

  /// The function with a say of its constant arguments.
  public func deciding(
    _ decide: @escaping @Sendable ([ScalarType], [Scalar?]) -> Decision?
  ) -> ScalarFunction {
    var result = self
    result.decide = decide
    return result
  }

  /// The function yielding several columns.
  public func yielding(
    _ columns: @escaping @Sendable ([ScalarType], [String]) -> [(name: String, type: ScalarType)]
  ) -> ScalarFunction {
    var result = self
    result.columns = columns
    return result
  }

  /// What a call with these arguments is, nil when the types do not go together.
  public func decision(types: [ScalarType], constants: [Scalar?]) -> Decision? {
    decide?(types, constants) ?? resolve(types).map(Decision.resolved)
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
