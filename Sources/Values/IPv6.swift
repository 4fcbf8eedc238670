/// An IPv6 address with the length of its network's prefix; an IPv4 address counts as the IPv6
/// address that stands for it (`::ffff:a.b.c.d`).
public struct IPv6: Sendable, Hashable {
  /// The upper 64 bits.
  public let high: UInt64
  /// The lower 64 bits.
  public let low: UInt64
  /// The prefix's length, 128 where none was written.
  public let prefix: Int

  /// Reads an IPv6 or IPv4 address with or without a prefix; nil for anything else.
  public init?(_ text: String) {
    if let plain = IPv4(text) {
      self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(plain.address), prefix: 96 + plain.prefix)
      return
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let words = IPv6.words(parts[0]) else { return nil }
    var prefix = 128
    if parts.count == 2 {
      guard let written = withBytes(of: String(parts[1]), parseLong), (0...128).contains(written)
      else { return nil }
      prefix = Int(written)
    }
    let joined = { (words: ArraySlice<UInt16>) in words.reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
    }
    self.init(high: joined(words[..<4]), low: joined(words[4...]), prefix: prefix)
  }

  private init(high: UInt64, low: UInt64, prefix: Int) {
    self.high = high
    self.low = low
    self.prefix = prefix
  }

  /// The eight words of an address; one run of zeros may be left out as `::`.
  private static func words(_ text: Substring) -> [UInt16]? {
    let halves = split(text)
    guard let head = halves.first.flatMap(group) else { return nil }
    guard halves.count == 2 else { return head.count == 8 ? head : nil }
    guard let tail = group(halves[1]), head.count + tail.count < 8 else { return nil }
    return head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
  }

  /// The parts before and after the first `::`.
  private static func split(_ text: Substring) -> [Substring] {
    var index = text.startIndex
    while index < text.endIndex {
      let next = text.index(after: index)
      if text[index] == ":", next < text.endIndex, text[next] == ":" {
        return [text[..<index], text[text.index(after: next)...]]
      }
      index = next
    }
    return [text]
  }

  /// Words between colons; the last may be an IPv4 address for two.
  private static func group(_ text: Substring) -> [UInt16]? {
    if text.isEmpty { return [] }
    var words: [UInt16] = []
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if index == parts.count - 1, part.contains("."), let last = IPv4(String(part)) {
        words.append(UInt16(last.address >> 16))
        words.append(UInt16(truncatingIfNeeded: last.address))
      } else {
        guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ hexDigit($0) != nil }),
          let word = UInt16(part, radix: 16)
        else { return nil }
        words.append(word)
      }
    }
    return words
  }

  private static func mask(_ prefix: Int) -> (high: UInt64, low: UInt64) {
    let ones = { (count: Int) -> UInt64 in
      count <= 0 ? 0 : count >= 64 ? ~0 : ~0 << UInt64(64 - count)
    }
    return (ones(prefix), ones(prefix - 64))
  }

  /// Compares by the shortest of both prefixes and a third: -1, 0 or 1; nil for a wrong third.
  public func compared(to other: IPv6, prefix third: Int = 128) -> Int? {
    guard (0...128).contains(third) else { return nil }
    let mask = IPv6.mask(min(prefix, other.prefix, third))
    let left = (high & mask.high, low & mask.low)
    let right = (other.high & mask.high, other.low & mask.low)
    return left < right ? -1 : left > right ? 1 : 0
  }

  /// Whether the address lies in a network.
  public func isIn(_ range: IPv6) -> Bool {
    compared(to: range) == 0
  }

  /// The network with all eight words written out, as `parse_ipv6` gives it.
  public var networkText: String {
    let mask = IPv6.mask(prefix)
    var words: [String] = []
    for half in [high & mask.high, low & mask.low] {
      for shift in [48, 32, 16, 0] {
        let digits = String(half >> UInt64(shift) & 0xFFFF, radix: 16)
        words.append(String(repeating: "0", count: 4 - digits.count) + digits)
      }
    }
    return words.joined(separator: ":")
  }
}
