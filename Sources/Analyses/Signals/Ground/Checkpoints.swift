import CasebookTables

/// How often a long scan looks whether the run is to end.
enum Checkpoints {
  /// Steps between two looks: a few milliseconds, whatever a step does.
  static let steps = 1 << 18

  /// Looks once every so many steps.
  @inline(__always)
  static func look(_ step: Int, _ context: RunContext) throws {
    if step & (steps - 1) == 0 { try context.checkpoint() }
  }
}
