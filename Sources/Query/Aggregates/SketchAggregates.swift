import CasebookTables
import CasebookValues

/// `hll`, `tdigest` and their kin: summaries that can be kept in a column and merged later.
///
/// Kusto's are approximate to stay small. Here they hold the values themselves, so that what is read
/// from them is exact.
enum SketchAggregates {
  private static let hll = sketch(
    "hll", "The different values, for `dcount_hll`.", isSet: true,
    "range x from 1 to 5 step 1 | summarize h = hll(x % 3) | project dcount_hll(h)", "3")

  static let all = [
    hll,
    hll.filtered(
      "hll_if", summary: "`hll` over the rows for which a condition is true.",
      example: Example(
        "range x from 1 to 5 step 1 | summarize h = hll_if(x, x > 2) | project dcount_hll(h)",
        output: "3"), rename: { $0.hasPrefix("hll_") ? "hll_if_" + $0.dropFirst(4) : $0 }),
    merge(
      "hll_merge", [], "Several `hll` made one.", isSet: true,
      "range x from 1 to 4 step 1 | summarize h = hll(x) by x % 2 | summarize h = hll_merge(h) "
        + "| project dcount_hll(h)", "4"),
    sketch(
      "tdigest", "The values, for `percentile_tdigest`.", isSet: false,
      "range x from 1 to 9 step 1 | summarize t = tdigest(x) | project percentile_tdigest(t, 50)",
      "5"),
    merge(
      "tdigest_merge", ["merge_tdigest"], "Several `tdigest` made one.", isSet: false,
      "range x from 1 to 9 step 1 | summarize t = tdigest(x) by x % 2 "
        + "| summarize t = tdigest_merge(t) | project percentile_tdigest(t, 50)", "5"),
  ]

  private static func sketch(
    _ name: String, _ summary: String, isSet: Bool, _ query: String, _ output: String
  ) -> AggregateFunction {
    AggregateFunction(
      name,
      [
        FunctionParameter("value", .any),
        FunctionParameter("accuracy", .integer, "ignored", isOptional: true, isConstant: true),
      ], summary: summary, details: "Holds the values themselves, so that results are exact.",
      examples: [Example(query, output: output)]
    ) { arguments in
      guard let type = arguments.first?.type else { return nil }
      return .init([(named(name, arguments), .dynamic)]) {
        ListState(type, keepsNulls: false, isSet: isSet, most: .max)
      }
    }
  }

  private static func merge(
    _ name: String, _ aliases: [String], _ summary: String, isSet: Bool, _ query: String,
    _ output: String
  ) -> AggregateFunction {
    let single = isSet ? "hll" : "tdigest"
    return AggregateFunction(
      name, aliases: aliases, [FunctionParameter("sketch", .dynamic)], summary: summary,
      details: "Outside `summarize` it takes several sketches and makes one of those of a row.",
      examples: [
        Example(query, output: output),
        Example(
          "range x from 1 to 4 step 1 | summarize a = \(single)(x), b = \(single)(x + 9) | project array_length(\(name)(a, b))",
          "two of one row", output: "8"),
      ]
    ) { arguments in
      .init([(named(name, arguments), .dynamic)]) { ElementsState(isSet: isSet) }
    }
  }
}

/// Functions that read what `hll` and `tdigest` made.
public enum SketchFunctions {
  /// All of them, in the order of help.
  public static let all = [
    ScalarFunction(
      "dcount_hll", family: "dynamic", [FunctionParameter("hll", .dynamic)], returns: .long,
      summary: "The number of different values that an `hll` holds.",
      examples: [
        Example(
          "range x from 1 to 5 step 1 | summarize h = hll(x) | project dcount_hll(h)",
          output: "5")
      ],
      .rows(nulls: .propagate) { arguments in
        guard case .dynamic(.array(let values)) = arguments[0] else { return .null(.long) }
        return .long(Int64(values.count))
      }),
    ScalarFunction(
      "percentile_tdigest", family: "dynamic",
      [
        FunctionParameter("tdigest", .dynamic), FunctionParameter("percent", .number),
        FunctionParameter("type", .any, isOptional: true),
      ], returns: .dynamic, summary: "A percentile of the values that a `tdigest` holds.",
      examples: [
        Example(
          "range x from 1 to 9 step 1 | summarize t = tdigest(x) | project percentile_tdigest(t, 90)",
          output: "9")
      ],
      .rows(nulls: .handled) { percentile($0, .dynamic) }
    ).deciding { _, constants in
      guard constants.count == 3, case .string(let name)? = constants[2],
        let type = ScalarType(name: name)
      else { return nil }
      return .resolved(.init(type, .rows(nulls: .handled) { percentile($0, type) }))
    },
    ScalarFunction(
      "percentiles_array_tdigest", family: "dynamic",
      [
        FunctionParameter("tdigest", .dynamic),
        FunctionParameter("percents", [.number, .dynamic], isRepeated: true),
      ], returns: .dynamic,
      summary: "Several percentiles of the values of a `tdigest`, as an array.",
      examples: [
        Example(
          "range x from 1 to 9 step 1 | summarize t = tdigest(x) | project percentiles_array_tdigest(t, 50, 90)",
          output: "[5,9]")
      ], .rows(nulls: .handled) { percentiles($0) }),
    rank, percentRank,
  ]

