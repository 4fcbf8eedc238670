import CasebookLanguage

/// KQL's operators and some commands, declared as the engine declares its own.
enum Sample {
  static let signatures = SignatureSet(filters + columns + groups + tables + sources + commands)

  static let hints = [Parameter("hint.*")]

  static let filters = [
    Signature("where", aliases: ["filter"], [.parameters(hints), .expression("predicate")]),
    Signature("take", aliases: ["limit"], [.expression("count")]),
    Signature("count", [.optional([.word("as"), .name("name")])]),
    Signature("distinct", [.parameters(hints), .items("columns")]),
    Signature("sort", aliases: ["order"], [.parameters(hints), .word("by"), .sortKeys("keys")]),
    Signature("top", [.expression("count"), .word("by"), .sortKeys("keys")]),
    Signature("sample", [.expression("count")]),
    Signature("sample-distinct", [.expression("count"), .word("of"), .item("column")]),
    Signature(
      "search", role: .stageOrSource,
      [
        .parameters([Parameter("kind", words: ["case_sensitive", "case_insensitive"])]),
        .optional([.word("in"), .bracketed([.tables("tables")])]), .searchPredicate("predicate"),
      ]),
    Signature("getschema", []),
    Signature("consume", []),
    Signature("serialize", [.optional([.items("columns")])]),
    Signature("as", [.parameters(hints), .name("name")]),
    Signature(
      "render",
      [.name("kind"), .optional([.word("with"), .bracketedParameters([])])]),
  ]

  static let columns = [
    Signature("project", [.items("columns")]),
    Signature("extend", [.items("columns")]),
    Signature("project-away", [.columns("columns")]),
    Signature("project-keep", [.columns("columns")]),
    Signature("project-rename", [.assignments("columns")]),
    Signature(
      "project-reorder",
      [
        .repeated(
          "columns", separator: ",",
          [
            .column("column"),
            .optional([.oneOf("order", ["asc", "desc", "granny-asc", "granny-desc"])]),
          ])
      ]),
    Signature(
      "parse", [.parameters(parsing), .expression("input"), .word("with"), .pattern("pattern")]),
    Signature(
      "parse-where",
      [.parameters(parsing), .expression("input"), .word("with"), .pattern("pattern")]),
    Signature(
      "parse-kv",
      [
        .expression("input"), .word("as"), .schema("columns"),
        .optional([.word("with"), .bracketedParameters(pairs)]),
      ]),
    Signature(
      "mv-expand",
      [
        .parameters([
          Parameter("kind", words: ["bag", "array"]),
          Parameter("bagexpansion", words: ["bag", "array"]), Parameter("with_itemindex"),
        ]), expanded, .optional([.word("limit"), .number("limit")]),
      ]),
    Signature(
      "mv-apply",
      [
        .parameters([Parameter("with_itemindex")]), expanded,
        .optional([.word("limit"), .number("limit")]), .word("on"), .subpipeline("body"),
      ]),
  ]

  static let parsing = [
    Parameter("kind", words: ["simple", "regex", "relaxed"]), Parameter("flags"),
  ]

  static let pairs = [
    "pair_delimiter", "kv_delimiter", "quote", "escape", "greedy",
  ].map { Parameter($0) }

  static let expanded = GrammarElement.repeated(
    "columns", separator: ",", [.item("column"), .optional([.word("to"), .type("type")])])

  static let groups = [
    Signature(
      "summarize",
      [
        .parameters(hints),
        .choice([
          [.items("aggregates"), .optional([.word("by"), .items("keys")])],
          [.word("by"), .items("keys")],
        ]),
      ]),
    Signature(
      "make-series",
      [
        .parameters([Parameter("kind", words: ["nonempty"])]),
        .repeated(
          "aggregates", separator: ",", [.item("aggregate"), .parameters([Parameter("default")])]),
        .word("on"), .operand("on"),
        .choice([
          [.word("in"), .operand("range")],
          [
            .optional([.word("from"), .expression("from")]),
            .optional([.word("to"), .expression("to")]), .word("step"), .expression("step"),
          ],
        ]), .optional([.word("by"), .items("keys")]),
      ]),
    Signature(
      "top-nested",
      [
        .repeated(
          "levels", separator: ",",
          [
            .optional([.word("top-nested")]), .optional([.expression("count")]), .word("of"),
            .item("column"), .optional([.word("with"), .parameters([Parameter("others")])]),
            .word("by"),
            .sortKey("by"),
          ])
      ]),
    Signature(
      "top-hitters",
      [
        .expression("count"), .word("of"), .item("column"),
        .optional([.word("by"), .expression("by")]),
      ]),
    Signature(
      "reduce",
      [
        .word("by"), .expression("by"),
        .optional([
          .word("with"), .parameters([Parameter("threshold"), Parameter("characters")]),
        ]),
      ]),
    Signature(
      "scan",
      [
        .parameters([Parameter("with_match_id")]),
        .optional([.word("declare"), .schema("declare")]), .word("with"),
        .bracketed([
          .repeated(
            "steps", separator: ";",
            [
              .word("step"), .name("name"), .optional([.word("optional")]),
              .parameters([Parameter("output", words: ["all", "last", "none"])]), .symbol(":"),
              .expression("condition"), .optional([.symbol("=>"), .assignments("assignments")]),
            ])
        ]),
      ]),
    Signature(
      "partition", [.parameters(hints), .word("by"), .path("column"), .subpipeline("body")]),
    .analysis("signals", parameters: [Parameter("label"), Parameter("mature"), Parameter("cost")]),
    .analysis("bottlenecks", parameters: [Parameter("calendar")]),
  ]

