import CasebookTables
import CasebookTestSupport
import CasebookValues
import Testing

@testable import CasebookWorkspace

@Suite struct SQLTests {
  private var cases: SQLTable {
    let fields = [
      Field("id", .string), Field("score", .real), Field("reports", .long),
      Field("opened", .datetime), Field("took", .timespan), Field("urgent", .bool),
      Field("extra", .dynamic), Field("Score", .int), Field("reporter", .string, isProtected: true),
    ]
    let rows = (0..<200).map { row -> [Scalar] in
      let number = Int64(row)
      let score: Scalar = row % 9 == 0 ? .null(.real) : .real(Double(row) / 4)
      let extra: Scalar = row % 3 == 0 ? .null(.dynamic) : .dynamic(.array([.long(number)]))
      let opened: Int64 = 638_000_000_000_000_000 + number * 10_000_000
      return [
        .string("c\(row)"), score, .long(number % 13), .datetime(opened),
        .timespan(number * 25), .bool(row % 2 == 0), extra, .int(Int32(row)),
        .string("person \(row)"),
      ]
    }
    return SQLTable(name: "cases", source: MemorySource(table(fields, rows)))
  }

  private var steps: SQLTable {
    let fields = [Field("case_id", .string), Field("step", .string), Field("number", .long)]
    let rows = (0..<1_000).map { row -> [Scalar] in
      [.string("c\(row * 7 % 250)"), .string("step \(row % 5)"), .long(Int64(row % 11))]
    }
    return SQLTable(name: "steps", source: MemorySource(table(fields, rows)))
  }

  private func run(_ text: String, _ tables: [SQLTable]? = nil) throws -> Table {
    try SQLDoor.run(text, tables: tables ?? [cases, steps], context: context())
  }

  private func texts(_ table: Table) -> [[String]] {
    (0..<table.rowCount).map { row in
      table.row(row).map { value in
        switch value {
        case .null: "NULL"
        case .long(let number): String(number)
        case .real(let number): String(number)
        case .string(let text): text
        default: "?"
        }
      }
    }
  }

  /// The same tables as ordinary ones.
  private func plain() throws -> RawDatabase {
    let raw = try RawDatabase(":memory:")
    raw.run("CREATE TABLE cases(id TEXT, score REAL, reports INTEGER)")
    raw.run("CREATE TABLE steps(case_id TEXT, step TEXT, number INTEGER)")
    for row in 0..<200 {
      let score = row % 9 == 0 ? "NULL" : String(Double(row) / 4)
      raw.run("INSERT INTO cases VALUES ('c\(row)', \(score), \(row % 13))")
    }
    for row in 0..<1_000 {
      raw.run("INSERT INTO steps VALUES ('c\(row * 7 % 250)', 'step \(row % 5)', \(row % 11))")
    }
    return raw
  }

  @Test(arguments: [
    "select count(*), sum(reports), min(score), max(score) from cases",
    "select reports, count(*) from cases group by reports order by 1",
    "select id from cases where score > 12.25 and reports in (1, 2, 3) order by id",
    "select id, score from cases where score is null order by id limit 5",
    "select c.id, s.step from cases c join steps s on s.case_id = c.id order by 1, 2 limit 60",
    "select s.step, count(*), sum(c.reports) from steps s left join cases c on c.id = s.case_id group by 1 order by 1",
    "with busy as (select case_id, count(*) n from steps group by 1) select n, count(*) from busy group by n order by n",
    "select id from cases where reports = '3' order by 1",
    "select id from cases where reports = 3.0 order by 1",
    "select count(*) from cases where reports = 'x'",
    "select count(*) from cases where id = 5",
    "select count(*) from cases where id = 'C5' collate nocase",
    "select count(*) from cases where score = 7",
    "select a.number, count(*) from steps a join cases b on b.reports = a.number group by 1 order by 1",
    "select step, row_number() over (partition by step order by number, case_id) from steps order by 1, 2 limit 9",
    "select 1 union select 2 order by 1;",
  ])
  func answersAreThoseOfPlainTables(sql: String) throws {
    let raw = try plain()
    defer { raw.close() }
    #expect(texts(try run(sql)) == raw.run(sql))
  }

  @Test func typesAreMappedAsTheLanguageSays() throws {
    let result = try run(
      "select opened, took, urgent, extra, score_2, typeof(score), score from cases where id = 'c1'"
    )
    #expect(
      result.row(0) == [
        .string("2022-09-28T22:13:21.0000000Z"), .long(2), .long(0), .string("[1]"), .long(1),
        .string("real"), .real(0.25),
      ])
    #expect(try run("select extra, score from cases where id = 'c0'").row(0).last == .null(.real))
  }

  @Test func resultTypesFollowTheValues() throws {
    let result = try run(
      """
      select 1 as a, 1 as a, 2 as b, null as c union all select 2, 2.5, 'x', null
      """)
    #expect(result.fields.map(\.name) == ["a", "a1", "b", "c"])
    #expect(result.fields.map(\.type) == [.long, .real, .string, .string])
    #expect(result.row(0) == [.long(1), .real(1), .string("2"), .string("")])
    let empty = try run("select reports, score, id from cases where 0")
    #expect(empty.rowCount == 0)
    #expect(empty.fields.map(\.type) == [.long, .real, .string])
  }

  @Test func protectedValuesAreMaskedWhereverTheyAreUsed() throws {
    for sql in [
      "select reporter from cases", "select max(reporter) from cases",
      "select reporter || '' from cases where id = 'c5'",
      "select group_concat(reporter) from cases",
    ] {
      for row in texts(try run(sql)) { #expect(!row[0].contains("person")) }
    }
    #expect(try run("select count(*) from cases where reporter = 'person 5'").row(0) == [.long(0)])
    #expect(try run("select count(*) from cases where reporter like 'p%'").row(0) == [.long(0)])
    #expect(try run("select distinct reporter from cases").row(0) == [.string("***")])
  }

  @Test(arguments: [
    "insert into cases(id) values ('x')", "delete from cases", "create table t(a)",
    "create temp view v as select 1", "attach 'x.db' as x", "pragma table_list", "drop table cases",
    "select load_extension('x')", "begin", "vacuum", "select * from pragma_table_list",
    "select 1; select 2", "",
  ])
  func nothingButReadingIsAllowed(sql: String) {
    #expect(throws: SQLError.self) { try run(sql) }
  }

  @Test func errorsPointAtThePlace() {
    let error = #expect(throws: SQLError.self) { try run("select idd from cases") }
    #expect(error?.message == "no such column: idd")
    #expect(error?.offset == 7)
  }

  @Test func aCancelledRunStops() {
    let stopped = context()
    stopped.cancel()
    #expect(throws: RunError.cancelled) {
      try SQLDoor.run(
        "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n",
        tables: [], context: stopped)
    }
  }

  @Test func storedTablesAreReadBlockByBlock() throws {
    let scratch = TemporaryFolder()
    let workspace = try Workspace.open(scratch.path("test.casebook"))
    let count = 2 * blockRowCount + 10
    try workspace.load(
      "big",
      table(
        [Field("n", .long), Field("unused", .string)],
        (0..<count).map { [.long(Int64($0)), .string("x")] }))
    let big = SQLTable(name: "big", source: try workspace.dataset("big"))
    let result = try run("select count(*), sum(n) from big where n % 2 = 1", [big])
    #expect(result.row(0)[0] == .long(Int64(count / 2)))
    #expect(try run("select n from big where n = 70000", [big]).row(0) == [.long(70_000)])
    try workspace.close()
  }
}
