import CasebookEngine
import CasebookFormats
import CasebookLanguage
import CasebookRender
import CasebookTables
import CasebookTestSupport
import Testing

/// Many statements over a table with marked values in protected columns; every byte that they make is
/// searched for the marks.
@Suite struct ProtectionSweepTests {
  /// Texts hold the word forwards; other columns hold digits that occur nowhere else.
  private static let traces = [
    "marker", "rekram",  // as it is, in any case, and reversed
    "bWFya2Vy", "TWFya2Vy", "TUFSS0VS",  // in base64
    "6d61726b6572", "4d61726b6572",  // in hexadecimal
    "77123", "88456", "1987-06", "198706",
  ].map { $0.lowercased() }

  private static let rows = [
    "id,team,name,amount,share,born,extra",
    "1,red,Marker Adams,77123001,88456.25,1987-06-11T00:00:00Z,\"{\"\"k\"\":\"\"Marker Inner\"\"}\"",
    "2,red,Marker Brown,77123002,88456.5,1987-06-12T00:00:00Z,\"{\"\"k\"\":\"\"Marker Other\"\"}\"",
    "3,blue,Marker Clark,77123003,88456.75,1987-06-13T00:00:00Z,\"{\"\"k\"\":\"\"Marker Third\"\"}\"",
    "4,blue,Marker Adams,77123001,88456.25,1987-06-11T00:00:00Z,\"{\"\"k\"\":\"\"Marker Inner\"\"}\"",
  ]

