import CasebookValues

/// Finding, counting and replacing plain text.
enum TextSearchFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "indexof", family: "text",
      [
        FunctionParameter("text", .any), FunctionParameter("match", .any),
        FunctionParameter("start", .long, "negative counts from the end", isOptional: true),
        FunctionParameter("length", .long, "characters looked at; -1 for all", isOptional: true),
        FunctionParameter("occurrence", .long, "which one, from 1", isOptional: true),
      ], returns: .long,
      summary: "The position from 0 of a text within another; -1 if it is not there.",
      details: "Occurrences may overlap. An empty match gives null.",
      examples: [Example("print indexof('closed: fraud', 'fraud')", output: "8")],
      .rows(nulls: .handled) { values in
        .optional(
          indexOf(
            values.text(1), in: values.text(0), from: values.count(2, default: 0),
            length: values.count(3, default: -1), occurrence: values.count(4, default: 1)))
      }),
    ScalarFunction(
      "countof", family: "text",
      [
        FunctionParameter("text", .string), FunctionParameter("match", .string),
        FunctionParameter("kind", .string, "`normal` or `regex`", isOptional: true),
      ], returns: .long,
      summary: "How often a text or a regular expression stands in another text.",
      details: "Plain matches may overlap, those of a regular expression do not.",
      examples: [
        Example("print countof('aaaa', 'aa')", output: "3"),
        Example("print countof('a1b22', '[0-9]+', 'regex')", "by pattern", output: "2"),
      ],
      .rows(nulls: .propagate) { values in
        if values.count > 2, values.text(2) == "regex" {
          guard let pattern = try? RegularExpression.cached(values.text(1)) else {
            return .null(.long)
          }
          return .long(Int64(withBytes(of: values.text(0), pattern.matchCount)))
        }
        return .optional(occurrences(of: values.text(1), in: values.text(0)))
      }
    ).deciding { _, constants in
      if let kind = constants[safe: 2]??.asText, kind != "normal", kind != "regex" {
        return .refused("The kind of `countof` is `normal` or `regex`.")
      }
      guard constants[safe: 2]??.asText == "regex" else { return nil }
      return PatternFunctions.refusal(constants[1])
    },
    ScalarFunction(
      "replace_string", aliases: ["replace_text"], family: "text",
      [
        FunctionParameter("text", .string), FunctionParameter("match", .string),
        FunctionParameter("replacement", .string),
      ], returns: .string,
      summary: "A text in which every occurrence of another is replaced.",
      examples: [Example("print replace_string('a.b.c', '.', '/')", output: "a/b/c")],
      .rows(nulls: .propagate) {
        .string(replacing($0.text(1), with: $0.text(2), in: $0.text(0)))
      }),
    ScalarFunction(
      "replace_strings", family: "text",
      [
        FunctionParameter("text", .string), FunctionParameter("matches", .dynamic),
        FunctionParameter("replacements", .dynamic, "an array as long as the matches"),
      ], returns: .string,
      summary: "A text in which several others are replaced at once.",
      details: "The matches take turns in the order of the list; what one has replaced is not "
        + "searched by the next.",
      examples: [
        Example(
          "print replace_strings('low, high', dynamic(['low', 'high']), dynamic(['1', '2']))",
          output: "1, 2")
      ],
      .rows(nulls: .propagate) { values in
        guard let matches = values.array(1), let replacements = values.array(2),
          matches.count == replacements.count
        else { return .string("") }
        return .string(replacing(Array(zip(matches, replacements)), in: values.text(0)))
      }),
    ScalarFunction(
      "has_any_index", family: "text",
      [FunctionParameter("text", .string), FunctionParameter("terms", .dynamic)], returns: .long,
      summary: "The position in a list of the first term that a text has; -1 for none.",
      examples: [
        Example("print has_any_index('spam report', dynamic(['fraud', 'spam']))", output: "1")
      ],
      .rows(nulls: .propagate) { values in
        let terms = values.array(1) ?? []
        let text = values.text(0)
        return .long(Int64(terms.firstIndex { hasTerm(text, $0.text) } ?? -1))
      }),
    ScalarFunction(
      "split", family: "text",
      [
        FunctionParameter("text", .string), FunctionParameter("delimiter", .string),
        FunctionParameter("index", .long, "only this part, from 0", isOptional: true),
      ], returns: .dynamic,
      summary: "The parts of a text between delimiters, as an array.",
      details: "With an index, an array of that one part, or null where there is none.",
      examples: [
        Example(
          "print split('fraud/t1/open', '/')", output: "\"[\"\"fraud\"\",\"\"t1\"\",\"\"open\"\"]\""
        ),
        Example("print split('fraud/t1/open', '/', 1)", "one part", output: "\"[\"\"t1\"\"]\""),
      ],
      .rows(nulls: .propagate) { values in
        let parts = splitParts(values.text(0), values.text(1))
        guard values.count > 2 else { return .array(parts.map(Dynamic.string)) }
        let index = values.count(2)
        guard parts.indices.contains(index) else { return .null(.dynamic) }
        return .array([.string(parts[index])])
      }),
  ]
}

