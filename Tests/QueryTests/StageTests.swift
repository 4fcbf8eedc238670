import CasebookLanguage
import CasebookQuery
import CasebookTables
import Testing

/// What the examples of the stages do not show: edges, and that two ways to one answer agree.
@Suite struct StageTests {
  private func check(
    _ query: String, _ expected: String, _ location: SourceLocation = #_sourceLocation
  ) throws {
    #expect(
      try QueryRun.text(of: QueryRun.table(query)) == expected, "\(query)", sourceLocation: location
    )
  }

  private func refuses(
    _ query: String, _ code: String, _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(sourceLocation: location) {
      try QueryRun.table(query)
    } throws: { error in
      (error as? Diagnostic)?.code == code
    }
  }

  @Test func expansionOfNothing() throws {
    let rows = """
      datatable(n: long, d: dynamic)[1, dynamic(null), 2, dynamic([]), 3, dynamic({}), 4, dynamic(7)]
      """
    try check(rows + " | mv-expand d", "1\t\n4\t7")
    try check(
      rows + " | mv-expand a = d, b = dynamic([5, 6]) | project n, a, b",
      "1\t\t5\n1\t\t6\n2\t\t5\n2\t\t6\n3\t\t5\n3\t\t6\n4\t7\t5\n4\t\t6")
    try check(rows + " | mv-expand d limit 0 | count", "0")
  }

  @Test func expansionReadsTypes() throws {
    try check(
      "print d = dynamic([1, 2.5, \"3\", \"x\", null]) | mv-expand d to typeof(long)",
      "1\n2\n3\n\n")
    try check(
      #"print d = dynamic(["a\"b", "c,d", "[e]", {"f": [1, 2]}]) | mv-expand d to typeof(string)"#,
      "\"a\"\"b\"\nc,d\n[e]\n\"{\"\"f\"\":[1,2]}\"")
    refuses("print a = \"x\" | mv-expand a", "E0227")
  }

  @Test func pipelinesOverEachRow() throws {
    let rows =
      "datatable(id: long, n: dynamic)[1, dynamic([3, 1]), 2, dynamic([]), 3, dynamic([4])]"
    // A filter that leaves nothing still gives summarize its one row; a row without elements none.
    try check(
      rows + " | mv-apply n to typeof(long) on (where n > 3 | summarize c = count())",
      "1\t0\n3\t1")
    // What cannot be done for all rows at once gives the same, row by row.
    try check(
      rows + " | mv-apply n to typeof(long) on (sort by n asc | extend r = row_number())",
      "1\t1\t1\n1\t3\t2\n3\t4\t1")
    try check(
      rows + " | mv-apply m = n to typeof(long) on (top 1 by m | project best = m, id = -id)",
      "1\t[3,1]\t3\t-1\n3\t[4]\t4\t-3")
    // A pipeline within a pipeline; what is only passed on does not come twice.
    try check(
      rows
        + " | mv-apply x = n to typeof(long) on (where x > 1 | mv-apply y = n to typeof(long) on (where y < x))",
      "1\t[3,1]\t3\t1")
  }

  @Test func partitions() throws {
    let rows = "datatable(g: string, n: long)[\"b\", 1, \"a\", 2, \"b\", 3]"
    try check(rows + " | partition by g (summarize total = sum(n))", "4\n2")
    try check(rows + " | partition by g (take 1)", "b\t1\na\t2")
    try check(
      rows + " | partition by g (sort by n desc | extend r = row_number())",
      "b\t3\t1\nb\t1\t2\na\t2\t1")
  }

  @Test func patterns() throws {
    try check(
      "print s = \"a=1;b\" | parse s with \"a=\" n: long \";\" rest | project n, rest", "1\tb")
    // One value that is not of its type leaves the whole row without values, unless relaxed.
    let row = "print s = \"a=x;b\" | parse "
    try check(row + "s with \"a=\" n: long \";\" rest | project n, rest", "\t")
    try check(row + "kind=relaxed s with \"a=\" n: long \";\" rest | project n, rest", "\tb")
    try check("print s = \"12ab\" | parse s with n: long * | project n", "12")
    try check("print s = \"x)y)\" | parse s with a \")\" | project a", "x)y")
    refuses("print s = \"\" | parse kind=regex s with \"(\" a", "E0225")
  }

  @Test func series() throws {
    let rows = "datatable(t: long, g: string)[5, \"a\", 8, \"b\", 20, \"a\"]"
    try check(rows + " | make-series c = count() on t step 5", "[2,0,0,1]\t[5,10,15,20]")
    try check(
      rows + " | make-series c = count() on t from 6 to 17 step 5 by g", "b\t[1,0,0]\t[6,11,16]")
    try check(
      rows + " | make-series c = count() on t in range(0, 20, 10)", "[2,0,1]\t[0,10,20]")
    try check(
      "datatable(t: real)[0.5, 1.25] | make-series c = count() on t from 0.0 to 1.5 step 0.5",
      "[0,1,1]\t[0.0,0.5,1.0]")
    refuses("print t = 1 | make-series count() on t from 1 to 5 step 0", "E0227")
  }

  @Test func sequences() throws {
    let rows = "datatable(n: long, s: string)[1, \"a\", 2, \"a\", 3, \"b\", 4, \"b\"]"
    try check(
      rows + " | scan with_match_id=m with (step x output=last: s == \"a\"; step y: s == \"b\";)",
      "2\ta\t0\n3\tb\t0\n4\tb\t0")
    try check(
      rows + " | scan with (step x output=none: s == \"a\"; step y: s == \"b\" and n - x.n == 1;)",
      "3\tb")
    refuses(rows + " | scan with (step x: true => n = 1;)", "E0227")
  }

  @Test func searches() throws {
    let rows = "datatable(a: string, n: long)[\"web01 x\", 1, \"WEB02\", 2, \"dweb\", 12]"
    try check(rows + " | search \"web*\" | project n", "1\n2")
    try check(rows + " | search \"*web\" | project n", "12")
    try check(rows + " | search \"*EB*\" | project n", "1\n2\n12")
    try check(rows + " | search \"12\" | project a", "dweb")
    try check(rows + " | search kind=case_sensitive \"WEB*\" | project n", "2")
    try check(rows + " | search not(\"x\") and n < 5 | project n", "2")
    try check(rows + " | search a: \"x\" | project n", "1")
  }

  @Test func samplesAreDrawnBySeed() throws {
    let query = "range n from 1 to 1000 step 1 | sample 10"
    let once = try QueryRun.text(of: QueryRun.table(query))
    #expect(try QueryRun.text(of: QueryRun.table(query, threads: 1)) == once)
    #expect(once.split(separator: "\n").count == 10)
    try check("range n from 1 to 3 step 1 | sample 10", "1\n2\n3")
  }

  @Test func bagsAsColumns() throws {
    let rows =
      "datatable(k: long, d: dynamic)[1, dynamic({\"b\": 1}), 2, dynamic({\"b\": 2.5, \"a\": \"x\"})]"
    try check(rows + " | evaluate bag_unpack(d)", "1\t\t1.0\n2\tx\t2.5")
    try check(rows + " | evaluate bag_unpack(d) : (k: long, b: real)", "1\t1.0\n2\t2.5")
    try check(
      rows + " | evaluate bag_unpack(d, \"p_\") | getschema | project ColumnName", "k\np_a\np_b")
    refuses(
      "datatable(k: long, d: dynamic)[1, dynamic({\"k\": 1})] | evaluate bag_unpack(d)", "E0227")
  }

  @Test func addressesInRanges() throws {
    let tables = """
      let ranges = datatable(range: string, place: string)["10.0.0.0/8", "a", "10.1.0.0/16", "b"];
      datatable(ip: string)["10.1.2.3", "10.9.0.1", "9.9.9.9"]
      """
    try check(
      tables + " | evaluate ipv4_lookup(ranges, ip, range) | project ip, place",
      "10.1.2.3\tb\n10.1.2.3\ta\n10.9.0.1\ta")
    try check(
      tables
        + " | evaluate ipv4_lookup(ranges, ip, range, true) | where isempty(place) | project ip",
      "9.9.9.9")
  }

  @Test func filesAsRows() throws {
    let files = Files(texts: [
      "a.csv": "q,n\r\n\"x,\"\"y\"\"\",3\r\nz,none\n", "b.json": "{\"n\":1}\n{\"q\":\"w\"}\n",
    ])
    let columns = "externaldata (q: string, n: long) "
    #expect(
      try QueryRun.text(
        of: QueryRun.table(
          columns + "[\"a.csv\"] with (ignoreFirstRecord=true)", catalog: files))
        == "\"x,\"\"y\"\"\"\t3\nz\t")
    #expect(
      try QueryRun.text(of: QueryRun.table(columns + "[\"b.json\"]", catalog: files)) == "\t1\nw\t")
    refuses(columns + "[\"https://example.com/a.csv\"]", "E0221")
  }

  /// A catalog of texts.
  private struct Files: Catalog {
    let texts: [String: String]
    var tableNames: [String] { [] }
    func table(named name: String) -> (any TableSource)? { nil }
    func externalText(at path: String) -> [UInt8] { Array((texts[path] ?? "").utf8) }
  }

  @Test func columnsThatDependOnDataNeedTheData() throws {
    let text = "print d = dynamic({\"a\": 1}) | evaluate bag_unpack(d)"
    let tree = parse(text, signatures: QueryRun.signatures)
    let binder = Binder(
      catalog: EmptyCatalog(), scope: Scope(),
      context: RunContext(clock: QueryRun.clock, threads: 1), source: tree.source)
    guard case .pipeline(let pipeline)? = tree.statements.first?.kind else {
      Issue.record("a pipeline")
      return
    }
    #expect {
      _ = try binder.plan(of: pipeline)
    } throws: { error in
      (error as? Diagnostic)?.code == "E0228"
    }
  }
}
