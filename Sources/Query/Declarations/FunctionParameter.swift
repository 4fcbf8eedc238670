public import CasebookValues

/// The types that an argument may have.
public struct TypeSet: OptionSet, Sendable, Hashable {
  /// One bit a `ScalarType`.
  public let rawValue: UInt16

  /// A set from its bits.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// A set of the given types.
  public init(_ types: ScalarType...) {
    rawValue = types.reduce(0) { $0 | 1 << UInt16($1.rawValue) }
  }

  /// Booleans.
  public static let bool = TypeSet(.bool)
  /// Whole numbers.
  public static let integer = TypeSet(.int, .long)
  /// Whole numbers, as 64 bits.
  public static let long = TypeSet(.long)
  /// Real numbers.
  public static let real = TypeSet(.real)
  /// Numbers of any kind.
  public static let number = TypeSet(.int, .long, .real, .decimal)
  /// Text.
  public static let string = TypeSet(.string)
  /// Points in time.
  public static let datetime = TypeSet(.datetime)
  /// Lengths of time.
  public static let timespan = TypeSet(.timespan)
  /// Points in time and lengths of time.
  public static let time = TypeSet(.datetime, .timespan)
  /// JSON values.
  public static let dynamic = TypeSet(.dynamic)
  /// Identifiers.
  public static let guid = TypeSet(.guid)
  /// Every type.
  public static let any = TypeSet(rawValue: ~0)
  /// Everything but `dynamic`.
  public static let scalar = any.subtracting(.dynamic)

  /// Whether a value of `type` is accepted as it is.
  public func accepts(_ type: ScalarType) -> Bool { rawValue & 1 << UInt16(type.rawValue) != 0 }

  /// The types, in the order of `ScalarType`.
  public var types: [ScalarType] { ScalarType.allCases.filter(accepts) }

  /// The type that a value of `type` is converted to on its way in, `type` itself when it is
  /// accepted as it is, nil when it cannot be: int widens to long, integers to real, and a
  /// `dynamic` is read as whatever scalar is asked for.
  public func conversion(from type: ScalarType) -> ScalarType? {
    if accepts(type) { return type }
    switch type {
    case .int where accepts(.long): return .long
    case .int, .long: return accepts(.real) ? .real : accepts(.decimal) ? .decimal : nil
    case .decimal where accepts(.real): return .real
    case .real where accepts(.decimal): return .decimal
    case .dynamic:
      return [.string, .long, .real, .datetime, .timespan, .bool, .guid].first(where: accepts)
    default: return nil
    }
  }
}

/// One argument in a function's declaration.
public struct FunctionParameter: Sendable {
  /// The name shown in help and usable in error messages.
  public let name: String
  /// The types that it takes.
  public let accepts: TypeSet
  /// One line of help; may be empty where the name says it all.
  public let help: String
  /// Whether it may be left out.
  ///
  /// Optional parameters come last.
  public var isOptional = false
  /// Whether it may be given any number of times.
  ///
  /// Only the last parameter may.
  public var isRepeated = false
  /// Whether it must be known before any row is read.
  public var isConstant = false

  /// A parameter.
  public init(
    _ name: String, _ accepts: TypeSet, _ help: String = "", isOptional: Bool = false,
    isRepeated: Bool = false, isConstant: Bool = false
  ) {
    self.name = name
    self.accepts = accepts
    self.help = help
    self.isOptional = isOptional
    self.isRepeated = isRepeated
    self.isConstant = isConstant
  }
}

/// A statement that shows a declaration at work.
///
/// Every example runs as a test.
public struct Example: Sendable {
  /// The statement.
  public let query: String
  /// What it shows, in a few words.
  public let caption: String
  /// The rows of the result as the shell prints them in `tsv` without a header; nil when the test
  /// only has to run it.
  public let output: String?

  /// An example.
  public init(_ query: String, _ caption: String = "", output: String? = nil) {
    self.query = query
    self.caption = caption
    self.output = output
  }
}
