import CasebookTables
import CasebookTestSupport
import CasebookValues

/// One pipeline as both languages write it, as far as it has come.
struct Question {
  var kql: String
  var sql: String
  var columns: [Known]
  /// Whether the rows stand in an order that both engines must keep.
  var isOrdered = false
}

/// Makes pipelines over the tables of a world.
///
/// Where the languages differ on purpose, the SQL says what KQL means:
/// - Missing join keys equal each other, as with `is`.
/// - Texts of a side without a partner are `''`.
/// - `sum` of nothing is 0, `avg` of nothing is not a number, which SQLite has not: it is made null.
/// - A sort is by all columns, as ties stand in the input's order in KQL and in any in SQL.
/// - `countif`, `sumif` and `where` take null for false.
struct PipelineGenerator {
  var random: RepeatableRandom
  let world: SmallWorld
  private var nameCount = 0

  init(seed: UInt64, world: SmallWorld) {
    random = RepeatableRandom(seed: seed)
    self.world = world
  }

  /// A question and, for looking closer at a failure, what it was after each stage.
  mutating func question() -> [Question] {
    var steps = [start(random.pick(world.tables))]
    for _ in 0..<random.int(1...4) {
      guard let last = steps.last, last.kql.utf8.count < 4000 else { break }
      steps.append(stage(after: last))
    }
    return steps
  }

  /// A question that is a stored table.
  func start(_ table: SmallWorld.Stored) -> Question {
    Question(
      kql: table.name, sql: "select * from \(table.name)",
      columns: table.fields.map { Known(name: $0.name, type: $0.type, size: 8) })
  }

  private mutating func stage(after question: Question) -> Question {
    switch random.int(0...15) {
    case 0...2: filter(question)
    case 3...4: extend(question)
    case 5: project(question)
    case 6...8: summarize(question)
    case 9: distinct(question)
    case 10...11: sort(question)
    case 12...13: join(question)
    case 14: union(question)
    default: random.oneIn(3) ? count(question) : drop(question)
    }
  }

  // MARK: Parts

  /// A fresh name; without digits at its end, where a join would add one.
  private mutating func name() -> String {
    nameCount += 1
    return "x\(nameCount)_"
  }

  private mutating func phrase(
    _ type: ScalarType, _ columns: [Known], depth: Int = 3
  ) -> Phrase {
    var generator = PhraseGenerator(random, columns)
    defer { random = generator.random }
    return generator.phrase(type, depth: depth)
  }

  private mutating func anyType() -> ScalarType { random.pick(PhraseGenerator.types) }

  private func step(_ question: Question, _ stage: String) -> String {
    question.kql + "\n| " + stage
  }

  private func select(_ list: String, _ question: Question, _ rest: String = "") -> String {
    "select \(list) from (\(question.sql)) \(rest)"
  }

  private func list(_ columns: [Known]) -> String {
    columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
  }

  // MARK: Stages

  private mutating func filter(_ question: Question) -> Question {
    let condition = subqueryCondition(question) ?? phrase(.bool, question.columns)
    return Question(
      kql: step(question, "where \(condition.kql)"),
      sql: select("*", question, "where \(condition.sql)"), columns: question.columns)
  }

  /// A condition that asks another table, now and then.
  private mutating func subqueryCondition(_ question: Question) -> Phrase? {
    let other = start(random.pick(world.tables))
    let column = random.pick(question.columns)
    guard random.oneIn(4), column.type != .bool,
      let match = other.columns.first(where: { $0.type == column.type })
    else { return nil }
    let (here, there) = ("\"\(column.name)\"", "\"\(match.name)\"")
    switch random.int(0...2) {
    case 0:
      return Phrase(
        kql: "\(column.name) in (\(other.kql) | project \(match.name))",
        sql:
          "coalesce(\(here) in (select \(there) from \(other.kql) where \(there) is not null), 0)")
    case 1:
      return Phrase(
        kql: "\(column.name) !in ((\(other.kql) | project \(match.name)))",
        sql:
          "coalesce(\(here) not in (select \(there) from \(other.kql) where \(there) is not null), 1)"
      )
    default:
      if column.type == .string { return nil }
      return Phrase(
        kql: "\(column.name) <= toscalar(\(other.kql) | summarize max(\(match.name)))",
        sql: "(\(here) <= (select max(\(there)) from \(other.kql)))")
    }
  }

