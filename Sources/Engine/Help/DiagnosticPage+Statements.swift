extension DiagnosticPage {
  /// What commands and settings report.
  static let statementPages = [
    DiagnosticPage(
      "E0301", "This statement of KQL is read and not carried out.",
      "It manages a cluster, and there is none here."),
    DiagnosticPage(
      "E0302", "This is not a statement.",
      "A statement is a pipeline, a command, `let`, `set`, or plain SQL. `help` lists the commands."
    ),
    DiagnosticPage("E0303", "There is no command of that name.", "`help commands` lists them."),
    DiagnosticPage(
      "E0304", "A command that yields no table stands where one is needed.",
      "Listings, `describe` and `sql \"...\"` may head a pipeline; `load` and its like stand alone."
    ),
    DiagnosticPage(
      "E0305", "There is no setting of that name.", "`show settings` lists them.",
      wrong: "set pagr = off", right: "set pager = off"),
    DiagnosticPage(
      "E0306", "A setting does not take this value.", "The help line lists what it takes.",
      wrong: "set pager = maybe", right: "set pager = off"),
    DiagnosticPage(
      "E0307", "A parameter has no value.",
      "Give one on the command line, `casebook run SCRIPT.cb --set NAME=VALUE`, or a default behind `=`.",
      wrong: "param week: datetime", right: "param week: datetime = datetime(2026-03-02)"),
    DiagnosticPage(
      "E0308", "The value given for a parameter is not of its type.",
      "`--set` takes it as text, as it would be converted from a file: 2026-03-02, 0.5, true."),
    DiagnosticPage(
      "E0309", "A dot command or backslash command is not known.",
      "Of other shells' habits there are .help, .tables, .schema, .quit, \\d, \\q and ?; a dot before a command of Casebook's is the command.",
      wrong: ".frobnicate"),
    DiagnosticPage(
      "E0310", "Plain SQL failed.",
      "The message is SQLite's. SQL sees the same datasets, read-only, times as ISO text.",
      wrong: "select * from nowhere", right: "select 1 + 1 as two"),
    DiagnosticPage(
      "E0311", "There is no help about this.",
      "`help` lists what there is. Code with dashes and operators is asked for as it is written: help project-away, help ==.",
      wrong: "help frobnicate", right: "help summarize"),
    DiagnosticPage(
      "E0312", "A clock shows a datetime.", "now() and ago() take it for the present.",
      wrong: "clock 5", right: "clock datetime(2026-06-29)"),
    DiagnosticPage(
      "E0313", "A seed is a whole number.", "It is what random draws start from.",
      wrong: "seed 1.5", right: "seed 7"),
    DiagnosticPage(
      "E0314", "A parameter's default is not of its type.", "Write a literal of the type.",
      wrong: "param n: long = \"x\"", right: "param n: long = 5"),
    DiagnosticPage(
      "E0333", "A range is written otherwise.",
      "`between` takes its two ends in brackets, both included.",
      wrong: "param n: long between (1, 5) = 2", right: "param n: long = 2 between (1 .. 5)"),
    DiagnosticPage(
      "E0334", "A parameter does not take this value.",
      "The declaration lists the values, or the range, that it takes.",
      wrong: "param n: long = 9 between (1 .. 5)", right: "param n: long = 2 between (1 .. 5)"),
    DiagnosticPage(
      "E0335", "A secret parameter was given by `--set`.",
      "Anybody on the machine can read command lines. Put it into the environment or an open file.",
      right: "secret param salt: string from env \"HOME\""),
    DiagnosticPage(
      "E0337", "What a lock may hold is not said.",
      "`lock values=off` leaves hashes alone, `lock values=on` keeps small results whole.",
      wrong: "lock values=maybe", right: "lock values=off"),
    DiagnosticPage(
      "W0338", "A script that is run sets a parameter to a default of its own.",
      "Its declaration stands behind the first one. `--set NAME=VALUE` gives both the same value."),
    DiagnosticPage(
      "E0336", "A secret cannot be read.", "`from fd N` reads a file that is open as number N.",
      wrong: "secret param salt: string from fd 999"),
    DiagnosticPage(
      "E0315", "A `let` value has the name.", "Load under another name, or `drop` the `let`."),
    DiagnosticPage(
      "E0316", "An option of `load` has a wrong value.", "`help load` explains the options.",
      wrong: "load \"cases.csv\" with (on_error=maybe)"),
    DiagnosticPage(
      "E0317", "No name for a dataset can be made of the file's.", "Say one: load \"...\" as NAME."),
    DiagnosticPage(
      "E0318", "The dataset is not said.", "show columns NAME", wrong: "show columns"),
    DiagnosticPage(
      "E0319", "No dataset has that name.",
      "`datasets` lists what is stored; what `let` names is no dataset.",
      wrong: "late nothing.score"),
    DiagnosticPage(
      "E0320", "A reveal needs a reason.",
      "It is kept with the time, and `show reveals` lists it: reveal NAME.COLUMN because \"...\"."),
    DiagnosticPage(
      "E0321", "No `let` pipeline has that name.",
      "`save view NAME` keeps what `let NAME = ...` named before.", wrong: "save view nothing"),
    DiagnosticPage(
      "E0322", "The dataset of the column is not said.", "Write NAME.COLUMN.",
      wrong: "late score"),
    DiagnosticPage(
      "E0323", "The dataset has no such column.", "The help line has the nearest, or all."),
    DiagnosticPage(
      "E0324", "The file's ending names no format that can be written.",
      "The help line lists the endings.", wrong: "export print 1 to \"a.xyz\""),
    DiagnosticPage(
      "E0325", "The command's word alone says too little.", "The help line shows its form.",
      wrong: "describe", right: "describe (print a = 1)"),
    DiagnosticPage(
      "E0326", "A view reads itself.",
      "Perhaps through another view. Save it again with a text that names a dataset."),
    DiagnosticPage(
      "E0327", "A name is needed here.", "Only tests are named by a text in quotes."),
    DiagnosticPage(
      "E0328", "There is no result yet.", "`last` and `_` mean the last one.", wrong: "last"),
    DiagnosticPage(
      "E0329", "There is nothing to fix.",
      "`fix` follows an error whose last line offers a correction.", wrong: "fix"),
    DiagnosticPage(
      "E0330", "`closed` and `closed_by` are both given.",
      "They say in two ways when a case is closed; leave one out. `help log` explains the roles."),
    DiagnosticPage(
      "E0331", "A lifecycle log has one time a row.", "Leave out `start`, or `lifecycle`."),
    DiagnosticPage(
      "E0332", "A log needs a case, a step and a time.",
      "log NAME (case=COLUMN, step=COLUMN, at=COLUMN)"),
    DiagnosticPage(
      "N0302", "A request property of Kusto's changes nothing here.",
      "Scripts carry it; it is read and passed over.", wrong: "set notruncation"),
    DiagnosticPage(
      "N0303", "`has` found nothing.",
      "It finds whole words only: `contains` finds parts of words, `hasprefix` their beginnings.",
      wrong: "print n = \"abcdef\" | where n has \"abc\"",
      right: "print n = \"abcdef\" | where n contains \"abc\""),
    DiagnosticPage(
      "N0304", "No row has the value that is asked for, and one nearly like it is there.",
      "`fix` asks for that one. `==` compares exactly, `=~` ignores case. Tab behind `==` lists a column's most frequent values.",
      wrong: "print queue = \"fraud\" | where queue == \"frud\"",
      right: "print queue = \"fraud\" | where queue == \"fraud\""),
  ]

  /// What comes up while a statement runs.
  static let runPages = [
    DiagnosticPage("E0400", "Something unforeseen failed.", "The message has what is known."),
    DiagnosticPage(
      "E0401", "It was stopped.",
      "Ctrl-C stops the statement that runs; everything is as it was before."),
    DiagnosticPage(
      "E0402", "There is not enough memory for it.",
      "`--memory` bounds what may be held. Filter or project first, so that fewer rows and columns are held, or give more."
    ),
    DiagnosticPage(
      "E0403", "A file cannot be read or written.",
      "The message has the system's own reason. `export` leaves files alone that are there unless `replace` is said.",
      wrong: "externaldata(a: long) [\"nowhere.csv\"]"),
    DiagnosticPage(
      "E0404", "A file is not as its format has it.", "The message has the line.",
      wrong: "load \"nowhere-*.csv\" as cases"),
    DiagnosticPage(
      "E0405", "The workspace cannot do that.",
      "A name that is taken, a file that another program holds, a disk that is full: the message says which."
    ),
  ]

  /// What scripts and replays report.
  static let scriptPages = [
    DiagnosticPage(
      "E0701", "An expectation does not hold.",
      "The help line has what was found, and rows at fault are shown above it. A script stops there.",
      wrong: "expect (print n = 1) is empty", right: "expect (print n = 1 | where n > 1) is empty"),
    DiagnosticPage(
      "E0702", "A column's name is needed before `~`.", "expect PIPELINE | COLUMN ~ value within 1%"
    ),
    DiagnosticPage(
      "E0704", "There is nothing to withdraw.",
      "`undo` takes back the last load, let, rule or other change of this session."),
    DiagnosticPage(
      "E0705", "The last change cannot be withdrawn.", "The help line says why."),
    DiagnosticPage(
      "E0710", "It is about a session, and none is kept here.",
      "`cells`, `edit`, `drop cell` and `save \"FILE\"` work at the prompt, where a session is kept."
    ),
    DiagnosticPage("E0711", "A cell's number is a whole number.", "`cells` lists them."),
    DiagnosticPage(
      "E0712", "The session's record cannot do that.",
      "There is no cell of that number, or nothing to save yet: the message says which."),
    DiagnosticPage(
      "E0703", "A tolerance needs numbers or times.", "within 5, within 1%, within 2h"),
  ]

  /// What analyses report.
  static let analysisPages = [
    DiagnosticPage(
      "W0230", "A chart cannot be drawn as it was asked for.",
      "The rows are right; the message says what `render` does not know of the kind or its properties."
    ),
    DiagnosticPage(
      "E0501", "A stage reads a log, and a role is not known.",
      "Say once which columns hold case, step and time: log NAME (case=..., step=..., at=...); or give them to the stage."
    ),
    DiagnosticPage(
      "E0503", "The log has no such case.", "`per_case` lists the cases of a log."),
    DiagnosticPage(
      "E0504", "There would be too many periods.", "Take longer ones: per=1d."),
    DiagnosticPage(
      "E0502", "A stage has to know which cases are open.",
      "Say which column holds the closing time, closed=COLUMN, or which steps close a case, closed_by=(\"...\")."
    ),
  ]
}
