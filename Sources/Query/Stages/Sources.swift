import CasebookLanguage
import CasebookTables
import CasebookValues

/// `print a = e, ...`: one row of computed values.
enum PrintStage: StageDeclaration {
  static let signature = Signature("print", role: .source, [.items("columns")])
  static let summary = "One row of computed values."
  static let examples = [
    Example("print 1 + 1", output: "2"),
    Example("print x = \"a\", y = datetime(2026-01-31)", output: "a\t2026-01-31T00:00:00.0000000Z"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    var taken = NameSet(stage.items("columns").flatMap { $0.names.map(\.text) })
    var outputs: [Plan.Output] = []
    for (index, item) in stage.items("columns").enumerated() {
      if let columns = try binder.severalColumns(of: item, over: [], taken: &taken) {
        outputs += columns
      } else if item.namesAreBracketed {
        outputs += try binder.outputs([item], over: [], taken: &taken)
      } else {
        let value = try binder.expression(item.value, over: [])
        outputs.append(
          binder.output(item.name?.text ?? taken.unique("print_\(index)"), value))
      }
    }
    try binder.requireDistinctNames(outputs.map(\.field), at: stage.span)
    return .compute(.oneRow, outputs)
  }
}

/// `datatable(a: long, b: string)[1, "x", ...]`: a table written out.
enum DatatableStage: StageDeclaration {
  static let signature = Signature(
    "datatable", role: .source, [.schema("columns"), .rows("values")])
  static let summary = "A table written out, row by row."
  static let examples = [
    Example(
      "datatable(queue: string, open: long)[\"fraud\", 12, \"spam\", 40]",
      output: "fraud\t12\nspam\t40")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let fields = try binder.fields(stage.schema("columns"))
    let values = stage.expressions("values")
    guard !fields.isEmpty else { throw BindIssue.noColumns(what: "this datatable").at(stage.span) }
    guard values.count % fields.count == 0 else {
      throw BindIssue.shape(
        "\(values.count) values do not fill rows of \(fields.count) columns",
        help: "every row needs a value for each column"
      ).at(values.last?.span ?? stage.span)
    }
    var builders = fields.map { ColumnBuilder($0.type) }
    for (index, syntax) in values.enumerated() {
      let column = index % fields.count
      builders[column].append(try value(syntax, as: fields[column].type, binder))
    }
    return .values(
      Table(
        fields: fields, columns: builders.indices.map { builders[$0].finish() },
        rowCount: values.count / fields.count))
  }

  private static func value(
    _ syntax: CasebookLanguage.Expression, as type: ScalarType, _ binder: Binder
  ) throws(Diagnostic) -> Scalar {
    if syntax.asName?.text == "null" {
      throw BindIssue.shape("a bare null has no type", help: "write \(type.name)(null)").at(
        syntax.span)
    }
    switch syntax.unbracketed.kind {
    case .binary, .call:
      throw BindIssue.shape(
        "a value of a datatable is written out", help: "compute it with `extend` behind the table"
      ).at(syntax.span)
    default: break
    }
    let value = try binder.constant(syntax, what: "a value of a datatable")
    if value.type == type { return value }
    if value.isNull { return .missing(type) }
    let converted = value.converted(to: type)
    if converted.isNull, type != .dynamic {
      // Kusto reads a text that does not convert as a missing value and refuses other types.
      if value.type == .string || value.type == .dynamic { return .missing(type) }
      throw BindIssue.constantOfType(what: "this value", expected: "a \(type.name)").at(
        syntax.span)
    }
    return converted
  }
}

/// `range n from 1 to 10 step 1`: a column of evenly spaced values.
enum RangeStage: StageDeclaration {
  static let signature = Signature(
    "range", role: .source,
    [
      .name("name"), .word("from"), .expression("from"), .word("to"), .expression("to"),
      .word("step"), .expression("step"),
    ])
  static let summary = "A column of evenly spaced numbers, times or durations, both ends in."
  static let examples = [
    Example("range n from 1 to 10 step 4", output: "1\n5\n9"),
    Example(
      "range day from datetime(2026-03-01) to datetime(2026-03-02) step 1d | count", output: "2"),
  ]
  /// A range larger than this is surely a mistake, and would fill the memory.
  static let greatestCount = 100_000_000

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    guard let name = stage.name("name"), let from = stage.expression("from"),
      let to = stage.expression("to"), let step = stage.expression("step")
    else { return input }
    let ends = (
      try binder.constant(from, what: "the start"), try binder.constant(to, what: "the end"),
      try binder.constant(step, what: "the step")
    )
    guard let column = column(from: ends.0, to: ends.1, step: ends.2) else {
      throw BindIssue.shape(
        "a range does not go from \(ends.0.type.name) to \(ends.1.type.name) by \(ends.2.type.name)",
        help: "range n from 1 to 10 step 1"
      ).at(stage.span)
    }
    if column.count > greatestCount {
      throw BindIssue.shape("this range has too many rows", help: "take a larger step").at(
        step.span)
    }
    return .values(
      Table(
        fields: [Field(name.text, column.type)], columns: [column.make(binder.context)],
        rowCount: column.count))
  }

