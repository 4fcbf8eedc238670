public import CasebookEngine
import CasebookLanguage

/// A run of a script from top to bottom that keeps what a lock needs.
public final class ScriptRun {
  /// The engine that runs it.
  public let engine: Engine
  /// The record of every cell so far.
  public private(set) var records: [CellRecord] = []
  private var builder: LockBuilder
  private let keepsLock: Bool
  private var recorder: CellRecorder

  /// A run on an engine of its own.
  ///
  /// `keepsValues` says whether a lock holds small results whole; without `keepsLock` there is none, and inputs
  /// need not be hashed.
  public init(
    _ engine: Engine, version: String, key: ProtectionKey?, keepsValues: Bool = true,
    keepsLock: Bool = true
  ) {
    self.engine = engine
    self.keepsLock = keepsLock
    recorder = CellRecorder(key: key)
    builder = LockBuilder(engine: engine, key: key, keepsValues: keepsValues, version: version)
  }

  /// Runs a text, up to the first statement that fails; gives whether all ran.
  @discardableResult
  public func run(_ text: String, receive: (Cell, CellRecord) throws -> Void) throws -> Bool {
    var failure: (any Error)?
    let isWhole = try engine.run(text) { cell in
      do {
        let record = try recorder.record(cell, context: engine.contextForRecord())
        records.append(record)
        if record.outcome == .done, keepsLock { try builder.add(cell, record) }
        try receive(cell, record)
      } catch {
        failure = failure ?? error
        throw error
      }
    }
    if let failure { throw failure }
    return isWhole
  }

  /// The lock of what has run.
  ///
  /// A script may say that it holds no values.
  public var lock: Lock {
    var lock = builder.lock
    if !engine.locksValues {
      for index in lock.cells.indices { lock.cells[index].result?.rows = nil }
    }
    return lock
  }

  /// What a lock says of this run.
  public func verdicts(against old: Lock) -> [Verdict] {
    Comparison(old: old, new: lock).verdicts()
  }
}
