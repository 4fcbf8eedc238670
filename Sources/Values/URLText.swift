/// Web addresses: their parts and their escapes.
public enum URLText {
  /// The parts of an absolute address as `parse_url` names them; nil for a text that is none.
  public static func parse(_ text: String) -> Dynamic? {
    var rest = text[...]
    guard let colon = rest.firstIndex(of: ":"), colon > rest.startIndex else { return nil }
    let scheme = rest[..<colon]
    guard scheme.utf8.allSatisfy(isSchemeByte) else { return nil }
    rest = rest[rest.index(after: colon)...]
    guard rest.hasPrefix("//") else { return nil }
    rest = rest.dropFirst(2)
    let fragment = cut(&rest, from: "#")
    let query = cut(&rest, from: "?")
    let path = rest.firstIndex(of: "/").map { rest[$0...] } ?? ""
    rest = rest.dropLast(path.count)
    var user: Substring = ""
    var password: Substring = ""
    if let at = rest.lastIndex(of: "@") {
      user = rest[..<at]
      rest = rest[rest.index(after: at)...]
      password = cut(&user, from: ":")
    }
    let port = cutPort(&rest)
    return .bag([
      ("Scheme", .string(String(scheme))), ("Host", .string(String(rest))),
      ("Port", .string(String(port))), ("Path", .string(String(path))),
      ("Username", .string(String(user))), ("Password", .string(String(password))),
      ("Query Parameters", parameters(String(query))), ("Fragment", .string(String(fragment))),
    ])
  }

  /// The pairs of `a=1&b=2` as a bag.
  public static func parameters(_ query: String) -> Dynamic {
    var pairs: [(key: String, value: Dynamic)] = []
    for part in query.split(separator: "&") {
      var key = part
      let value = cut(&key, from: "=")
      pairs.append((String(key), .string(String(value))))
    }
    return Dynamic.bag(of: pairs)
  }

  private static func isSchemeByte(_ byte: UInt8) -> Bool {
    (byte | 32) &- 97 < 26 || isASCIIDigit(byte) || "+-.".utf8.contains(byte)
  }

  /// Cuts a text at the first separator and returns what follows it.
  private static func cut(_ text: inout Substring, from separator: Character) -> Substring {
    guard let place = text.firstIndex(of: separator) else { return "" }
    let tail = text[text.index(after: place)...]
    text = text[..<place]
    return tail
  }

  /// Cuts the port off; colons inside the brackets of an IPv6 address are no separators.
  private static func cutPort(_ host: inout Substring) -> Substring {
    guard let colon = host.lastIndex(of: ":") else { return "" }
    let port = host[host.index(after: colon)...]
    guard port.utf8.allSatisfy(isASCIIDigit) else { return "" }
    host = host[..<colon]
    return port
  }

  /// A text with everything but letters, digits and `-_.!*()` escaped, a blank as `+`.
  public static func encode(_ text: String) -> String {
    escape(text, blank: "+")
  }

  /// A text escaped for one part of an address, a blank as `%20`.
  public static func encodeComponent(_ text: String) -> String {
    escape(text, blank: "%20")
  }

  private static func escape(_ text: String, blank: String) -> String {
    let hex = Array("0123456789abcdef".utf8)
    var output: [UInt8] = []
    for byte in text.utf8 {
      if (byte | 32) &- 97 < 26 || isASCIIDigit(byte) || "-_.!*()".utf8.contains(byte) {
        output.append(byte)
      } else if byte == 32 {
        output.append(contentsOf: blank.utf8)
      } else {
        output.append(contentsOf: [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]])
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// A text with its escapes undone, `+` as a blank; what is no escape stays.
  public static func decode(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var output: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let high = hexDigit(bytes[index + 1]), let low = hexDigit(bytes[index + 2])
      {
        output.append(high << 4 | low)
        index += 3
      } else {
        output.append(bytes[index] == UInt8(ascii: "+") ? 32 : bytes[index])
        index += 1
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}

/// A version of up to four numbers as one number, each part eight digits wide, as `parse_version`
/// gives it; nil for anything else.
///
/// A double keeps 15 digits of it, so versions that agree in their first two numbers may compare
/// as equal.
public func parseVersion(_ text: String) -> Double? {
  let parts = text.split(separator: ".", omittingEmptySubsequences: false)
  guard (1...4).contains(parts.count) else { return nil }
  var value = 0.0
  for place in 0..<4 {
    value *= 1e8
    guard place < parts.count else { continue }
    guard parts[place].utf8.allSatisfy(isASCIIDigit),
      let number = withBytes(of: String(parts[place]), parseLong), number < 100_000_000
    else { return nil }
    value += Double(number)
  }
  return value
}
