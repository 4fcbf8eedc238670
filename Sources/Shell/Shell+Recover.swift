import CasebookEngine
import CasebookNotebook

extension Shell {
  /// Runs what an earlier sitting had done again, so that it goes on where it was cut off.
  ///
  /// In a named workspace the data are still there, so only what lives in the session is run again.
  func recover(_ remains: Journal.Remains, on engine: Engine, _ sitting: Sitting) throws {
    var done = 0
    var missing = 0
    for statement in remains.statements {
      guard let statement else {
        missing += 1
        continue
      }
      if remains.workspace != nil, !engine.isOfSession(statement) { continue }
      var isDone = true
      try runAll(statement, on: engine) { cell in
        sitting.note(cell)
        guard cell.isFailure else { return }
        isDone = false
        try printer.print(cell, name: nil, engine.settings)
      }
      if isDone { done += 1 } else { missing += 1 }
    }
    Journal.finish(remains)
    let lost = missing == 0 ? "" : "; \(missing) could not be run again, `cells` lists them"
    try errors.write("took up the session of \(remains.started): \(done) statements\(lost)\n")
    try errors.flush()
  }
}
