import CasebookLanguage
import CasebookTables
import CasebookValues

/// The states that each id went through, as the plugins on funnels read them.
struct FunnelColumns: Sendable {
  let id: Int
  let time: Int
  let state: Int
  let span: ClosedRange<Int64>
  let bin: Int64
  /// The states of the sequence, as text.
  let sequence: [String]

  /// A state that an id was in.
  struct Visit {
    /// The number of the id.
    let id: Int32
    let point: Int64
    let row: Int32
    /// The place of the state among the sequence's, or below 0 a number of its own.
    let state: Int32
  }

  /// The visits of all ids within the bounds, those of one id by time and then in row order.
  func visits(_ table: Table, _ context: RunContext) throws -> [Visit] {
    let ids = group(by: [table.columns[id]], rowCount: table.rowCount)
    let states = group(by: [table.columns[state]], rowCount: table.rowCount)
    let numbers = states.firstRows.array.enumerated().map { number, row -> Int32 in
      let text = table.columns[state].scalar(Int(row)).text
      return Int32(sequence.firstIndex(of: text) ?? -1 - number)
    }
    var visits: [Visit] = []
    visits.reserveCapacity(table.rowCount)
    for row in 0..<table.rowCount {
      if row & 0xFFFF == 0 { try context.checkpoint() }
      guard let point = table.columns[time].scalar(row).timelinePoint, span.contains(point),
        !table.columns[id].isNull(row)
      else { continue }
      visits.append(
        Visit(
          id: ids.ids.base[row], point: point, row: Int32(truncatingIfNeeded: row),
          state: numbers[Int(states.ids.base[row])]))
    }
    visits.sort { ($0.id, $0.point, $0.row) < ($1.id, $1.point, $1.row) }
    try context.checkpoint()
    return visits
  }

  /// Calls `body` with the visits of each id.
  static func forEachId(
    _ visits: [Visit], _ context: RunContext, _ body: (ArraySlice<Visit>) throws -> Void
  ) throws {
    var start = 0
    while start < visits.count {
      if start & 0xFF == 0 { try context.checkpoint() }
      var end = start
      while end < visits.count, visits[end].id == visits[start].id { end += 1 }
      try body(visits[start..<end])
      start = end
    }
  }
}

extension EvaluateStage.Request {
  /// The states of a sequence, as text; at least one, and none twice in a row.
  func sequence(_ index: Int) throws(Diagnostic) -> [String] {
    guard
      case .dynamic(.array(let states)) = try binder.constant(values[index], what: "the sequence"),
      !states.isEmpty
    else {
      throw BindIssue.constantOfType(
        what: "the sequence", expected: "an array of states, dynamic([\"open\", \"closed\"])"
      ).at(values[index].span)
    }
    let texts = states.map(\.text)
    guard zip(texts, texts.dropFirst()).allSatisfy({ $0 != $1 }) else {
      throw BindIssue.shape(
        "the sequence has a state twice in a row", help: "rows that repeat a state are one visit"
      ).at(values[index].span)
    }
    return texts
  }
}
