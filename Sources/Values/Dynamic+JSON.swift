extension Dynamic {
  /// How deep arrays and bags may lie in each other; deeper text is refused, so that no input can
  /// exhaust the stack.
  public static let maximumDepth = 128

  /// The value that a JSON text stands for, or nil when the text is not JSON.
  ///
  /// Whole numbers that fit are `long`, other numbers `real`; of a repeated key the last value
  /// counts; a lone surrogate becomes U+FFFD.
  public init?(json text: String) {
    guard let value = withBytes(of: text, { Dynamic(json: $0) }) else { return nil }
    self = value
  }

  /// The value that the UTF-8 bytes of a JSON text stand for.
  public init?(json bytes: UnsafeBufferPointer<UInt8>) {
    var parser = JSONParser(bytes, literal: false)
    guard let value = parser.parseDocument() else { return nil }
    self = value
  }

  /// The value of a `dynamic(...)` literal's body: JSON, and besides texts in single quotes or
  /// verbatim (`@"..."`), typed literals such as `datetime(2024-01-31)`, `timespan(1d)`, `long(5)`,
  /// `guid(...)`, durations such as `90s`, and nested `dynamic(...)`.
  public init?(literal text: String) {
    let value = withBytes(of: text) { bytes -> Dynamic? in
      var parser = JSONParser(bytes, literal: true)
      return parser.parseDocument()
    }
    guard let value else { return nil }
    self = value
  }
}

