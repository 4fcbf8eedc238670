/// How a source writes its timestamps: ISO 8601, counts since 1970, or a declared format.
public struct TimestampLayout: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case iso
    case epoch(ticksEach: Int64)
    case elements
  }

  let kind: Kind
  let elements: [LayoutElement]

  /// ISO 8601, as `parseISO` reads it.
  public static let iso = TimestampLayout(kind: .iso, elements: [])
  /// Seconds since 1970, with or without a fraction.
  public static let epochSeconds = TimestampLayout(
    kind: .epoch(ticksEach: Ticks.perSecond), elements: [])
  /// Milliseconds since 1970.
  public static let epochMilliseconds = TimestampLayout(
    kind: .epoch(ticksEach: Ticks.perMillisecond), elements: [])
  /// Microseconds since 1970.
  public static let epochMicroseconds = TimestampLayout(
    kind: .epoch(ticksEach: Ticks.perMicrosecond), elements: [])

  private init(kind: Kind, elements: [LayoutElement]) {
    self.kind = kind
    self.elements = elements
  }

  /// A declared format: letters such as `dd/MM/yyyy HH:mm`, strptime's such as `%d/%m/%Y`, or one of
  /// the words `iso`, `epoch_s`, `epoch_ms`, `epoch_us`; nil when it cannot name a day.
  public init?(format: String) {
    switch format.lowercased() {
    case "iso", "iso8601": self = .iso
    case "epoch_s", "epoch", "unix": self = .epochSeconds
    case "epoch_ms": self = .epochMilliseconds
    case "epoch_us": self = .epochMicroseconds
    default:
      var compiler = LayoutCompiler(format)
      guard let elements = compiler.compile() else { return nil }
      self.init(kind: .elements, elements: elements)
    }
  }
}

/// One part of a declared format.
struct LayoutElement: Sendable, Hashable {
  enum Field: UInt8, Sendable {
    case year, shortYear, month, day, dayOfYear, hour, halfDayHour, minute, second, fraction
    case monthName, weekdayName, halfDay, offset, literal, space, optionalFraction
  }

  var field: Field
  var leastDigits: UInt8 = 0
  var mostDigits: UInt8 = 0
  var literal: UInt8 = 0

  var isNumber: Bool { field.rawValue <= Field.fraction.rawValue }

  static func number(_ field: Field, _ digits: Int) -> LayoutElement {
    LayoutElement(
      field: field, leastDigits: UInt8(clamping: digits), mostDigits: UInt8(clamping: digits))
  }
}

/// Turns a format's text into elements.
struct LayoutCompiler {
  private let format: [UInt8]
  private var index = 0
  private var elements: [LayoutElement] = []

  init(_ format: String) {
    self.format = Array(format.utf8)
  }

  mutating func compile() -> [LayoutElement]? {
    let isStrptime = format.contains(UInt8(ascii: "%"))
    while index < format.count {
      guard isStrptime ? compileDirective() : compileLetters() else { return nil }
    }
    loosenNumbers()
    let fields = Set(elements.map(\.field))
    let hasYear = fields.contains(.year) || fields.contains(.shortYear)
    let hasMonth = fields.contains(.month) || fields.contains(.monthName)
    let hasDay = (hasMonth && fields.contains(.day)) || fields.contains(.dayOfYear)
    return hasYear && hasDay ? elements : nil
  }

  /// A two-digit field may be written with one digit where no digit follows it.
  private mutating func loosenNumbers() {
    for place in elements.indices where elements[place].mostDigits == 2 {
      let followedByNumber = place + 1 < elements.count && elements[place + 1].isNumber
      let followsNumber = place > 0 && elements[place - 1].isNumber
      if !followedByNumber, !followsNumber, elements[place].field != .shortYear {
        elements[place].leastDigits = 1
      }
    }
  }

  private mutating func compileLetters() -> Bool {
    let letter = format[index]
    var count = 1
    while index + count < format.count, format[index + count] == letter { count += 1 }
    guard (letter | 32) &- 97 < 26, !(letter == UInt8(ascii: "T") && count == 1) else {
      return compileLiteral(letter)
    }
    index += count
    return appendLetters(letter, count)
  }

