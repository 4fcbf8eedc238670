import CasebookLanguage

/// A form of the language that is neither a stage nor a function of values, for help.
public struct FormDeclaration: Sendable {
  /// The word.
  public let name: String
  /// How it is written.
  public let usage: String
  /// One sentence.
  public let summary: String
  /// What else there is to know.
  public let details: String
  /// Statements that run.
  public let examples: [Example]

  init(
    _ name: String, _ usage: String, _ summary: String, details: String = "", _ query: String,
    _ output: String
  ) {
    (self.name, self.usage, self.summary, self.details) = (name, usage, summary, details)
    examples = [Example(query, output: output)]
  }
}

/// Every such form, in the order of help.
public enum FormCatalogue {
  /// All of them.
  public static let all: [FormDeclaration] = [
    FormDeclaration(
      "let", "let name = pipeline | value | (parameter: type, ...) { body }",
      "Names a view, a value or a function for the statements after it.",
      details: """
        Names bind when the statement is entered, so `let cases = cases | where ...` is a narrower `cases`. A view is
        evaluated when it is used, over what its tables hold then; only `now()` is when it was entered. `lets` lists them, `save view name` keeps a view in the workspace, `drop name` forgets it.
        """,
      "let twice = (n: long) { n * 2 }; print twice(21)", "42"),
    FormDeclaration(
      "toscalar", "toscalar(pipeline)", "The first value of a table, as a value.",
      "print toscalar(range n from 1 to 9 step 1 | summarize max(n))", "9"),
    FormDeclaration(
      "materialize", "materialize(pipeline)",
      "A table that is computed once, however often it is used.",
      "let t = materialize(range n from 1 to 3 step 1); union t, t | count", "6"),
    FormDeclaration(
      "table", "table(\"name\")", "The table of a name that is a text.",
      "let t = print a = 1; table(\"t\")", "1"),
    FormDeclaration(
      "bin_auto", "bin_auto(value)",
      "A number or time rounded down to a step that the script sets before.",
      details:
        "`set query_bin_auto_size = 1h`, or a `let` of that name, gives the step, `query_bin_auto_at` a value where one begins.",
      "let query_bin_auto_size = 7; print bin_auto(17)", "14"),
    FormDeclaration(
      "column_ifexists", "column_ifexists(\"name\", otherwise)",
      "A column if the input has it, else another value.",
      "print a = 1 | project b = column_ifexists(\"b\", 7)", "7"),
    FormDeclaration(
      "bag_pack_columns", "bag_pack_columns(column, ...)",
      "A bag of columns, each under its own name.",
      "print a = 1, b = \"x\" | project bag = bag_pack_columns(a, b) | project bag.a, bag.b", "1\tx"
    ),
    FormDeclaration(
      "column_names_of", "column_names_of(table)", "The names of a table's columns, as an array.",
      "let t = print a = 1, b = 2; print column_names_of(t)", "\"[\"\"a\"\",\"\"b\"\"]\""),
  ]

  /// The form of a word, or nil.
  public static func form(_ name: String) -> FormDeclaration? { all.first { $0.name == name } }
}
