import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `slices score label=outcome across=(country, queue)`: where a score is weak.
enum SlicesStage: StageDeclaration {
  static let signature = Signature.analysis(
    "slices",
    parameters: SignalArguments.labelParameters + SignalArguments.intervalParameters + [
      Parameter("across"), Parameter("depth"), Parameter("least"),
    ])
  static let summary = "Where a score ranks worse, or better, than on all other cases."
  static let details = """
    A row a value of the columns across=, and with depth=2 (unless depth=1) a row a pair of values of two columns;
    pairs with under least= (30) labelled rows are left out and counted. Numbers of more than 12 values are cut in
    quartiles; a missing value is a slice too. auc is compared with auc_rest, of all other cases, by DeLong's unpaired
    test; q is the false discovery rate over all rows of the result (Benjamini and Hochberg). Rows come by z, the
    weakest first, nulls last. The direction is that of all cases: a slice below 0.5 is noted reversed. The interval of
    auc is DeLong's; with weights, or interval=bootstrap, it is of resamples, and weighted cases have no test.
    """
  static let examples = [
    Example(
      """
      range i from 1 to 120 step 1
      | extend country = iff(i % 2 == 0, "DE", "FR"), y = i % 3 == 0
      | extend score = iff(country == "DE", iff(y, 0.5, 0.2) + i % 7 * 0.1, i % 5 * 0.2)
      | slices score label=y across=country direction=higher
      | project slice, n, positives, auc, auc_rest, note
      """, "one score in two countries",
      output: """
        country=FR\t60\t20\t0.5\t0.844375\tthin
        country=DE\t60\t20\t0.844375\t0.5\tthin
        """)
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let arguments = AnalysisArguments(stage, over: input.fields, binder)
    var cases = try SignalArguments(
      stage, over: input, binder, columns: SlicesOperation.ownFields(false).map(\.name),
      scores: .one)
    guard let syntax = arguments.syntax("across") else {
      throw arguments.problem(
        "slices needs the columns whose values are compared", help: "across=(country, queue)")
    }
    var columns: [SlicesOperation.Across] = []
    for item in syntax.asList {
      let index = try binder.column(item, of: input.fields)
      let field = input.fields[index]
      if columns.contains(where: { $0.name == field.name }) {
        throw arguments.problem(
          "'\(field.name)' is there twice", help: "name each column once", at: item.span)
      }
      let value = TypedExpression(
        .column(index: index, type: field.type), isProtected: field.isProtected)
      columns.append(
        .init(
          name: field.name, column: cases.add(field.name, value), isProtected: field.isProtected))
    }
    return .apply(
      SlicesOperation(
        arguments: cases, across: columns,
        depth: try arguments.count("depth", in: 1...2, otherwise: 2),
        least: try arguments.count("least", in: 0...Int.max, otherwise: 30)), [cases.plan])
  }
}

/// Every slice of the cases against all others.
private struct SlicesOperation: TableOperation {
  /// A column whose values make slices.
  struct Across {
    let name: String
    let column: Int
    let isProtected: Bool
  }

  let arguments: SignalArguments
  let across: [Across]
  let depth: Int
  let least: Int
  var title: String { "slices" }

  static func ownFields(_ isProtected: Bool) -> [Field] {
    [
      Field("slice", .string, isProtected: isProtected), Field("column_1", .string),
      Field("value_1", .string, isProtected: isProtected), Field("column_2", .string),
      Field("value_2", .string, isProtected: isProtected), Field("n", .long),
      Field("labelled", .long), Field("positives", .long), Field("prevalence", .real),
      Field("prevalence_rest", .real),
    ] + Field.withInterval("auc") + [
      Field("auc_rest", .real), Field("difference", .real), Field("z", .real), Field("p", .real),
      Field("q", .real), Field("note", .string),
    ]
  }

  private var hidesValues: Bool { across.contains(where: \.isProtected) }

  var fields: [Field] { arguments.groups + Self.ownFields(hidesValues) }

