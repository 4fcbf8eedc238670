import CasebookValues

/// Making texts from texts: case, parts, joining, repeating.
enum TextFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "strlen", family: "text", [FunctionParameter("text", .string)], returns: .long,
      summary: "The number of characters (Unicode code points) in a text.",
      examples: [Example("print strlen('naïve')", output: "5")],
      .rows(nulls: .propagate) { .long(Int64($0.text(0).unicodeScalars.count)) }),
    ScalarFunction(
      "string_size", family: "text", [FunctionParameter("text", .string)], returns: .long,
      summary: "The number of bytes of a text in UTF-8.",
      examples: [Example("print string_size('naïve')", output: "6")],
      .rows(nulls: .propagate) { .long(Int64($0.text(0).utf8.count)) }),
    ScalarFunction(
      "tolower", family: "text", [FunctionParameter("text", .string)], returns: .string,
      summary: "A text in small letters.",
      examples: [Example("print tolower('Case 7')", output: "case 7")],
      .rows(nulls: .propagate) { .string(lowercaseText($0.text(0))) }),
    ScalarFunction(
      "toupper", family: "text", [FunctionParameter("text", .string)], returns: .string,
      summary: "A text in capital letters.",
      examples: [Example("print toupper('Case 7')", output: "CASE 7")],
      .rows(nulls: .propagate) { .string(uppercaseText($0.text(0))) }),
    ScalarFunction(
      "substring", family: "text",
      [
        FunctionParameter("text", .string),
        FunctionParameter("start", .long, "from 0; negative counts from the end"),
        FunctionParameter("length", .long, "to the end if left out", isOptional: true),
      ], returns: .string,
      summary: "The part of a text that starts at a position.",
      examples: [
        Example("print substring('appeal', 2, 3)", output: "pea"),
        Example("print substring('appeal', -3)", "from the end", output: "eal"),
      ],
      .rows(nulls: .propagate) {
        .string(substring($0.text(0), from: $0.long(1), length: $0.long(2, default: .max)))
      }),
    ScalarFunction(
      "reverse", family: "text", [FunctionParameter("value", .any)], returns: .string,
      summary: "The characters of a text, or of a value's text, last first.",
      examples: [Example("print reverse('step')", output: "pets")],
      .rows(nulls: .handled) {
        var reversed = String.UnicodeScalarView()
        reversed.append(contentsOf: $0.text(0).unicodeScalars.reversed())
        return .string(String(reversed))
      }),
    strcat,
    ScalarFunction(
      "strcat_delim", family: "text",
      [
        FunctionParameter("delimiter", .any), FunctionParameter("value", .any),
        FunctionParameter("more", .any, isOptional: true, isRepeated: true),
      ], returns: .string,
      summary: "Values as one text, with a delimiter between them.",
      examples: [Example("print strcat_delim('-', 2024, 'W', 7)", output: "2024-W-7")],
      .rows(nulls: .handled) { values in
        .string(values.dropFirst().map(\.text).joined(separator: values.text(0)))
      }),
    ScalarFunction(
      "strrep", family: "text",
      [
        FunctionParameter("value", .any), FunctionParameter("count", .long),
        FunctionParameter("delimiter", .string, isOptional: true),
      ], returns: .string,
      summary: "A value's text repeated, with a delimiter between the copies.",
      details: "At most 1,024 copies.",
      examples: [Example("print strrep('ab', 3, '-')", output: "ab-ab-ab")],
      .rows(nulls: .handled) { values in
        let copies = min(max(values.count(1), 0), 1024)
        let delimiter = values.count > 2 ? values.text(2) : ""
        return .string(
          Array(repeating: values.text(0), count: copies).joined(separator: delimiter))
      }),
    ScalarFunction(
      "translate", family: "text",
      [
        FunctionParameter("from", .string), FunctionParameter("to", .string),
        FunctionParameter("text", .string),
      ], returns: .string,
      summary: "A text in which each character of one set is replaced by that of another.",
      details: "Where the second set is shorter, its last character stands for the rest; where it "
        + "is empty, the characters are removed.",
      examples: [Example("print translate('-_', '  ', 'a-b_c')", output: "a b c")],
      .rows(nulls: .propagate) { .string(translate($0.text(2), $0.text(0), $0.text(1))) }),
    ScalarFunction(
      "strcmp", family: "text",
      [FunctionParameter("a", .string), FunctionParameter("b", .string)], returns: .long,
      summary: "The order of two texts by their characters: -1, 0 or 1.",
      examples: [Example("print strcmp('appeal', 'report')", output: "-1")],
      .rows(nulls: .propagate) { values in
        let left = values.text(0).unicodeScalars
        let right = values.text(1).unicodeScalars
        if left.elementsEqual(right) { return .long(0) }
        return .long(left.lexicographicallyPrecedes(right) ? -1 : 1)
      }),
    ScalarFunction(
      "format_bytes", family: "text",
      [
        FunctionParameter("size", .number, "in bytes"),
        FunctionParameter("digits", .long, "after the point, 0", isOptional: true),
        FunctionParameter("units", .string, "such as KB; else what fits", isOptional: true),
      ], returns: .string, summary: "A number of bytes as text with a unit; 1 KB is 1024 bytes.",
      examples: [Example("print format_bytes(20010332, 2)", output: "19.08 MB")],
      .rows(nulls: .propagate) { values in
        .string(
          bytesText(
            values.real(0), digits: values.count(1, default: 0),
            unit: values.count > 2 ? values.text(2) : nil))
      }),
  ]

  private static let strcat = ScalarFunction(
    "strcat", family: "text",
    [
      FunctionParameter("value", .any),
      FunctionParameter("more", .any, isOptional: true, isRepeated: true),
    ], returns: .string,
    summary: "Values as one text.", details: "A missing value adds nothing.",
    examples: [Example("print strcat('case ', 7)", output: "case 7")],
    .vector { .column(concatenatedTexts($0)) }
  ).deciding { types, constants in
    // With one varying argument, a text, each distinct text is joined once.
    let varying = constants.indices.filter { constants[$0] == nil }
    guard varying.count <= 1, varying.allSatisfy({ types[$0] == .string }) else { return nil }
    return .resolved(
      ScalarFunction.Resolution(
        .string, .rows(nulls: .handled) { values in .string(values.map(\.text).joined()) }))
  }
}

