import CRE2
import Synchronization

/// A regular expression of RE2: linear time whatever the pattern, no look-around, no
/// back-references.
///
/// `@unchecked Sendable`: the expression behind the pointer is never changed after `init`, and
/// RE2 guards its own caches while matching.
public final class RegularExpression: @unchecked Sendable {
  /// How a pattern is read.
  public struct Options: OptionSet, Sendable, Hashable {
    /// The options as bits.
    public let rawValue: Int32

    /// Options from their bits.
    public init(rawValue: Int32) {
      self.rawValue = rawValue
    }

    /// Capital and small letters match each other.
    public static let ignoreCase = Options(rawValue: 1)
    /// A dot also matches the end of a line.
    public static let dotMatchesNewline = Options(rawValue: 2)
    /// `^` and `$` also match at the ends of lines.
    public static let multiLine = Options(rawValue: 4)
    /// The pattern is plain text.
    public static let literal = Options(rawValue: 8)
    /// Of several matches at a place the longest is taken.
    public static let longestMatch = Options(rawValue: 16)
  }

  /// Why a pattern is no regular expression.
  public struct Failure: Error, Sendable, Hashable {
    /// RE2's words, without the offending part.
    public let message: String
    /// Where the offending part begins, in bytes of the pattern.
    public let offset: Int
    /// The offending part's length in bytes; 0 where RE2 does not name it.
    public let length: Int
  }

  /// The pattern's text.
  public let pattern: String
  /// How the pattern was read.
  public let options: Options
  /// The number of capturing groups, the whole match not counted.
  public let groupCount: Int

  private let expression: OpaquePointer

  /// Compiles a pattern.
  public init(_ pattern: String, options: Options = []) throws(Failure) {
    let widened = options.contains(.literal) ? pattern : withUnicodeClasses(pattern)
    let compiled = withBytes(of: widened) { bytes in
      cre2_compile(characters(bytes), bytes.count, options.rawValue)
    }
    guard let compiled else { throw Failure(message: "out of memory", offset: 0, length: 0) }
    if let failure = RegularExpression.failure(of: compiled, pattern) {
      cre2_free(compiled)
      throw failure
    }
    self.pattern = pattern
    self.options = options
    self.groupCount = Int(cre2_group_count(compiled))
    self.expression = compiled
  }

  deinit {
    cre2_free(expression)
  }

  private static func failure(of compiled: OpaquePointer, _ pattern: String) -> Failure? {
    var argument: UnsafePointer<CChar>?
    var length = 0
    guard let message = cre2_error(compiled, &argument, &length) else { return nil }
    let part = UnsafeBufferPointer(start: argument, count: length).map { UInt8(bitPattern: $0) }
    let words = String(cString: message)
    // RE2 ends its message with the part; the caller shows that by its place.
    let suffix = ": " + String(decoding: part, as: UTF8.self)
    let head = !part.isEmpty && words.hasSuffix(suffix) ? words.dropLast(suffix.count) : words[...]
    let place = withBytes(of: pattern) { bytes in
      part.withUnsafeBufferPointer { find($0, in: bytes, from: 0) }
    }
    return Failure(message: String(head), offset: place ?? 0, length: place == nil ? 0 : length)
  }

  /// The number of the group with a name.
  public func groupNumber(named name: String) -> Int? {
    let number = withBytes(of: name) { bytes in
      cre2_group_number(expression, characters(bytes), bytes.count)
    }
    return number < 0 ? nil : Int(number)
  }

