import CasebookValues

/// Cutting one match of a regular expression off the ends of a text.
enum TrimFunctions {
  static let all: [ScalarFunction] = [
    trim("trim", "both ends", start: true, end: true, "print trim('[.]+', '..a.b..')", "a.b"),
    trim(
      "trim_start", "the start", start: true, end: false, "print trim_start('[.]+', '..a..')", "a.."
    ),
    trim("trim_end", "the end", start: false, end: true, "print trim_end('[.]+', '..a..')", "..a"),
  ]

  private static func trim(
    _ name: String, _ place: String, start: Bool, end: Bool, _ query: String, _ output: String
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "text",
      [FunctionParameter("pattern", .string), FunctionParameter("text", .string)],
      returns: .string,
      summary: "A text without a match of a regular expression at \(place).",
      details: "One match is cut off: `trim(' ', s)` takes one blank, `trim(' +', s)` all.",
      examples: [Example(query, output: output)],
      .rows(nulls: .propagate) { values in
        guard let ends = try? Ends(values.text(0)) else { return .string(values.text(1)) }
        return .string(ends.trimmed(values.text(1), start: start, end: end))
      }
    ).deciding { _, constants in
      guard let pattern = constants[0]?.asText else { return nil }
      do {
        let ends = try Ends(pattern)
        return .resolved(
          ScalarFunction.Resolution(
            .string,
            .rows(nulls: .propagate) { .string(ends.trimmed($0.text(1), start: start, end: end)) }))
      } catch {
        return PatternFunctions.refusal(constants[0])
      }
    }
  }
}

/// A pattern bound to the start and to the end of a text.
private struct Ends {
  let start: RegularExpression
  let end: RegularExpression

  init(_ pattern: String) throws(RegularExpression.Failure) {
    start = try RegularExpression.cached("\\A(?:\(pattern))")
    end = try RegularExpression.cached("(?:\(pattern))\\z")
  }

  func trimmed(_ text: String, start cutsStart: Bool, end cutsEnd: Bool) -> String {
    withBytes(of: text) { bytes in
      var lower = 0
      var upper = bytes.count
      if cutsStart, let match = start.firstMatch(in: bytes, groups: 0)?[0] {
        lower = match.upperBound
      }
      let rest = UnsafeBufferPointer(rebasing: bytes[lower...])
      if cutsEnd, let match = end.firstMatch(in: rest, groups: 0)?[0] {
        upper = lower + match.lowerBound
      }
      if lower == 0, upper == bytes.count { return text }
      return String(decoding: bytes[lower..<upper], as: UTF8.self)
    }
  }
}
