/// A place in a JSON value: `$.a.b[0]`, `$['a key'][-1]`, or without the `$`.
public struct JSONPath: Sendable, Hashable {
  /// One step into a bag or an array.
  public enum Step: Sendable, Hashable {
    /// To a bag's value.
    case key(String)
    /// To an array's element, from the end if negative.
    case index(Int)
  }

  /// The steps from the root.
  public let steps: [Step]

  /// A path from its steps.
  public init(steps: [Step]) {
    self.steps = steps
  }

  /// Reads a path; nil if the text is none.
  public init?(_ text: String) {
    let steps = withBytes(of: text) { bytes -> [Step]? in
      var parser = PathParser(parser: JSONParser(bytes, literal: true))
      return parser.parse()
    }
    guard let steps else { return nil }
    self.steps = steps
  }
}

private struct PathParser {
  var parser: JSONParser

  mutating func parse() -> [JSONPath.Step]? {
    var steps: [JSONPath.Step] = []
    let isRooted = parser.take(UInt8(ascii: "$"))
    if !isRooted, parser.next != UInt8(ascii: "["), parser.next != UInt8(ascii: ".") {
      guard let key = parseName() else { return nil }
      steps.append(.key(key))
    }
    while parser.index < parser.bytes.count {
      if parser.take(UInt8(ascii: ".")) {
        guard let key = parseName() else { return nil }
        steps.append(.key(key))
      } else {
        guard parser.take(UInt8(ascii: "[")), let step = parseBracket() else { return nil }
        steps.append(step)
      }
    }
    return steps
  }

  /// Everything up to the next point or bracket.
  private mutating func parseName() -> String? {
    let start = parser.index
    while parser.index < parser.bytes.count, parser.next != UInt8(ascii: "."),
      parser.next != UInt8(ascii: "[")
    {
      parser.index += 1
    }
    guard parser.index > start else { return nil }
    return String(decoding: parser.bytes[start..<parser.index], as: UTF8.self)
  }

  private mutating func parseBracket() -> JSONPath.Step? {
    parser.skipSpaces()
    let step: JSONPath.Step
    if parser.next == UInt8(ascii: "'") || parser.next == UInt8(ascii: "\"") {
      guard let key = parser.parseString() else { return nil }
      step = .key(key)
    } else {
      let start = parser.index
      while parser.next == UInt8(ascii: "-") || isASCIIDigit(parser.next) { parser.index += 1 }
      let digits = UnsafeBufferPointer(rebasing: parser.bytes[start..<parser.index])
      guard let index = parseLong(digits) else { return nil }
      step = .index(Int(index))
    }
    parser.skipSpaces()
    return parser.take(UInt8(ascii: "]")) ? step : nil
  }
}
