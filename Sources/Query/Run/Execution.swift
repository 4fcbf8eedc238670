public import CasebookTables
import CasebookValues

/// Runs plans.
///
/// One execution serves one statement: tables that several places read are kept for its length, and
/// it notes what each node of the plan yielded and took.
public final class Execution {
  /// A node of a plan, as the numbers of the inputs that lead to it from the top.
  public typealias Path = [Int]

  /// What one node yielded.
  public struct Observation: Sendable {
    /// Rows of the result.
    public var rows: Int
    /// Seconds until the result was there, inputs included; nil for a node that was run within
    /// another's pass over the data.
    public var seconds: Double?
  }

  /// Clock, seed, threads, cancellation.
  public let context: RunContext
  /// What was seen of each node.
  public private(set) var observations: [Path: Observation] = [:]
  private var shared: [Int: Table] = [:]
  private let stopwatch: (@Sendable () -> Double)?

  /// An execution.
  ///
  /// `stopwatch` gives seconds from any fixed moment, where times are wanted.
  public init(_ context: RunContext, stopwatch: (@Sendable () -> Double)? = nil) {
    self.context = context
    self.stopwatch = stopwatch
  }

  /// The table that a plan asks for.
  public func run(_ plan: Plan) throws -> Table { try run(plan, at: []) }

  func run(_ plan: Plan, at path: Path) throws -> Table {
    try context.checkpoint()
    let start = stopwatch?()
    var table = try table(plan, at: path)
    table.fields = plan.fields
    let end = stopwatch?()
    observations[path] = Observation(
      rows: table.rowCount, seconds: start.flatMap { start in end.map { $0 - start } })
    return table
  }

  private func table(_ plan: Plan, at path: Path) throws -> Table {
    switch plan {
    case .values(let table): return table
    case .scan, .filter, .compute: return try collect(plan, at: path)
    case .summarize(let input, let grouping):
      return try summarize(input, grouping, at: path)
    case .sort(let input, let keys): return try sort(input, keys, at: path)
    case .top(let input, let keys, let count): return try top(input, keys, count, at: path)
    case .take(let input, let count): return try take(input, count, at: path)
    case .join(let left, let right, let join): return try self.join(left, right, join, at: path)
    case .union(let legs):
      let tables = try legs.indices.map { try run(legs[$0], at: path + [$0]) }
      return try assemble(
        tables.map { Part(columns: $0.columns, rowCount: $0.rowCount) }, fields: plan.fields)
    case .apply(let operation, let inputs):
      if let shorter = operation.shortened(inputs, context) {
        do {
          return try apply(shorter.operation, shorter.inputs, at: path)
        } catch is DerivedMismatch {
          // What was kept did not fit the rows.
        }
      }
      return try apply(operation, inputs, at: path)
    case .shared(let input, let id):
      if let known = shared[id] { return known }
      let table = try run(input, at: path + [0])
      shared[id] = table
      return table
    }
  }

  private func apply(
    _ operation: any TableOperation, _ inputs: [Plan], at path: Path
  ) throws -> Table {
    let tables = try inputs.indices.map { try run(inputs[$0], at: path + [$0]) }
    return try operation.run(tables, context)
  }

  // MARK: Streams

  /// The plan as a stream: its own filters and computations as steps over whatever lies below.
  func stream(_ plan: Plan, at path: Path) throws -> Stream {
    switch plan {
    case .scan(let scan):
      var stream = Stream(scan.source)
      stream.columns = scan.columns
      stream.skips = try scan.skips.map { try resolved($0) }
      return stream
    case .filter(let input, let condition):
      let condition = try resolved(condition)
      var stream = try ordered(input, at: path + [0], for: [condition])
      if condition.needsWholeInput {
        return Stream(MemorySource(try filterWhole(stream, condition, fields: input.fields)))
      }
      stream.steps.append(.filter(Program([condition])))
      stream.paths.append(path)
      return stream
    case .compute(let input, let outputs):
      let expressions = try outputs.map { try resolved($0.expression) }
      var stream = try ordered(input, at: path + [0], for: expressions)
      if expressions.contains(where: \.needsWholeInput) {
        return Stream(MemorySource(try computeWhole(stream, expressions, fields: plan.fields)))
      }
      stream.steps.append(.compute(Program(expressions)))
      stream.paths.append(path)
      return stream
    default:
      return Stream(MemorySource(try run(plan, at: path)))
    }
  }

