extension ScalarType: CustomStringConvertible {
  /// The type's name in the language.
  public var name: String {
    switch self {
    case .bool: "bool"
    case .int: "int"
    case .long: "long"
    case .real: "real"
    case .decimal: "decimal"
    case .string: "string"
    case .datetime: "datetime"
    case .timespan: "timespan"
    case .dynamic: "dynamic"
    case .guid: "guid"
    }
  }

  /// The type with a name or one of its other names in the language.
  public init?(name: String) {
    switch name {
    case "bool", "boolean": self = .bool
    case "int", "int32": self = .int
    case "long", "int64": self = .long
    case "real", "double": self = .real
    case "decimal": self = .decimal
    case "string": self = .string
    case "datetime", "date": self = .datetime
    case "timespan", "time": self = .timespan
    case "dynamic", "object": self = .dynamic
    case "guid", "uuid", "uniqueid": self = .guid
    default: return nil
    }
  }

  /// Every name that `init(name:)` knows.
  public static let allNames = [
    "bool", "boolean", "int", "long", "real", "double", "decimal", "string", "datetime", "date",
    "timespan", "time", "dynamic", "guid", "uuid", "uniqueid",
  ]

  /// Whether arithmetic takes the type as a number.
  public var isNumeric: Bool {
    switch self {
    case .int, .long, .real, .decimal: true
    default: false
    }
  }

  /// Whether the type is a whole number.
  public var isInteger: Bool { self == .int || self == .long }

  /// Whether the type is a number with a fraction.
  public var isFractional: Bool { self == .real || self == .decimal }

  /// Whether the type is an instant or a duration.
  public var isTemporal: Bool { self == .datetime || self == .timespan }

  /// Whether values of the type have an order.
  public var isOrdered: Bool { self != .dynamic }

  /// Whether a value of the type can be null; a string has `""` instead.
  public var isNullable: Bool { self != .string }

  /// The type's name in the language.
  public var description: String { name }
}
