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
    for number in 0..<Self.worldsPerSeries where failures < 3 {
      let seed = Self.seed &+ UInt64(series * 1_000_000 + number * 1000)
      var random = RepeatableRandom(seed: seed)
      let world = SmallWorld(&random)
      let reference = try Reference(world)
      var generator = PipelineGenerator(seed: seed, world: world)
      for _ in 0..<Self.questionsPerWorld {
        let steps = generator.question()
        guard let whole = steps.last, Self.difference(whole, world, reference) != nil else {
          continue
        }
        failures += 1
        // The first step that goes wrong says most.
        for step in steps {
          if let difference = Self.difference(step, world, reference) {
            Issue.record("\(Self.report(step, world, seed: seed))\n\(difference)")
            break
          }
        }
      }
    }
  }

  /// What differs, if anything does.
  private static func difference(
    _ question: Question, _ world: SmallWorld, _ reference: Reference
  ) -> String? {
    do {
      let table = try Asking(catalog: world).table(question.kql)
      let types = question.columns.map(\.type)
      guard table.fields.map(\.type) == types,
        table.fields.map(\.name) == question.columns.map(\.name)
      else { return "columns: \(table.fields.map { "\($0.name): \($0.type)" })" }
      var here = rows(table)
      var there = try reference.rows(question.sql, types)
      if !question.isOrdered {
        here.sort()
        there.sort()
      }
      return here == there
        ? nil
        : "here:\n  \(here.joined(separator: "\n  "))\nthere:\n  "
          + there.joined(separator: "\n  ")
    } catch {
      return "error: \(error)"
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
