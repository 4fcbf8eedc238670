import Dispatch
import Synchronization

/// Why a run ended without a result, apart from what the statement itself got wrong.
public enum RunError: Error, Sendable, Equatable {
  /// The person asked for it.
  case cancelled
  /// The operation holds more than `--memory` allows.
  case memory(limitBytes: Int)
}

/// Everything a run may know of the world: the clock, the seed, how many threads, when to stop.
public final class RunContext: Sendable {
  /// What `now()` answers, in ticks.
  public let clock: Int64
  /// What random draws start from, for who asks without drawing.
  public let startingSeed: UInt64
  /// Workers at most.
  public let threads: Int
  /// The most bytes of column data that may be alive.
  public let memoryLimitBytes: Int
  /// Where what was derived from stored rows is kept for later runs.
  public let derived: DerivedStore?

  private let cancelled = Atomic<Bool>(false)
  private let done = Atomic<Int>(0)
  private let known = Atomic<Int>(0)
  private let warnings = Mutex<[Warning]>([])
  private let findings = Mutex<[String]>([])
  private let clockRead = Atomic<Bool>(false)
  private let seedRead = Atomic<Bool>(false)

  /// A message that a run gives besides its result, with how many rows it is about.
  public struct Warning: Sendable, Equatable {
    /// The sentence, without the count.
    public var text: String
    /// Rows it is about; 0 when it is about none.
    public var rows: Int

    /// A warning.
    public init(text: String, rows: Int) {
      self.text = text
      self.rows = rows
    }
  }

  /// A context.
  public init(
    clock: Int64, seed: UInt64 = 0, threads: Int, memoryLimitBytes: Int = .max,
    derived: DerivedStore? = nil
  ) {
    self.derived = derived
    self.clock = clock
    startingSeed = seed
    self.threads = max(threads, 1)
    self.memoryLimitBytes = memoryLimitBytes
  }

  /// The session's seed; that it was asked for is remembered, since the result then depends on it.
  public var seed: UInt64 {
    seedRead.store(true, ordering: .relaxed)
    return startingSeed
  }

  /// What `now()` answers, remembered as something that the result depends on.
  public func readClock() -> Int64 {
    clockRead.store(true, ordering: .relaxed)
    return clock
  }

  /// Whether a result may depend on the clock.
  public var didReadClock: Bool { clockRead.load(ordering: .relaxed) }
  /// Whether a result may depend on the seed.
  public var didReadSeed: Bool { seedRead.load(ordering: .relaxed) }

  /// Asks the run to stop at its next checkpoint.
  ///
  /// Safe to call from any thread.
  public func cancel() { cancelled.store(true, ordering: .relaxed) }

  /// Whether the run was asked to stop, for places that cannot throw.
  public var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  /// Throws when the run should end.
  ///
  /// Called once a batch.
  public func checkpoint() throws(RunError) {
    if cancelled.load(ordering: .relaxed) { throw .cancelled }
    if MemoryAccount.bytesInUse > memoryLimitBytes { throw .memory(limitBytes: memoryLimitBytes) }
  }

  /// Throws when `bytes` more of column data would be over the limit.
  public func require(bytes: Int) throws(RunError) {
    let (sum, overflow) = MemoryAccount.bytesInUse.addingReportingOverflow(bytes)
    if overflow || sum > memoryLimitBytes { throw .memory(limitBytes: memoryLimitBytes) }
  }

  /// Says how many rows there will be to go through.
  public func expect(rows: Int) { known.wrappingAdd(rows, ordering: .relaxed) }
  /// Says that rows were gone through.
  public func advance(rows: Int) { done.wrappingAdd(rows, ordering: .relaxed) }
  /// Rows done, of rows known.
  public var progress: (done: Int, known: Int) {
    (done.load(ordering: .relaxed), known.load(ordering: .relaxed))
  }

  /// Adds a warning; the same sentence again adds its rows.
  public func warn(_ text: String, rows: Int = 0) {
    warnings.withLock { all in
      if let index = all.firstIndex(where: { $0.text == text }) {
        all[index].rows += rows
      } else {
        all.append(Warning(text: text, rows: rows))
      }
    }
  }

  /// Adds a plain sentence about what the figures of a result say, never more than they support.
  public func find(_ sentence: String) { findings.withLock { $0.append(sentence) } }

  /// The findings given so far.
  public var findingsSoFar: [String] { findings.withLock { $0 } }
  /// The warnings given so far.
  public var warningsSoFar: [Warning] { warnings.withLock { $0 } }

  /// Takes the findings given so far.
  public func takeFindings() -> [String] {
    findings.withLock { all in
      defer { all = [] }
      return all
    }
  }

  /// Takes the warnings given so far.
  public func takeWarnings() -> [Warning] {
    warnings.withLock { all in
      defer { all = [] }
      return all
    }
  }

  /// Runs `body` for 0 ..< count on up to `threads` workers and gives the results in order.
  ///
  /// When bodies throw, the error of the least index among those that ran is thrown.
  public func mapParallel<Result: Sendable>(
    _ count: Int, _ body: @Sendable (Int) throws -> Result
  ) throws -> [Result] {
    let workers = min(threads, count)
    if workers <= 1 {
      return try (0..<max(count, 0)).map { index in
        try checkpoint()
        return try body(index)
      }
    }
    let slots = ResultSlots<Result>(count: count)
    let next = Atomic<Int>(0)
    let failed = Atomic<Bool>(false)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while !failed.load(ordering: .relaxed) {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if index >= count { return }
        do {
          try checkpoint()
          slots.set(index, .success(try body(index)))
        } catch {
          slots.set(index, .failure(error))
          failed.store(true, ordering: .relaxed)
        }
      }
    }
    return try slots.take()
  }
}

/// One slot a task.
///
/// `@unchecked Sendable`: each slot is written by the one worker that drew its index, and read only
/// after all workers have ended.
private final class ResultSlots<Value: Sendable>: @unchecked Sendable {
  private let slots: UnsafeMutableBufferPointer<Result<Value, any Error>?>

  init(count: Int) {
    slots = .allocate(capacity: count)
    slots.initialize(repeating: nil)
  }

  deinit {
    slots.deinitialize()
    slots.deallocate()
  }

  func set(_ index: Int, _ value: Result<Value, any Error>) { slots[index] = value }

  func take() throws -> [Value] {
    for case .failure(let error)? in slots { throw error }
    return try slots.compactMap { try $0?.get() }
  }
}