  var mainColumns: [String] {
    arguments.groups.map(\.name) + [
      "slice", "auc", "auc_low", "auc_high", "auc_rest", "q", "n", "positives", "z", "note",
    ]
  }

  var drawing: RenderHint? {
    RenderHint(
      kind: "intervals",
      properties: [
        .init(name: "xcolumn", value: "slice"), .init(name: "ycolumns", value: "auc"),
        .init(name: "low", value: "auc_low"), .init(name: "high", value: "auc_high"),
        .init(name: "reference", value: "auc_rest"),
      ]
        + (arguments.groups.isEmpty
          ? []
          : [.init(name: "series", value: arguments.groups.map(\.name).joined(separator: ", "))]))
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let frame = try CaseFrame(inputs[0], arguments, context)
    let score = arguments.scores[0]
    let whole = try RankedScore(score, frame, [], context)
    let columns = try across.map {
      try SliceValues($0.name, frame.table.columns[$0.column], context)
    }
    var slices: [Slice] = []
    for column in columns {
      slices += try measured([column], whole, frame, context)
    }
    if depth > 1 {
      var dropped = 0
      for first in columns.indices {
        for second in columns.indices where second > first {
          let pairs = try measured([columns[first], columns[second]], whole, frame, context)
          slices += pairs.filter { $0.labelled >= least }
          dropped += pairs.count { $0.labelled < least }
        }
      }
      if dropped > 0 {
        context.warn(
          "\(countText(dropped)) \(dropped == 1 ? "pair" : "pairs") of values with under \(countText(least)) labelled "
            + "rows \(dropped == 1 ? "is" : "are") left out"
        )
      }
    }
    let adjusted = BenjaminiHochberg.adjust(slices.map { $0.test?.p })
    for index in slices.indices { slices[index].q = adjusted[index] }
    let order = slices.indices.sorted { Self.precedes(slices[$0], $0, slices[$1], $1) }
    say(order.map { slices[$0] }, context)
    var report = SignalReport(Self.ownFields(hidesValues))
    for group in 0..<frame.groupCount {
      for index in order where slices[index].group == group {
        report.append(group: group, slices[index].values)
      }
    }
    return report.table(frame)
  }

  /// By z ascending, nulls last, else as they came.
  private static func precedes(_ a: Slice, _ place: Int, _ b: Slice, _ other: Int) -> Bool {
    switch (a.test?.z, b.test?.z) {
    case (let x?, let y?): x == y ? place < other : x < y
    case (_?, nil): true
    case (nil, _?): false
    case (nil, nil): place < other
    }
  }

  // MARK: Measuring

  /// The slices of a column's values, or of pairs of two columns' values, in every group.
  private func measured(
    _ columns: [SliceValues], _ whole: RankedScore, _ frame: CaseFrame, _ context: RunContext
  ) throws -> [Slice] {
    let codes = try SliceCells(columns, frame, context)
    let regrouped = frame.regrouped(codes.cellOfRow, count: codes.count)
    let ranked = try RankedScore(
      arguments.scores[0], regrouped, [], context, direction: whole.direction)
    let cases =
      arguments.intervalMethod == .bootstrap
      ? try SortedCases(ranked.values, regrouped, whole.direction, context) : nil
    var slices = try context.mapParallel(codes.count) { cell in
      let group = codes.groups[cell]
      return Slice(
        columns, codes.values(cell), group, cell, ranked.ladders[cell], whole.ladders[group],
        regrouped, isBlank: frame.neverReviewed[group] > 0, arguments)
    }
    if let cases {
      for index in slices.indices where !slices[index].isBlank {
        let samples = try Resampling.ranked(
          cases, group: index, regrouped, samples: arguments.samples, context)
        slices[index].bounds = Resampling.bounds(
          samples.map(\.auc), confidence: arguments.confidence)
      }
    }
    return slices
  }

