import CasebookTables
import CasebookValues

/// The values of a column that make slices: each value, or quartiles of a number with more than 12.
struct SliceValues: Sendable {
  let name: String
  /// The number of each row's value.
  let codes: Buffer<Int32>
  /// The values as text; missing is empty.
  let texts: [String]

  /// Numbers of more values than this are cut.
  private static let mostNumbers = 12
  /// A column of more values than this is no dimension.
  private static let mostValues = 1_000

  init(_ name: String, _ column: Column, _ context: RunContext) throws {
    self.name = name
    let found = group(by: [column], rowCount: column.count)
    try context.checkpoint()
    let isNumber = column.type.isNumeric || column.type.isTemporal
    let order = try sortedOrder(
      [
        SortColumn(
          column.gathered(by: found.firstRows), isDescending: false, nullsFirst: true)
      ], rowCount: found.count
    ).array.map { Int($0) }
    let values = order.map { column.scalar(Int(found.firstRows.base[$0])) }
    let known = values.filter { !$0.isNull && !($0.asReal?.isNaN ?? false) }
    if isNumber, known.count > Self.mostNumbers {
      (codes, texts) = Self.quartiles(column, found, order, values)
      return
    }
    guard found.count <= Self.mostValues else {
      throw SignalFailure(
        "'\(name)' has \(countText(found.count)) values, more than \(countText(Self.mostValues)): take a "
          + "coarser column, or cut it first")
    }
    var places = [Int32](repeating: 0, count: found.count)
    for (place, index) in order.enumerated() { places[index] = Int32(place) }
    codes = Buffer(count: column.count) { target in
      for row in 0..<column.count { target[row] = places[Int(found.ids.base[row])] }
    }
    texts = values.map { $0.isNull ? "" : numberless($0) }
  }

  /// Bins at the type-7 quartiles of all values, right-closed; missing ones come first.
  private static func quartiles(
    _ column: Column, _ found: Groups, _ order: [Int], _ values: [Scalar]
  ) -> (Buffer<Int32>, [String]) {
    let numbers = reals(of: column)
    let sorted = numbers.pointer.filter { !$0.isNaN }.sorted()
    var edges: [Double] = []
    for k in 1...3 {
      guard let edge = Quantile.ofSorted(sorted, Double(k) / 4) else { continue }
      if edges.last != edge { edges.append(edge) }
    }
    let hasMissing = sorted.count < column.count
    let first = hasMissing ? 1 : 0
    let codes = Buffer<Int32>(count: column.count) { target in
      for row in 0..<column.count {
        let value = numbers.base[row]
        let bin = edges.firstIndex { value <= $0 } ?? edges.count
        target[row] = value.isNaN ? 0 : Int32(first + bin)
      }
    }
    func text(_ value: Double) -> String {
      switch column.type {
      case .datetime: Scalar.datetime(Int64(value)).text
      case .timespan: Scalar.timespan(Int64(value)).text
      default: numberText(value)
      }
    }
    var texts = hasMissing ? [""] : []
    for bin in 0...edges.count {
      if bin == 0 {
        texts.append(edges.isEmpty ? "all" : "<= " + text(edges[0]))
      } else if bin == edges.count {
        texts.append("> " + text(edges[bin - 1]))
      } else {
        texts.append("> " + text(edges[bin - 1]) + " to " + text(edges[bin]))
      }
    }
    return (codes, texts)
  }
}

/// A value as a slice names it.
private func numberless(_ value: Scalar) -> String {
  if case .bool(let truth) = value { return truth ? "true" : "false" }
  if case .real(let number) = value { return numberText(number) }
  return value.text
}

/// The rows of each slice of each group: cells that have rows, by group, then by value.
struct SliceCells: Sendable {
  let cellOfRow: Buffer<Int32>
  let count: Int
  /// The group of each cell.
  let groups: [Int]
  private let codes: [Int]
  private let widths: [Int]

  init(_ columns: [SliceValues], _ frame: CaseFrame, _ context: RunContext) throws {
    let widths = columns.map { max($0.texts.count, 1) }
    self.widths = widths
    let span = widths.reduce(1, *)
    let keys = Buffer<Int64>(count: frame.count) { target in
      for row in 0..<frame.count {
        var code = frame.groupNumber(row)
        for (column, width) in zip(columns, widths) {
          code = code * width + Int(column.codes.base[row])
        }
        target[row] = Int64(code)
      }
    }
    try context.checkpoint()
    let found = group(by: [Column(.long, .longs(keys))], rowCount: frame.count)
    let values = found.firstRows.array.map { Int(keys.base[Int($0)]) }
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Int32](repeating: 0, count: order.count)
    for (place, index) in order.enumerated() { ranks[index] = Int32(place) }
    let places = ranks
    cellOfRow = Buffer(count: frame.count) { target in
      for row in 0..<frame.count { target[row] = places[Int(found.ids.base[row])] }
    }
    count = order.count
    codes = order.map { values[$0] % span }
    groups = order.map { values[$0] / span }
  }

  /// The value of each column in a cell.
  func values(_ cell: Int) -> [Int] {
    var rest = codes[cell]
    var values: [Int] = []
    for width in widths.reversed() {
      values.append(rest % width)
      rest /= width
    }
    return values.reversed()
  }
}
