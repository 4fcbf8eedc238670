import CasebookTables
import CasebookTestSupport
import CasebookValues
import Testing

/// Generated questions, asked here and of SQLite.
///
/// `CASEBOOK_SEED=N` asks other questions. The intended differences between the languages are listed
/// where the generators allow for them: `PhraseGenerator`, `PipelineGenerator`.
@Suite struct DifferentialTests {
  private static let worldsPerSeries = 100
  private static let questionsPerWorld = 26
  static let seed = Places.variable("CASEBOOK_SEED").flatMap { UInt64($0) } ?? 20_260_629

  @Test(arguments: 0..<4)
  func sameAnswersAsSQLite(series: Int) throws {
    var failures = 0
    var rowless = 0
    for number in 0..<Self.worldsPerSeries where failures < 3 {
      let seed = Self.seed &+ UInt64(series * 1_000_000 + number * 1000)
      var random = RepeatableRandom(seed: seed)
      let world = SmallWorld(&random)
      let reference = try Reference(world)
      var generator = PipelineGenerator(seed: seed, world: world)
      for _ in 0..<Self.questionsPerWorld {
        let steps = generator.question()
        guard let whole = steps.last else { continue }
        let answer = Self.compared(whole, world, reference)
        if answer.rowCount == 0 { rowless += 1 }
        if answer.difference == nil { continue }
        failures += 1
        // The first step that goes wrong says most.
        for step in steps {
          if let difference = Self.compared(step, world, reference).difference {
            Issue.record("\(Self.report(step, world, seed: seed))\n\(difference)")
            break
          }
        }
      }
    }
    // Questions that nothing answers would prove nothing.
    #expect(rowless < Self.worldsPerSeries * Self.questionsPerWorld / 2)
  }

  /// What differs, if anything does, and how many rows the answer has here.
  private static func compared(
    _ question: Question, _ world: SmallWorld, _ reference: Reference
  ) -> (difference: String?, rowCount: Int) {
    do {
      let table = try Asking(catalog: world).table(question.kql)
      let types = question.columns.map(\.type)
      guard table.fields.map(\.type) == types,
        table.fields.map(\.name) == question.columns.map(\.name)
      else { return ("columns: \(table.fields.map { "\($0.name): \($0.type)" })", 0) }
      var here = rows(table)
      var there = try reference.rows(question.sql, types)
      if !question.isOrdered {
        here.sort()
        there.sort()
      }
      if here == there { return (nil, here.count) }
      let answers = [here, there].map { $0.map { "  " + $0 }.joined(separator: "\n") }
      return ("here:\n\(answers[0])\nthere:\n\(answers[1])", here.count)
    } catch {
      return ("error: \(error)", 0)
    }
  }

  private static func report(_ question: Question, _ world: SmallWorld, seed: UInt64) -> String {
    let tables = world.tables.map { table in
      "\(table.name)(\(table.fields.map { "\($0.name): \($0.type)" }.joined(separator: ", "))):\n"
        + table.rows.map { "  " + $0.map(\.text).joined(separator: " | ") }
        .joined(separator: "\n")
    }
    return "seed \(seed)\n\(tables.joined(separator: "\n"))\n\(question.kql)\n\(question.sql)"
  }
}
