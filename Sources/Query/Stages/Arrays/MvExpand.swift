import CasebookLanguage
import CasebookTables
import CasebookValues

/// `mv-expand tags`: a row for each element of an array.
enum MvExpandStage: StageDeclaration {
  static let signature = Signature(
    "mv-expand", aliases: ["mvexpand"],
    [
      .parameters([
        Parameter("kind", words: ["bag", "array"]),
        Parameter("bagexpansion", words: ["bag", "array"]), Parameter("with_itemindex"),
      ]), Expansion.columnGrammar, Expansion.limitGrammar,
    ])
  static let summary = "Makes a row of each element of an array, or of each key of a bag."
  static let details = """
    The other columns are repeated. A null gives one row, an empty array none. Several columns go side
    by side, the shorter ones filled with null. A bag gives bags of one key each, or with `kind=array`
    pairs `["key", value]`. `to typeof(long)` converts the elements, `with_itemindex=i` adds their place
    within the array, and `limit` bounds the rows made of one row.
    """
  static let examples = [
    Example(
      "print queue = \"fraud\", tags = dynamic([\"new\", \"urgent\"]) | mv-expand tags",
      "a row an element", output: "fraud\tnew\nfraud\turgent"),
    Example(
      "print a = dynamic([3, 5]) | mv-expand with_itemindex=i n = a to typeof(long) | project i, n",
      "typed, with the place", output: "0\t3\n1\t5"),
    Example(
      "print d = dynamic({\"a\": 1, \"b\": 2}) | mv-expand kind=array d", "a bag as pairs",
      output: "\"[\"\"a\"\",1]\"\n\"[\"\"b\"\",2]\""),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let (operation, input) = try Expansion.bind(stage, input, binder)
    return .apply(operation, [input])
  }
}
