import CasebookLanguage
import CasebookTables
import CasebookValues

/// `reduce by message`: texts that look alike, as patterns.
enum ReduceStage: StageDeclaration {
  static let signature = Signature(
    "reduce",
    [
      .parameters([Parameter("kind", words: ["source"])]), .word("by"), .expression("by"),
      .optional([
        .word("with"), .parameters([Parameter("threshold"), Parameter("characters")]),
      ]),
    ])
  static let summary = "Groups texts that look alike and gives the pattern of each group."
  static let details = """
    Texts are cut into terms at everything that is no letter or digit, and at the `characters` given.
    Texts with equal cuts are laid over each other; a term that at most `threshold` of them (0.1 unless
    given) have at its place becomes `*`. Patterns of at most that share of all texts, and those that are
    nothing but `*`, are counted as `others`. Columns: Pattern, Count, Representative (the first text).
    """
  static let examples = [
    Example(
      """
      range n from 1 to 20 step 1 | project line = strcat("case ", n, " closed") | reduce by line
      """, output: "case * closed\t20\tcase 1 closed")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    guard let syntax = stage.expression("by") else { return input }
    let text = try binder.text(syntax, over: input.fields)
    var threshold = 0.1
    if let given = stage.parameter("threshold") {
      guard let share = try binder.constant(given, what: "the threshold").asReal, share > 0,
        share <= 1
      else {
        throw BindIssue.constantOfType(what: "the threshold", expected: "between 0 and 1").at(
          given.span)
      }
      threshold = share
    }
    let characters = try stage.parameter("characters").map { syntax throws(Diagnostic) in
      try binder.constantText(syntax, what: "characters")
    }
    return .apply(
      ReduceOperation(
        fields: [
          Field("Pattern", .string, isProtected: text.isProtected), Field("Count", .long),
          Field("Representative", .string, isProtected: text.isProtected),
        ], threshold: threshold, separators: Set((characters ?? "").utf8)),
      [.compute(input, [binder.output("text", text)])])
  }

  private struct ReduceOperation: TableOperation {
    let fields: [Field]
    let threshold: Double
    let separators: Set<UInt8>
    var title: String { "reduce" }

    /// Texts with cuts at the same characters: the terms at each place with their counts.
    private struct Shape {
      var count = 0
      var terms: [[Substring: Int]] = []
    }

    func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
      let column = inputs[0].columns[0]
      let groups = group(by: [column], rowCount: column.count)
      var counts = [Int](repeating: 0, count: groups.count)
      for row in 0..<column.count { counts[Int(groups.ids.base[row])] += 1 }
      let texts = groups.firstRows.array.map { column.text(Int($0)) }
      var shapes: [String: Shape] = [:]
      for (index, text) in texts.enumerated() {
        if index & 0xFFF == 0 { try context.checkpoint() }
        let (terms, cuts) = terms(of: text)
        var shape = shapes[cuts] ?? Shape(terms: terms.map { _ in [:] })
        shape.count += counts[index]
        for (place, term) in terms.enumerated() {
          shape.terms[place][term, default: 0] += counts[index]
        }
        shapes[cuts] = shape
      }
      var order: [String] = []
      var found: [String: (count: Int, first: String)] = [:]
      for (index, text) in texts.enumerated() {
        let pattern = pattern(of: text, shapes)
        if found[pattern] == nil { order.append(pattern) }
        found[pattern] = (
          (found[pattern]?.count ?? 0) + counts[index], found[pattern]?.first ?? text
        )
      }
      return table(order, found, total: column.count)
    }

    private func table(
      _ order: [String], _ found: [String: (count: Int, first: String)], total: Int
    ) -> Table {
      var rows: [(pattern: String, count: Int, first: String)] = []
      var others = 0
      for pattern in order {
        guard let entry = found[pattern] else { continue }
        if pattern == "*" || Double(entry.count) <= threshold * Double(total) {
          others += entry.count
        } else {
          rows.append((pattern, entry.count, entry.first))
        }
      }
      // Sorting keeps the order of equal counts only with the place as a second key.
      let ranked = rows.enumerated().sorted {
        ($1.element.count, $0.offset) < ($0.element.count, $1.offset)
      }.map(\.element)
      let all = ranked + (others > 0 ? [("others", others, "")] : [])
      return Table(
        fields: fields,
        rows: all.map { [.string($0.pattern), .long(Int64($0.count)), .string($0.first)] })
    }

    /// A text with its rarer terms replaced; a cut by a given character beside a `*` is part of it.
    private func pattern(of text: String, _ shapes: [String: Shape]) -> String {
      let (terms, cuts) = terms(of: text)
      guard let shape = shapes[cuts] else { return text }
      var pattern = ""
      var separator = cuts.utf8.makeIterator()
      for (place, term) in terms.enumerated() {
        let isCommon =
          Double(shape.terms[place][term] ?? 0) > threshold * Double(shape.count)
        let piece = isCommon || term.isEmpty ? String(term) : "*"
        if place > 0, let byte = separator.next() {
          let beside = pattern.hasSuffix("*") || piece == "*"
          if !(beside && separators.contains(byte)) {
            pattern.unicodeScalars.append(Unicode.Scalar(byte))
          }
        }
        if !(piece == "*" && pattern.hasSuffix("*")) { pattern += piece }
      }
      return pattern
    }

    /// The terms of a text and the characters between them, which are ASCII.
    private func terms(of text: String) -> (terms: [Substring], cuts: String) {
      let isCut: (UInt8) -> Bool = { byte in
        separators.contains(byte)
          || (byte < 128 && !isASCIIDigit(byte)
            && !(asciiLowered(byte) >= 97 && asciiLowered(byte) <= 122))
      }
      let cuts = text.utf8.filter(isCut)
      let terms = text.utf8.split(omittingEmptySubsequences: false, whereSeparator: isCut)
      return (terms.map { Substring($0) }, String(decoding: cuts, as: UTF8.self))
    }
  }
}
