import CasebookValues

/// A text as it may be sent to a terminal.
///
/// Control characters, bidirectional controls and characters without a shape are written out
/// (`\x1b`, `\u{202e}`), line breaks as a sign.
public func visibleText(_ text: String, unicode: Bool = true) -> String {
  fitted(text, to: .max, unicode ? .unicode : .ascii).text
}

/// A text made visible and cut to a width with `…`.
func fitted(_ text: String, to limit: Int, _ glyphs: Glyphs) -> (text: String, width: Int) {
  var bytes: [UInt8] = []
  let extent = withBytes(of: text) { appendFitted($0, limit: limit, glyphs, to: &bytes) }
  return (String(decoding: bytes, as: UTF8.self), extent.width)
}

/// How much room a drawn text takes, and whether some of it did not fit.
struct Extent: Equatable {
  var width: Int
  var isCut: Bool
}

/// Appends a text made visible, cut to `limit` columns with `…`.
///
/// No more of a long text is read than can be shown.
func appendFitted(
  _ bytes: UnsafeBufferPointer<UInt8>, limit: Int, _ glyphs: Glyphs, to output: inout [UInt8]
) -> Extent {
  // One byte past the limit is looked at, lest a combining mark there change the last character.
  let looked = limit < bytes.count ? limit + 1 : bytes.count
  if isPrintableASCII(UnsafeBufferPointer(rebasing: bytes[0..<looked])) {
    if looked == bytes.count, bytes.count <= limit {
      output.append(contentsOf: bytes)
      return Extent(width: bytes.count, isCut: false)
    }
    let ellipsis = Array(glyphs.ellipsis.prefix(limit).utf8)
    let kept = max(limit - glyphs.ellipsis.count, 0)
    output.append(contentsOf: bytes[0..<kept])
    output.append(contentsOf: ellipsis)
    return Extent(width: min(limit, kept + glyphs.ellipsis.count), isCut: true)
  }
  return appendFittedCharacters(bytes, limit: limit, glyphs, to: &output)
}

private func isPrintableASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  for byte in bytes where byte &- 0x20 >= 0x5F { return false }
  return true
}

/// The way of `appendFitted` for everything but plain ASCII.
///
/// Between two ASCII bytes there is always a border of characters, so only the stretches around
/// other bytes are taken apart into characters, which is a hundred times slower.
private func appendFittedCharacters(
  _ bytes: UnsafeBufferPointer<UInt8>, limit: Int, _ glyphs: Glyphs, to output: inout [UInt8]
) -> Extent {
  let prefix = readablePrefix(bytes, limit: limit)
  var line = FittedLine(limit: limit, ellipsis: glyphs.ellipsis, start: output.count)
  var start = 0
  while start < prefix.count {
    let end = borderAfter(start, prefix)
    let byte = prefix[start]
    if end == start + 1, byte >= 0x20, byte < 0x7F {
      guard line.reserve(1, output.count + 1) else { return line.cut(&output) }
      output.append(byte)
    } else {
      let stretch = String(decoding: prefix[start..<end], as: UTF8.self)
      guard line.append(stretch, glyphs, to: &output) else { return line.cut(&output) }
    }
    start = end
  }
  if prefix.count < bytes.count { return line.cut(&output) }
  return Extent(width: line.width, isCut: false)
}

/// The next place that has ASCII on both sides.
private func borderAfter(_ start: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
  var end = start + 1
  while end < bytes.count, bytes[end - 1] | bytes[end] >= 0x80 { end += 1 }
  return end
}

/// How far a line has got, and where it would end if it had to be cut.
private struct FittedLine {
  private let limit: Int
  private let ellipsis: Substring
  private(set) var width = 0
  private var cutAt: Int
  private var cutWidth = 0

  init(limit: Int, ellipsis: String, start: Int) {
    self.limit = limit
    self.ellipsis = ellipsis.prefix(limit)
    cutAt = start
  }

  /// Takes room for a piece that ends at `end` in the output; false when there is none.
  mutating func reserve(_ more: Int, _ end: Int) -> Bool {
    guard width + more <= limit else { return false }
    width += more
    if width <= limit - ellipsis.count {
      cutAt = end
      cutWidth = width
    }
    return true
  }

  /// Appends characters as long as there is room; false when there is no more.
  mutating func append(_ text: String, _ glyphs: Glyphs, to output: inout [UInt8]) -> Bool {
    for character in text {
      if !character.unicodeScalars.contains(where: mustBeWrittenOut) {
        let end = output.count + character.utf8.count
        guard reserve(displayWidth(character), end) else { return false }
        output.append(contentsOf: character.utf8)
        continue
      }
      for piece in visiblePieces(character, glyphs) {
        guard reserve(piece.width, output.count + piece.text.utf8.count) else { return false }
        output.append(contentsOf: piece.text.utf8)
      }
    }
    return true
  }

  func cut(_ output: inout [UInt8]) -> Extent {
    output.removeSubrange(cutAt...)
    output.append(contentsOf: ellipsis.utf8)
    return Extent(width: cutWidth + ellipsis.count, isCut: true)
  }
}

/// The bytes that can matter to so many columns: a character may carry marks, but not a page of them.
private func readablePrefix(
  _ bytes: UnsafeBufferPointer<UInt8>, limit: Int
) -> UnsafeBufferPointer<UInt8> {
  guard limit < bytes.count / 32 else { return bytes }
  var end = limit * 32 + 1024
  guard end < bytes.count else { return bytes }
  while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
  return UnsafeBufferPointer(rebasing: bytes[0..<end])
}

/// A part of a text as drawn, and the columns it takes.
struct VisiblePiece {
  var text: String
  var width: Int
}

/// The parts that one character is drawn as: itself, or each of its scalars written out.
func visiblePieces(_ character: Character, _ glyphs: Glyphs) -> [VisiblePiece] {
  guard character.unicodeScalars.contains(where: mustBeWrittenOut) else {
    return [VisiblePiece(text: String(character), width: displayWidth(character))]
  }
  return character.unicodeScalars.map { scalar in
    guard mustBeWrittenOut(scalar) else {
      return VisiblePiece(text: String(scalar), width: displayWidth(scalar))
    }
    let text = writtenOut(scalar, glyphs)
    return VisiblePiece(text: text, width: text.count)
  }
}

/// Whether a scalar would steer the terminal, turn the writing direction or leave no trace.
private func mustBeWrittenOut(_ scalar: Unicode.Scalar) -> Bool {
  if isUnsafeToDisplay(scalar) { return true }
  switch scalar.value {
  case 0xAD, 0x180E, 0x200B, 0x2060...0x206F: return true
  default: return false
  }
}

private func writtenOut(_ scalar: Unicode.Scalar, _ glyphs: Glyphs) -> String {
  switch scalar {
  case "\n": return glyphs.lineBreak
  case "\t": return "\\t"
  case "\r": return "\\r"
  default:
    let digits = String(scalar.value, radix: 16)
    if scalar.value < 0x80 { return "\\x" + (digits.count < 2 ? "0" : "") + digits }
    return "\\u{" + digits + "}"
  }
}