  static let joining: [GrammarElement] = [
    .parameters(
      [Parameter("kind", words: ["inner", "innerunique", "leftouter"]), Parameter("withsource")]
        + hints), .table("right"),
    .choice([[.word("on"), .conditions("on")], [.word("where"), .expression("condition")]]),
  ]

  static let tables = [
    Signature("join", joining),
    Signature("lookup", joining),
    Signature(
      "union", role: .stageOrSource,
      [
        .parameters([
          Parameter("kind", words: ["inner", "outer"]), Parameter("withsource"),
          Parameter("isfuzzy"), Parameter("hint.*"),
        ]), .tables("tables"),
      ]),
    Signature(
      "evaluate", role: .stageOrSource,
      [.parameters(hints), .operand("plugin"), .optional([.symbol(":"), .schema("schema")])]),
    Signature("invoke", [.operand("function")]),
    Signature(
      "facet",
      [
        .word("by"), .columns("columns"), .optional([.word("with"), .subpipeline("body")]),
      ]),
    Signature(
      "fork",
      [
        .repeated(
          "legs", separator: "",
          [.optional([.name("name"), .symbol("=")]), .subpipeline("body")])
      ]),
  ]

  static let sources = [
    Signature("print", role: .source, [.items("columns")]),
    Signature(
      "range", role: .source,
      [
        .name("column"), .word("from"), .expression("from"), .word("to"), .expression("to"),
        .word("step"), .expression("step"),
      ]),
    Signature("datatable", role: .source, [.schema("schema"), .rows("rows")]),
    Signature(
      "externaldata", role: .source,
      [
        .schema("schema"), .rows("uris"),
        .optional([.word("with"), .bracketedParameters([])]),
      ]),
    Signature(
      "find", role: .source,
      [
        .optional([.word("in"), .bracketed([.tables("tables")])]),
        .choice([[.word("where"), .expression("predicate")], [.expression("predicate")]]),
        .optional([.word("project"), .columns("columns")]),
      ]),
  ]

  static let commands = [
    Signature(
      "load", role: .command,
      [
        .string("path"),
        .clauses([
          [.word("as"), .name("as")], [.word("append"), .name("append")],
          [.word("table"), .string("table")],
          [
            .word("with"),
            .bracketedParameters(
              ["format", "delimiter", "types", "timezone", "nulls", "on_error"].map {
                Parameter($0)
              }),
          ],
        ]),
      ]),
    Signature(
      "queue", role: .command, isAmendable: true,
      [
        .name("name"),
        .clauses([
          [.word("hours"), .string("hours")], [.word("staff"), .number("staff")],
          [.word("aht"), .number("aht")],
        ]),
      ]),
    Signature("datasets", role: .tableCommand, []),
    Signature("describe", role: .tableCommand, [.name("name")]),
    Signature("sql", role: .tableCommand, [.string("text")]),
    Signature("explain", role: .command, [.pipeline("pipeline")]),
    Signature(
      "export", role: .command,
      [
        .pipelineBefore("pipeline", word: "to"), .word("to"), .string("path"),
        .optional([.oneOf("replace", ["replace"])]),
      ]),
    Signature("protect", role: .command, [.columns("columns")]),
    Signature("undo", role: .command, isReserved: true, []),
    Signature("help", role: .command, isReserved: true, [.optional([.text("word")])]),
    Signature(
      "param", role: .command,
      [
        .name("name"), .symbol(":"), .type("type"),
        .optional([.symbol("="), .expression("default")]),
      ]),
  ]
}
