/// How well a name fits what has been typed of it; the less, the better.
public enum NameMatch: Int, Sendable, Comparable {
  /// It begins so.
  case prefix
  /// It begins so in other case.
  case prefixIgnoringCase
  /// One of its parts begins so: `score` in `risk_score`.
  case part
  /// It has this inside.
  case inside
  /// It begins nearly so.
  case misspelling

  /// Whether what was typed is the name's beginning.
  public var isPrefix: Bool { self <= .prefixIgnoringCase }

  /// Compares by rank.
  public static func < (left: NameMatch, right: NameMatch) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// What has been typed of a name, prepared for comparing it with thousands.
public struct TypedName: Sendable {
  /// Shorter words are inside of nearly everything.
  private static let leastInside = 2
  /// Shorter words are nearly like everything.
  private static let leastMisspelt = 3

  private let bytes: [UInt8]
  private let folded: [UInt8]

  /// A word as typed so far.
  public init(_ text: String) {
    bytes = Array(text.utf8)
    folded = bytes.map(lowercased)
  }

  /// How a name fits; nil when it does not, a misspelling aside.
  public func match(_ name: String) -> NameMatch? {
    var name = name
    return name.withUTF8 { match($0) }
  }

  private func match(_ name: UnsafeBufferPointer<UInt8>) -> NameMatch? {
    if fits(name, at: 0) {
      return name.prefix(bytes.count).elementsEqual(bytes) ? .prefix : .prefixIgnoringCase
    }
    guard folded.count >= Self.leastInside, name.count > folded.count else { return nil }
    var found: NameMatch?
    for start in 1...(name.count - folded.count) where fits(name, at: start) {
      if beginsPart(name, at: start) { return .part }
      found = .inside
    }
    return found
  }

  private func fits(_ name: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
    guard name.count - start >= folded.count else { return false }
    for index in folded.indices where lowercased(name[start + index]) != folded[index] {
      return false
    }
    return true
  }

  private func beginsPart(_ name: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
    let (before, first) = (name[start - 1], name[start])
    if !isLetter(before), !isDigit(before) { return true }
    return isUppercase(first) && !isUppercase(before) || isDigit(before) != isDigit(first)
  }

  /// Whether the name begins with nearly what was typed: a letter left out, added, changed or swapped, two in
  /// a word of six letters or more.
  public func isMisspelling(of name: String) -> Bool {
    guard folded.count >= Self.leastMisspelt else { return false }
    let limit = folded.count >= 6 ? 2 : 1
    let candidate = name.utf8.prefix(folded.count + limit).map(lowercased)
    guard candidate.count + limit >= folded.count else { return false }
    return distanceToBeginning(of: candidate, limit: limit) <= limit
  }

  /// The least distance to any beginning of the candidate, swaps of neighbours counting one.
  private func distanceToBeginning(of candidate: [UInt8], limit: Int) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...candidate.count)
    for row in 1...folded.count {
      var line = [row]
      for column in 0..<candidate.count {
        let isSame = folded[row - 1] == candidate[column]
        var distance = min(line[column] + 1, last[column + 1] + 1, last[column] + (isSame ? 0 : 1))
        if row > 1, column > 0, folded[row - 1] == candidate[column - 1],
          folded[row - 2] == candidate[column]
        {
          distance = min(distance, beforeLast[column - 1] + 1)
        }
        line.append(distance)
      }
      if (line.min() ?? 0) > limit { return limit + 1 }
      beforeLast = last
      last = line
    }
    return last.min() ?? limit + 1
  }
}

private func lowercased(_ byte: UInt8) -> UInt8 { isUppercase(byte) ? byte | 0x20 : byte }
private func isUppercase(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
private func isLetter(_ byte: UInt8) -> Bool {
  byte >= 0x80 || isUppercase(byte) || (byte >= 0x61 && byte <= 0x7A)
}