  private struct Series {
    let type: ScalarType
    let count: Int
    let make: (RunContext) -> Column
  }

  /// Rows between two looks at whether to stop.
  private static let stretch = 1 << 16

  /// A buffer of `count` elements.
  ///
  /// When the run is to stop the rest stays zero: the run ends at its next checkpoint, before anyone reads it.
  private static func filled<Element: BitwiseCopyable>(
    _ count: Int, _ context: RunContext, _ element: (Int) -> Element
  ) -> Buffer<Element> {
    Buffer(count: count) { target in
      var row = 0
      while row < count, (try? context.checkpoint()) != nil {
        let end = min(row + stretch, count)
        while row < end {
          target[row] = element(row)
          row += 1
        }
      }
    }
  }

  private static func column(from: Scalar, to: Scalar, step: Scalar) -> Series? {
    if from.type.isFractional || step.type.isFractional || to.type.isFractional,
      let a = from.asReal, let b = to.asReal, let s = step.asReal
    {
      let count = s == 0 || !((b - a) / s >= 0) ? 0 : Int(min((b - a) / s + 1e-9, 1e12)) + 1
      return Series(type: .real, count: count) { context in
        Column(.real, .reals(filled(count, context) { a + Double($0) * s }))
      }
    }
    guard let (type, a, b, s) = integers(from, to, step) else { return nil }
    let isEmpty = s == 0 || (s > 0 && b < a) || (s < 0 && b > a)
    // The ends may lie further apart than a long reaches.
    let distance = UInt64(bitPattern: max(a, b) &- min(a, b))
    let steps = isEmpty ? 0 : min(distance / s.magnitude, UInt64(greatestCount))
    let count = isEmpty ? 0 : Int(steps) + 1
    return Series(type: type, count: count) { context in
      Column(type, .longs(filled(count, context) { a &+ Int64($0) &* s }))
    }
  }

  private static func integers(
    _ from: Scalar, _ to: Scalar, _ step: Scalar
  ) -> (ScalarType, Int64, Int64, Int64)? {
    switch (from, to, step) {
    case (.datetime(let a), .datetime(let b), .timespan(let s)): (.datetime, a, b, s)
    case (.timespan(let a), .timespan(let b), .timespan(let s)): (.timespan, a, b, s)
    default:
      if let a = from.asLong, let b = to.asLong, let s = step.asLong,
        from.type.isInteger, to.type.isInteger, step.type.isInteger
      {
        (from.type == .int && to.type == .int && step.type == .int ? .int : .long, a, b, s)
      } else {
        nil
      }
    }
  }
}