  /// Whether any part of a text matches.
  public func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    cre2_is_match(expression, characters(text), text.count)
  }

  /// Whether any part of a text matches.
  public func matches(_ text: String) -> Bool {
    withBytes(of: text, matches)
  }

  /// Whether the whole of a text matches.
  public func matchesWhole(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    cre2_is_full_match(expression, characters(text), text.count)
  }

  /// The first match at or after an offset: the bytes of the whole match, then of each group up to
  /// `groups` (default all), nil for a group that took no part.
  public func firstMatch(
    in text: UnsafeBufferPointer<UInt8>, from start: Int = 0, groups: Int? = nil
  ) -> [Range<Int>?]? {
    let pairs = 1 + min(groups ?? groupCount, groupCount)
    return withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * pairs) { bounds in
      guard start <= text.count,
        cre2_match(
          expression, characters(text), text.count, start, bounds.baseAddress, Int32(pairs))
      else { return nil }
      return (0..<pairs).map { pair in
        let lower = bounds[2 * pair]
        return lower < 0 ? nil : lower..<bounds[2 * pair + 1]
      }
    }
  }

  /// Calls a function with each match from left to right until it returns false; matches do not
  /// overlap, and an empty one does not directly follow another.
  public func forEachMatch(
    in text: UnsafeBufferPointer<UInt8>, groups: Int? = nil, _ body: ([Range<Int>?]) -> Bool
  ) {
    var start = 0
    var previousEnd = -1
    while let match = firstMatch(in: text, from: start, groups: groups), let whole = match[0] {
      if whole.isEmpty, whole.lowerBound == previousEnd {
        guard start < text.count else { return }
        start = nextCharacter(in: text, after: start)
        continue
      }
      guard body(match) else { return }
      previousEnd = whole.upperBound
      start = whole.upperBound
    }
  }

  /// All matches from left to right.
  public func allMatches(
    in text: UnsafeBufferPointer<UInt8>, groups: Int? = nil
  ) -> [[Range<Int>?]] {
    var matches: [[Range<Int>?]] = []
    forEachMatch(in: text, groups: groups) { match in
      matches.append(match)
      return true
    }
    return matches
  }

  /// The number of matches that do not overlap.
  public func matchCount(in text: UnsafeBufferPointer<UInt8>) -> Int {
    var count = 0
    forEachMatch(in: text, groups: 0) { _ in
      count += 1
      return true
    }
    return count
  }

  /// The part of a text that a group of the first match captured; nil where there is no match or no
  /// such group, `""` for a group that took no part.
  public func extract(group: Int, from text: String) -> String? {
    guard group >= 0, group <= groupCount else { return nil }
    return withBytes(of: text) { bytes in
      guard let match = firstMatch(in: bytes, groups: group) else { return nil }
      guard let range = match[group] else { return "" }
      return String(decoding: bytes[range], as: UTF8.self)
    }
  }

  /// A text with every match replaced; `\0` in the rewrite stands for the match, `\1` to `\9` for its
  /// groups, `\\` for a backslash.
  public func replacingMatches(in text: String, with rewrite: String) -> String {
    let parts = Array(rewrite.utf8)
    return withBytes(of: text) { bytes in
      var output: [UInt8] = []
      var copied = 0
      forEachMatch(in: bytes) { match in
        guard let whole = match[0] else { return false }
        output.append(contentsOf: bytes[copied..<whole.lowerBound])
        appendRewrite(parts, match, bytes, &output)
        copied = whole.upperBound
        return true
      }
      guard copied > 0 || !output.isEmpty else { return text }
      output.append(contentsOf: bytes[copied...])
      return String(decoding: output, as: UTF8.self)
    }
  }

  private func appendRewrite(
    _ rewrite: [UInt8], _ match: [Range<Int>?], _ text: UnsafeBufferPointer<UInt8>,
    _ output: inout [UInt8]
  ) {
    var index = 0
    while index < rewrite.count {
      let byte = rewrite[index]
      index += 1
      guard byte == UInt8(ascii: "\\"), index < rewrite.count else {
        output.append(byte)
        continue
      }
      let escaped = rewrite[index]
      index += 1
      if isASCIIDigit(escaped) {
        let group = Int(escaped &- 48)
        if group < match.count, let range = match[group] { output.append(contentsOf: text[range]) }
      } else {
        if escaped != UInt8(ascii: "\\") { output.append(byte) }
        output.append(escaped)
      }
    }
  }
}

extension RegularExpression {
  private struct Key: Hashable {
    let pattern: String
    let options: Options
  }

  private static let cacheLimit = 256
  private static let cache = Mutex<[Key: RegularExpression]>([:])

  /// The compiled form of a pattern, kept for the next call; the cache is emptied when it is full.
  public static func cached(
    _ pattern: String, options: Options = []
  ) throws(Failure) -> RegularExpression {
    let key = Key(pattern: pattern, options: options)
    if let known = cache.withLock({ $0[key] }) { return known }
    let compiled = try RegularExpression(pattern, options: options)
    cache.withLock { known in
      if known.count >= cacheLimit { known.removeAll() }
      known[key] = compiled
    }
    return compiled
  }

  /// A pattern that matches a text and nothing else.
  public static func escaped(_ text: String) -> String {
    var pattern = ""
    for scalar in text.unicodeScalars {
      if scalar.isASCII, !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar),
        scalar != "_"
      {
        pattern += "\\"
      }
      pattern.unicodeScalars.append(scalar)
    }
    return pattern
  }
}

/// The bytes as C's characters; RE2 takes no null pointer even for an empty text.
private func characters(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafePointer<CChar> {
  guard let base = bytes.baseAddress else { return emptyText }
  return UnsafeRawPointer(base).assumingMemoryBound(to: CChar.self)
}

private var emptyText: UnsafePointer<CChar> {
  let text: StaticString = ""
  return UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
}

/// The offset of the next character's first byte.
@inlinable
func nextCharacter(in text: UnsafeBufferPointer<UInt8>, after index: Int) -> Int {
  var next = index + 1
  while next < text.count, text[next] & 0xC0 == 0x80 { next += 1 }
  return next
}
