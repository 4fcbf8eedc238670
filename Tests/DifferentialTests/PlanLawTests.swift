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