  private mutating func extend(_ question: Question) -> Question {
    var columns = question.columns
    var items: [String] = []
    var values = columns.map { "\"\($0.name)\"" }
    for _ in 0..<random.int(1...2) {
      let type = anyType()
      let value = phrase(type, question.columns)
      // Now and then another value for a column that is there.
      if random.oneIn(5), let index = columns.indices.randomElement(using: &random),
        !items.contains(where: { $0.hasPrefix(columns[index].name + " ") })
      {
        columns[index] = Known(name: columns[index].name, type: type, size: value.size)
        values[index] = "\(value.sql) as \"\(columns[index].name)\""
        items.append("\(columns[index].name) = \(value.kql)")
      } else {
        let name = name()
        columns.append(Known(name: name, type: type, size: value.size))
        values.append("\(value.sql) as \"\(name)\"")
        items.append("\(name) = \(value.kql)")
      }
    }
    return Question(
      kql: step(question, "extend " + items.joined(separator: ", ")),
      sql: select(values.joined(separator: ", "), question), columns: columns)
  }

  private mutating func project(_ question: Question) -> Question {
    var columns: [Known] = []
    var items: [String] = []
    var values: [String] = []
    for column in question.columns.shuffled(using: &random) where columns.isEmpty || random.oneIn(2)
    {
      columns.append(column)
      items.append(column.name)
      values.append("\"\(column.name)\"")
    }
    if random.oneIn(2) {
      let type = anyType()
      let value = phrase(type, question.columns)
      columns.append(Known(name: name(), type: type, size: value.size))
      items.append("\(columns[columns.count - 1].name) = \(value.kql)")
      values.append("\(value.sql) as \"\(columns[columns.count - 1].name)\"")
    }
    return Question(
      kql: step(question, "project " + items.joined(separator: ", ")),
      sql: select(values.joined(separator: ", "), question), columns: columns)
  }

  private mutating func drop(_ question: Question) -> Question {
    let kept = Array(question.columns.shuffled(using: &random).dropFirst())
    guard !kept.isEmpty else { return filter(question) }
    let names = Set(kept.map(\.name))
    let columns = question.columns.filter { names.contains($0.name) }
    let gone = question.columns.filter { !names.contains($0.name) }.map(\.name)
    return Question(
      kql: step(question, "project-away " + gone.joined(separator: ", ")),
      sql: select(list(columns), question), columns: columns)
  }

  private mutating func distinct(_ question: Question) -> Question {
    let isAll = random.oneIn(3)
    let columns =
      isAll ? question.columns : Array(question.columns.shuffled(using: &random).prefix(2))
    return Question(
      kql: step(
        question, "distinct " + (isAll ? "*" : columns.map(\.name).joined(separator: ", "))),
      sql: select("distinct " + list(columns), question), columns: columns)
  }

  private func count(_ question: Question) -> Question {
    Question(
      kql: step(question, "count"), sql: select("count(*) as \"Count\"", question),
      columns: [Known(name: "Count", type: .long, size: 1e6)])
  }

  // MARK: Summaries