  /// The stream of an input; made whole first where an expression depends on other rows.
  private func ordered(
    _ input: Plan, at path: Path, for expressions: [BoundExpression]
  ) throws -> Stream {
    let stream = try stream(input, at: path)
    guard expressions.contains(where: \.needsWholeInput), !stream.steps.isEmpty else {
      return stream
    }
    return Stream(MemorySource(try collect(stream, fields: input.fields)))
  }

  /// Expressions that see all rows at once, over a stream without steps.
  private func computeWhole(
    _ stream: Stream, _ expressions: [BoundExpression], fields: [Field]
  ) throws -> Table {
    let input = try collect(stream, fields: stream.columns.map { stream.source.fields[$0] })
    let computed = Batch(Batch(input), computing: Program(expressions), context: context)
    return Table(fields: fields, columns: try computed.allColumns(), rowCount: input.rowCount)
  }

  /// The rows for which a condition is true that sees all rows at once.
  private func filterWhole(
    _ stream: Stream, _ condition: BoundExpression, fields: [Field]
  ) throws -> Table {
    let batch = try filtered(
      Batch(try collect(stream, fields: fields)), by: Program([condition]), context)
    return Table(fields: fields, columns: try batch.allColumns(), rowCount: batch.rowCount)
  }

  /// Expressions over an input and the stream that they are computed from.
  ///
  /// Those that see all rows at once are computed here, and the stream holds their values.
  func prepared(
    _ expressions: [BoundExpression], over input: Plan, at path: Path
  ) throws -> (stream: Stream, expressions: [BoundExpression]) {
    let expressions = try expressions.map { try resolved($0) }
    let stream = try ordered(input, at: path, for: expressions)
    guard expressions.contains(where: \.needsWholeInput) else { return (stream, expressions) }
    let fields = input.fields
    let table = try collect(stream, fields: fields)
    let computed = Batch(Batch(table), computing: Program(expressions), context: context)
    let values = try computed.allColumns()
    let whole = Table(
      fields: fields + values.enumerated().map { Field("\($0.offset)", $0.element.type) },
      columns: table.columns + values, rowCount: table.rowCount)
    return (
      Stream(MemorySource(whole)),
      values.enumerated().map { .column(index: fields.count + $0.offset, type: $0.element.type) }
    )
  }

  /// Runs `body` for every batch of a stream that is left with rows, on all workers; results in
  /// the order of the rows.
  func forEachBatch<Result: Sendable>(
    of stream: Stream, _ body: @escaping @Sendable (Batch) throws -> Result
  ) throws -> [Result] {
    let blocks = stream.blocks()
    context.expect(rows: blocks.reduce(0) { $0 + $1.rowCount })
    let box = StreamBox(stream)
    let context = context
    let results = try context.mapParallel(blocks.count) { index -> (Result?, [Int]) in
      let (block, rowCount, firstRow) = blocks[index]
      let (batch, rowCounts) = try box.stream.run(
        block: block, rowCount: rowCount, firstRow: firstRow, context)
      let result = batch.rowCount > 0 ? try body(batch) : nil
      context.advance(rows: rowCount)
      return (result, rowCounts)
    }
    note(stream, results.map(\.1))
    return results.compactMap(\.0)
  }

  private func note(_ stream: Stream, _ rowCounts: [[Int]]) {
    for (step, path) in stream.paths.enumerated() {
      observations[path] = Observation(
        rows: rowCounts.reduce(0) { $0 + $1[step] }, seconds: observations[path]?.seconds)
    }
  }

  private func collect(_ plan: Plan, at path: Path) throws -> Table {
    try collect(try stream(plan, at: path), fields: plan.fields)
  }

  func collect(_ stream: Stream, fields: [Field]) throws -> Table {
    if let table = stream.unchangedTable { return table }
    guard let origins = stream.unchangedColumns else {
      let parts = try forEachBatch(of: stream) { batch in
        Part(columns: try batch.allColumns(), rowCount: batch.rowCount)
      }
      return try assemble(parts, fields: fields)
    }
    return try collect(stream, origins, fields: fields)
  }

