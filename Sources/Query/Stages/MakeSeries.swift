import CasebookLanguage
import CasebookTables
import CasebookValues

/// `make-series n = count() default=0 on at from a to b step 1d by queue`.
enum MakeSeriesStage: StageDeclaration {
  static let signature = Signature(
    "make-series",
    [
      .parameters([Parameter("kind", words: ["nonempty"]), Parameter("hint.*")]),
      .repeated(
        "aggregates", separator: ",", [.item("aggregate"), .parameters([Parameter("default")])]),
      .word("on"), .operand("on"),
      .choice([
        [.word("in"), .operand("range")],
        [
          .optional([.word("from"), .expression("from")]),
          .optional([.word("to"), .expression("to")]), .word("step"), .expression("step"),
        ],
      ]), .optional([.word("by"), .items("keys")]),
    ])
  static let summary = "One row a key, with arrays of an aggregate over evenly spaced steps."
  static let details = """
    `from` is in, `to` is not; either left out is taken from the rows, with steps counted from zero.
    Steps without a row get `default`, which is 0 unless given. The arrays of the aggregates come behind
    the keys, and the array of the steps' beginnings last. Rows outside the steps are left out. `in
    range(a, b, step)` counts steps from zero and takes the one that b is in. With `kind=nonempty` no
    rows still give one row of defaults.
    """
  static let examples = [
    Example(
      """
      datatable(day: long, n: long)[1, 5, 3, 7, 3, 1]
      | make-series total = sum(n) on day from 1 to 5 step 1
      """, "a sum each day", output: "[5,0,8,0]\t[1,2,3,4]"),
    Example(
      """
      datatable(q: string, day: long)["a", 1, "b", 2]
      | make-series n = count() default=-1 on day from 1 to 3 step 1 by q | project q, n
      """, "by key, with a default", output: "a\t[1,-1]\nb\t[-1,1]"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    guard let syntax = stage.expression("on") else { return input }
    let axis = try binder.expression(syntax, over: input.fields)
    guard axis.type.isNumeric || axis.type.isTemporal else {
      throw BindIssue.shape(
        "a series goes along times or numbers, and this is \(axis.type.name)",
        help: "convert it, for example with todatetime()"
      ).at(syntax.span)
    }
    let steps = try steps(stage, axis: axis.type, binder)
    let groups = stage.groups("aggregates")
    let (numbered, number) = try numbering(input, axis, steps, binder)
    let grouped = try binder.grouped(
      numbered, keys: stage.items("keys"), further: [number],
      items: groups.flatMap { $0.items("aggregate") })
    let keyCount = stage.items("keys").count
    let aggregates = Array(grouped.fields[(keyCount + 1)...])
    guard aggregates.count == groups.count else {
      throw BindIssue.shape(
        "an aggregate of a series yields one column", help: "name each one you want"
      ).at(stage.span)
    }
    var taken = NameSet(grouped.fields.map(\.name))
    var fields = Array(grouped.fields[..<keyCount])
    var defaults: [Scalar] = []
    for (group, aggregate) in zip(groups, aggregates) {
      fields.append(Field(aggregate.name, .dynamic, isProtected: aggregate.isProtected))
      defaults.append(try missing(group, type: aggregate.type, binder))
    }
    let name = binder.naturalName(of: syntax) ?? "Column1"
    fields.append(Field(taken.unique(name), .dynamic, isProtected: axis.isProtected))
    let isNonempty = stage.parameter("kind")?.asName?.text == "nonempty"
    return .apply(
      SeriesOperation(
        fields: fields, steps: steps, axis: axis.type, keyCount: keyCount, defaults: defaults,
        hasRowAlways: isNonempty && keyCount == 0), [grouped])
  }

  /// The input without rows outside the steps and with the step of each row as its last column.
  private static func numbering(
    _ input: Plan, _ axis: TypedExpression, _ steps: SeriesSteps, _ binder: Binder
  ) throws(Diagnostic) -> (Plan, Plan.Output) {
    var taken = NameSet(input.fields.map(\.name))
    let call = BoundExpression.call(
      BoundExpression.Call(
        name: "step number",
        implementation: .vector { .column(steps.numbers(of: $0[0].column(rowCount: $0.rowCount))) },
        type: .long, isPure: true, arguments: [axis.expression]))
    let field = Field(taken.unique("step"), .long, isProtected: axis.isProtected)
    let plan = input.adding([Plan.Output(field, call)])
    let number = BoundExpression.column(index: input.fields.count, type: .long)
    let isThere = try binder.apply(
      "is present", [TypedExpression(number)], [], span: Span(0, 0))
    return (.filter(plan, isThere.expression), Plan.Output(field, number))
  }

  private static func steps(
    _ stage: Stage, axis: ScalarType, _ binder: Binder
  ) throws(Diagnostic) -> SeriesSteps {
    var parts: [(syntax: CasebookLanguage.Expression?, what: String)] = [
      (stage.expression("from"), "the start"), (stage.expression("to"), "the end"),
      (stage.expression("step"), "the step"),
    ]
    let range = stage.expression("range")
    if let range {
      guard case .call(let call) = range.unbracketed.kind, call.name.text == "range",
        call.arguments.count == 3
      else {
        throw BindIssue.shape("a range is needed here", help: "in range(start, end, step)").at(
          range.span)
      }
      for index in parts.indices { parts[index].syntax = call.arguments[index].value }
    }
    var values: [Scalar?] = []
    for (index, part) in parts.enumerated() {
      guard let syntax = part.syntax else {
        values.append(nil)
        continue
      }
      let value = try binder.constant(syntax, what: part.what)
      let wanted: ScalarType = index == 2 && axis == .datetime ? .timespan : axis
      guard value.type == wanted || (value.type.isNumeric && wanted.isNumeric) else {
        throw BindIssue.constantOfType(what: part.what, expected: "a \(wanted.name)").at(
          syntax.span)
      }
      values.append(value)
    }
    guard
      let steps = SeriesSteps(
        from: values[0], to: values[1], step: values[2], isRange: range != nil)
    else {
      throw BindIssue.shape("a step is greater than zero", help: "step 1d").at(
        parts[2].syntax?.span ?? stage.span)
    }
    guard (steps.count ?? 0) <= SeriesSteps.greatestCount else {
      throw BindIssue.shape(
        "a series has at most \(SeriesSteps.greatestCount) steps", help: "take a larger step"
      ).at(parts[2].syntax?.span ?? stage.span)
    }
    return steps
  }

  /// What a step without rows gets.
  private static func missing(
    _ group: PartGroup, type: ScalarType, _ binder: Binder
  ) throws(Diagnostic) -> Scalar {
    guard let syntax = group.parameter("default") else {
      return type.isNumeric || type.isTemporal ? Scalar.long(0).converted(to: type) : .null(type)
    }
    let value = try binder.constant(syntax, what: "the default")
    return value.type.isNumeric && type.isNumeric ? value.converted(to: type) : value
  }
}

/// The even steps of a series, in the stored numbers of its axis (ticks for times).
struct SeriesSteps: Sendable {
  static let greatestCount = 1_048_576
  /// Where step number 0 begins.
  let origin: Double
  /// The same, exactly, for axes of whole numbers.
  let exactOrigin: Int64
  let step: Double
  let exactStep: Int64
  /// Whether `from` was given, so that there is no step before number 0.
  let hasStart: Bool
  /// The number of the first step, and how many there are, where that was given.
  let first: Int64
  let count: Int?
  /// Values from here on are outside, where an end was given.
  let end: (real: Double, exact: Int64)?

