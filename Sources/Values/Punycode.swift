/// Texts beyond ASCII in the letters of domain names (RFC 3492).
public enum Punycode {
  private static let base = 36
  private static let leastThreshold = 1
  private static let mostThreshold = 26

  /// A text's ASCII letters, a hyphen, and the places of the others.
  public static func encode(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { Int($0.value) }
    var output = scalars.filter { $0 < 0x80 }.map { UInt8($0) }
    var handled = output.count
    if handled > 0 { output.append(UInt8(ascii: "-")) }
    let plain = handled
    var state = Adaptation()
    var next = 0x80
    while handled < scalars.count {
      guard let least = scalars.filter({ $0 >= next }).min() else { break }
      state.delta += (least - next) * (handled + 1)
      next = least
      for scalar in scalars {
        if scalar < next { state.delta += 1 }
        guard scalar == next else { continue }
        append(state.delta, bias: state.bias, &output)
        state.adapt(count: handled + 1, isFirst: handled == plain)
        handled += 1
      }
      state.delta += 1
      next += 1
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// The text that an encoded one stands for; nil for one that is not well-formed.
  public static func decode(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
    let hyphen = bytes.lastIndex(of: UInt8(ascii: "-"))
    var scalars = bytes[..<(hyphen ?? 0)].map { Unicode.Scalar($0) }
    var index = hyphen.map { $0 + 1 } ?? 0
    var state = Adaptation()
    var next = 0x80
    var place = 0
    while index < bytes.count {
      let before = place
      guard let step = readNumber(bytes, &index, bias: state.bias) else { return nil }
      place += step
      state.delta = place - before
      let count = scalars.count + 1
      state.adapt(count: count, isFirst: before == 0)
      next += place / count
      place %= count
      guard let value = UInt32(exactly: next), let scalar = Unicode.Scalar(value) else {
        return nil
      }
      scalars.insert(scalar, at: place)
      place += 1
    }
    var result = ""
    result.unicodeScalars.append(contentsOf: scalars)
    return result
  }

  /// How far apart the thresholds of digits lie, learned from the numbers so far.
  private struct Adaptation {
    var delta = 0
    var bias = 72

    mutating func adapt(count: Int, isFirst: Bool) {
      var rest = isFirst ? delta / 700 : delta / 2
      rest += rest / count
      var steps = 0
      while rest > (base - leastThreshold) * mostThreshold / 2 {
        rest /= base - leastThreshold
        steps += base
      }
      bias = steps + (base - leastThreshold + 1) * rest / (rest + 38)
      delta = 0
    }
  }

  private static func threshold(_ position: Int, _ bias: Int) -> Int {
    min(max(position - bias, leastThreshold), mostThreshold)
  }

  private static func append(_ number: Int, bias: Int, _ output: inout [UInt8]) {
    var rest = number
    var position = base
    while true {
      let limit = threshold(position, bias)
      guard rest >= limit else { break }
      output.append(digit(limit + (rest - limit) % (base - limit)))
      rest = (rest - limit) / (base - limit)
      position += base
    }
    output.append(digit(rest))
  }

  private static func digit(_ value: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: value < 26 ? 97 + value : 22 + value)
  }

  private static func readNumber(_ bytes: [UInt8], _ index: inout Int, bias: Int) -> Int? {
    var number = 0
    var weight = 1
    var position = base
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      let letter = byte | 32
      guard isASCIIDigit(byte) || letter &- 97 < 26 else { return nil }
      let value = isASCIIDigit(byte) ? Int(byte) - 22 : Int(letter) - 97
      number += value * weight
      // No scalar lies so far that a well-formed number outgrows this.
      guard number < 1 << 40 else { return nil }
      let limit = threshold(position, bias)
      if value < limit { return number }
      weight *= base - limit
      guard weight < 1 << 40 else { return nil }
      position += base
    }
    return nil
  }

  /// A domain with each label beyond ASCII encoded and marked by `xn--`.
  public static func encodeDomain(_ domain: String) -> String {
    labels(domain).map { label in
      label.utf8.allSatisfy { $0 < 0x80 } ? label : "xn--" + encode(label)
    }.joined(separator: ".")
  }

  /// A domain with its marked labels decoded; nil if one is not well-formed.
  public static func decodeDomain(_ domain: String) -> String? {
    var decoded: [String] = []
    for label in labels(domain) {
      guard label.lowercased().hasPrefix("xn--") else {
        decoded.append(label)
        continue
      }
      guard let text = decode(String(label.dropFirst(4))) else { return nil }
      decoded.append(text)
    }
    return decoded.joined(separator: ".")
  }

  /// Labels between points, the full-width and ideographic ones too.
  private static func labels(_ domain: String) -> [String] {
    domain.unicodeScalars.split(omittingEmptySubsequences: false) { scalar in
      [0x2E, 0x3002, 0xFF0E, 0xFF61].contains(scalar.value)
    }.map { String($0) }
  }
}