  /// Each is run in every output format, exported, and explained.
  private static let pipelines = [
    "people",
    "people | where name startswith 'M'",
    "people | project id, name",
    "people | project-rename who = name",
    "people | project-away id",
    "people | project-keep n*",
    "people | project-reorder name, *",
    "people | extend copy = name, upper = toupper(name), lower = tolower(name)",
    "people | extend back = reverse(name), part = substring(name, 0, 6)",
    "people | extend coded = base64_encode_tostring(name), u = url_encode(name)",
    "people | extend both = strcat(team, ':', name), j = strcat_delim('-', name, team)",
    "people | extend parts = split(name, ' '), first = tostring(split(name, ' ')[0])",
    "people | extend first = extract('([A-Za-z]+)', 1, name), all = extract_all('([A-Za-z]+)', name)",
    "people | extend r = replace_string(name, ' ', '_'), t = trim('A', name)",
    "people | extend chosen = iff(id == 1, name, 'x'), c = case(id == 1, name, id == 2, 'y', 'z')",
    "people | extend known = coalesce(name, 'x'), n = iff(true, name, team)",
    "people | extend double = amount * 1, text = tostring(amount), less = amount - 1 + 1",
    "people | extend r = round(share, 2), s = tostring(share), b = bin(amount, 1)",
    "people | extend d = born, s = tostring(born), y = format_datetime(born, 'yyyy-MM-dd')",
    "people | extend day = startofday(born), b = bin(born, 1d), n = born + 0d",
    "people | extend k = tostring(parse_json(extra).k), e = parse_json(extra)",
    "people | extend bag = pack_all(), p = bag_pack('n', name), a = pack_array(name, id)",
    "people | extend bag = pack('n', name, 'a', amount) | project inner = bag.n",
    "people | project bag = pack_all() | mv-expand bag",
    "people | extend a = pack_array(name, team) | mv-expand a | project a",
    "people | extend a = pack_array(name) | mv-expand one = a to typeof(string) | project one",
    "people | mv-apply x = pack_array(name) on (project y = tostring(x))",
    "people | summarize min(name), max(name), min(amount), max(born)",
    "people | summarize sum(amount), avg(share), stdev(share), percentile(amount, 50) by team",
    "people | summarize take_any(name), take_any(amount), any(name)",
    "people | summarize make_list(name), make_set(name), make_list(amount) by team",
    "people | summarize make_bag(bag_pack('n', name))",
    "people | summarize arg_max(id, name, amount), arg_min(amount, *)",
    "people | summarize arg_max(amount, id)",
    "people | summarize count() by name",
    "people | summarize count() by substring(name, 0, 9), bin(amount, 10), bin(born, 1d)",
    "people | summarize dcount(name), count(), countif(name has 'Adams') by team",
    "people | summarize percentiles(amount, 25, 75), variance(amount), sumif(amount, id > 0)",
    "people | distinct name",
    "people | distinct *",
    "people | sort by name asc | project id, name, amount",
    "people | top 2 by amount | project name, amount",
    "people | top-nested 2 of name by count()",
    "people | join kind=inner (people | project id, other = name) on id",
    "people | project id | join kind=leftouter (people) on id",
    "people | project name | join kind=inner (people | project name, id) on name",
    "people | lookup (people | project id, again = name) on id",
    "union people, (people | project name)",
    "union (people | project x = team), (people | project x = name)",
    "union withsource=src people, (people | project amount = id)",
    "people | cycle_time case=name step=team at=born closed_by=last by name",
    "people | cycle_time curve=true case=team step=name at=born closed_by=last",
    "people | aging case=name step=team at=born closed_by=('green') by born",
    "people | aging born case=name closed=born",
    "people | sla limit=1d list=true case=name step=name at=born closed_by=('x')",
    "people | sla limit=1h split=step case=team step=name at=born closed_by=last",
    "people | batching gap=9d case=id step=name start=born at=born resource=name",
    "people | waits list=true case=team step=name start=born at=born resource=name",
    "people | waits case=team step=name start=born at=born resource=name by name",
    "people | shift case=team step=name at=born closed_by=last",
    "people | shift case=id step=team at=born",
    "people | drivers across=(name, amount) least=1 slow=(amount > 0) case=id step=team at=born",
    "people | drivers across=team least=1 case=name step=name at=born closed_by=last by amount",
    "let p = people | project name; p",
    "let p = materialize(people | project name, amount); p | where amount > 0 | project name",
    "let f = (t:(name:string)) { t | project shout = toupper(name) }; f(people)",
    "let f = (x:string) { strcat(x, '!') }; people | project f(name)",
    "let top1 = toscalar(people | project name | take 1); print top1",
    "let biggest = toscalar(people | summarize max(amount)); print biggest, biggest + 0",
    "print x = toscalar(people | summarize make_list(name))",
    "people | where name in (people | project name) | project name",
    "people | extend same = toscalar(people | summarize max(amount)) | project same",
    "people | parse name with first ' ' last | project first, last",
    "people | parse-where name with first ' ' last | project first, last",
    "people | parse kind=regex name with '(?P<x>.*) ' y | project y",
    "people | serialize before = prev(name), after = next(name), n = row_number()",
    "people | serialize c = row_cumsum(amount)",
    "people | as everyone | project name",
    "people | getschema",
    "people | make-series t = sum(amount) on id from 1 to 5 step 1",
    "people | make-series t = count() on born from datetime(1987-01-01) to datetime(1988-01-01) step 100d by name",
    "people | render table",
    "people | count",
    "people | sample 2",
    "people | take 2 | extend h = hash(name), h2 = hash_sha256(name)",
    "people | search 'Adams'",
    "search 'Adams'",
    "people | reduce by name",
    "people | evaluate pivot(name)",
    "people | evaluate pivot(team, take_any(name))",
    "people | project bag = pack_all() | evaluate bag_unpack(bag)",
    "people | project bag = pack_all() | evaluate bag_unpack(bag) : (id: long, name: string)",
    "people | project id, bag = pack_all() | evaluate bag_unpack(bag) : (id: long, name: string)",
    "people | project bag = bag_pack(name, 1) | evaluate bag_unpack(bag)",
    "people | summarize bag = make_bag(bag_pack(name, 1)) | evaluate bag_unpack(bag)",
    "people | summarize bag = make_bag(bag_pack(name, 1)) | project keys = bag_keys(bag)",
    "people | extend bag = dynamic({'z': 1}) | evaluate bag_unpack(bag) : (name: string, z: long)",
    "people | evaluate pivot(name, count(), team)",
    "people | evaluate pivot(team, make_list(name), id)",
    "people | evaluate narrow()",
    "people | evaluate rolling_percentile(amount, 50, id, 1, 2, name)",
    "people | evaluate session_count(name, id, 0, 10, 2, 1, name)",
    "people | evaluate sliding_window_counts(name, id, 0, 10, 2, 1, name)",
    "people | summarize a = hll(name), b = hll_if(name, id > 1) | evaluate dcount_intersect(a, b)",
    "people | getschema | evaluate schema_merge()",
    "people | project treepath(pack_all()), replace('A', 'B', name), split(name, ' ')[0]",
    "people | partition by team (top 1 by amount | project name)",
    "people | top-hitters 2 of name",
    "people | scan declare (last: string = '') with (step s: true => last = name;)",
    "people | extend x = todatetime(name), y = tolong(name), z = todouble(name)",
    "people | extend x = parse_json(name), y = parse_url(name), z = parse_csv(name)",
    "people | extend x = strlen(name), y = indexof(name, 'A'), z = countof(name, 'a')",
    "people | invoke toscalar()",
    "people | signals amount, share label=(team == 'red') by team",
    "people | signals name label=(team == 'red')",
    "people | signals id label=(team == 'red') by name",
    "people | signals amount label=(team == 'red') review_probability=iff(id > 9, 0.0, 1.0)",
    "people | roc share label=(team == 'red')",
    "people | precision_recall amount label=(team == 'red')",
    "people | thresholds amount label=(team == 'red') cost=(fp=1, fn=2)",
    "people | calibration share label=(team == 'red')",
    "people | calibration amount label=(team == 'red') of=summary",
    "people | capture share label=(team == 'red') top=(0.5, 1)",
    "people | compare_signals amount, share label=(team == 'red')",
    "people | drift amount baseline=(id <= 2) period=born",
    "people | drift share baseline=first period=name bins=2",
    "people | slices id label=(team == 'red') across=(name, amount) least=0",
    "people | redundancy amount, share label=(team == 'red')",
    "people | prevalence amount label=(team == 'red') baseline=(id <= 2) samples=10",
    "people | estimate share label=(team == 'red') baseline=(id <= 2) force=true period=born samples=10",
    "people | bias_check amount label=(team == 'red') review_probability=1.0 threshold=5 samples=10",
    "describe people",
    "describe people | where column == 'name'",
    "describe (people | extend copy = toupper(name))",
    "people | project id, name | where name contains 'clark'; _ | project name",
    "| project name",
    "datasets",
    "show columns people",
    "show rejects people",
    "show lets",
    "sql select * from people",
    "sql \"select name, amount from people\"",
    "select name from people",
    "select upper(name) || '!' from people",
    "select max(amount), min(born), sum(share), group_concat(name) from people",
    "select team, count(*), max(name) from people group by team",
    "select hex(name), quote(amount), substr(name, 1, 3) from people",
    "select a.name from people a join people b on a.id = b.id",
    "with p as (select name n from people) select * from p",
    "select * from people where name like '%Adams%'",
    "select json_object('n', name) from people",
    "select cast(amount as text), born from people order by name",
  ]

