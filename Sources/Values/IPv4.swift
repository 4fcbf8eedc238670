/// An IPv4 address with the length of its network's prefix, as in `192.168.1.1/24`.
public struct IPv4: Sendable, Hashable {
  /// The address, its first number in the highest byte.
  public let address: UInt32
  /// The prefix's length, 32 where none was written.
  public let prefix: Int

  /// An address with a prefix; nil unless it lies between 0 and 32.
  public init?(address: UInt32, prefix: Int = 32) {
    guard (0...32).contains(prefix) else { return nil }
    self.address = address
    self.prefix = prefix
  }

  /// Reads `a.b.c.d` or `a.b.c.d/n`; nil for anything else.
  public init?(_ text: String) {
    guard let value = withBytes(of: text, { IPv4($0) }) else { return nil }
    self = value
  }

  /// Reads `a.b.c.d` or `a.b.c.d/n` from bytes.
  public init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    var reader = DigitReader(trimmed(bytes))
    guard let address = IPv4.readAddress(&reader) else { return nil }
    guard reader.take(UInt8(ascii: "/")) else {
      guard reader.isAtEnd else { return nil }
      self.init(address: address)
      return
    }
    guard let prefix = reader.number(maximumDigits: 2), reader.isAtEnd else { return nil }
    self.init(address: address, prefix: prefix)
  }

  static func readAddress(_ reader: inout DigitReader) -> UInt32? {
    var address: UInt32 = 0
    for place in 0..<4 {
      if place > 0, !reader.take(UInt8(ascii: ".")) { return nil }
      guard let part = reader.number(maximumDigits: 3), part < 256 else { return nil }
      address = address << 8 | UInt32(part)
    }
    return address
  }

  /// The address with all bits behind the prefix cleared.
  public var network: UInt32 { address & IPv4.mask(prefix) }

  /// Ones for a prefix of some length.
  static func mask(_ prefix: Int) -> UInt32 {
    prefix <= 0 ? 0 : ~0 << UInt32(32 - prefix)
  }

  /// Compares by the shortest of both prefixes and a third: -1, 0 or 1; nil for a wrong third.
  public func compared(to other: IPv4, prefix third: Int = 32) -> Int? {
    guard (0...32).contains(third) else { return nil }
    let mask = IPv4.mask(min(prefix, other.prefix, third))
    let (left, right) = (address & mask, other.address & mask)
    return left < right ? -1 : left > right ? 1 : 0
  }

  /// Whether the address lies in a network.
  public func isIn(_ range: IPv4) -> Bool {
    compared(to: range) == 0
  }

  /// Whether the whole network is for private use (RFC 1918).
  public var isPrivate: Bool {
    let ranges: [(UInt32, Int)] = [(0x0A00_0000, 8), (0xAC10_0000, 12), (0xC0A8_0000, 16)]
    return ranges.contains { range, length in
      prefix >= length && address & IPv4.mask(length) == range
    }
  }

  /// An address as `a.b.c.d`.
  public static func text(_ address: UInt32) -> String {
    [24, 16, 8, 0].map { "\(address >> UInt32($0) & 255)" }.joined(separator: ".")
  }

  /// The network as `format_ipv4` gives it, cut to the shorter of two prefixes.
  public func networkText(prefix other: Int) -> String? {
    guard (0...32).contains(other) else { return nil }
    return IPv4.text(address & IPv4.mask(min(prefix, other)))
  }

  /// The network with its prefix as `format_ipv4_mask` gives it.
  public func networkTextWithPrefix(prefix other: Int) -> String? {
    networkText(prefix: other).map { "\($0)/\(min(prefix, other))" }
  }

  /// The addresses in a text that stand apart from letters, digits and other points.
  public static func addresses(in text: String) -> [UInt32] {
    withBytes(of: text) { bytes in
      var found: [UInt32] = []
      var reader = DigitReader(bytes)
      while !reader.isAtEnd {
        let start = reader.index
        let isFree = start == 0 || !isAddressByte(bytes[start - 1])
        if isFree, isASCIIDigit(bytes[start]), let address = readAddress(&reader),
          reader.isAtEnd || !isAddressByte(reader.next) || endsSentence(bytes, reader.index)
        {
          found.append(address)
        } else {
          reader.index = start + 1
        }
      }
      return found
    }
  }

  private static func isAddressByte(_ byte: UInt8) -> Bool {
    isASCIIDigit(byte) || (byte | 32) &- 97 < 26 || byte == UInt8(ascii: ".")
  }

  /// Whether the point at a place is not part of an address.
  private static func endsSentence(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
    bytes[place] == UInt8(ascii: ".")
      && (place + 1 == bytes.count || !isAddressByte(bytes[place + 1]))
  }

  /// Whether a text holds an address.
  public static func isAddress(_ wanted: String, in text: String) -> Bool {
    guard let value = IPv4(wanted), value.prefix == 32 else { return false }
    return addresses(in: text).contains(value.address)
  }

  /// Whether a text holds an address that begins so; the beginning is a whole address or ends with
  /// a point.
  public static func isPrefix(_ wanted: String, in text: String) -> Bool {
    if IPv4(wanted) != nil { return isAddress(wanted, in: text) }
    guard wanted.hasSuffix(".") else { return false }
    return addresses(in: text).contains { IPv4.text($0).hasPrefix(wanted) }
  }
}
