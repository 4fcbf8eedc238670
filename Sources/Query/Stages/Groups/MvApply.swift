import CasebookLanguage
import CasebookTables
import CasebookValues

/// `mv-apply x = tags on (where ... | summarize ...)`: a pipeline over the elements of each row.
enum MvApplyStage: StageDeclaration {
  static let signature = Signature(
    "mv-apply", aliases: ["mvapply"],
    [
      .parameters([
        Parameter("kind", words: ["bag", "array"]), Parameter("with_itemindex"),
      ]), Expansion.columnGrammar, Expansion.limitGrammar, .word("on"), .subpipeline("body"),
    ])
  static let summary = "Runs a pipeline over the array elements of each row on its own."
  static let details = """
    Every row is expanded as by `mv-expand`; the bracketed pipeline sees these rows, and its result
    stands behind the columns of the input. A row without elements gives no row.
    """
  static let examples = [
    Example(
      """
      datatable(id: long, n: dynamic)[1, dynamic([5, 9, 2]), 2, dynamic([4])]
      | mv-apply n to typeof(long) on (top 2 by n | summarize best = make_list(n))
      """, "the two greatest of each row", output: "1\t[9,5]\n2\t[4]")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    guard let pipeline = stage.pipeline("body") else { return input }
    var (expansion, arrays) = try Expansion.bind(stage, input, binder)
    let body = try binder.plan(of: pipeline, over: .placeholder(expansion.fields))
    let replaced = Set(
      expansion.outputs.indices.filter {
        if case .kept = expansion.outputs[$0] { false } else { true }
      }.map { expansion.fields[$0].name })
    expansion.fields.append(PerGroup.groupField(.placeholder(expansion.fields)))
    expansion.outputs.append(.row)
    arrays = Binder.shared(arrays)
    let results = PerGroup.plan(body, over: .apply(expansion, [arrays]))
    return .apply(
      Attach(source: input.fields, replaced: replaced, body: body), [arrays, results])
  }

  /// Puts the columns of each row before what the pipeline made of its elements.
  private struct Attach: KeepsColumns {
    let fields: [Field]
    /// Which columns of the source stand in front.
    let kept: [Int]
    /// Which columns of the results follow.
    let added: [Int]
    var title: String { "beside the row's own columns" }

    init(source: [Field], replaced: Set<String>, body: Plan) {
      let kept = source.indices.filter { !replaced.contains(source[$0].name) }
      let results = body.fields
      // A column that the pipeline only passes on is there already.
      added = results.indices.filter { index in
        let origin = body.placeholderColumn(index)
        return !kept.contains { $0 == origin && source[$0].name == results[index].name }
      }
      var taken = NameSet(kept.map { source[$0].name })
      var fields = kept.map { source[$0] }
      for index in added {
        var field = results[index]
        field.name = taken.unique(field.name)
        fields.append(field)
      }
      self.kept = kept
      self.fields = fields
    }

    func estimatedRows(_ inputs: [Int]) -> Int { inputs[1] }

    func keptColumn(_ column: Int) -> Int? { column < kept.count ? kept[column] : nil }

    func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
      let (source, results) = (inputs[0], inputs[1])
      guard case .longs(let numbers)? = results.columns.last?.data else {
        return Table(fields: fields)
      }
      let rows = Buffer<Int32>(count: numbers.count) { target in
        for row in 0..<numbers.count { target[row] = Int32(truncatingIfNeeded: numbers.base[row]) }
      }
      let columns = try context.mapParallel(kept.count) { index in
        source.columns[kept[index]].gathered(by: rows)
      }
      return Table(
        fields: fields, columns: columns + added.map { results.columns[$0] },
        rowCount: results.rowCount)
    }
  }
}