  /// A table with all rows of a stream's source: what is computed is collected, everything else read whole, so that
  /// it is not there both in blocks and in one piece.
  private func collect(_ stream: Stream, _ origins: [Int?], fields: [Field]) throws -> Table {
    let rowCount = stream.source.rowCount
    let computed = origins.indices.filter { origins[$0] == nil }
    if !computed.isEmpty { context.expect(rows: rowCount) }
    let unchanged = origins.compactMap { $0 }
    var whole = try stream.source.readWhole(columns: unchanged, context)[...]
    var rest = try collect(stream, columns: computed, fields)[...]
    note(stream, [stream.steps.map { _ in rowCount }])
    let columns = origins.map { $0 == nil ? rest.removeFirst() : whole.removeFirst() }
    return Table(fields: fields, columns: columns, rowCount: rowCount)
  }

  /// Some columns of a stream that leaves no row out.
  private func collect(_ stream: Stream, columns: [Int], _ fields: [Field]) throws -> [Column] {
    if columns.isEmpty { return [] }
    let blocks = stream.blocks()
    let box = StreamBox(stream)
    let context = context
    return try Column.assembled(
      columns.map { fields[$0].type }, rowCounts: blocks.map(\.rowCount), context
    ) { index in
      let (block, rowCount, firstRow) = blocks[index]
      defer { context.advance(rows: rowCount) }
      let batch = try box.stream.run(
        block: block, rowCount: rowCount, firstRow: firstRow, context
      ).batch
      return try columns.map { try batch.column($0) }
    }
  }

  /// Some rows of a result.
  struct Part: Sendable {
    let columns: [Column]
    let rowCount: Int
  }

  /// One table from parts, a column at a time on all workers.
  func assemble(_ parts: [Part], fields: [Field]) throws -> Table {
    if parts.count == 1 {
      return Table(fields: fields, columns: parts[0].columns, rowCount: parts[0].rowCount)
    }
    let columns = try context.mapParallel(fields.count) { index in
      Column.concatenated(parts.map { $0.columns[index] }, type: fields[index].type)
    }
    return Table(
      fields: fields, columns: columns, rowCount: parts.reduce(0) { $0 + $1.rowCount })
  }

  private func take(_ input: Plan, _ count: Int, at path: Path) throws -> Table {
    let stream = try stream(input, at: path + [0])
    if let table = stream.unchangedTable {
      return table.slice(0..<min(max(count, 0), table.rowCount))
    }
    // A block at a time: the first one is nearly always enough.
    var parts: [Part] = []
    var missing = max(count, 0)
    for (block, rowCount, firstRow) in stream.blocks() where missing > 0 {
      try context.checkpoint()
      let batch = try stream.run(
        block: block, rowCount: rowCount, firstRow: firstRow, context
      ).batch
      let taken = min(batch.rowCount, missing)
      guard taken > 0 else { continue }
      let columns = try batch.allColumns().map { $0.slice(0..<taken) }
      parts.append(Part(columns: columns, rowCount: taken))
      missing -= taken
    }
    return try assemble(parts, fields: input.fields)
  }

  // MARK: Queries inside expressions

  /// The expression with its inner queries run and replaced by what they gave.
  func resolved(_ expression: BoundExpression) throws -> BoundExpression {
    try expression.rewritten { node in
      switch node {
      case .scalarQuery(let plan, let type):
        let table = try run(Optimiser.optimised(plan), at: [-1])
        let value = table.rowCount > 0 && !table.columns.isEmpty ? table.columns[0].scalar(0) : nil
        return .constant(value ?? (type == .string ? .string("") : .null(type)))
      case .listQuery(let plan):
        return .constant(
          .dynamic(.array(try run(Optimiser.optimised(plan), at: [-1]).firstColumnValues)))
      default: return node
      }
    }
  }
}

/// Carries a stream to the workers.
///
/// `@unchecked Sendable`: nothing in a stream changes once it runs, and its programs guard what
/// they cache.
private final class StreamBox: @unchecked Sendable {
  let stream: Stream
  init(_ stream: Stream) { self.stream = stream }
}

extension Table {
  /// The distinct values of the first column as JSON values.
  fileprivate var firstColumnValues: [Dynamic] {
    guard let column = columns.first else { return [] }
    let groups = group(by: [column], rowCount: rowCount)
    return groups.firstRows.array.map {
      if case .dynamic(let value) = column.scalar(Int($0)).converted(to: .dynamic) {
        value
      } else {
        .null
      }
    }
  }
}