private func bytesText(_ size: Double, digits: Int, unit: String?) -> String {
  let units = ["Bytes", "KB", "MB", "GB", "TB", "PB", "EB"]
  var index =
    unit.flatMap { name in units.firstIndex { $0.lowercased() == name.lowercased() } } ?? 0
  if unit == nil {
    var rest = abs(size)
    while rest >= 1024, index + 1 < units.count {
      rest /= 1024
      index += 1
    }
  }
  var scaled = size
  for _ in 0..<index { scaled /= 1024 }
  return plainText(ofReal: rounded(scaled, digits: max(digits, 0))) + " " + units[index]
}

/// The part of a text from a character on, `length` characters at most.
func substring(_ text: String, from start: Int64, length: Int64) -> String {
  guard length > 0 else { return "" }
  let scalars = text.unicodeScalars
  var first = start
  if start < 0 {
    first = Int64(scalars.count) + start
    guard first >= 0 else { return "" }
  }
  guard
    let lower = scalars.index(
      scalars.startIndex, offsetBy: Int(clamping: first), limitedBy: scalars.endIndex)
  else { return "" }
  let upper =
    scalars.index(lower, offsetBy: Int(clamping: length), limitedBy: scalars.endIndex)
    ?? scalars.endIndex
  return String(scalars[lower..<upper])
}

private func translate(_ text: String, _ from: String, _ to: String) -> String {
  let source = Array(from.unicodeScalars)
  let target = Array(to.unicodeScalars)
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    guard let place = source.firstIndex(of: scalar) else {
      result.append(scalar)
      continue
    }
    if !target.isEmpty { result.append(target[min(place, target.count - 1)]) }
  }
  return String(result)
}
