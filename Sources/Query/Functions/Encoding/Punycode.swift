/// Punycode (RFC 3492): texts of any script in the letters, digits and hyphens of domain names.
enum Punycode {
  private static let base = 36
  private static let tMin = 1
  private static let tMax = 26

  /// A text in Punycode; nil when it is too long to be.
  static func encode(_ text: String) -> String? {
    let scalars = text.unicodeScalars.map { Int($0.value) }
    var output = text.unicodeScalars.filter(\.isASCII).map { UInt8($0.value) }
    let basicCount = output.count
    if basicCount > 0 { output.append(UInt8(ascii: "-")) }
    var (code, delta, bias, handled) = (128, 0, 72, basicCount)
    while handled < scalars.count {
      let next = scalars.filter { $0 >= code }.min() ?? code
      let (step, overflow) = (next - code).multipliedReportingOverflow(by: handled + 1)
      guard !overflow, step < 1 << 40 else { return nil }
      delta += step
      code = next
      for scalar in scalars {
        if scalar < code { delta += 1 }
        guard scalar == code else { continue }
        appendNumber(delta, bias, &output)
        bias = adapted(delta, handled + 1, isFirst: handled == basicCount)
        delta = 0
        handled += 1
      }
      delta += 1
      code += 1
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// The text that a Punycode text holds; nil when it is none.
  static func decode(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    guard bytes.allSatisfy({ $0 < 128 }) else { return nil }
    let hyphen = bytes.lastIndex(of: UInt8(ascii: "-"))
    var scalars = bytes[..<(hyphen ?? 0)].map { UInt32($0) }
    var (code, place, bias) = (128, 0, 72)
    var index = hyphen.map { $0 + 1 } ?? 0
    while index < bytes.count {
      let start = place
      var weight = 1
      var position = base
      while true {
        guard index < bytes.count, let digit = value(ofDigit: bytes[index]), weight < 1 << 40
        else { return nil }
        index += 1
        place += digit * weight
        let limit = threshold(position, bias)
        if digit < limit { break }
        weight *= base - limit
        position += base
      }
      let count = scalars.count + 1
      bias = adapted(place - start, count, isFirst: start == 0)
      code += place / count
      place %= count
      guard code <= 0x10FFFF else { return nil }
      scalars.insert(UInt32(code), at: place)
      place += 1
    }
    var result = String.UnicodeScalarView()
    for scalar in scalars {
      guard let scalar = Unicode.Scalar(scalar) else { return nil }
      result.append(scalar)
    }
    return String(result)
  }

  /// A domain name whose parts that are not ASCII are encoded behind `xn--`.
  static func encodeDomain(_ domain: String) -> String? {
    mapParts(domain) { part in
      part.utf8.allSatisfy { $0 < 128 } ? part : encode(part).map { "xn--" + $0 }
    }
  }

  /// A domain name whose parts behind `xn--` are decoded.
  static func decodeDomain(_ domain: String) -> String? {
    mapParts(domain) { part in
      part.prefix(4).lowercased() == "xn--" ? decode(String(part.dropFirst(4))) : part
    }
  }

  /// The parts stand between full stops, those of East Asian scripts included.
  private static func mapParts(_ domain: String, _ change: (String) -> String?) -> String? {
    let stops: Set<Unicode.Scalar> = [".", "\u{3002}", "\u{FF0E}", "\u{FF61}"]
    var parts: [String] = []
    for part in domain.unicodeScalars.split(
      omittingEmptySubsequences: false, whereSeparator: stops.contains)
    {
      guard let changed = change(String(part)) else { return nil }
      parts.append(changed)
    }
    return parts.joined(separator: ".")
  }

  private static func appendNumber(_ number: Int, _ bias: Int, _ output: inout [UInt8]) {
    var rest = number
    var position = base
    while true {
      let limit = threshold(position, bias)
      if rest < limit { break }
      output.append(digit(limit + (rest - limit) % (base - limit)))
      rest = (rest - limit) / (base - limit)
      position += base
    }
    output.append(digit(rest))
  }

  private static func threshold(_ position: Int, _ bias: Int) -> Int {
    min(max(position - bias, tMin), tMax)
  }

  private static func adapted(_ delta: Int, _ count: Int, isFirst: Bool) -> Int {
    var delta = isFirst ? delta / 700 : delta / 2
    delta += delta / count
    var position = 0
    while delta > (base - tMin) * tMax / 2 {
      delta /= base - tMin
      position += base
    }
    return position + (base - tMin + 1) * delta / (delta + 38)
  }

  private static func digit(_ value: Int) -> UInt8 {
    UInt8(value < 26 ? 97 + value : 22 + value)
  }

  private static func value(ofDigit byte: UInt8) -> Int? {
    if (byte | 32) &- 97 < 26 { return Int((byte | 32) - 97) }
    return byte &- 48 < 10 ? Int(byte) - 22 : nil
  }
}
