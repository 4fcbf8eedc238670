import CasebookLanguage
import CasebookTables
import CasebookValues

/// `sample 100`: rows drawn at random.
enum SampleStage: StageDeclaration {
  static let signature = Signature("sample", [.operand("count")])
  static let summary = "Keeps so many rows drawn at random, in the input's order."
  static let details = """
    Every row is as likely as any other. The session's seed decides, so the same seed draws the same
    rows of the same input.
    """
  static let examples = [
    Example("range n from 1 to 100 step 1 | sample 5 | count", output: "5")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    guard let syntax = stage.expression("count") else { return input }
    let count = try binder.constantCount(syntax, what: "the number of rows")
    return .apply(
      SampleOperation(
        fields: input.fields, count: max(count, 0), stream: binder.nextRandomStream()),
      [input])
  }
}

/// `sample-distinct 10 of queue`: distinct values drawn at random.
enum SampleDistinctStage: StageDeclaration {
  static let signature = Signature(
    "sample-distinct", [.operand("count"), .word("of"), .item("column")])
  static let summary = "Keeps so many distinct values of a column, drawn at random."
  static let details = "The session's seed decides. The values come in order of appearance."
  static let examples = [
    Example(
      "datatable(q: string)[\"a\", \"b\", \"a\"] | sample-distinct 5 of q", output: "a\nb")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    guard let syntax = stage.expression("count") else { return input }
    let count = try binder.constantCount(syntax, what: "the number of values")
    var taken = NameSet()
    let keys = try binder.outputs(stage.items("column"), over: input.fields, taken: &taken)
    return .apply(
      SampleOperation(
        fields: keys.map(\.field), count: max(count, 0), stream: binder.nextRandomStream()),
      [.summarize(input, Plan.Grouping(keys: keys, aggregates: []))])
  }
}

/// Draws rows without looking at them.
private struct SampleOperation: TableOperation {
  let fields: [Field]
  let count: Int
  /// Tells the samples of one session apart.
  let stream: UInt64
  var title: String { "sample \(count)" }

  func estimatedRows(_ inputs: [Int]) -> Int { min(count, inputs[0]) }

  /// Selection sampling (Knuth, The Art of Computer Programming, volume 2, algorithm 3.4.2 S).
  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let table = inputs[0]
    let key = CounterRandom.key(seed: context.seed, cell: stream, stage: 0)
    var missing = min(count, table.rowCount)
    let rows = Buffer<Int32>(count: missing) { target in
      var next = 0
      for row in 0..<table.rowCount where missing > 0 {
        let left = table.rowCount - row
        let draw = CounterRandom.below(left, CounterRandom.draw(key, UInt64(row)))
        guard draw < missing else { continue }
        target[next] = Int32(truncatingIfNeeded: row)
        next += 1
        missing -= 1
      }
    }
    let columns = try context.mapParallel(table.columns.count) { index in
      table.columns[index].gathered(by: rows)
    }
    return Table(fields: fields, columns: columns, rowCount: rows.count)
  }
}
