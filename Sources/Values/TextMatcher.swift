/// The string operators of the language, prepared for one needle and applied to many texts:
/// `contains`, `startswith`, `has` and their like, with or without regard to case.
///
/// A term is a maximal run of letters and digits in any script. `has` wants the needle to begin and
/// end where terms do; a side of the needle that is neither letter nor digit may stand anywhere. An
/// empty needle is in every text.
public struct TextMatcher: Sendable, Hashable {
  /// Where the needle must stand.
  public enum Rule: Sendable, Hashable {
    case contains, prefix, suffix, equals, term, termPrefix, termSuffix
  }

  /// Where the needle must stand.
  public let rule: Rule
  /// Whether capital and small letters differ.
  public let isCaseSensitive: Bool
  private let needle: [UInt8]
  private let isPlainNeedle: Bool
  private let boundsStart: Bool
  private let boundsEnd: Bool

  /// A matcher for a needle.
  public init(_ needle: String, _ rule: Rule, caseSensitive: Bool) {
    self.rule = rule
    self.isCaseSensitive = caseSensitive
    self.needle = Array((caseSensitive ? needle : foldedText(needle)).utf8)
    self.isPlainNeedle = self.needle.allSatisfy { $0 < 0x80 }
    let scalars = needle.unicodeScalars
    self.boundsStart =
      (rule == .term || rule == .termPrefix) && scalars.first.map(isTermScalar) ?? false
    self.boundsEnd =
      (rule == .term || rule == .termSuffix) && scalars.last.map(isTermScalar) ?? false
  }

  /// Whether a text, as UTF-8 bytes, satisfies the rule.
  public func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    needle.withUnsafeBufferPointer { wanted in
      if isCaseSensitive { return search(wanted, text, ignoringCase: false) }
      if isASCII(text) {
        return isPlainNeedle ? search(wanted, text, ignoringCase: true) : false
      }
      let copy = Array(foldedText(String(decoding: text, as: UTF8.self)).utf8)
      return copy.withUnsafeBufferPointer { search(wanted, $0, ignoringCase: false) }
    }
  }

  /// Whether a text satisfies the rule.
  public func matches(_ text: String) -> Bool {
    withBytes(of: text, matches)
  }

  private func search(
    _ wanted: UnsafeBufferPointer<UInt8>, _ text: UnsafeBufferPointer<UInt8>, ignoringCase: Bool
  ) -> Bool {
    let last = text.count - wanted.count
    guard last >= 0 else { return false }
    switch rule {
    case .prefix: return isAt(0, wanted, text, ignoringCase)
    case .suffix: return isAt(last, wanted, text, ignoringCase)
    case .equals: return last == 0 && isAt(0, wanted, text, ignoringCase)
    case .contains, .term, .termPrefix, .termSuffix: break
    }
    var place = 0
    while place <= last {
      guard
        let found = ignoringCase
          ? findLowered(wanted, text, from: place) : find(wanted, in: text, from: place)
      else { return false }
      if (!boundsStart || !endsInTerm(text, before: found))
        && (!boundsEnd || !startsWithTerm(text, at: found + wanted.count))
      {
        return true
      }
      place = found + 1
    }
    return false
  }

  @inline(__always)
  private func isAt(
    _ place: Int, _ wanted: UnsafeBufferPointer<UInt8>, _ text: UnsafeBufferPointer<UInt8>,
    _ ignoringCase: Bool
  ) -> Bool {
    for index in 0..<wanted.count {
      let byte = text[place &+ index]
      guard (ignoringCase ? asciiLowered(byte) : byte) == wanted[index] else { return false }
    }
    return true
  }

  /// Looks for small letters in an ASCII text of any case.
  private func findLowered(
    _ wanted: UnsafeBufferPointer<UInt8>, _ text: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> Int? {
    guard let first = wanted.first else { return start }
    var place = start
    let last = text.count - wanted.count
    while place <= last {
      if asciiLowered(text[place]) == first, isAt(place, wanted, text, true) { return place }
      place &+= 1
    }
    return nil
  }
}

/// Whether a text has a needle as a whole term or phrase of terms.
public func hasTerm(_ haystack: String, _ needle: String, caseSensitive: Bool = false) -> Bool {
  TextMatcher(needle, .term, caseSensitive: caseSensitive).matches(haystack)
}

/// Whether a text contains a needle, whatever the case.
public func containsIgnoringCase(_ haystack: String, _ needle: String) -> Bool {
  TextMatcher(needle, .contains, caseSensitive: false).matches(haystack)
}

/// Whether a scalar belongs to terms: a letter or digit of any script.
public func isTermScalar(_ scalar: Unicode.Scalar) -> Bool {
  if scalar.value < 0x80 { return isTermByte(UInt8(scalar.value)) }
  switch scalar.properties.generalCategory {
  case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
    .decimalNumber:
    return true
  default: return false
  }
}

@inline(__always)
private func isTermByte(_ byte: UInt8) -> Bool {
  (byte | 32) &- 97 < 26 || byte &- 48 < 10
}

/// Whether a term runs on to the place.
private func endsInTerm(_ text: UnsafeBufferPointer<UInt8>, before place: Int) -> Bool {
  guard place > 0 else { return false }
  var start = place - 1
  if text[start] < 0x80 { return isTermByte(text[start]) }
  while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
  return isTermScalar(at: start, text)
}

/// Whether a term runs on from the place.
private func startsWithTerm(_ text: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
  guard place < text.count else { return false }
  return text[place] < 0x80 ? isTermByte(text[place]) : isTermScalar(at: place, text)
}

private func isTermScalar(at place: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
  let bytes = UnsafeBufferPointer(rebasing: text[place..<nextCharacter(in: text, after: place)])
  return String(decoding: bytes, as: UTF8.self).unicodeScalars.first.map(isTermScalar) ?? false
}

/// The terms of a text as they stand, in order.
public func terms(of text: String) -> [Substring] {
  text.unicodeScalars.split { !isTermScalar($0) }.map { Substring($0) }
}