  /// Statements that are wrong: what is said about them must not quote a value.
  private static let mistakes = [
    "people | where name > 5",
    "people | where nam == 'x'",
    "people | extend x = todatetime(name) + 1 | where x",
    "people | summarize make_lst(name)",
    "people | join (people) on nam",
    "people | where name matches regex '('",
    "people | extend x = name.foo.bar[3]",
    "people | project assert(false, name)",
    "people | signals id label=name positive='x'",
    "people | signals id label=amount",
    "people | slices id label=(team == 'red') across=nope",
    "load \"people.csv\" as again with (types=(name:long), on_error=fail)",
    "load \"people.csv\" as again with (types=(name:long, extra:datetime))",
    "rename people to",
    "select nope from people",
    "select name from people where",
    "select abs(name, 2) from people",
    "select json_extract(name, '$.x') from people",
    "select cast(name as integer) / 0 from people limit 'x'",
  ]

  @Test func noTraceOfAProtectedValueLeaves() throws {
    let folder = TemporaryFolder()
    folder.write("people.csv", Array(Self.rows.joined(separator: "\n").utf8))
    var found: [String] = []
    let engine = try engine(folder)
    let setUp = spoken(
      "load \"people.csv\" as people; protect people.name, people.amount, people.share, people.born, people.extra",
      engine)
    try #require(!setUp.contains("error"), "\(setUp)")
    for pipeline in Self.pipelines + Self.mistakes {
      for statement in forms(pipeline) {
        if let trace = trace(spoken(statement, engine)) { found.append("\(trace): \(statement)") }
      }
      for name in names(in: folder.path) where name.hasPrefix("out.") {
        let text = String(decoding: folder.read(name) ?? [], as: UTF8.self)
        if let trace = trace(text) { found.append("\(trace) in \(name): \(pipeline)") }
      }
    }
    try engine.close()
    #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
  }

