import CasebookQuery
import CasebookTables
import Synchronization

/// The rows of a plan, computed when they are first read.
final class PlanSource: TableSource {
  let fields: [Field]
  private let plan: Plan
  private let context: RunContext
  private let table = Mutex<Result<Table, any Error>?>(nil)

  init(_ plan: Plan, _ context: RunContext) {
    self.plan = plan
    self.context = context
    fields = plan.fields
  }

  var rowCount: Int { (try? rows().rowCount) ?? 0 }
  var blockRowCounts: [Int] { (try? MemorySource(rows()).blockRowCounts) ?? [] }
  func statistics(block: Int, column: Int) -> BlockStatistics? { nil }

  func read(block: Int, columns: [Int]) throws -> [Column] {
    try MemorySource(rows()).read(block: block, columns: columns)
  }

  func readWhole(columns: [Int], _ context: RunContext) throws -> [Column] {
    try MemorySource(rows()).readWhole(columns: columns, context)
  }

  private func rows() throws -> Table {
    try table.withLock { known throws -> Table in
      if let known { return try known.get() }
      let made = Result { try Execution(context).run(Optimiser.optimised(plan)) }
      known = made
      return try made.get()
    }
  }
}
