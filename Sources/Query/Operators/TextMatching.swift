import CasebookValues

/// How a text may stand to a wanted text.
enum TextMatch: String, Sendable {
  case equal = "=="
  case has
  case hasPrefix = "hasprefix"
  case hasSuffix = "hassuffix"
  case contains
  case startsWith = "startswith"
  case endsWith = "endswith"
}

/// A wanted text made ready: folded once where case does not count.
struct Needle: Sendable {
  private let match: TextMatch
  private let isCased: Bool
  private let wanted: [UInt8]
  private let boundedBefore: Bool
  private let boundedAfter: Bool

  init(_ text: String, _ match: TextMatch, isCased: Bool) {
    self.match = match
    self.isCased = isCased
    let wanted = Array(isCased ? text.utf8 : text.lowercased().utf8)
    self.wanted = wanted
    // A term ends where letters and digits end, so an edge of the needle that is neither bounds
    // itself.
    let edges = wanted.withUnsafeBufferPointer { (isTermStart($0, 0), isTermEnd($0, $0.count)) }
    boundedBefore = (match == .has || match == .hasPrefix) && edges.0
    boundedAfter = (match == .has || match == .hasSuffix) && edges.1
  }

  /// Whether a text matches.
  func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    isCased ? matchesFolded(text) : withFolded(text) { matchesFolded($0) }
  }

  private func matchesFolded(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    wanted.withUnsafeBufferPointer { wanted in
      switch match {
      case .equal: isEqual(text, wanted)
      case .contains: CasebookValues.contains(text, wanted)
      case .startsWith: text.count >= wanted.count && isEqual(prefix(text, wanted.count), wanted)
      case .endsWith: text.count >= wanted.count && isEqual(suffix(text, wanted.count), wanted)
      case .has, .hasPrefix, .hasSuffix: hasTerm(text, wanted)
      }
    }
  }

  private func hasTerm(
    _ text: UnsafeBufferPointer<UInt8>, _ wanted: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    var start = 0
    while let place = find(wanted, in: text, from: start) {
      let opens = !boundedBefore || place == 0 || !isTermEnd(text, place)
      let closes = !boundedAfter || !isTermStart(text, place + wanted.count)
      if opens, closes { return true }
      start = place + 1
    }
    return false
  }
}

private func prefix(
  _ text: UnsafeBufferPointer<UInt8>, _ count: Int
) -> UnsafeBufferPointer<UInt8> {
  UnsafeBufferPointer(rebasing: text[..<count])
}

private func suffix(
  _ text: UnsafeBufferPointer<UInt8>, _ count: Int
) -> UnsafeBufferPointer<UInt8> {
  UnsafeBufferPointer(rebasing: text[(text.count - count)...])
}

/// Runs a body over a text in small letters.
///
/// Plain ASCII, by far the most frequent, needs no string.
private func withFolded<Result>(
  _ text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Result
) -> Result {
  let folded: Result? = withUnsafeTemporaryAllocation(
    of: UInt8.self, capacity: max(text.count, 1)
  ) { scratch in
    guard let source = text.baseAddress, let target = scratch.baseAddress else {
      return body(text)
    }
    var allBits: UInt8 = 0
    for index in 0..<text.count {
      let byte = source[index]
      allBits |= byte
      target[index] = byte &- 65 < 26 ? byte | 32 : byte
    }
    return allBits < 0x80 ? body(UnsafeBufferPointer(start: target, count: text.count)) : nil
  }
  if let folded { return folded }
  var lowered = String(decoding: text, as: UTF8.self).lowercased()
  return lowered.withUTF8(body)
}

/// Whether a letter or digit begins at a place.
private func isTermStart(_ text: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
  guard place < text.count else { return false }
  if text[place] < 0x80 { return isASCIITermByte(text[place]) }
  var end = place + 1
  while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
  return isTermCharacter(UnsafeBufferPointer(rebasing: text[place..<end]))
}

/// Whether a letter or digit ends at a place.
private func isTermEnd(_ text: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
  guard place > 0 else { return false }
  if text[place - 1] < 0x80 { return isASCIITermByte(text[place - 1]) }
  var start = place - 1
  while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
  return isTermCharacter(UnsafeBufferPointer(rebasing: text[start..<place]))
}

private func isASCIITermByte(_ byte: UInt8) -> Bool {
  isASCIIDigit(byte) || (asciiLowered(byte) >= 97 && asciiLowered(byte) <= 122)
}

private func isTermCharacter(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  guard let scalar = String(decoding: bytes, as: UTF8.self).unicodeScalars.first else {
    return false
  }
  return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
}
