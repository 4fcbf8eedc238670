import Dispatch
import Synchronization

/// Encodes blocks on other threads and gives them back in the order they came.
///
/// Whoever waits for a block that no thread has begun yet encodes it itself, so a machine whose
/// threads are all busy reading is no reason to stand still.
final class EncodeQueue {
  private let queue = DispatchQueue(label: "casebook.encode", attributes: .concurrent)
  private let limit: Int
  private let isParallel: Bool
  private var jobs: [Job] = []

  /// A queue that holds a few blocks for each thread.
  init(threads: Int) {
    isParallel = threads > 1
    limit = isParallel ? threads * 2 : 0
  }

  /// Adds a block's work.
  func submit(_ work: @escaping @Sendable () -> [BlockCodec.Encoded]) {
    let job = Job(work)
    jobs.append(job)
    if isParallel { queue.async { job.run() } }
  }

  /// Hands on what is ready, in order, and waits until no more than the limit is left, or none.
  func drain(
    all: Bool = false, _ take: ([BlockCodec.Encoded]) throws -> Void
  ) throws {
    while let job = jobs.first, jobs.count > (all ? 0 : limit) || job.isDone {
      jobs.removeFirst()
      try take(job.result())
    }
  }

  /// Forgets all blocks.
  func discard() { jobs = [] }
}

/// One block's work, done once by whoever comes first.
private final class Job: Sendable {
  private let work: @Sendable () -> [BlockCodec.Encoded]
  private let claimed = Atomic<Bool>(false)
  private let outcome = Mutex<[BlockCodec.Encoded]?>(nil)
  private let done = DispatchSemaphore(value: 0)

  init(_ work: @escaping @Sendable () -> [BlockCodec.Encoded]) { self.work = work }

  var isDone: Bool { outcome.withLock { $0 != nil } }

  func run() {
    if claimed.exchange(true, ordering: .relaxed) { return }
    let result = work()
    outcome.withLock { $0 = result }
    done.signal()
  }

  func result() -> [BlockCodec.Encoded] {
    run()
    done.wait()
    return outcome.withLock { $0 ?? [] }
  }
}