  private mutating func summarize(_ question: Question) -> Question {
    var keys: [(item: String, value: String, column: Known)] = []
    for _ in 0..<random.int(0...2) {
      let column = random.pick(question.columns)
      if random.oneIn(3) {
        let type = random.pick([ScalarType.long, .bool, .string, .datetime])
        let value = phrase(type, question.columns, depth: 2)
        let name = name()
        keys.append(
          ("\(name) = \(value.kql)", value.sql, Known(name: name, type: type, size: value.size)))
      } else if !keys.contains(where: { $0.column.name == column.name }) {
        keys.append((column.name, "\"\(column.name)\"", column))
      }
    }
    var values: [(kql: String, sql: String, column: Known)] = []
    for _ in 0..<random.int((keys.isEmpty ? 1 : 0)...3) { values.append(aggregate(question)) }
    guard !keys.isEmpty || !values.isEmpty else { return count(question) }
    let stage =
      "summarize " + values.map { "\($0.column.name) = \($0.kql)" }.joined(separator: ", ")
      + (keys.isEmpty ? "" : " by " + keys.map(\.item).joined(separator: ", "))
    let outputs =
      keys.map { "\($0.value) as \"\($0.column.name)\"" }
      + values.map { "\($0.sql) as \"\($0.column.name)\"" }
    let groups = keys.indices.map { "\($0 + 1)" }.joined(separator: ", ")
    var kql = step(question, stage)
    let means = values.filter { $0.kql.hasPrefix("avg") }.map(\.column.name)
    if !means.isEmpty {
      kql +=
        "\n| extend "
        + means.map { "\($0) = iff(isnan(\($0)), real(null), \($0))" }.joined(separator: ", ")
    }
    return Question(
      kql: kql,
      sql: select(
        outputs.joined(separator: ", "), question, keys.isEmpty ? "" : "group by \(groups)"),
      columns: keys.map(\.column) + values.map(\.column))
  }

  private mutating func aggregate(
    _ question: Question
  ) -> (kql: String, sql: String, column: Known) {
    let name = name()
    func known(_ type: ScalarType, _ size: Double) -> Known {
      Known(name: name, type: type, size: size)
    }
    switch random.int(0...8) {
    case 0: return ("count()", "count(*)", known(.long, 1e6))
    case 6:
      let condition = phrase(.bool, question.columns, depth: 1)
      let type = random.pick([ScalarType.long, .real, .datetime])
      let value = phrase(type, question.columns, depth: 1)
      let word = random.oneIn(2) ? "min" : "max"
      return (
        "\(word)if(\(value.kql), \(condition.kql))",
        "\(word)(case when \(condition.sql) then \(value.sql) end)", known(type, value.size)
      )
    case 1:
      let condition = phrase(.bool, question.columns, depth: 2)
      return (
        "countif(\(condition.kql))", "count(case when \(condition.sql) then 1 end)",
        known(.long, 1e6)
      )
    case 2:
      let type = random.pick([ScalarType.long, .real, .timespan])
      let value = phrase(type, question.columns, depth: 2)
      return (
        "sum(\(value.kql))", "coalesce(sum(\(value.sql)), \(type == .real ? "0.0" : "0"))",
        known(type, value.size * 1000)
      )
    case 3:
      let condition = phrase(.bool, question.columns, depth: 1)
      let value = phrase(.long, question.columns, depth: 1)
      return (
        "sumif(\(value.kql), \(condition.kql))",
        "coalesce(sum(case when \(condition.sql) then \(value.sql) end), 0)",
        known(.long, value.size * 1000)
      )
    case 4:
      let value = phrase(random.oneIn(2) ? .long : .real, question.columns, depth: 2)
      return ("avg(\(value.kql))", "avg(\(value.sql))", known(.real, value.size))
    case 5:
      let value = phrase(anyType(), question.columns, depth: 2)
      return ("dcount(\(value.kql))", "count(distinct \(value.sql))", known(.long, 1e6))
    default:
      let type = random.pick([ScalarType.long, .real, .string, .datetime, .timespan])
      let value = phrase(type, question.columns, depth: 2)
      let word = random.oneIn(2) ? "min" : "max"
      let sql = "\(word)(\(value.sql))"
      return (
        "\(word)(\(value.kql))", type == .string ? "coalesce(\(sql), '')" : sql,
        known(type, value.size)
      )
    }
  }

  // MARK: Orders

