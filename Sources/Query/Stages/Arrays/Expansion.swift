import CasebookLanguage
import CasebookTables
import CasebookValues

/// Turns rows with arrays into a row an element: the work of `mv-expand` and the first half of
/// `mv-apply`.
struct Expansion: KeepsColumns {
  /// A column of the result.
  enum Output {
    /// A column of the input, repeated for every element.
    case kept(Int)
    /// The elements of target number so many.
    case element(Int)
    /// The position of the element within its array.
    case index
    /// The number of the input row.
    case row
  }

  /// A column whose elements become rows.
  struct Target {
    /// Where the arrays are in the input.
    let column: Int
    /// The type of the elements.
    let type: ScalarType
  }

  let title: String
  var fields: [Field]
  var outputs: [Output]
  let targets: [Target]
  /// Whether an entry of a bag becomes `["key", value]` and not a bag of one.
  let bagsBecomeArrays: Bool
  /// Rows at most for one input row.
  let limit: Int

  func estimatedRows(_ inputs: [Int]) -> Int { 4 * (inputs.first ?? 1) }

  func keptColumn(_ column: Int) -> Int? {
    if case .kept(let source) = outputs[column] { source } else { nil }
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let table = inputs[0]
    let elements = try context.mapParallel(targets.count) { number in
      try Elements(
        table.columns[targets[number].column], type: targets[number].type,
        bagsBecomeArrays: bagsBecomeArrays, context)
    }
    try context.checkpoint()
    let rows = try expandedRows(elements, rowCount: table.rowCount, context)
    let columns = try context.mapParallel(outputs.count) { position in
      switch outputs[position] {
      case .kept(let column): table.columns[column].gathered(by: rows.parents)
      case .element(let target):
        elements[target].values.gathered(by: rows.elements[target].pointer)
      case .index: Column(.long, .longs(rows.positions))
      case .row:
        Column(
          .long,
          .longs(
            Buffer(count: rows.parents.count) { target in
              for row in 0..<rows.parents.count { target[row] = Int64(rows.parents.base[row]) }
            }))
      }
    }
    return Table(fields: fields, columns: columns, rowCount: rows.parents.count)
  }

  private struct Rows: Sendable {
    /// The input row of each row.
    let parents: Buffer<Int32>
    /// The element's place within its array.
    let positions: Buffer<Int64>
    /// For each target the number of the element, -1 where it has no more.
    let elements: [Buffer<Int32>]
  }

  private func expandedRows(
    _ elements: [Elements], rowCount: Int, _ context: RunContext
  ) throws -> Rows {
    var counts = Buffer<Int32>(repeating: 0, count: rowCount)
    for target in elements {
      let before = counts
      counts = Buffer(count: rowCount) { result in
        for row in 0..<rowCount {
          result[row] = max(before.base[row], target.counts.base[row])
        }
      }
    }
    let limit = Int32(clamping: max(self.limit, 0))
    var total = 0
    for row in 0..<rowCount { total += Int(min(counts.base[row], limit)) }
    guard total < Int(Int32.max) else {
      throw StageFailure("\(title) would make more than 2,147,483,647 rows")
    }
    try context.require(bytes: total * (12 + 4 * elements.count))
    let parents = Buffer<Int32>(count: total) { result in
      var next = 0
      for row in 0..<rowCount {
        for _ in 0..<min(counts.base[row], limit) {
          result[next] = Int32(truncatingIfNeeded: row)
          next += 1
        }
      }
    }
    let positions = Buffer<Int64>(count: total) { result in
      var next = 0
      for row in 0..<rowCount {
        for position in 0..<min(counts.base[row], limit) {
          result[next] = Int64(position)
          next += 1
        }
      }
    }
    let numbers = elements.map { target in
      Buffer<Int32>(count: total) { result in
        for next in 0..<total {
          let row = Int(parents.base[next])
          let position = Int32(truncatingIfNeeded: positions.base[next])
          let start = target.starts.base[row]
          result[next] = start < 0 || position >= target.counts.base[row] ? -1 : start + position
        }
      }
    }
    return Rows(parents: parents, positions: positions, elements: numbers)
  }
}

/// The elements of every array of a column, one after the other.
///
/// Equal texts share theirs.
private struct Elements: Sendable {
  /// All elements.
  let values: Column
  /// Where each row's elements begin; -1 for a row that is null.
  let starts: Buffer<Int32>
  /// How many elements each row has; 1 for a row that is null.
  let counts: Buffer<Int32>

