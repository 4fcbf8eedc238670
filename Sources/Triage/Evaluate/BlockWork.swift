import CasebookTables

/// Runs `body` for every block of rows on all workers, each with a state of its own; results in the order of
/// the rows.
func mapBlocks<State, Result: Sendable>(
  rowCount: Int, _ context: RunContext, state makeState: @Sendable (Int) throws -> State,
  _ body: @Sendable (State, Int, Int) throws -> Result
) throws -> [Result] {
  let blocks = (rowCount + blockRowCount - 1) / blockRowCount
  let workers = max(1, min(context.threads, blocks))
  let size = min(rowCount, blockRowCount)
  context.expect(rows: rowCount)
  // A worker keeps its state, so that memory for bitmaps is had once; who does which block does not matter.
  let results = try context.mapParallel(workers) { worker in
    let state = try makeState(size)
    var mine: [Result] = []
    for block in stride(from: worker, to: blocks, by: workers) {
      try context.checkpoint()
      let first = block * blockRowCount
      let count = min(blockRowCount, rowCount - first)
      mine.append(try body(state, first, count))
      context.advance(rows: count)
    }
    return mine
  }
  return (0..<blocks).map { results[$0 % workers][$0 / workers] }
}
