import CasebookQuery
import CasebookTables
import CasebookTestSupport
import CasebookValues
import Testing

/// Relations that must hold whatever the right answer is, on generated questions.
@Suite struct PlanLawTests {
  private static let worldCount = 40
  private static let questionsPerWorld = 12

  /// Asks each question of a series of worlds.
  private func forEachQuestion(
    salt: UInt64, _ body: (SmallWorld, Question, inout PipelineGenerator) throws -> Void
  ) throws {
    for number in 0..<Self.worldCount {
      let seed = DifferentialTests.seed &+ salt &+ UInt64(number) * 7919
      var random = RepeatableRandom(seed: seed)
      let world = SmallWorld(&random)
      var generator = PipelineGenerator(seed: seed, world: world)
      for _ in 0..<Self.questionsPerWorld {
        guard let question = generator.question().last else { continue }
        try body(world, question, &generator)
      }
    }
  }

  @Test func conditionItsOppositeAndNullMakeAllRows() throws {
    try forEachQuestion(salt: 11) { world, question, generator in
      let asking = Asking(catalog: world)
      var phrases = PhraseGenerator(generator.random, question.columns)
      let condition = phrases.phrase(.bool, depth: 3).kql
      let parts = try [condition, "not(\(condition))", "isnull(\(condition))"].flatMap {
        try rows(asking.table("\(question.kql)\n| where \($0)"))
      }
      let all = try rows(asking.table(question.kql))
      #expect(parts.sorted() == all.sorted(), "\(question.kql)\n| where \(condition)")
    }
  }

  @Test func rewritingAPlanChangesNothing() throws {
    try forEachQuestion(salt: 22) { world, question, _ in
      let better = try rows(Asking(catalog: world).table(question.kql))
      let plain = try rows(Asking(catalog: world, isOptimised: false).table(question.kql))
      #expect(better == plain, "\(question.kql)")
    }
  }

  @Test func cuttingBlocksElsewhereChangesNothing() throws {
    try forEachQuestion(salt: 33) { world, question, _ in
      let cut = try rows(Asking(catalog: world).table(question.kql))
      let whole = try rows(Asking(catalog: Uncut(world: world)).table(question.kql))
      #expect(cut == whole, "\(question.kql)")
    }
  }

  @Test func threadsChangeNothing() throws {
    try forEachQuestion(salt: 44) { world, question, _ in
      let one = try rows(Asking(catalog: world).table(question.kql))
      let two = try rows(Asking(catalog: world, threads: 2).table(question.kql))
      #expect(one == two, "\(question.kql)")
    }
  }
}

/// The tables of a world in one block each.
private struct Uncut: Catalog {
  let world: SmallWorld

  func table(named name: String) -> (any TableSource)? {
    world.tables.first { $0.name == name }.map { stored in
      CutSource(
        Table(fields: stored.fields, rows: stored.rows),
        cuts: stored.rows.isEmpty ? [] : [stored.rows.count])
    }
  }

  var tableNames: [String] { world.tableNames }

  func externalText(at path: String) -> [UInt8] { [] }
}

/// Sums of reals may be rounded differently in other blocks, and by no more than that.
@Suite struct BlockSizeTests {
  private static let questions = [
    "t | summarize sum(r), avg(r), stdev(r), variance(r), min(r), max(r), percentile(r, 90) by g",
    "t | summarize sumif(r, r > 0), avgif(r, g > 3), count(), dcount(g)",
    "t | extend part = r / 3 | summarize sum(part) by bin(r, 1000)",
  ]

  @Test(arguments: questions)
  func blockSizeChangesNoMoreThanTheLastDigits(question: String) throws {
    let table = Self.table(rowCount: 20_000)
    let answers = try [[20_000], Array(repeating: 1000, count: 20), Self.uneven(20_000)].map {
      try Asking(catalog: OneTable(table: table, cuts: $0), threads: 2).table(question)
    }
    for answer in answers.dropFirst() {
      try #require(answer.rowCount == answers[0].rowCount)
      for row in 0..<answer.rowCount {
        for (here, there) in zip(answers[0].row(row), answer.row(row)) {
          #expect(Self.isClose(here, there), "row \(row)")
        }
      }
    }
  }

  private static func isClose(_ left: Scalar, _ right: Scalar) -> Bool {
    guard case .real(let left) = left, case .real(let right) = right else { return left == right }
    return abs(left - right) <= 1e-12 * max(abs(left), abs(right))
  }

  private static func table(rowCount: Int) -> Table {
    var random = RepeatableRandom(seed: DifferentialTests.seed)
    var groups = ColumnBuilder(.long)
    var reals = ColumnBuilder(.real)
    for _ in 0..<rowCount {
      groups.append(long: Int64(random.int(0...7)))
      if random.oneIn(10) {
        reals.appendNull()
      } else {
        reals.append(real: Double.random(in: -1000...5000, using: &random))
      }
    }
    return Table(
      fields: [Field("g", .long), Field("r", .real)], columns: [groups.finish(), reals.finish()],
      rowCount: rowCount)
  }

  private static func uneven(_ rowCount: Int) -> [Int] {
    var cuts: [Int] = []
    var rest = rowCount
    var next = 1
    while rest > 0 {
      cuts.append(min(next, rest))
      rest -= min(next, rest)
      next = next * 2 + 1
    }
    return cuts
  }
}

private struct OneTable: Catalog {
  let table: Table
  let cuts: [Int]

  func table(named name: String) -> (any TableSource)? {
    name == "t" ? CutSource(table, cuts: cuts) : nil
  }

  var tableNames: [String] { ["t"] }

  func externalText(at path: String) -> [UInt8] { [] }
}
