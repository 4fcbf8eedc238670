import CasebookTables
import CasebookValues

/// The elements of a JSON array or the pairs of a bag, found as ranges of bytes without building
/// values.
///
/// The text is JSON that was checked when it came in.
struct JSONElements {
  /// What stands at the top of the text.
  enum Shape {
    case array, bag, single
  }

  private let text: UnsafeBufferPointer<UInt8>
  private var position = 0
  /// What stands at the top of the text.
  let shape: Shape

  init(_ text: UnsafeBufferPointer<UInt8>) {
    self.text = text
    while position < text.count, isASCIISpace(text[position]) { position += 1 }
    switch position < text.count ? text[position] : 0 {
    case UInt8(ascii: "["): shape = .array
    case UInt8(ascii: "{"): shape = .bag
    default: shape = .single
    }
    if shape != .single { position += 1 }
  }

  /// The next element; `key` is empty for what has none.
  ///
  /// Nil behind the last.
  mutating func next() -> (key: Range<Int>, value: Range<Int>)? {
    skipSpace()
    guard position < text.count else { return nil }
    if shape == .single {
      defer { position = text.count }
      return (0..<0, position..<end(ofValueAt: position))
    }
    guard text[position] != UInt8(ascii: "]"), text[position] != UInt8(ascii: "}") else {
      return nil
    }
    var key = 0..<0
    if shape == .bag {
      let start = position
      position = end(ofStringAt: position)
      key = start..<position
      skipSpace()
    }
    let start = position
    position = end(ofValueAt: start)
    return position > start ? (key, start..<position) : nil
  }

  /// Skips blanks and the separators between values.
  private mutating func skipSpace() {
    while position < text.count {
      let byte = text[position]
      guard isASCIISpace(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ":") else {
        return
      }
      position += 1
    }
  }

  private func end(ofValueAt start: Int) -> Int {
    switch text[start] {
    case UInt8(ascii: "\""): return end(ofStringAt: start)
    case UInt8(ascii: "["), UInt8(ascii: "{"): return end(ofNestAt: start)
    default:
      var index = start
      while index < text.count {
        switch text[index] {
        case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), 9, 10, 13, 32: return index
        default: index += 1
        }
      }
      return index
    }
  }

  private func end(ofStringAt start: Int) -> Int {
    var index = start + 1
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "\""): return index + 1
      case UInt8(ascii: "\\"): index += 2
      default: index += 1
      }
    }
    return text.count
  }

  private func end(ofNestAt start: Int) -> Int {
    var depth = 0
    var index = start
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "\""): index = end(ofStringAt: index)
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        index += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth -= 1
        index += 1
        if depth == 0 { return index }
      default: index += 1
      }
    }
    return index
  }
}

/// A column made of JSON texts, each read as one type; what cannot be read so is null.
struct JSONColumnBuilder {
  private var builder: ColumnBuilder
  private let type: ScalarType

  init(_ type: ScalarType) {
    self.type = type
    builder = ColumnBuilder(type)
  }

  var count: Int { builder.count }

  mutating func finish() -> Column { builder.finish() }

  mutating func append(_ json: UnsafeBufferPointer<UInt8>) {
    let first = json.first ?? 0
    if first == UInt8(ascii: "n") {
      builder.appendNull()
      return
    }
    let isNumber = isASCIIDigit(first) || first == UInt8(ascii: "-")
    switch type {
    case .dynamic:
      builder.append(utf8: json)
      return
    case .long where isNumber:
      if let value = parseLong(json) {
        builder.append(long: value)
        return
      }
    case .real where isNumber:
      if let value = parseReal(json) {
        builder.append(real: value)
        return
      }
    case .string where first == UInt8(ascii: "\"") && !json.contains(UInt8(ascii: "\\")):
      builder.append(utf8: UnsafeBufferPointer(rebasing: json[1..<(json.count - 1)]))
      return
    default: break
    }
    guard let value = Dynamic(json: json) else {
      builder.appendNull()
      return
    }
    builder.append(Scalar.dynamic(value).converted(to: type))
  }
}