/// A recursive-descent parser of JSON and of the bodies of `dynamic` literals.
struct JSONParser {
  let bytes: UnsafeBufferPointer<UInt8>
  let isLiteral: Bool
  var index = 0
  var depth = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>, literal: Bool) {
    self.bytes = bytes
    self.isLiteral = literal
  }

  mutating func parseDocument() -> Dynamic? {
    guard let value = parseValue() else { return nil }
    skipSpaces()
    return index == bytes.count ? value : nil
  }

  private mutating func parseValue() -> Dynamic? {
    skipSpaces()
    switch next {
    case UInt8(ascii: "{"): return nested { $0.parseBag() }
    case UInt8(ascii: "["): return nested { $0.parseArray() }
    case UInt8(ascii: "\""): return parseString().map(Dynamic.string)
    case UInt8(ascii: "'"), UInt8(ascii: "@"):
      return isLiteral ? parseString().map(Dynamic.string) : nil
    case UInt8(ascii: "-"), UInt8(ascii: "+"), 48...57: return parseNumber()
    default: return parseWord()
    }
  }

  private mutating func nested(_ parse: (inout JSONParser) -> Dynamic?) -> Dynamic? {
    guard depth < Dynamic.maximumDepth else { return nil }
    depth += 1
    index += 1
    defer { depth -= 1 }
    return parse(&self)
  }

  private mutating func parseArray() -> Dynamic? {
    var elements: [Dynamic] = []
    skipSpaces()
    if take(UInt8(ascii: "]")) { return .array(elements) }
    while true {
      guard let element = parseValue() else { return nil }
      elements.append(element)
      skipSpaces()
      if take(UInt8(ascii: "]")) { return .array(elements) }
      guard take(UInt8(ascii: ",")) else { return nil }
    }
  }

  private mutating func parseBag() -> Dynamic? {
    var bag = BagBuilder()
    skipSpaces()
    if take(UInt8(ascii: "}")) { return bag.bag }
    while true {
      skipSpaces()
      guard next == UInt8(ascii: "\"") || isLiteral, let key = parseString() else { return nil }
      skipSpaces()
      guard take(UInt8(ascii: ":")), let value = parseValue() else { return nil }
      bag.set(key, value)
      skipSpaces()
      if take(UInt8(ascii: "}")) { return bag.bag }
      guard take(UInt8(ascii: ",")) else { return nil }
    }
  }

  private mutating func parseNumber() -> Dynamic? {
    let start = index
    var isWhole = true
    if next == UInt8(ascii: "-") || next == UInt8(ascii: "+") {
      guard next == UInt8(ascii: "-") || isLiteral else { return nil }
      index += 1
    }
    let digits = index
    scan: while index < bytes.count {
      switch bytes[index] {
      case 48...57: break
      case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): isWhole = false
      case UInt8(ascii: "+"), UInt8(ascii: "-"):
        guard bytes[index - 1] | 32 == UInt8(ascii: "e") else { return nil }
      default: break scan
      }
      index += 1
    }
    if isLiteral, next | 32 &- 97 < 26 || next == UInt8(ascii: ":") { return parseBareSpan(start) }
    let number = UnsafeBufferPointer(rebasing: bytes[start..<index])
    // JSON writes a digit on both sides of a point, and no zero in front.
    guard index > digits, isASCIIDigit(bytes[digits]), isASCIIDigit(bytes[index - 1]),
      bytes[digits] != 48 || index == digits + 1 || !isASCIIDigit(bytes[digits + 1]) || isLiteral
    else { return nil }
    if isWhole, let value = parseLong(number) { return .long(value) }
    return parseReal(number).map(Dynamic.real)
  }

  /// A duration without quotes: `90s`, `1.02:03:04`.
  private mutating func parseBareSpan(_ start: Int) -> Dynamic? {
    while index < bytes.count,
      bytes[index] | 32 &- 97 < 26 || isASCIIDigit(next)
        || next == UInt8(ascii: ":") || next == UInt8(ascii: ".")
    {
      index += 1
    }
    return Timespan.parse(UnsafeBufferPointer(rebasing: bytes[start..<index]))
      .map { .string(Timespan.text($0)) }
  }

  private mutating func parseWord() -> Dynamic? {
    let start = index
    while index < bytes.count, bytes[index] | 32 &- 97 < 26 || isASCIIDigit(bytes[index]) {
      index += 1
    }
    let word = UnsafeBufferPointer(rebasing: bytes[start..<index])
    if matches(word, "true") { return .bool(true) }
    if matches(word, "false") { return .bool(false) }
    if matches(word, "null") { return .null }
    guard isLiteral, let type = ScalarType(name: String(decoding: word, as: UTF8.self)) else {
      return nil
    }
    skipSpaces()
    guard take(UInt8(ascii: "(")) else { return nil }
    if type == .dynamic { return parseNestedLiteral() }
    return parseTyped(type)
  }

  private mutating func parseNestedLiteral() -> Dynamic? {
    guard depth < Dynamic.maximumDepth else { return nil }
    depth += 1
    defer { depth -= 1 }
    guard let value = parseValue() else { return nil }
    skipSpaces()
    return take(UInt8(ascii: ")")) ? value : nil
  }

  /// The rest of `datetime(...)`, `long(...)` and their like, behind the bracket.
  private mutating func parseTyped(_ type: ScalarType) -> Dynamic? {
    skipSpaces()
    var body: String
    if next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") {
      guard let text = parseString() else { return nil }
      body = text
    } else {
      let start = index
      while index < bytes.count, bytes[index] != UInt8(ascii: ")") { index += 1 }
      body = String(decoding: bytes[start..<index], as: UTF8.self)
    }
    skipSpaces()
    guard take(UInt8(ascii: ")")) else { return nil }
    if withBytes(of: body, { equalsIgnoringCase(trimmed($0), "null") }) { return .null }
    let value = Scalar.string(body).converted(to: type)
    guard !value.isNull, case .dynamic(let result) = value.converted(to: .dynamic) else {
      return nil
    }
    return result
  }

  private func matches(_ word: UnsafeBufferPointer<UInt8>, _ expected: StaticString) -> Bool {
    if isLiteral { return equalsIgnoringCase(word, expected) }
    return word.elementsEqual(
      UnsafeBufferPointer(start: expected.utf8Start, count: expected.utf8CodeUnitCount))
  }

  /// The next byte, or 0 at the end.
  var next: UInt8 { index < bytes.count ? bytes[index] : 0 }

  mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  mutating func skipSpaces() {
    while index < bytes.count, isASCIISpace(bytes[index]) { index += 1 }
  }
}

/// Collects the pairs of a bag; a repeated key keeps its place and takes the last value.
struct BagBuilder {
  private var pairs: [(key: String, value: Dynamic)] = []
  // Few keys are found fastest by looking at each; many get an index.
  private var places: [String: Int] = [:]

  var bag: Dynamic { .bag(pairs) }

  mutating func set(_ key: String, _ value: Dynamic) {
    if let place = place(of: key) {
      pairs[place].value = value
      return
    }
    pairs.append((key, value))
    if pairs.count > 16 {
      places[key] = pairs.count - 1
    } else if pairs.count == 16 {
      for (place, pair) in pairs.enumerated() { places[pair.key] = place }
    }
  }

  /// Adds a pair unless the key is there already.
  mutating func setIfAbsent(_ key: String, _ value: Dynamic) {
    if place(of: key) == nil { set(key, value) }
  }

  private func place(of key: String) -> Int? {
    pairs.count < 16 ? pairs.firstIndex { $0.key == key } : places[key]
  }
}
