import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookTestSupport
import CasebookTriage
import CasebookValues
import GRDB
import Testing

/// Random rulesets in `mode first` against SQLite's `CASE`, which has Kleene's logic, too.
///
/// SQLite keeps the empty text apart from null; here both are a missing text, so the texts are stored as null.
@Suite struct TriageDifferentialTests {
  /// Cases and the draft of one ruleset.
  private struct World: Catalog {
    let cases: CasebookTables.Table
    let text: String

    func table(named name: String) -> (any TableSource)? {
      name == "cases" ? MemorySource(cases) : nil
    }
    var tableNames: [String] { ["cases"] }
    func externalText(at path: String) throws -> [UInt8] { [] }
    func rulesetDraft(named name: String) -> StoredRuleset? {
      name == "intake" ? StoredRuleset(name: name, text: text) : nil
    }
    var rulesetNames: [String] { ["intake"] }
  }

  private static let fields = [
    Field("a", .long), Field("b", .real), Field("c", .string), Field("d", .bool),
    Field("e", .datetime),
  ]

  private static func row(_ random: inout RepeatableRandom) -> [Scalar] {
    fields.map { field in
      if random.oneIn(5) { return .missing(field.type) }
      switch field.type {
      case .long: return .long(Int64(random.int(-2...5)))
      case .real: return .real(Double(random.int(0...8)) / 4)
      case .bool: return .bool(random.oneIn(2))
      case .datetime: return .datetime(Instant.unixEpoch + Int64(random.int(0...9)) * Ticks.perDay)
      default: return .string(random.pick(["x", "y", "zed", "it's"]))
      }
    }
  }

  // MARK: One condition in two languages

  private static func condition(
    _ depth: Int, _ random: inout RepeatableRandom
  ) -> (ours: String, sql: String) {
    if depth > 0, !random.oneIn(3) {
      let left = condition(depth - 1, &random)
      if random.oneIn(4) { return ("not(\(left.ours))", "NOT (\(left.sql))") }
      let right = condition(depth - 1, &random)
      let word = random.pick(["and", "or"])
      return ("(\(left.ours) \(word) \(right.ours))", "(\(left.sql) \(word) \(right.sql))")
    }
    return comparison(&random)
  }

  private static func comparison(
    _ random: inout RepeatableRandom
  ) -> (ours: String, sql: String) {
    let pairs = [("==", "="), ("!=", "<>"), ("<", "<"), ("<=", "<="), (">", ">"), (">=", ">=")]
    let (sign, sqlSign) = random.pick(pairs)
    switch random.int(0...8) {
    case 0:
      let number = random.int(-2...5)
      return ("a \(sign) \(number)", "a \(sqlSign) \(number)")
    case 1:
      let number = "\(Double(random.int(0...8)) / 4)"
      return ("b \(sign) \(number)", "b \(sqlSign) \(number)")
    case 2:
      let number = "\(Double(random.int(-4...10)) / 2)"
      return ("a \(sign) \(number)", "a \(sqlSign) \(number)")
    case 3:
      let text = random.pick(["x", "y", "zed", "it's", "never"])
      let quoted = text.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "''")
      let equals = random.oneIn(2)
      return ("c \(equals ? "==" : "!=") \"\(text)\"", "c \(equals ? "=" : "<>") '\(quoted)'")
    case 4:
      let isNegated = random.oneIn(2)
      return (
        "c \(isNegated ? "!in" : "in") (\"x\", \"zed\")",
        "c \(isNegated ? "NOT IN" : "IN") ('x', 'zed')"
      )
    case 5:
      let low = random.int(-1...3)
      let isNegated = random.oneIn(2)
      return (
        "a \(isNegated ? "!between" : "between") (\(low) .. \(low + 2))",
        "a \(isNegated ? "NOT BETWEEN" : "BETWEEN") \(low) AND \(low + 2)"
      )
    case 6:
      let column = random.pick(["a", "b", "c", "d", "e"])
      let isMissing = random.oneIn(2)
      return (
        "\(column) is \(isMissing ? "missing" : "present")",
        "\(column) IS \(isMissing ? "NULL" : "NOT NULL")"
      )
    case 7:
      let value = random.oneIn(2)
      return ("d == \(value)", "d = \(value ? 1 : 0)")
    default:
      let day = random.int(1...9)
      return (
        "e \(sign) datetime(1970-01-0\(day))",
        "e \(sqlSign) \(Instant.unixEpoch + Int64(day - 1) * Ticks.perDay)"
      )
    }
  }

  // MARK: Both answers

  private static func ours(_ world: World) throws -> [String] {
    let stages = StageSet(StageCatalogue.all + TriageCatalogue.all)
    let tree = parse(
      "cases | triage intake | project _rule", signatures: SignatureSet(stages.signatures))
    guard case .pipeline(let pipeline)? = tree.statements.first?.kind else { return [] }
    let context = RunContext(clock: Instant.unixEpoch, threads: 2)
    let binder = Binder(
      catalog: world, stages: stages, scope: Scope(), context: context, source: tree.source,
      runNow: { try Execution(context).run($0) })
    let table = try Execution(context).run(Optimiser.optimised(binder.plan(of: pipeline)))
    return (0..<table.rowCount).map { table.columns[0].text($0) }
  }

  private static func sqlite(_ world: World, _ conditions: [String]) throws -> [String] {
    let database = try DatabaseQueue()
    return try database.write { database in
      try database.execute(
        sql: "CREATE TABLE cases (a INTEGER, b REAL, c TEXT, d INTEGER, e INTEGER)")
      for row in 0..<world.cases.rowCount {
        let values = world.cases.row(row).map { value -> (any DatabaseValueConvertible)? in
          switch value {
          case .long(let number), .datetime(let number): number
          case .real(let number): number
          case .bool(let flag): flag ? 1 : 0
          case .string(let text): text.isEmpty ? nil : text
          default: nil
          }
        }
        try database.execute(
          sql: "INSERT INTO cases VALUES (?, ?, ?, ?, ?)", arguments: StatementArguments(values))
      }
      let branches = conditions.enumerated().map { "WHEN \($1) THEN 'r\($0)'" }
      return try String.fetchAll(
        database,
        sql:
          "SELECT CASE \(branches.joined(separator: " ")) ELSE 'none' END FROM cases ORDER BY rowid"
      )
    }
  }

  @Test(arguments: 0..<150)
  func firstMatchIsThatOfSQLite(_ seed: Int) throws {
    var random = RepeatableRandom(seed: UInt64(seed))
    let rows = (0..<random.int(0...90)).map { _ in Self.row(&random) }
    let conditions = (0..<random.int(1...8)).map { _ in Self.condition(3, &random) }
    let rules = conditions.enumerated().map { index, condition in
      "rule r\(index) in intake at \(index) when \(condition.ours) then route q\(index % 3)"
    }
    let head =
      "queue q0 staff 1\nqueue q1 staff 1\nqueue q2 staff 1\nruleset intake default route q0\n"
    let world = World(
      cases: CasebookTables.Table(fields: Self.fields, rows: rows),
      text: head + rules.joined(separator: "\n"))
    let mine = try Self.ours(world).map { ["default", "unknown"].contains($0) ? "none" : $0 }
    let theirs = try Self.sqlite(world, conditions.map(\.sql))
    #expect(mine == theirs, "seed \(seed): \(conditions.map(\.ours))")
  }
}
