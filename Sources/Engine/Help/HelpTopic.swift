import CasebookRender

/// A page about a subject that is no word of the language: `help nulls`.
struct HelpTopic: Sendable {
  /// What one asks for.
  let name: String
  /// Other words for it.
  let aliases: [String]
  /// One sentence.
  let summary: String
  /// Paragraphs.
  let text: [String]
  /// Statements that show it, with their rows as `tsv`; they run as tests.
  let examples: [(query: String, output: String?)]

  init(
    _ name: String, aliases: [String] = [], _ summary: String, _ text: [String],
    examples: [(query: String, output: String?)] = []
  ) {
    self.name = name
    self.aliases = aliases
    self.summary = summary
    self.text = text
    self.examples = examples
  }

  /// The page as help draws it.
  var helpPage: HelpPage {
    HelpPage(
      title: name, summary: summary, details: text,
      examples: examples.map { HelpPage.Example($0.query, output: $0.output) })
  }

  /// The topic of a word.
  static func topic(_ word: String) -> HelpTopic? {
    all.first { $0.name == word || $0.aliases.contains(word) }
  }

  /// All topics, in the order of help.
  static let all = [
    HelpTopic(
      "pipes", aliases: ["pipelines", "pipeline", "|"],
      "A question is a table and the stages that it passes, with `|` between them.",
      [
        "Each stage reads the rows of the one before and yields a table: where keeps rows, extend adds columns, project chooses them, summarize groups, sort and top order, join puts tables side by side. `help stages` lists all.",
        "A statement that begins with `|` goes on from the last result, and `_` names it: type a step, look, type `| where ...`.",
        "A statement ends with its line unless a bracket is open, something is still needed, or the next line begins with `|`, `,` or an operator. `;` ends it, too.",
      ],
      examples: [
        ("range n from 1 to 9 step 1 | where n % 2 == 0 | summarize total = sum(n)", "20")
      ]),
    HelpTopic(
      "nulls", aliases: ["null", "missing"],
      "Every type but string has null for what is not known; in texts the empty one stands for it.",
      [
        "isnull(x) and isnotnull(x) test it, isempty(x) and isnotempty(x) also in texts; `x is missing` and `x is present` do for any type. `== null` is an error.",
        "`where` keeps a row only where the condition is true. A comparison with null is null, except that `!=` with a null keeps the row, as KQL has it; Casebook says how many rows that were.",
        "Functions of single values give null for null unless their page says otherwise. Aggregates leave nulls out; of no values at all, sum and count give 0, the others null. `1 / 0` is null for whole numbers. A failed conversion is null.",
        "sort puts nulls last for desc, its default, and first for asc.",
      ],
      examples: [
        (
          "datatable(n: long)[1, long(null), 3] | summarize rows = count(), known = count(n), total = sum(n)",
          nil
        ),
        ("print a = isnull(long(null)), b = isempty(\"\"), c = long(null) + 1", "true\ttrue\t"),
      ]),
    HelpTopic(
      "dates", aliases: ["times", "time", "datetimes", "durations", "timezones"],
      "datetime is a point in time in UTC, timespan a length of time.",
      [
        "Literals: datetime(2026-01-31), datetime(2026-01-31 17:30), 90m, 4h, 2d, timespan(1.02:30:00). ago(7d) and now() count from the session's clock, which `clock datetime(...)` fixes.",
        "bin(t, 1h) and startofday, startofweek, startofmonth round down; datetime_diff, datetime_part, dayofweek, format_datetime take apart. t2 - t1 is a timespan, t + 2h a datetime.",
        "Times without an offset in a file are UTC, or of the zone that `load ... with (timezone=\"Europe/Dublin\")` names. datetime_utc_to_local shows another zone's time. business_hours(from, to, calendar) counts only open hours.",
      ],
      examples: [
        (
          "print bin(datetime(2026-01-31 17:45), 1h), datetime(2026-02-01) - datetime(2026-01-31)",
          "2026-01-31T17:00:00.0000000Z\t1.00:00:00"
        )
      ]),
    HelpTopic(
      "types",
      "The types are bool, int, long, real, decimal, string, datetime, timespan, dynamic and guid.",
      [
        "Whole numbers divide to whole numbers: 7 / 2 is 3; write 7.0 / 2 or todouble(). Numbers and texts are never compared silently: tostring(), tolong(), todouble(), todatetime(), totimespan(), tobool() convert, and give null where the text is none.",
        "dynamic holds JSON: d.name and d[0] read from it, mv-expand makes rows of an array, parse_json reads a text. `load ... with (types=(score:real))` says the types of a file's columns; others are inferred.",
      ],
      examples: [("print 7 / 2, 7.0 / 2, tolong(\"12\"), tolong(\"x\")", "3\t3.5\t12\t")]),
    HelpTopic(
      "names", aliases: ["quoting", "columns"],
      "Names are case-sensitive; `['any text']` quotes one that has blanks or signs in it.",
      [
        "`let NAME = ...` names a table, a value or a function for the session; `save view NAME` keeps a table's pipeline in the workspace. Names bind to what they meant when the `let` was entered.",
        "Tab completes names, puts the quotes around them, and offers the values of a column behind == and in (.",
      ],
      examples: [("print ['opened at'] = 5 | where ['opened at'] > 3", "5")]),
    HelpTopic(
      "text", aliases: ["strings", "search", "regex"],
      "`has` finds whole words, `contains` parts of words, `matches regex` patterns.",
      [
        "has, contains, startswith, endswith, =~ and in~ ignore case; their forms with _cs, == and in do not. Each has an opposite with `!`: !has, !contains. has_any and has_all take lists.",
        "Texts stand in \" or '; a backslash begins an escape, and @\"...\" has none. Patterns are RE2's, which run in linear time.",
      ],
      examples: [
        (
          "print a = \"late refund\" has \"refund\", b = \"refunds\" has \"refund\", c = \"refunds\" contains \"refund\"",
          "true\tfalse\ttrue"
        )
      ]),
    HelpTopic(
      "protect", aliases: ["protection", "privacy", "reveal", "masking"],
      "A protected column shows as ***, and so does all that is computed from it.",
      [
        "`protect NAME.COLUMN` marks it in the workspace; `reveal NAME.COLUMN because \"...\"` shows it for this session and keeps the reason, which `show reveals` lists.",
        "Protection follows values through every stage, except counts. It holds in output, export, SQL, completion and errors. Errors never show case content, and nothing leaves the machine unless it is exported.",
      ]),
    HelpTopic(
      "rules", aliases: ["triage", "rulesets", "queues"],
      "Rules turn conditions into decisions about cases; a ruleset orders them, queues are where work waits.",
      [
        "queue NAME staff N aht 4m hours \"24x7\" says where work waits and who does it. ruleset NAME on DATASET key COLUMN default route QUEUE opens a set; rule NAME in SET at 10 when CONDITION then route QUEUE, sla 4h adds a rule, least number first. A following line that begins with a clause word amends what was just entered.",
        "cases | triage NAME shows where each case would go. Casebook can then check a set for rules that never fire, test it, try it on last month's cases, compare it with the live one, and publish it with a reason. `help` lists these commands under \"Write rules\".",
      ]),
    HelpTopic(
      "scripts", aliases: ["script", "replay"],
      "What is typed can be kept as a script, which gives the same answers next week.",
      [
        "A script is a .cb file: statements, and prose in lines that begin with //. `casebook SCRIPT.cb` runs one, `casebook check SCRIPT.cb` says what is wrong with it, `casebook fmt SCRIPT.cb` lays it out, `casebook run SCRIPT.cb --set NAME=VALUE` gives its parameters values, `casebook render SCRIPT.cb -o report.html` makes a report of it. At a prompt, run \"SCRIPT.cb\" and render \"SCRIPT.cb\" to \"report.html\" do the same.",
        "param NAME: type = default declares a parameter. clock and seed fix what now() and random draws answer.",
      ]),
    HelpTopic(
      "tutorial", aliases: ["tutorials", "learn"],
      "Tutorials explain, ask, check your answer and go on; each takes 10 to 20 minutes.",
      [
        "In a terminal, `casebook tutorial` lists them with how far you are, and `casebook tutorial first-look` starts one or goes on where you left it. They are played at a prompt like this one, on data of their own.",
        "In a tutorial, the words hint, show, skip, again, back and quit stand alone on a line: show tells the answer, while `show datasets` is the statement it always is.",
      ]),
    HelpTopic(
      "output", aliases: ["last", "formats", "pager"],
      "Results are tables; on a terminal the widest columns are shortened, and a line below says what is not shown.",
      [
        "`last` shows the last result again, `last wide` without shortening, `last full` with all rows and columns, `last as json` in another form: csv, tsv, json, json-table, ndjson, markdown, html. What is taller than the screen goes through a pager: $PAGER, or less; `set pager = off` turns that off, `set rows = 100` shows more rows.",
        "`export PIPELINE to \"FILE.csv\"` writes a result. `casebook --format json -c '...'` prints it for other programs.",
      ]),
    HelpTopic(
      "keys", aliases: ["editing", "keyboard"],
      "The prompt edits a whole statement of several lines.",
      [
        "Enter runs a statement when it is whole and else begins a new line; Alt-Enter always begins one. Tab completes, again lists, again goes through the list. F1, or ? behind a word, shows its help. Up and Down go through the history, Ctrl-R searches it.",
        "Ctrl-C stops what runs or drops what is typed; Ctrl-D leaves. A statement that begins with a blank is not kept in the history.",
      ]),
  ]
}
