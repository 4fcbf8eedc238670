extension DiagnosticPage {
  /// What reports, and scripts that are run from a statement, report.
  static let reportPages = [
    DiagnosticPage(
      "E0730", "What stands in {{ }} quotes no result.",
      "Prose of a report quotes {{ name.column }}, or {{ name }} where the result has one column. \\{{ is no quote."
    ),
    DiagnosticPage(
      "E0731", "No result has the name that the prose quotes.",
      "`| as NAME` behind a pipeline names its result; `let` and `param` name theirs."),
    DiagnosticPage(
      "E0732", "A quote needs a result of one row.",
      "Prose can say one value only. Summarize, or take one row, before `as`."),
    DiagnosticPage(
      "E0733", "The quoted result has no such column.",
      "The help line lists the columns that it has."),
    DiagnosticPage(
      "E0734", "No reports are made here.",
      "`casebook render SCRIPT.cb -o OUT.html` makes them."),
    DiagnosticPage(
      "E0735", "Scripts run each other without end.",
      "A script that is run may run others, but none of them the first one again."),
  ]
}
