/// A name as it is written in a statement: `score`, `['opened at']`.
public func spelled(name: String) -> String {
  isPlain(name) ? name : "[" + spelled(text: name, quote: "'") + "]"
}

/// A text as it is written in a statement, in quotes of a kind.
public func spelled(text: String, quote: Character = "\"") -> String {
  "\(quote)" + escaped(text, quote: quote) + "\(quote)"
}

/// A text as it stands between quotes of a kind.
public func escaped(_ text: String, quote: Character) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case _ where Character(scalar) == quote: result += "\\\(scalar)"
    case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// Whether a name may stand without brackets.
private func isPlain(_ name: String) -> Bool {
  let isWord = name.utf8.enumerated().allSatisfy { index, byte in
    byte == UInt8(ascii: "_")
      || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
      || (index > 0 && byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
  }
  return isWord && !name.isEmpty && OperatorTable.words[name] == nil
    && !wordsOfTheLanguage.contains(name)
}

/// Words that mean something else where a name could stand.
private let wordsOfTheLanguage: Set<String> = ["true", "false", "null", "not", "by", "on", "is"]