/// The parts of a text between delimiters; the whole text where the delimiter is empty.
func splitParts(_ text: String, _ delimiter: String) -> [String] {
  withBytes(of: text) { bytes in
    withBytes(of: delimiter) { needle in
      guard !needle.isEmpty else { return [text] }
      var parts: [String] = []
      var start = 0
      while let place = find(needle, in: bytes, from: start) {
        parts.append(String(decoding: bytes[start..<place], as: UTF8.self))
        start = place + needle.count
      }
      parts.append(String(decoding: bytes[start...], as: UTF8.self))
      return parts
    }
  }
}

/// A text with every occurrence of another replaced; an empty one occurs nowhere.
func replacing(_ match: String, with replacement: String, in text: String) -> String {
  match.isEmpty ? text : splitParts(text, match).joined(separator: replacement)
}

/// A text with each match replaced by its partner, one match of the list after another.
///
/// What was replaced is settled: later matches search the rest. A partner that is no text leaves its
/// match as it is.
private func replacing(
  _ pairs: [(match: Dynamic, replacement: Dynamic)], in text: String
) -> String {
  var parts: [(text: String, isSettled: Bool)] = [(text, false)]
  for case (match: .string(let match), let replacement) in pairs where !match.isEmpty {
    var settled = match
    if case .string(let text) = replacement { settled = text }
    parts = parts.flatMap { part -> [(text: String, isSettled: Bool)] in
      if part.isSettled { return [part] }
      let rest = splitParts(part.text, match).map { (text: $0, isSettled: false) }
      return Array(rest.map { [$0] }.joined(separator: [(text: settled, isSettled: true)]))
    }
  }
  return parts.map(\.text).joined()
}

private func occurrences(of match: String, in text: String) -> Int64? {
  withBytes(of: text) { bytes in
    withBytes(of: match) { needle in
      guard !needle.isEmpty else { return nil }
      var count: Int64 = 0
      var start = 0
      while let place = find(needle, in: bytes, from: start) {
        count += 1
        start = place + 1
      }
      return count
    }
  }
}

private func indexOf(
  _ match: String, in text: String, from start: Int, length: Int, occurrence: Int
) -> Int64? {
  let wanted = Array(match.unicodeScalars)
  let all = Array(text.unicodeScalars)
  guard !wanted.isEmpty, length >= -1, occurrence >= 1 else { return nil }
  let first = start < 0 ? max(all.count + start, 0) : start
  let reach = length < 0 ? all.count : min(length, all.count)
  var left = occurrence
  var place = first
  var last = min(all.count, first + reach)
  while place + wanted.count <= last {
    if all[place..<(place + wanted.count)].elementsEqual(wanted) {
      left -= 1
      if left == 0 { return Int64(place) }
      // The length counts afresh from each occurrence found.
      last = min(all.count, place + 1 + reach)
    }
    place += 1
  }
  return -1
}