  private mutating func sort(_ question: Question) -> Question {
    var keys: [String] = []
    var orders: [String] = []
    for column in question.columns.shuffled(using: &random) {
      let isDescending = random.oneIn(2)
      var nullsFirst = !isDescending
      var key = column.name
      if !isDescending { key += " asc" } else if random.oneIn(2) { key += " desc" }
      if random.oneIn(3) {
        nullsFirst = random.oneIn(2)
        key += nullsFirst ? " nulls first" : " nulls last"
      }
      keys.append(key)
      orders.append(
        "\"\(column.name)\" \(isDescending ? "desc" : "asc") nulls \(nullsFirst ? "first" : "last")"
      )
    }
    let limit = random.int(0...5)
    let by = "by " + keys.joined(separator: ", ")
    let stage: String
    switch random.int(0...2) {
    case 0: stage = "sort \(by)\n| take \(limit)"
    case 1: stage = "top \(limit) \(by)"
    default: stage = "order \(by)"
    }
    let sql = "order by " + orders.joined(separator: ", ")
    return Question(
      kql: step(question, stage),
      sql: select("*", question, stage.hasPrefix("order") ? sql : "\(sql) limit \(limit)"),
      columns: question.columns, isOrdered: true)
  }

  // MARK: Two tables

  private mutating func join(_ question: Question) -> Question {
    var other = start(random.pick(world.tables))
    if random.oneIn(2) { other = filter(other) }
    let pairs = question.columns.flatMap { left in
      other.columns.filter { $0.type == left.type && $0.type != .real }.map { (left, $0) }
    }
    guard !pairs.isEmpty else { return filter(question) }
    let keys = (0..<random.int(1...2)).map { _ in random.pick(pairs) }
    let on = keys.map { "$left.\($0.0.name) == $right.\($0.1.name)" }.joined(separator: ", ")
    let condition = keys.map { "l.\"\($0.0.name)\" is r.\"\($0.1.name)\"" }
      .joined(separator: " and ")
    let kind = random.pick([
      "inner", "leftouter", "rightouter", "fullouter", "leftsemi", "leftanti", "rightsemi",
      "rightanti",
    ])
    let kql = step(question, "join kind=\(kind) (\(other.kql)) on \(on)")
    if kind == "leftsemi" || kind == "leftanti" {
      let test = "exists (select 1 from (\(other.sql)) as r where \(condition))"
      return Question(
        kql: kql,
        sql:
          "select * from (\(question.sql)) as l where \(kind == "leftsemi" ? "" : "not ")\(test)",
        columns: question.columns)
    }
    if kind == "rightsemi" || kind == "rightanti" {
      let test = "exists (select 1 from (\(question.sql)) as l where \(condition))"
      return Question(
        kql: kql,
        sql: "select * from (\(other.sql)) as r where \(kind == "rightsemi" ? "" : "not ")\(test)",
        columns: other.columns)
    }
    var taken = Set(question.columns.map(\.name))
    var columns = question.columns
    var values = question.columns.map { side("l", $0, as: $0.name) }
    for column in other.columns {
      var name = column.name
      var number = 0
      while !taken.insert(name).inserted {
        number += 1
        name = column.name + "\(number)"
      }
      columns.append(Known(name: name, type: column.type, size: column.size))
      values.append(side("r", column, as: name))
    }
    let word = ["inner": "inner", "leftouter": "left", "rightouter": "right", "fullouter": "full"]
    return Question(
      kql: kql,
      sql:
        "select \(values.joined(separator: ", ")) from (\(question.sql)) as l \(word[kind] ?? "") join (\(other.sql)) as r on \(condition)",
      columns: columns)
  }

  private func side(_ side: String, _ column: Known, as name: String) -> String {
    let value = "\(side).\"\(column.name)\""
    return (column.type == .string ? "coalesce(\(value), '')" : value) + " as \"\(name)\""
  }

  private mutating func union(_ question: Question) -> Question {
    let other = start(random.pick(world.tables))
    var items: [String] = []
    var values: [String] = []
    for column in question.columns {
      let value = phrase(column.type, other.columns, depth: 1)
      items.append("\(column.name) = \(value.kql)")
      values.append("\(value.sql) as \"\(column.name)\"")
    }
    return Question(
      kql: step(
        question, "union (\(other.kql) | project \(items.joined(separator: ", ")))"),
      sql: "\(select("*", question)) union all \(select(values.joined(separator: ", "), other))",
      columns: question.columns.map {
        Known(name: $0.name, type: $0.type, size: max($0.size, 1000))
      })
  }
}
