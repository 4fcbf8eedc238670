import CasebookTables
import Synchronization

/// Runs `body` for every block of rows on all workers, each with a state of its own; results in the order of
/// the rows.
///
/// Smaller blocks keep the bitmaps of many rules in the processor's cache.
func mapBlocks<State, Result: Sendable>(
  rowCount: Int, blockRows: Int = blockRowCount, _ context: RunContext,
  state makeState: @Sendable (Int) throws -> State,
  _ body: @Sendable (State, Int, Int) throws -> Result
) throws -> [Result] {
  let blocks = (rowCount + blockRows - 1) / blockRows
  let workers = max(1, min(context.threads, blocks))
  let size = min(rowCount, blockRows)
  context.expect(rows: rowCount)
  // A worker keeps its state, so that memory for bitmaps is had once; who does which block does not matter.
  let next = Atomic<Int>(0)
  let results = try context.mapParallel(workers) { _ in
    let state = try makeState(size)
    var mine: [(block: Int, result: Result)] = []
    while true {
      let block = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if block >= blocks { return mine }
      try context.checkpoint()
      let first = block * blockRows
      let count = min(blockRows, rowCount - first)
      mine.append((block, try body(state, first, count)))
      context.advance(rows: count)
    }
  }
  return results.joined().sorted { $0.block < $1.block }.map(\.result)
}
