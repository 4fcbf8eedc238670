import CasebookValues

/// Texts and their code points.
enum CharacterFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "unicode_codepoints_from_string", aliases: ["to_utf8"], family: "text",
      [FunctionParameter("text", .string)], returns: .dynamic,
      summary: "The code points of a text's characters, as an array.",
      examples: [Example("print unicode_codepoints_from_string('Fié')", output: "[70,105,233]")],
      .rows(nulls: .propagate) { values in
        .array(values.text(0).unicodeScalars.map { .long(Int64($0.value)) })
      }),
    ScalarFunction(
      "unicode_codepoints_to_string", aliases: ["make_string"], family: "text",
      [
        FunctionParameter(
          "code", TypeSet.integer.union(.dynamic), "a code point or an array of them"),
        FunctionParameter(
          "more", TypeSet.integer.union(.dynamic), isOptional: true, isRepeated: true),
      ], returns: .string,
      summary: "The text of some code points.",
      examples: [
        Example("print unicode_codepoints_to_string(75, dynamic([81, 76]))", output: "KQL")
      ],
      .rows(nulls: .propagate) { .string(text(ofCodes: $0)) }),
    ScalarFunction(
      "isascii", family: "text", [FunctionParameter("text", .string)], returns: .bool,
      summary: "Whether a text has ASCII characters only.",
      examples: [Example("print isascii('naïve')", output: "false")],
      .rows(nulls: .propagate) { .bool($0.text(0).utf8.allSatisfy { $0 < 128 }) }),
    ScalarFunction(
      "isutf8", family: "text", [FunctionParameter("text", .string)], returns: .bool,
      summary: "Whether a text is valid UTF-8.",
      details: "A character that replaced bytes when the text was loaded counts as invalid.",
      examples: [Example("print isutf8('naïve')", output: "true")],
      .rows(nulls: .propagate) { .bool(!$0.text(0).unicodeScalars.contains("\u{FFFD}")) }),
  ]

  private static func text(ofCodes values: [Scalar]) -> String {
    var result = String.UnicodeScalarView()
    func append(_ code: Int64) {
      if let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init) { result.append(scalar) }
    }
    for (index, value) in values.enumerated() {
      if case .dynamic(let value) = value {
        for case .long(let code) in value.elements ?? [value] { append(code) }
      } else {
        append(values.long(index))
      }
    }
    return String(result)
  }
}
