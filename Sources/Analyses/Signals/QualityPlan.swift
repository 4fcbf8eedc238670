import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `qa_plan margin=0.03`: how many cases a quality check has to look at.
enum QualityPlanStage: StageDeclaration {
  static let signature = Signature.analysis(
    "qa_plan",
    parameters: [
      Parameter("margin"), Parameter("expected"), Parameter("zero"), Parameter("aql"),
      Parameter("ltpd"), Parameter("n"), Parameter("accept"), Parameter("compare"),
      Parameter("power"), Parameter("total"), Parameter("rate"), Parameter("strata"),
      Parameter("confidence"), Parameter("of", words: ["plan", "curve"]), Parameter("at"),
    ])
  static let summary = "How many cases a quality check has to look at."
  static let details = """
    The rows are the lot. margin= gives the sample for a share within that margin, of any lot and of this one; expected=
    is the share itself (0.5, the worst). zero= gives the sample that, without a defect, shows a rate below it:
    binomial, by the rule of three, and drawn from this lot. aql= and ltpd= give the plan with the least accept
    whose least n takes lots at ltpd with a risk of at most 0.1 and refuses those at aql with at most 0.05; n= and
    accept= take a plan as it is. of=curve gives the chance to accept a lot at each rate of at=. compare=(p1, p2) gives
    the rows a group that tell two shares apart with power= (0.8). total= deals a sample out to strata= by the mean
    rate= of each: Neyman's allocation beside the proportional and the equal one, with the standard error of each;
    whole numbers by the largest remainder, at least 2 of a stratum. confidence= is 0.95.
    Sources: Cochran 1977; Guenther 1969; Fleiss 1981; Neyman 1934.
    """
  static let examples = [
    Example(
      "range i from 1 to 5000 step 1 | qa_plan margin=0.03 | project population, n_raw, n",
      "a share within 3 points, of any lot and of one of 5,000",
      output: "\t1067.0718946372565\t1068\n5000\t879.5410878501186\t880"),
    Example(
      "range i from 1 to 1000 step 1 | qa_plan aql=0.01 ltpd=0.05 | project n, accept, producer_risk, consumer_risk",
      "take 132, accept with at most 3 defects",
      output: "132\t3\t0.04425250582596615\t0.09922830442578301"),
    Example(
      """
      range i from 1 to 1000 step 1 | extend queue = iff(i % 4 == 0, "appeals", "spam")
      | extend wrong = iff(queue == "appeals", i % 8 == 0, i % 50 == 0)
      | qa_plan total=100 rate=wrong strata=queue | project queue, N, p, n_proportional, n_neyman
      """, "where errors are, more of the sample",
      output: "appeals\t250\t0.5\t25\t59\nspam\t750\t0.013333333333333334\t75\t41"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let arguments = AnalysisArguments(stage, over: input.fields, binder)
    if let item = arguments.items.first {
      throw arguments.problem(
        "qa_plan takes settings only", help: "for example qa_plan margin=0.03", at: item.span)
    }
    let question = try QualityQuestion(arguments, over: input.fields)
    var outputs = try arguments.groups(besides: question.fields.map(\.name))
    let groups = outputs.map(\.field)
    func add(_ column: Int) {
      outputs.append(
        Plan.Output(
          input.fields[column], .column(index: column, type: input.fields[column].type)))
    }
    if case .strata(_, let rate, _, let strata) = question {
      add(strata)
      add(rate)
    }
    // Rows are counted, so there has to be a column of them.
    if outputs.isEmpty { outputs.append(Plan.Output(Field("row", .long), .constant(.long(1)))) }
    return .apply(
      QualityPlanOperation(question: question, groups: groups), [.compute(input, outputs)])
  }
}

/// The plan for the rows of every group.
private struct QualityPlanOperation: TableOperation {
  let question: QualityQuestion
  let groups: [Field]
  var title: String { "qa_plan" }
  var fields: [Field] { groups + question.fields }

  var drawing: RenderHint? {
    guard question.isCurve else { return nil }
    return RenderHint(
      kind: "linechart",
      properties: [
        .init(name: "xcolumn", value: "defect_rate"),
        .init(name: "ycolumns", value: "accepted"),
        .init(name: "series", value: groups.map(\.name).joined(separator: ", ")),
      ].filter { !$0.value.isEmpty })
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let table = inputs[0]
    let keys = groups.indices.map { table.columns[$0] }
    let found = keys.isEmpty ? nil : group(by: keys, rowCount: table.rowCount)
    var sizes = [Int](repeating: 0, count: found?.count ?? 1)
    if let found {
      for row in 0..<table.rowCount { sizes[Int(found.ids.base[row])] += 1 }
    } else {
      sizes[0] = table.rowCount
    }
    var builders = question.fields.map { ColumnBuilder($0.type) }
    var firstRows = BufferBuilder<Int32>()
    var strata: StrataRates?
    if case .strata = question {
      let first = groups.count
      strata = try StrataRates(table.columns[first], table.columns[first + 1], found, context)
    }
    for (number, size) in sizes.enumerated() {
      try context.checkpoint()
      let own = strata?.ofGroup(number)
      for row in try question.rows(lot: size, own, context) {
        for (index, value) in row.enumerated() { builders[index].append(value) }
        if let found { firstRows.append(found.firstRows.base[number]) }
      }
      if case .strata(let total, _, _, _) = question { own?.warn(total: total, context) }
      if found == nil { question.say(lot: size, own, context) }
    }
    let rows = firstRows.finish()
    let columns = builders.indices.map { builders[$0].finish() }
    return Table(
      fields: fields, columns: keys.map { $0.gathered(by: rows) } + columns,
      rowCount: columns.first?.count ?? 0)
  }
}
