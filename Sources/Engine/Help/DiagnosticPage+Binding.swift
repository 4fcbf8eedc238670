extension DiagnosticPage {
  /// What names and types get wrong.
  static let bindingPages = [
    DiagnosticPage(
      "E0201", "No column or value has that name here.",
      "A stage sees the columns that the stage before it yields: after `project` and `summarize` only those named there. Names are case-sensitive; `['any text']` quotes one. `getschema` lists the columns at a place. `fix` takes the nearest name.",
      wrong: "print score = 1 | where scor > 0", right: "print score = 1 | where score > 0"),
    DiagnosticPage(
      "E0202", "No table has that name.",
      "`datasets` lists what is stored, `show views` and `show lets` what is named. `load \"FILE\" as NAME` stores one.",
      wrong: "caes | take 5"),
    DiagnosticPage(
      "E0203", "No function has that name.", "`help functions` and `help aggregates` list them.",
      wrong: "print strlne(\"a\")", right: "print strlen(\"a\")"),
    DiagnosticPage(
      "E0204", "No stage has that name.", "`help stages` lists them."),
    DiagnosticPage(
      "E0205", "A value is called like a function.", "Leave out the brackets.",
      wrong: "let limit = 5; print limit(3)", right: "let limit = 5; print limit"),
    DiagnosticPage(
      "E0206", "A function has too few or too many arguments.",
      "The help line shows how it is written; what may be left out stands in [ ].",
      wrong: "print round()", right: "print round(2.5)"),
    DiagnosticPage(
      "E0207", "An argument has a type that the function does not take.",
      "Convert it: tostring(), tolong(), todouble(), todatetime(), totimespan(), tobool().",
      wrong: "print startofday(\"2026-01-31\")",
      right: "print startofday(todatetime(\"2026-01-31\"))"),
    DiagnosticPage(
      "E0208", "These types do not go together in the function.",
      "Convert one so that they do.", wrong: "print max_of(1, \"a\")", right: "print max_of(1, 2)"),
    DiagnosticPage(
      "E0209", "An operator does not go between these types.",
      "Convert one side, for example with tostring() or tolong().", wrong: "print \"a\" + 1",
      right: "print strcat(\"a\", 1)"),
    DiagnosticPage(
      "E0210", "Text is compared with a number.",
      "A column that was loaded as text holds text even where it looks like numbers. Convert it with tolong() or todouble(), say its type in `load ... with (types=(score:real))`, or put the number in quotes.",
      wrong: "print score = \"5\" | where score > 3",
      right: "print score = \"5\" | where tolong(score) > 3"),
    DiagnosticPage(
      "E0211", "A condition is true or false, and this is something else.",
      "Compare it with something, or test it with isempty(), isnull() or tobool().",
      wrong: "print a = \"x\" | where a", right: "print a = \"x\" | where isnotempty(a)"),
    DiagnosticPage(
      "E0212", "A value has to be known before any row is read.",
      "Use a literal, a `let` value or a `param`; a column cannot stand here."),
    DiagnosticPage(
      "E0213", "A constant of another type is needed.", "The message says which.",
      wrong: "range n from 1 to 3 step 1 | take \"x\"",
      right: "range n from 1 to 3 step 1 | take 2"),
    DiagnosticPage(
      "E0214", "An aggregate stands outside `summarize`.",
      "Aggregates work over groups of rows. Over the elements of an array there are array_sum() and series_stats().",
      wrong: "range n from 1 to 3 step 1 | extend s = sum(n)",
      right: "range n from 1 to 3 step 1 | summarize s = sum(n)"),
    DiagnosticPage(
      "E0215", "An aggregate stands inside another.", "Summarize twice, one after the other.",
      wrong: "range n from 1 to 3 step 1 | summarize max(sum(n))",
      right: "range n from 1 to 3 step 1 | summarize s = sum(n) by n % 2 | summarize max(s)"),
    DiagnosticPage(
      "E0216", "A column is neither aggregated nor a key.",
      "Put it behind `by`, or inside an aggregate such as take_any().",
      wrong: "range n from 1 to 3 step 1 | summarize n + count()",
      right: "range n from 1 to 3 step 1 | summarize take_any(n) + count()"),
    DiagnosticPage(
      "E0217", "A value stands where a table is needed.", "A pipeline begins with a table.",
      wrong: "let limit = 5; limit | take 1"),
    DiagnosticPage(
      "E0218", "A table stands where a value is needed.",
      "toscalar(T | ...) takes the first value of a table.",
      wrong: "let t = (print x = 1); print t", right: "let t = (print x = 1); print toscalar(t)"),
    DiagnosticPage(
      "E0219", "No column is left.", "Keep at least one."),
    DiagnosticPage(
      "E0220", "Two columns would have one name.", "Give one of them another name.",
      wrong: "datatable(a: long, a: long)[1, 2]", right: "datatable(a: long, b: long)[1, 2]"),
    DiagnosticPage(
      "E0221", "This part of KQL is not supported.",
      "Graph operators, geography and names of other clusters are not.",
      wrong: "print geo_distance_2points(1.0, 2.0, 3.0, 4.0)"),
    DiagnosticPage(
      "E0222", "A literal is not of its type.", "The help line shows how one is written.",
      wrong: "print datetime(2026-13-45)", right: "print datetime(2026-12-31)"),
    DiagnosticPage(
      "E0223", "A function needs rows in a fixed order.",
      "Put `sort by ...` or `serialize` before the stage."),
    DiagnosticPage(
      "E0224", "The body of a function that `let` defined is wrong.",
      "The message says what; a body sees its parameters and what `let` had defined before it."),
    DiagnosticPage(
      "E0225", "It could not be done.", "The message has the reason."),
    DiagnosticPage(
      "E0226", "There is no earlier pipeline to continue.",
      "A statement that begins with `|` goes on from the last result. Begin with the name of a table.",
      wrong: "| take 5", right: "print 1 | take 5"),
    DiagnosticPage(
      "E0227", "It is written in another way.", "The help line shows how.",
      wrong: "print f = 1 | where f.a > 1"),
    DiagnosticPage(
      "E0228", "The columns depend on the data.",
      "What follows `pivot` and `bag_unpack` is bound after they ran, so `check` cannot look at it."
    ),
    DiagnosticPage(
      "E0229", "A word of the language names a column.", "Put it in brackets and quotes.",
      wrong: "print n = 1 | extend missing = 1",
      right: "print n = 1 | extend ['missing'] = 1"),
    DiagnosticPage(
      "E0230", "A dynamic value cannot be a key.",
      "Say what it is, for example with tostring() or tolong().",
      wrong: "print d = dynamic({}) | summarize count() by d",
      right: "print d = dynamic({}) | summarize count() by tostring(d)"),
    DiagnosticPage(
      "E0231", "A time is compared with text.",
      "Write it as datetime(2026-01-31), or convert the text with todatetime().",
      wrong: "print t = now() | where t > \"2026-01-01\"",
      right: "print t = now() | where t > datetime(2026-01-01)"),
    DiagnosticPage(
      "E0232", "A protected value would show.",
      "Constants are shown by `explain` and kept in scripts, so none may be taken from a protected column. `help protect` explains."
    ),
    DiagnosticPage(
      "E0234", "A table has changed under a name that `let` gave.",
      "The name means its pipeline, over what the tables hold when it is used. A column that it reads is gone or has another type: enter the `let` again."
    ),
    DiagnosticPage(
      "E0233", "A bare null has no type.",
      "isnull(x) and isnotnull(x) test for a missing value; int(null) is a null of a type.",
      wrong: "print n = 1 | where n == null", right: "print n = 1 | where isnotnull(n)"),
  ]
}