  init?(from: Scalar?, to: Scalar?, step: Scalar?, isRange: Bool) {
    guard let size = step?.stored, size.real > 0 else { return nil }
    self.step = size.real
    exactStep = max(size.exact, 1)
    hasStart = from != nil
    let start = from?.stored ?? (0, 0)
    let stop = to?.stored
    // `in range()` counts its steps from zero.
    origin = isRange ? 0 : start.real
    exactOrigin = isRange ? 0 : start.exact
    first = isRange ? Int64(saturating: (start.real / size.real).rounded(.down)) : 0
    guard let stop else {
      (end, count) = (nil, nil)
      return
    }
    if isRange {
      let last = (stop.real / size.real).rounded(.down)
      let limit = (last + 1) * size.real
      end = (limit, Int64(saturating: limit))
      count = from == nil ? nil : max(Int(saturating: last - Double(first)) &+ 1, 0)
    } else {
      end = stop
      count =
        from == nil
        ? nil : max(Int(saturating: ((stop.real - start.real) / size.real).rounded(.up)), 0)
    }
  }

  /// The step of each value; null outside the steps.
  func numbers(of column: Column) -> Column {
    let rowCount = column.count
    var valid = [UInt8](repeating: 1, count: rowCount)
    let numbers = Buffer<Int64>(count: rowCount) { target in
      for row in 0..<rowCount where column.isNull(row) { valid[row] = 0 }
      switch column.data {
      case .longs(let values):
        for row in 0..<rowCount {
          let value = values.base[row]
          let offset = value &- exactOrigin
          target[row] = offset / exactStep - (offset % exactStep < 0 ? 1 : 0)
          if let end, value >= end.exact { valid[row] = 0 }
        }
      case .reals(let values):
        for row in 0..<rowCount {
          let number = ((values.base[row] - origin) / step).rounded(.down)
          guard abs(number) < 0x1p62 else {
            valid[row] = 0
            continue
          }
          target[row] = Int64(number)
          if let end, values.base[row] >= end.real { valid[row] = 0 }
        }
      case .bools, .texts: break
      }
      if hasStart { for row in 0..<rowCount where target[row] < first { valid[row] = 0 } }
    }
    return Column(
      .long, .longs(numbers), validity: valid.withUnsafeBufferPointer { Bitmap(unlessAllSet: $0) })
  }