  private mutating func appendLetters(_ letter: UInt8, _ count: Int) -> Bool {
    switch letter {
    case UInt8(ascii: "y") where count == 4: elements.append(.number(.year, 4))
    case UInt8(ascii: "y") where count == 2: elements.append(.number(.shortYear, 2))
    case UInt8(ascii: "M") where count <= 2: elements.append(.number(.month, 2))
    case UInt8(ascii: "M") where count <= 4: elements.append(LayoutElement(field: .monthName))
    case UInt8(ascii: "d") where count <= 2: elements.append(.number(.day, 2))
    case UInt8(ascii: "d") where count <= 4: elements.append(LayoutElement(field: .weekdayName))
    case UInt8(ascii: "H") where count <= 2: elements.append(.number(.hour, 2))
    case UInt8(ascii: "h") where count <= 2: elements.append(.number(.halfDayHour, 2))
    case UInt8(ascii: "m") where count <= 2: elements.append(.number(.minute, 2))
    case UInt8(ascii: "s") where count <= 2: elements.append(.number(.second, 2))
    case UInt8(ascii: "f") where count <= 9: elements.append(.number(.fraction, count))
    case UInt8(ascii: "F") where count <= 9: appendOptionalFraction()
    case UInt8(ascii: "t") where count <= 2: elements.append(LayoutElement(field: .halfDay))
    case UInt8(ascii: "z") where count <= 3, UInt8(ascii: "K") where count == 1:
      elements.append(LayoutElement(field: .offset))
    case UInt8(ascii: "Z") where count == 1: elements.append(LayoutElement(field: .offset))
    default: return false
    }
    return true
  }

  /// The point before an optional fraction belongs to it.
  private mutating func appendOptionalFraction() {
    if let last = elements.last, last.field == .literal, last.literal == UInt8(ascii: ".") {
      elements.removeLast()
    }
    elements.append(LayoutElement(field: .optionalFraction))
  }

  private mutating func compileLiteral(_ byte: UInt8) -> Bool {
    index += 1
    if byte == UInt8(ascii: "'") {
      while index < format.count, format[index] != byte {
        appendLiteral(format[index])
        index += 1
      }
      guard index < format.count else { return false }
      index += 1
      return true
    }
    appendLiteral(byte)
    return true
  }

  private mutating func appendLiteral(_ byte: UInt8) {
    let field: LayoutElement.Field = byte == 32 ? .space : .literal
    elements.append(LayoutElement(field: field, literal: byte))
  }

  private mutating func compileDirective() -> Bool {
    let byte = format[index]
    index += 1
    guard byte == UInt8(ascii: "%") else {
      appendLiteral(byte)
      return true
    }
    guard index < format.count else { return false }
    let letter = format[index]
    index += 1
    return appendDirective(letter)
  }

  private mutating func appendDirective(_ letter: UInt8) -> Bool {
    switch letter {
    case UInt8(ascii: "Y"): elements.append(.number(.year, 4))
    case UInt8(ascii: "y"): elements.append(.number(.shortYear, 2))
    case UInt8(ascii: "m"): elements.append(.number(.month, 2))
    case UInt8(ascii: "d"), UInt8(ascii: "e"): elements.append(.number(.day, 2))
    case UInt8(ascii: "j"): elements.append(.number(.dayOfYear, 3))
    case UInt8(ascii: "H"), UInt8(ascii: "k"): elements.append(.number(.hour, 2))
    case UInt8(ascii: "I"), UInt8(ascii: "l"): elements.append(.number(.halfDayHour, 2))
    case UInt8(ascii: "M"): elements.append(.number(.minute, 2))
    case UInt8(ascii: "S"): elements.append(.number(.second, 2))
    case UInt8(ascii: "f"):
      elements.append(LayoutElement(field: .fraction, leastDigits: 1, mostDigits: 9))
    case UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "h"):
      elements.append(LayoutElement(field: .monthName))
    case UInt8(ascii: "a"), UInt8(ascii: "A"): elements.append(LayoutElement(field: .weekdayName))
    case UInt8(ascii: "p"): elements.append(LayoutElement(field: .halfDay))
    case UInt8(ascii: "z"), UInt8(ascii: "Z"): elements.append(LayoutElement(field: .offset))
    case UInt8(ascii: "T"): return appendDirectives("H:M:S")
    case UInt8(ascii: "R"): return appendDirectives("H:M")
    case UInt8(ascii: "F"): return appendDirectives("Y-m-d")
    case UInt8(ascii: "D"): return appendDirectives("m/d/y")
    case UInt8(ascii: "%"): appendLiteral(letter)
    default: return false
    }
    return true
  }

  private mutating func appendDirectives(_ parts: StaticString) -> Bool {
    for offset in 0..<parts.utf8CodeUnitCount {
      let byte = parts.utf8Start[offset]
      if (byte | 32) &- 97 < 26 {
        guard appendDirective(byte) else { return false }
      } else {
        appendLiteral(byte)
      }
    }
    return true
  }
}
