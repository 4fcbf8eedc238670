extension Lock {
  /// The lock with the new results of some cells in place of the old ones, and the reason kept with them.
  ///
  /// Without a cell all that changed is accepted, and with it the new inputs; with one, that cell alone.
  public func accepting(
    _ new: Lock, _ verdicts: [Verdict], cell: String?, reason: String
  ) throws(NotebookError) -> Lock {
    guard let cell else {
      var lock = new
      for (index, verdict) in verdicts.enumerated() where lock.cells.indices.contains(index) {
        let before = cells.first { $0.identity == lock.cells[index].identity }
        lock.cells[index].accepted = verdict.agrees ? before?.accepted : reason
      }
      return lock
    }
    // The name alone will do where it is that of one cell: `volume` for `as volume`.
    let named = new.cells.filter { $0.identity.description.hasSuffix(" " + cell) }
    guard
      let fresh = new.cells.first(where: { $0.identity.description == cell })
        ?? (named.count == 1 ? named.first : nil)
    else {
      throw NotebookError(
        "no cell is known as '\(cell)'",
        help: "cells: " + new.cells.map(\.identity.description).joined(separator: ", "))
    }
    var lock = self
    var accepted = fresh
    accepted.accepted = reason
    if let index = lock.cells.firstIndex(where: { $0.identity == fresh.identity }) {
      lock.cells[index] = accepted
    } else {
      lock.cells.append(accepted)
    }
    for input in new.inputs where fresh.columns[input.name] != nil {
      if let index = lock.inputs.firstIndex(where: { $0.name == input.name }) {
        lock.inputs[index] = input
      } else {
        lock.inputs.append(input)
      }
    }
    return lock
  }

  /// The lock with the reasons that an earlier one has for results which are the same, and how many results
  /// are others.
  public func keepingReasons(of earlier: Lock) -> (lock: Lock, differing: Int) {
    var lock = self
    var differing = 0
    for index in lock.cells.indices {
      let cell = lock.cells[index]
      guard let before = earlier.cells.first(where: { $0.identity == cell.identity }),
        let was = before.result, let now = cell.result
      else { continue }
      if now.agrees(with: was) {
        lock.cells[index].accepted = before.accepted
      } else {
        differing += 1
      }
    }
    return (lock, differing)
  }
}