  /// What merges the sketches of a row, by the name of the aggregate that merges those of a group.
  static func merger(_ name: String) -> ScalarFunction? {
    guard ["hll_merge", "merge_tdigest", "tdigest_merge"].contains(name) else { return nil }
    let isSet = name == "hll_merge"
    return ScalarFunction(
      name, family: "dynamic",
      [
        FunctionParameter("sketch", .dynamic),
        FunctionParameter("other", .dynamic, isRepeated: true),
      ], returns: .dynamic, summary: "Several sketches of a row made one.",
      .rows(nulls: .propagate) { arguments in
        var merged: [Dynamic] = []
        var seen: Set<Dynamic> = []
        for argument in arguments {
          guard case .dynamic(.array(let values)) = argument else { return .null(.dynamic) }
          merged += isSet ? values.filter { seen.insert($0).inserted } : values
        }
        return .array(merged)
      })
  }

  private static let rank = ScalarFunction(
    "rank_tdigest", family: "dynamic",
    [FunctionParameter("tdigest", .dynamic), FunctionParameter("value", [.number, .time])],
    returns: .real, summary: "How many of the values of a `tdigest` are at or below a value.",
    examples: [
      Example(
        "range x from 1 to 1000 step 1 | summarize t = tdigest(x) | project rank_tdigest(t, 685)",
        output: "685.0")
    ], .rows(nulls: .propagate) { rank($0).map { .real(Double($0.atOrBelow)) } ?? .null(.real) })

  private static let percentRank = ScalarFunction(
    "percentrank_tdigest", family: "dynamic",
    [FunctionParameter("tdigest", .dynamic), FunctionParameter("value", [.number, .time])],
    returns: .real,
    summary: "Which percentage of the values of a `tdigest` is at or below a value.",
    examples: [
      Example(
        "range x from 1 to 8 step 1 | summarize t = tdigest(x) | project percentrank_tdigest(t, 6)",
        output: "75.0")
    ],
    .rows(nulls: .propagate) {
      rank($0).map { .real(100 * Double($0.atOrBelow) / Double($0.all)) } ?? .null(.real)
    })

  /// How many values a `tdigest` holds, and how many of them are at or below a value; nil without values.
  private static func rank(_ arguments: [Scalar]) -> (atOrBelow: Int, all: Int)? {
    guard case .dynamic(.array(let values)) = arguments[0], !values.isEmpty,
      case .dynamic(let bound) = arguments[1].converted(to: .dynamic)
    else { return nil }
    return (values.count { (scalarOrder($0, bound) ?? 1) <= 0 }, values.count)
  }

  /// Percentiles given one by one or as an array.
  private static func percentiles(_ arguments: [Scalar]) -> Scalar {
    let wanted = arguments.dropFirst().flatMap { argument -> [Scalar] in
      guard case .dynamic(.array(let percents)) = argument else { return [argument] }
      return percents.map(Scalar.dynamic)
    }
    let found = wanted.map { percent -> Dynamic in
      let number = percent.converted(to: .real)
      guard case .dynamic(let value) = percentile([arguments[0], number], .dynamic) else {
        return .null
      }
      return value
    }
    return .array(found)
  }

  private static func percentile(_ arguments: [Scalar], _ type: ScalarType) -> Scalar {
    guard case .dynamic(.array(let values)) = arguments[0], !values.isEmpty,
      let percent = arguments[1].asReal, percent >= 0, percent <= 100
    else { return .missing(type) }
    let sorted = values.sorted { (scalarOrder($0, $1) ?? 0) < 0 }
    return Scalar.dynamic(sorted[nearestRank(percent, of: sorted.count)]).converted(to: type)
  }

  private static func scalarOrder(_ left: Dynamic, _ right: Dynamic) -> Int? {
    dynamicOrder(.dynamic(left), .dynamic(right))
  }
}
