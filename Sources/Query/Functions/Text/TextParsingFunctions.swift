import CasebookValues

/// Taking structured texts apart.
enum TextParsingFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "parse_csv", family: "text", [FunctionParameter("text", .string)], returns: .dynamic,
      summary: "The fields of a line of comma-separated values, as an array.",
      details: "Of several lines the first is read.",
      examples: [
        Example("print parse_csv('a,\"b,c\",d')", output: "\"[\"\"a\"\",\"\"b,c\"\",\"\"d\"\"]\"")
      ],
      .rows(nulls: .propagate) { .array(csvFields($0.text(0)).map(Dynamic.string)) }),
    ScalarFunction(
      "parse_path", family: "text", [FunctionParameter("path", .string)], returns: .dynamic,
      summary: "The parts of a file path, as a bag.",
      examples: [
        Example("print tostring(parse_path('/data/in/cases.csv').Filename)", output: "cases.csv")
      ],
      .rows(nulls: .propagate) { .dynamic(parsePath($0.text(0))) }),
    ScalarFunction(
      "parse_version", family: "text", [FunctionParameter("version", .string)],
      returns: .decimal,
      summary: "A version of up to four parts as a number that sorts like the version.",
      details: "Each part below 100,000,000; anything else gives null. A number of our own is "
        + "exact to about 16 digits.",
      examples: [Example("print parse_version('1.2') < parse_version('1.10')", output: "true")],
      .rows(nulls: .propagate) { values in
        parseVersion(values.text(0)).map(Scalar.decimal) ?? .null(.decimal)
      }),
    ScalarFunction(
      "parse_command_line", family: "text",
      [
        FunctionParameter("text", .string),
        FunctionParameter("kind", .string, "only `windows`"),
      ], returns: .dynamic,
      summary: "The arguments of a Windows command line, as an array.",
      examples: [
        Example(
          "print parse_command_line('run \"a b\" -x', 'windows')",
          output: "\"[\"\"run\"\",\"\"a b\"\",\"\"-x\"\"]\"")
      ],
      .rows(nulls: .propagate) { values in
        let words = commandLineWords(Array(values.text(0).utf8))
        return words.isEmpty ? .null(.dynamic) : .array(words.map(Dynamic.string))
      }
    ).deciding { _, constants in
      guard let kind = constants[1]?.asText, kind.lowercased() != "windows" else { return nil }
      return .refused("`parse_command_line` reads command lines of `windows` only.")
    },
  ]
}

/// The fields of the first record of a CSV text.
func csvFields(_ text: String) -> [String] {
  var fields: [String] = []
  var field: [UInt8] = []
  var quoted = false
  let bytes = Array(text.utf8)
  var index = 0
  scan: while index < bytes.count {
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "\"") where quoted:
      if index < bytes.count, bytes[index] == byte {
        field.append(byte)
        index += 1
      } else {
        quoted = false
      }
    case UInt8(ascii: "\"") where field.isEmpty: quoted = true
    case UInt8(ascii: ",") where !quoted:
      fields.append(String(decoding: field, as: UTF8.self))
      field = []
    case 10 where !quoted, 13 where !quoted: break scan
    default: field.append(byte)
    }
  }
  fields.append(String(decoding: field, as: UTF8.self))
  return fields
}

private func parsePath(_ text: String) -> Dynamic {
  let halves = splitParts(text, "://")
  let scheme = halves.count > 1 ? halves[0] : ""
  let path = halves.count > 1 ? halves.dropFirst().joined(separator: "://") : text
  var root = ""
  let bytes = Array(path.utf8)
  let isSeparator = { (byte: UInt8) in byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") }
  if bytes.count > 2, bytes[1] == UInt8(ascii: ":"), isSeparator(bytes[2]) {
    root = String(decoding: bytes[..<3], as: UTF8.self)
  }
  let nameStart = (bytes.lastIndex(where: isSeparator) ?? -1) + 1
  var name = Array(bytes[nameStart...])
  var stream = ""
  if let colon = name.firstIndex(of: UInt8(ascii: ":")) {
    stream = String(decoding: name[(colon + 1)...], as: UTF8.self)
    name = Array(name[..<colon])
  }
  let directory = Array(bytes[..<max(nameStart - 1, 0)])
  let parent = directory[((directory.lastIndex(where: isSeparator) ?? -1) + 1)...]
  let dot = name.lastIndex(of: UInt8(ascii: "."))
  let fileExtension = dot.map { String(decoding: name[($0 + 1)...], as: UTF8.self) } ?? ""
  let parts: [(String, String)] = [
    ("Scheme", scheme), ("RootPath", root),
    ("DirectoryPath", String(decoding: directory, as: UTF8.self)),
    ("DirectoryName", String(decoding: parent, as: UTF8.self)),
    ("Filename", String(decoding: name, as: UTF8.self)), ("Extension", fileExtension),
    ("AlternateDataStreamName", stream),
  ]
  return .bag(parts.map { (key: $0.0, value: .string($0.1)) })
}

/// Words between blanks; quotes hold blanks in, a backslash before a quote holds the quote.
private func commandLineWords(_ bytes: [UInt8]) -> [String] {
  var words: [String] = []
  var word: [UInt8] = []
  var inWord = false
  var quoted = false
  var index = 0
  while index < bytes.count {
    let byte = bytes[index]
    index += 1
    if byte == UInt8(ascii: "\\"), index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
      word.append(bytes[index])
      index += 1
      inWord = true
    } else if byte == UInt8(ascii: "\"") {
      quoted.toggle()
      inWord = true
    } else if !quoted, isASCIISpace(byte) {
      if inWord { words.append(String(decoding: word, as: UTF8.self)) }
      word = []
      inWord = false
    } else {
      word.append(byte)
      inWord = true
    }
  }
  if inWord { words.append(String(decoding: word, as: UTF8.self)) }
  return words
}