  init(
    _ column: Column, type: ScalarType, bagsBecomeArrays: Bool, _ context: RunContext
  ) throws {
    guard case .texts(let codes, let dictionary) = column.data else {
      preconditionFailure("dynamic values are stored as texts")
    }
    var builder = JSONColumnBuilder(type)
    var pair: [UInt8] = []
    // The first element and the count of each entry, with -1 for entries not yet seen.
    let entryStarts = UnsafeMutablePointer<Int32>.allocate(capacity: dictionary.count)
    let entryCounts = UnsafeMutablePointer<Int32>.allocate(capacity: dictionary.count)
    defer {
      entryStarts.deallocate()
      entryCounts.deallocate()
    }
    entryStarts.initialize(repeating: -1, count: dictionary.count)
    entryCounts.initialize(repeating: 0, count: dictionary.count)
    var starts = BufferBuilder<Int32>(capacity: column.count)
    var counts = BufferBuilder<Int32>(capacity: column.count)
    for row in 0..<column.count {
      if row & 0xFFFF == 0 { try context.checkpoint() }
      if column.isNull(row) {
        starts.append(-1)
        counts.append(1)
        continue
      }
      let code = codes[row]
      if entryStarts[code] < 0 {
        let start = builder.count
        Self.add(dictionary.bytes(code), to: &builder, &pair, bagsBecomeArrays)
        guard builder.count < Int(Int32.max) else {
          throw StageFailure("the arrays have more than 2,147,483,647 elements")
        }
        entryStarts[code] = Int32(truncatingIfNeeded: start)
        entryCounts[code] = Int32(truncatingIfNeeded: builder.count - start)
      }
      starts.append(entryStarts[code])
      counts.append(entryCounts[code])
    }
    values = builder.finish()
    self.starts = starts.finish()
    self.counts = counts.finish()
  }

  private static func add(
    _ text: UnsafeBufferPointer<UInt8>, to builder: inout JSONColumnBuilder,
    _ pair: inout [UInt8], _ bagsBecomeArrays: Bool
  ) {
    var elements = JSONElements(text)
    while let element = elements.next() {
      let value = UnsafeBufferPointer(rebasing: text[element.value])
      guard elements.shape == .bag else {
        builder.append(value)
        continue
      }
      pair.removeAll(keepingCapacity: true)
      pair.append(UInt8(ascii: bagsBecomeArrays ? "[" : "{"))
      pair.append(contentsOf: text[element.key])
      pair.append(UInt8(ascii: bagsBecomeArrays ? "," : ":"))
      pair.append(contentsOf: value)
      pair.append(UInt8(ascii: bagsBecomeArrays ? "]" : "}"))
      pair.withUnsafeBufferPointer { builder.append($0) }
    }
  }
}

extension Expansion {
  /// The grammar of the columns to expand.
  static let columnGrammar = GrammarElement.repeated(
    "columns", separator: ",", [.item("column"), .optional([.word("to"), .type("type")])])
  /// The grammar of the most rows a row may give.
  static let limitGrammar = GrammarElement.optional([.word("limit"), .number("limit")])

  /// The expansion that a stage asks for, over an input with the arrays as further columns.
  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> (operation: Expansion, input: Plan) {
    let source = input.fields
    var fields = source
    var columns = source.enumerated().map { index, field in
      Plan.Output(field, .column(index: index, type: field.type))
    }
    var outputs: [Output] = source.indices.map { .kept($0) }
    var targets: [Target] = []
    var taken = NameSet(source.map(\.name))
    for group in stage.groups("columns") {
      guard let item = group.items("column").first else { continue }
      let value = try binder.expression(item.value, over: source)
      guard value.type == .dynamic else {
        throw BindIssue.shape(
          "\(stage.word.text) takes apart arrays and bags, and this is \(value.type.name)",
          help: "todynamic() reads a text as JSON; split() makes an array of a text"
        ).at(item.value.span)
      }
      let type = try elementType(group, binder)
      let name =
        item.name?.text ?? binder.naturalName(of: item.value) ?? taken.numbered("Column")
      let field = Field(name, type, isProtected: value.isProtected)
      let output = Output.element(targets.count)
      targets.append(Target(column: columns.count, type: type))
      columns.append(binder.output(name, value))
      if let index = fields.firstIndex(where: { $0.name == name }) {
        fields[index] = field
        outputs[index] = output
      } else {
        taken.insert(name)
        fields.append(field)
        outputs.append(output)
      }
    }
    if let name = stage.parameter("with_itemindex")?.asName {
      fields.append(Field(taken.unique(name.text), .long))
      outputs.append(.index)
    }
    let operation = Expansion(
      title: stage.word.text + " "
        + targets.map { quoted(columns[$0.column].field.name) }.joined(
          separator: ", "),
      fields: fields, outputs: outputs, targets: targets,
      bagsBecomeArrays: try bagKind(stage) == "array",
      limit: try stage.expression("limit").map { limit throws(Diagnostic) in
        try binder.constantCount(limit, what: "the limit")
      } ?? .max)
    return (operation, .compute(input, columns))
  }

  private static func elementType(
    _ group: PartGroup, _ binder: Binder
  ) throws(Diagnostic) -> ScalarType {
    guard case .type(let name)? = group.expression("type")?.kind else { return .dynamic }
    return try binder.type(name)
  }

  private static func bagKind(_ stage: Stage) throws(Diagnostic) -> String {
    guard let syntax = stage.parameter("kind") ?? stage.parameter("bagexpansion") else {
      return "bag"
    }
    guard let word = syntax.asName?.text, word == "bag" || word == "array" else {
      throw BindIssue.shape("this is not a kind of expansion", help: "kinds: bag, array").at(
        syntax.span)
    }
    return word
  }
}