  @Test func revealedValuesAreSeen() throws {
    let folder = TemporaryFolder()
    folder.write("people.csv", Array(Self.rows.joined(separator: "\n").utf8))
    let engine = try engine(folder)
    _ = spoken("load \"people.csv\" as people; protect people.name, people.amount", engine)
    _ = spoken("reveal people.name because \"a test\"", engine)
    #expect(spoken("people | project name", engine).contains("Marker Adams"))
    #expect(!spoken("people | project amount", engine).contains("77123001"))
    try engine.close()
  }

  // MARK: Making and searching output

  private func engine(_ folder: TemporaryFolder) throws -> Engine {
    var configuration = Configuration()
    configuration.workspacePath = folder.path("work.casebook")
    configuration.directory = folder.path
    configuration.threads = 2
    return try Engine(configuration)
  }

  /// The pipeline as it is, explained, and written to files; what stands before its last `;` is kept
  /// in front.
  private func forms(_ pipeline: String) -> [String] {
    var parts = pipeline.split(separator: ";").map(String.init)
    guard let last = parts.popLast() else { return [pipeline] }
    let before = parts.map { $0 + ";" }.joined()
    if last.hasPrefix("sql") || last.hasPrefix("select") || last.hasPrefix("with") {
      return [pipeline]
    }
    return [pipeline, "\(before) explain \(last)"]
      + ["csv", "json", "md"].map { "\(before) export \(last) to \"out.\($0)\" replace" }
  }

  private func trace(_ text: String) -> String? {
    let text = text.lowercased()
    return Self.traces.first { text.contains($0) }
  }

  /// Everything that a person or a program could see of these statements.
  private func spoken(_ statements: String, _ engine: Engine) -> String {
    var text = ""
    engine.run(statements) { cell in
      switch cell.output {
      case .table(let table): text += drawn(table)
      case .message(let message): text += message + "\n"
      case .plan(let plan): text += PlanDrawing(.plain).text(plan)
      case .failure(let diagnostic): text += self.text(diagnostic, cell)
      default: break
      }
      for note in cell.notes { text += self.text(note, cell) }
      for warning in cell.warnings { text += warning.text + "\n" }
    }
    return text
  }

  /// A diagnostic without the excerpt, which is what the person wrote.
  private func text(_ diagnostic: Diagnostic, _ cell: Cell) -> String {
    "\(diagnostic.severity.rawValue) \(diagnostic.message) \(diagnostic.help ?? "")"
      + diagnostic.labels.map(\.text).joined(separator: " ") + "\n"
  }

  private func drawn(_ table: Table) -> String {
    var text = TableDrawing(.plain).text(table)
    text += TableDrawing(Screen(width: 80, colour: true)).text(table)
    text += HTMLTable().text(table)
    for kind in [ChartKind.barchart, .scatterchart, .columnchart, .heattable, .boxplot, .card] {
      guard let chart = try? Chart(table, RenderHint(kind)) else { continue }
      text += ChartDrawing(.plain).text(chart) + ChartSVG().text(chart)
    }
    for format in [
      OutputFormat.csv(raw: true), .tsv(raw: false), .json, .ndjson, .jsonTable, .markdown,
    ] {
      var bytes: [UInt8] = []
      try? write(table, as: format) { bytes += $0 }
      text += String(decoding: bytes, as: UTF8.self)
    }
    return text
  }
}
