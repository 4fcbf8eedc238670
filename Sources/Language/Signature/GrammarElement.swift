/// One element of what may follow the word of a stage or command.
///
/// Elements are matched in order, each decided by the next token or two. A newline outside
/// brackets ends the statement where everything left is optional and the next line does not begin
/// with a word (or a `name=`) that the rest accepts; so an element that a sentence needs must not be
/// declared optional: use `choice` for alternatives of which one is needed.
public indirect enum GrammarElement: Sendable {
  // Expressions.

  /// One expression: `where x > 1`. Part: `expression(label)`.
  case expression(String)
  /// `search`'s expression, in which `column : "term"` is an operator. Part: `expression(label)`.
  case searchPredicate(String)
  /// One literal, name, call or bracket, so that a word or `name=` may follow without a comma.
  /// Part: `expression(label)`.
  case operand(String)
  /// One expression, perhaps `name = e` or `(a, b) = e`. Part: `items(label)` of one item.
  case item(String)
  /// A comma list of expressions, each perhaps `name = e` or `(a, b) = e`. Part: `items(label)`.
  case items(String)
  /// A comma list of `operand`s. Part: `items(label)`.
  case operands(String)
  /// A comma list of expressions without names, as `join`'s conditions. Part: `items(label)`.
  case conditions(String)
  /// A comma list of `new = old` in which the name is needed. Part: `items(label)`.
  case assignments(String)
  /// One column, or a wildcard. Part: `items(label)` of one item.
  case column(String)
  /// A comma list of columns, with wildcards: `a, b*, ['c d']`, also `*`. Part: `items(label)`,
  /// each value a `.name`, `.member`, `.star` or `.wildcard`.
  case columns(String)
  /// One sort key. Part: `sortKeys(label)` of one key.
  case sortKey(String)
  /// A comma list of `expression [asc|desc] [nulls first|last]`, each perhaps `name = e`.
  /// Part: `sortKeys(label)`.
  case sortKeys(String)

  // Single tokens.

  /// A name, also one that is quoted. Part: `name(label)`.
  case name(String)
  /// A name with `.column` behind it, `cases.score`, or without. Part: `expression(label)`.
  case path(String)
  /// A string. Part: `string(label)`.
  case string(String)
  /// A number or timespan, perhaps with a sign. Part: `expression(label)`.
  case number(String)
  /// A number or timespan, perhaps with a sign, or a name or bracket that stands for one.
  /// Part: `expression(label)`.
  case amount(String)
  /// A day written bare, `2026-01-31`, or one literal, name, call or bracket.
  /// Part: `expression(label)`; a bare day is a `datetime` literal.
  case date(String)
  /// A type's name: `long`, also `typeof(long)`. Part: `expression(label)`, a `.type`.
  case type(String)
  /// The rest of the line or statement as one text, whatever it is. Part: `expression(label)`,
  /// a `.error` expression whose span is the text, without a diagnostic.
  case text(String)

  // Words and alternatives.

  /// A word that must be there. It leaves no part.
  case word(String)
  /// A punctuation that must be there: `:`, `=`, `(`, `)`, `=>`. It leaves no part.
  case symbol(String)
  /// One of some words, needed. Part: `word(label)`.
  case oneOf(String, [String])
  /// One of many words, or none; any other name on the line is an error that offers the nearest word.
  /// Messages and help say the label instead of all the words. Part: `word(label)`.
  case optionalWord(String, [String])
  /// The elements, or nothing. Decided by the first element.
  case optional([GrammarElement])
  /// The first alternative that the next tokens can begin; one is needed.
  case choice([[GrammarElement]])
  /// Clauses in any order, each at most once; one that is a `repeated` without a separator may
  /// come again and again, each time leaving a part. None is needed.
  case clauses([[GrammarElement]])
  /// The elements, repeated with a separator (`,` or `;`, or "" for none) between. A separator
  /// may also follow the last. At least one repetition. Part: `groups(label)`.
  case repeated(String, separator: String, [GrammarElement])
  /// Elements within brackets `(...)`, inside which newlines mean nothing.
  case bracketed([GrammarElement])

  // Settings.

  /// Any number of `name=value` settings, of the names given. Values are operands.
  /// Part: `parameter(name)`.
  case parameters([Parameter])
  /// `(name=value, ...)` as behind `with`; a value may be a list, a schema, or named in turn.
  /// Part: `parameter(name)`.
  case bracketedParameters([Parameter])

  // Tables.

  /// A table: a name, a call, or a pipeline in brackets. Part: `expression(label)`.
  case table(String)
  /// A comma list of tables, also wildcards `T*`. Part: `tables(label)`.
  case tables(String)
  /// A pipeline or an expression, up to the end of the statement. Part: `pipeline(label)`.
  case pipeline(String)
  /// A pipeline up to the word before a string: `export T | take 5 to "a.csv"`.
  /// Part: `pipeline(label)`.
  case pipelineBefore(String, word: String)
  /// A pipeline up to the last such word of the statement that stands outside brackets and is not
  /// followed by `missing` or `present`: `expect T | where x is missing is empty`.
  /// Part: `pipeline(label)`.
  case pipelineBeforeLast(String, word: String)
  /// `( stage | stage )`, whose rows are the outer stage's. Part: `pipeline(label)`.
  case subpipeline(String)

  // Special forms.

  /// `parse`'s pattern: `* "text" column:type *`. Part: `pattern(label)`.
  case pattern(String)
  /// `(a: int, b: string)`, perhaps `= value`. Part: `schema(label)`.
  case schema(String)
  /// The `[ ... ]` with `datatable`'s values, row by row. Part: `items(label)`.
  case rows(String)
}