  /// The beginning of a step as a value of the axis.
  func beginning(_ number: Int64, type: ScalarType) -> Scalar {
    switch type {
    case .real, .decimal: .real(origin + Double(number) * step)
    case .datetime: .datetime(exactOrigin &+ number &* exactStep)
    case .timespan: .timespan(exactOrigin &+ number &* exactStep)
    default: .long(exactOrigin &+ number &* exactStep)
    }
  }
}

extension Scalar {
  /// A number or time as it is stored, inexactly and exactly.
  fileprivate var stored: (real: Double, exact: Int64)? {
    switch self {
    case .int(let value): (Double(value), Int64(value))
    case .long(let value), .datetime(let value), .timespan(let value): (Double(value), value)
    case .real(let value), .decimal(let value):
      value.isFinite ? (value, Int64(clamping: Int(max(min(value, 0x1p62), -0x1p62)))) : nil
    default: nil
    }
  }
}

/// Lays grouped rows out as arrays.
///
/// The input has the keys, the step's number, the aggregates.
private struct SeriesOperation: TableOperation {
  let fields: [Field]
  let steps: SeriesSteps
  let axis: ScalarType
  let keyCount: Int
  let defaults: [Scalar]
  let hasRowAlways: Bool
  var title: String { "make-series" }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let table = inputs[0]
    guard case .longs(let numbers) = table.columns[keyCount].data else {
      return Table(fields: fields)
    }
    let (first, count) = range(of: numbers)
    guard count <= SeriesSteps.greatestCount else {
      throw StageFailure("the series would have more than \(SeriesSteps.greatestCount) steps")
    }
    var groups = group(by: Array(table.columns[..<keyCount]), rowCount: table.rowCount)
    if groups.count == 0, hasRowAlways {
      groups = Groups(ids: Buffer([]), count: 1, firstRows: Buffer([-1]))
    }
    guard groups.count * max(count, 1) < Int(Int32.max) else {
      throw StageFailure("the series would have more than 2,147,483,647 values in all")
    }
    let rows = Buffer<Int32>(count: groups.count * count) { target in
      target.update(repeating: -1, count: groups.count * count)
      for row in 0..<table.rowCount {
        let step = Int(numbers.base[row] - first)
        guard step < count else { continue }
        target[Int(groups.ids.base[row]) * count + step] = Int32(truncatingIfNeeded: row)
      }
    }
    let keys = (0..<keyCount).map { table.columns[$0].gathered(by: groups.firstRows) }
    let groupCount = groups.count
    let arrays = try context.mapParallel(defaults.count) { index in
      let column = table.columns[keyCount + 1 + index]
      var builder = ColumnBuilder(.dynamic)
      var json: [UInt8] = []
      for group in 0..<groupCount {
        if group & 0xFFF == 0 { try context.checkpoint() }
        writeArray(
          rows.slice((group * count)..<((group + 1) * count)), of: column, missing: defaults[index],
          to: &json)
        json.withUnsafeBufferPointer { builder.append(utf8: $0) }
      }
      return builder.finish()
    }
    let beginnings = Column(
      repeating: .dynamic(
        .array((0..<count).map { dynamic(steps.beginning(first + Int64($0), type: axis)) })),
      type: .dynamic, count: groupCount)
    return Table(fields: fields, columns: keys + arrays + [beginnings], rowCount: groupCount)
  }

