extension DiagnosticPage {
  /// What the parser reports.
  static let syntaxPages = [
    DiagnosticPage(
      "E0101", "Something else is needed here.",
      "The text goes on with something that cannot stand here. The help line shows the form of the stage or command; `help WORD` explains it.",
      wrong: "range n from 1 to 3 step | take 1", right: "range n from 1 to 3 step 1 | take 1"),
    DiagnosticPage(
      "E0102", "The statement stops before it is whole.",
      "Something is still needed at the end. At a prompt, Enter continues such a statement on the next line; a blank line ends it as it is.",
      wrong: "print 1 +", right: "print 1 + 2"),
    DiagnosticPage(
      "E0103", "Something stands behind the end of the statement.",
      "A stage begins with `|`, a new statement with `;` or on a line of its own, the next item of a list with `,`.",
      wrong: "print 1 2", right: "print 1, 2"),
    DiagnosticPage(
      "E0104", "Something in brackets does not fit.",
      "Between brackets, items are parted by commas.", wrong: "print max_of(1 2)",
      right: "print max_of(1, 2)"),
    DiagnosticPage(
      "E0105", "A bracket is never closed.",
      "The diagnostic points at the bracket that opens. In a script, reading starts again at a blank line that is followed by a statement.",
      wrong: "print (1 + 2", right: "print (1 + 2)"),
    DiagnosticPage(
      "E0106", "A bracket closes nothing.", "Take it out, or open one before. `fix` takes it out.",
      wrong: "print 1)", right: "print (1)"),
    DiagnosticPage(
      "E0107", "A string is never closed.",
      "A string ends with the quote that opens it, on the same line. Longer texts stand between ``` and ```.",
      wrong: "print \"abc", right: "print \"abc\""),
    DiagnosticPage(
      "E0108", "There is no stage of that name.",
      "`help stages` lists the stages. Habits of SQL have other names here: `where` for having, `project` for select, `summarize ... by` for group by.",
      wrong: "print n = 1 | filtre n > 0", right: "print n = 1 | where n > 0"),
    DiagnosticPage(
      "E0109", "There is no command of that name.",
      "A first word that is followed by anything but `|` is a command. A table is followed by `|` and a stage, or stands alone.",
      wrong: "lod \"cases.csv\"", right: "load \"cases.csv\" as cases"),
    DiagnosticPage(
      "E0110", "A `|` is missing.", "Every stage begins with `|`. `fix` puts it in.",
      wrong: "print n = 1 where n > 0", right: "print n = 1 | where n > 0"),
    DiagnosticPage(
      "E0111", "A word of the form is missing.",
      "The help line names the word, and `fix` puts it in.", wrong: "range n from 1 to 3 1",
      right: "range n from 1 to 3 step 1"),
    DiagnosticPage(
      "E0112", "One of a few words is needed.", "The message lists the words.",
      wrong: "timing maybe", right: "timing on"),
    DiagnosticPage(
      "E0113", "There is no setting of that name here.",
      "The help line has the nearest name, or all names.",
      wrong: "print k = 1 | join knd=inner (print k = 1) on k",
      right: "print k = 1 | join kind=inner (print k = 1) on k"),
    DiagnosticPage(
      "E0114", "A setting is given twice.", "Keep one of them.",
      wrong: "print k = 1 | join kind=inner kind=inner (print k = 1) on k",
      right: "print k = 1 | join kind=inner (print k = 1) on k"),
    DiagnosticPage(
      "E0115", "`&&` and `||` are written `and` and `or`.", "`fix` writes them so.",
      wrong: "print true && false", right: "print true and false"),
    DiagnosticPage(
      "E0116", "`=` gives a name; `==` compares.",
      "In `project`, `extend` and `summarize` an item may have a name before `=`. A condition compares with `==`, or with `=~` ignoring case.",
      wrong: "print n = 1 | where n = 1", right: "print n = 1 | where n == 1"),
    DiagnosticPage(
      "E0117", "`!` does not negate.",
      "Write `not(...)`. Operators have forms of their own: `!=`, `!in`, `!has`.",
      wrong: "print n = 1 | where !(n == 2)", right: "print n = 1 | where not(n == 2)"),
    DiagnosticPage(
      "E0118", "These are typographic quotes.",
      "They come from word processors and chat programs. `fix` makes them straight.",
      wrong: "print \u{201C}abc\u{201D}", right: "print \"abc\""),
    DiagnosticPage(
      "E0119", "There is no `group by`.", "`summarize` groups, and its keys come behind `by`.",
      wrong: "print n = 1 group by n", right: "print n = 1 | summarize count() by n"),
    DiagnosticPage(
      "E0120", "`between` needs two ends.",
      "Both ends are in. For times the second may be a length.",
      wrong: "print n = 1 | where n between 5", right: "print n = 1 | where n between (0 .. 5)"),
    DiagnosticPage(
      "E0121", "This is no number.",
      "Units of time are d, h, m, s, ms, microsecond and tick, right behind the digits: 90m.",
      wrong: "print 5parsecs", right: "print 5d"),
    DiagnosticPage(
      "E0122", "A backslash in a string begins nothing known.",
      "Double it, or put @ before the string, in which nothing is escaped.",
      wrong: "print \"C:\\queue\"", right: "print @\"C:\\queue\""),
    DiagnosticPage(
      "E0123", "Functions do not stand behind a dot.",
      "Write the value in the function's brackets.",
      wrong: "print \"A\".tolower()", right: "print tolower(\"A\")"),
    DiagnosticPage(
      "E0124", "The statement is nested too deeply.",
      "Name parts of it with `let`, or replace a long chain of `or` by `in (...)`."),
    DiagnosticPage(
      "E0125", "`not` needs brackets.", "It is a function: `not(...)`.",
      wrong: "print n = 1 | where not n == 2", right: "print n = 1 | where not(n == 2)"),
    DiagnosticPage(
      "E0126", "Names of other clusters and databases are not supported.",
      "Casebook reads the datasets of its workspace: `load` the data first.",
      wrong: "cluster(\"c\").database(\"d\").cases"),
    DiagnosticPage(
      "E0127", "A name is given a value without `let`.", "`fix` puts `let` in.",
      wrong: "limit = 5", right: "let limit = 5"),
    DiagnosticPage(
      "E0128", "This word of another language has another form here.",
      "`like` is `contains`, `startswith` or `matches regex`; `x is null` is `isnull(x)` or `x is missing`; `select a from t` is `t | project a`, or a statement of plain SQL.",
      wrong: "print n = \"abc\" | where n like \"a\"",
      right: "print n = \"abc\" | where n contains \"a\""),
  ]
}
