/// A constant as written.
public struct Literal: Hashable, Sendable {
  /// The scalar type that the spelling gives a constant.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case bool, int, long, real, decimal, string, datetime, timespan, guid, dynamic
  }

  /// The constant's type.
  public let kind: Kind
  /// The constant without its wrapping: `12`, `0x1f`, `2.5h`, `true`; the decoded text of a
  /// string; what stands between the brackets of `datetime(...)`, `int(...)`, `dynamic(...)`.
  public let text: String
  /// Whether it is written with its type: `long(5)`, `timespan(1.02:03:04)`, `dynamic([1])`.
  public let isTyped: Bool
  /// Whether it is a string that logs must hide: `h'secret'`.
  public let isHidden: Bool

  /// Makes a constant.
  public init(_ kind: Kind, _ text: String, isTyped: Bool = false, isHidden: Bool = false) {
    self.kind = kind
    self.text = text
    self.isTyped = isTyped
    self.isHidden = isHidden
  }

  /// Whether it is a typed null such as `int(null)` or `dynamic(null)`.
  public var isNull: Bool { isTyped && text == "null" }

  /// The literal kind that a type's name denotes, with KQL's other names (`double`, `date`, ...).
  public static func kind(named name: String) -> Kind? {
    if let kind = Kind(rawValue: name) { return kind }
    switch name {
    case "boolean": return .bool
    case "int32": return .int
    case "int64": return .long
    case "double", "float": return .real
    case "date": return .datetime
    case "time": return .timespan
    case "uniqueid", "uuid": return .guid
    default: return nil
    }
  }
}
