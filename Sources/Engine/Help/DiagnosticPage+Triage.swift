extension DiagnosticPage {
  /// What rules, queues and their checks report.
  static let triagePages = [
    DiagnosticPage(
      "E0601", "A list takes its values from a column.",
      "list trusted from known_good.actor_id"),
    DiagnosticPage(
      "E0602", "These are no opening hours.",
      "hours \"24x7\" or hours \"mon-fri 08:00-20:00 Europe/Dublin\""),
    DiagnosticPage(
      "E0603", "A pool has staff and serves queues.",
      "pool vendor_a staff 20 shrinkage 30% serves (general, manual_check)"),
    DiagnosticPage("E0604", "A length of time is needed.", "Such as 9m, 4h or 2d."),
    DiagnosticPage("E0605", "A number is needed.", "The message says of which kind."),
    DiagnosticPage(
      "E0606", "A rule cannot have this name.",
      "`backtest` uses the names default, unknown and all for its last rows."),
    DiagnosticPage(
      "E0607", "A rule ends before it begins.", "`from` is the earlier of its two times."),
    DiagnosticPage(
      "E0608", "A rule, queue or ruleset lacks a part.", "The help line shows a whole one."),
    DiagnosticPage("E0609", "A date is needed.", "from 2026-01-31, or from datetime(2026-01-31)"),
    DiagnosticPage(
      "E0610", "A rule says twice where a case goes.",
      "route, escalate, close and hold exclude each other."),
    DiagnosticPage("E0611", "A label is a name or a text.", "label urgent, or label \"auto:high\""),
    DiagnosticPage(
      "E0612", "A definition reads a parameter that this session has not declared.",
      "A draft goes by the parameters of the session: `param NAME: TYPE = VALUE` first. A published version has its own."
    ),
    DiagnosticPage(
      "E0613", "A rule reads a name that `let` defined, or a secret.",
      "Rules read columns, lists and parameters: `param cut: real = 0.9` instead of `let cut = 0.9`."
    ),
    DiagnosticPage(
      "E0620", "No ruleset has that name.", "`show rulesets` lists them; `help rules` explains."),
    DiagnosticPage(
      "E0621", "There is nothing to amend.",
      "A line that begins with a clause word amends the rule, queue or ruleset just entered. Enter the whole again."
    ),
    DiagnosticPage(
      "E0622", "A published version cannot be changed.", "Change the draft, then `publish` it."),
    DiagnosticPage("E0625", "The ruleset is not said.", "drop rule NAME in SET"),
    DiagnosticPage(
      "E0626", "Nothing of the kind has that name.", "`show rules`, `show queues` list them."),
    DiagnosticPage(
      "E0627", "The draft of the ruleset was dropped.", "SET@live is what was published last."),
    DiagnosticPage(
      "E0628", "The ruleset has no such version.",
      "Versions are numbers, live and as_deployed: intake@2, intake@live."),
    DiagnosticPage(
      "E0629", "A ruleset's name is needed.", "Such as intake, intake@live or intake@2."),
    DiagnosticPage(
      "E0631", "The ruleset does not say when a case was decided.",
      "ruleset NAME ... decided COLUMN, a datetime column"),
    DiagnosticPage(
      "E0632", "The handling time is not a length of time.",
      "A timespan column is needed: | extend handling = closed_at - opened_at"),
    DiagnosticPage(
      "E0633", "A case is held until a time.", "hold until now() + 2d to QUEUE"),
    DiagnosticPage(
      "E0634", "A rule sees one case at a time.",
      "Compute what depends on other rows before: | serialize | extend ..."),
    DiagnosticPage(
      "E0635", "A rule cannot draw random numbers.", "`qa p%` draws cases for review."),
    DiagnosticPage("E0636", "A rule cannot be evaluated.", "The message has the reason."),
    DiagnosticPage(
      "E0637", "The ruleset reads a column that is not here.",
      "Rename the column, or compute it before `triage`."),
    DiagnosticPage(
      "E0638", "A list reads what is not here.", "Load it, or define the list again."),
    DiagnosticPage(
      "E0641", "The ruleset does not say which cases it is for.", "ruleset NAME on DATASET ..."),
    DiagnosticPage(
      "E0642", "The ruleset has no key to find a case by.", "ruleset NAME ... key COLUMN"),
    DiagnosticPage("E0643", "The case cannot be found.", "The message has the reason."),
    DiagnosticPage(
      "E0644", "There is no such case.",
      "An identity with signs other than letters, digits and _ stands in quotes."),
    DiagnosticPage(
      "E0646", "A test gives a column that the dataset does not have.",
      "The help line has the nearest, or all."),
    DiagnosticPage("E0647", "A test gives a value of another type.", "The help line says which."),
    DiagnosticPage("E0648", "The ruleset has no such rule.", "`show rules` lists them."),
    DiagnosticPage("E0650", "It is not said why.", "publish NAME because \"...\""),
    DiagnosticPage(
      "E0630", "A text of a rule names a column that is not there.",
      "because \"score {score}\" shows the case's score; {{ writes a brace."),
    DiagnosticPage(
      "E0651", "`effective` takes a time.",
      "effective 2026-07-01, or effective datetime(2026-07-01 06:00)"),
    DiagnosticPage("E0652", "The ruleset has errors.", "`check NAME` lists them."),
    DiagnosticPage(
      "E0653", "The ruleset has no test.",
      "test \"...\" in SET given (column = value) gives route QUEUE"),
    DiagnosticPage("E0654", "A test of the ruleset fails.", "`test NAME` shows what came out."),
    DiagnosticPage(
      "E0655", "The gate fails.",
      "A figure of the backtest is outside what the gate allows; a null fails, too. `| backtest NAME` shows the figures."
    ),
    DiagnosticPage(
      "E0656", "Nothing changed since the last version.", "`diff NAME@live, NAME` is empty."),
    DiagnosticPage(
      "W0623", "A rule routes to a queue that is not there yet.", "queue NAME staff 4 aht 5m"),
    DiagnosticPage(
      "W0633", "A rule reads what is known only after the decision.",
      "In a backtest it looks better than it can be. Columns in `right` and `overturned` are late by themselves; `late` declares others."
    ),
    DiagnosticPage(
      "W0624", "A ruleset is for a table that is not there yet.", "load \"FILE\" as NAME"),
  ]
}