  private func say(_ slices: [Slice], _ context: RunContext) {
    let tested = slices.count { $0.test != nil }
    if tested == 0 { return }
    let weak = slices.filter { ($0.q ?? 1) < 0.05 && ($0.test?.z ?? 0) < 0 }
    let name = arguments.scores[0].name
    guard let worst = weak.first, let auc = worst.auc, let rest = worst.rest else {
      context.find(
        "\(name): no slice of \(countText(tested)) is shown to rank worse than the rest (q < 0.05)."
      )
      return
    }
    let place = hidesValues ? "one of them" : worst.title
    context.find(
      "\(name) ranks worse in \(countText(weak.count)) of \(countText(tested)) slices (q < 0.05), most clearly in "
        + "\(place): AUC \(spokenNumber(auc)) against \(spokenNumber(rest)) elsewhere.")
  }
}

/// One slice of the cases against all others of its group.
private struct Slice: Sendable {
  let group: Int
  let columns: [String]
  let shown: [String]
  let n: Int
  let labelled: Int
  private let sums: LadderSums
  private let prevalenceRest: Double?
  let auc: Double?
  let rest: Double?
  let test: (z: Double, p: Double)?
  let isBlank: Bool
  private let notes: Notes
  var bounds: (low: Double, high: Double)?
  var q: Double?

  init(
    _ columns: [SliceValues], _ values: [Int], _ group: Int, _ cell: Int, _ ladder: Ladder,
    _ whole: Ladder, _ frame: CaseFrame, isBlank: Bool, _ arguments: SignalArguments
  ) {
    self.group = group
    self.columns = columns.map(\.name)
    shown = zip(columns, values).map { $0.0.texts[$0.1] }
    n = frame.rowCounts[cell]
    labelled = frame.labelledCounts[cell]
    sums = ladder.sums
    self.isBlank = isBlank
    let figures = RankFigures(ladder)
    auc = isBlank ? nil : figures.auc
    var notes = Notes()
    let compared = RankFigures(whole, without: ladder)
    rest = isBlank ? nil : compared.auc
    prevalenceRest = isBlank ? nil : whole.sums(without: ladder).prevalence
    test = isBlank ? nil : figures.difference(to: compared)
    if arguments.intervalMethod == .delong, !isBlank {
      bounds = figures.interval(confidence: arguments.confidence)
    }
    if isBlank {
      notes.add("auc", "never reviewed")
    } else if figures.auc == nil {
      notes.add(
        "auc",
        ladder.used == 0
          ? (labelled == 0 ? "no labels" : "no scores")
          : ladder.positiveCount == 0 ? "no positives" : "no negatives")
    } else if frame.weights != nil {
      notes.add("z", "weighted")
    } else if compared.auc == nil {
      notes.add("auc_rest", "one class in the rest")
    } else if figures.variance == nil || figures.variance == 0 {
      notes.addInterval(
        of: figures, as: arguments.intervalMethod == .delong ? "auc_low" : "z")
    } else if test == nil {
      notes.add("z", "under two of a class in the rest")
    }
    if ladder.used > 0, min(ladder.positiveCount, ladder.negativeCount) < 30 { notes.add("thin") }
    if let auc = figures.auc, auc < 0.5 { notes.add("reversed") }
    self.notes = notes
  }

  var title: String {
    zip(columns, shown).map { "\($0)=\($1.isEmpty ? "\"\"" : $1)" }.joined(separator: ", ")
  }

  var values: [Scalar] {
    let difference = auc.flatMap { auc in rest.map { auc - $0 } }
    var values: [Scalar] = [
      .string(title), .string(columns[0]), .string(shown[0]),
      .string(columns.count > 1 ? columns[1] : ""), .string(shown.count > 1 ? shown[1] : ""),
      .figure(n), .figure(labelled), .figure(sums.positiveCount),
      .figure(isBlank ? nil : sums.prevalence), .figure(prevalenceRest),
    ]
    values += scalars(auc, bounds)
    values += [
      .figure(rest), .figure(difference), .figure(test?.z), .figure(test?.p), .figure(q),
      .string(notes.text),
    ]
    return values
  }
}