  /// The first step and how many there are.
  private func range(of numbers: Buffer<Int64>) -> (first: Int64, count: Int) {
    if let count = steps.count { return (steps.first, count) }
    var (least, greatest) = (Int64.max, Int64.min)
    for row in 0..<numbers.count {
      least = min(least, numbers.base[row])
      greatest = max(greatest, numbers.base[row])
    }
    guard least <= greatest else { return (steps.first, 0) }
    let first = steps.hasStart ? steps.first : least
    let distance = UInt64(bitPattern: max(greatest, first) &- first)
    return (first, greatest < first ? 0 : Int(clamping: distance &+ 1))
  }

  private func dynamic(_ value: Scalar) -> Dynamic {
    guard case .dynamic(let value) = value.converted(to: .dynamic) else { return .null }
    return value
  }

  private func writeArray(
    _ rows: Buffer<Int32>, of column: Column, missing: Scalar, to json: inout [UInt8]
  ) {
    json.removeAll(keepingCapacity: true)
    json.append(UInt8(ascii: "["))
    for step in 0..<rows.count {
      if step > 0 { json.append(UInt8(ascii: ",")) }
      let row = Int(rows.base[step])
      if row < 0 {
        dynamic(missing).writeJSON(to: &json)
      } else {
        column.writeJSON(row, to: &json)
      }
    }
    json.append(UInt8(ascii: "]"))
  }
}

extension Column {
  /// Appends one value as JSON, without making a value of it where it is a number.
  func writeJSON(_ row: Int, to json: inout [UInt8]) {
    switch data {
    case _ where isNull(row): Dynamic.null.writeJSON(to: &json)
    case .longs(let values) where type == .long || type == .int:
      Dynamic.long(values.base[row]).writeJSON(to: &json)
    case .reals(let values): Dynamic.real(values.base[row]).writeJSON(to: &json)
    case .texts(let codes, let dictionary) where type == .dynamic:
      json.append(contentsOf: dictionary.bytes(codes[row]))
    case .texts(let codes, let dictionary):
      writeJSONString(dictionary.bytes(codes[row]), to: &json)
    default:
      if case .dynamic(let value) = scalar(row).converted(to: .dynamic) {
        value.writeJSON(to: &json)
      } else {
        Dynamic.null.writeJSON(to: &json)
      }
    }
  }
}
