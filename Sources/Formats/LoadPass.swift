import CasebookTables
import Dispatch

/// One pass over the files: pieces are cut one after another, parsed on all threads, and given back
/// in order.
///
/// `@unchecked Sendable`: the reader is only used within `readerLock`, everything else that changes
/// within `queueLock`; a chunk belongs to whoever took it out.
final class LoadPass: @unchecked Sendable {
  private let plan: LoadPlan
  private let context: RunContext
  private let reader: PieceReader
  private let readerLock = Monitor()
  private let pieceBytes: Int

  private let queueLock = Monitor()
  private var ready: [Int: Chunk] = [:]
  private var spare: [Chunk] = []
  private var nextIndex = 0
  private var takenCount = 0
  private var isExhausted = false
  private var isStopped = false
  private var failure: (any Error)?
  private let workers = DispatchGroup()

  init(_ plan: LoadPlan, _ reader: PieceReader, pieceBytes: Int, context: RunContext) {
    self.plan = plan
    self.reader = reader
    self.pieceBytes = pieceBytes
    self.context = context
  }

  /// Gives every chunk to `take`, in order and on the calling thread, which parses as well while
  /// there is nothing to take.
  func run(_ take: (Chunk) throws -> Void) throws {
    for worker in 0..<context.threads where worker > 0 {
      DispatchQueue.global(qos: .userInitiated).async(group: workers) { self.work(worker) }
    }
    defer {
      stop()
      workers.wait()
    }
    let piece = Piece(capacity: pieceBytes)
    let parser = ChunkParser(plan, piece: piece, worker: 0)
    while true {
      try context.checkpoint()
      if let chunk = takeReady() {
        try take(chunk)
        giveBack(chunk)
      } else if !parseOne(parser, piece, mayWait: false), !waitForReady() {
        return
      }
    }
  }

  private func work(_ worker: Int) {
    let piece = Piece(capacity: pieceBytes)
    let parser = ChunkParser(plan, piece: piece, worker: worker)
    while parseOne(parser, piece, mayWait: true) {}
  }

  /// Parses one piece; false when there is none, or none yet and the caller may not wait.
  private func parseOne(_ parser: ChunkParser, _ piece: Piece, mayWait: Bool) -> Bool {
    guard let chunk = reserveChunk(mayWait: mayWait) else { return false }
    do {
      try context.checkpoint()
      let isFilled = try readerLock.withLock {
        // Within the lock, so that chunks are numbered as pieces are.
        let isFilled = try reader.next(into: piece)
        if !isFilled { queueLock.withLock { isExhausted = true } }
        return isFilled
      }
      guard isFilled else {
        cancelReservation(chunk)
        return false
      }
      parser.parse(into: chunk)
    } catch {
      fail(chunk, error)
      return false
    }
    submit(chunk)
    return true
  }

  /// A chunk to fill, as long as not too many wait to be taken.
  private func reserveChunk(mayWait: Bool) -> Chunk? {
    queueLock.withLock {
      while !isExhausted, !isStopped, takenCount >= context.threads * 3 {
        guard mayWait else { return nil }
        queueLock.wait()
      }
      if isExhausted || isStopped { return nil }
      takenCount += 1
      return spare.popLast() ?? Chunk(columnCount: plan.columns.count)
    }
  }

  private func submit(_ chunk: Chunk) {
    queueLock.withLock {
      ready[chunk.index] = chunk
      queueLock.wakeAll()
    }
  }

  /// An error takes the place behind all pieces cut so far.
  private func fail(_ chunk: Chunk, _ error: any Error) {
    queueLock.withLock {
      if failure == nil { failure = error }
      isExhausted = true
      takenCount -= 1
      queueLock.wakeAll()
    }
  }
  private func cancelReservation(_ chunk: Chunk) {
    queueLock.withLock {
      takenCount -= 1
      spare.append(chunk)
      queueLock.wakeAll()
    }
  }

  private func takeReady() -> Chunk? {
    queueLock.withLock {
      guard let chunk = ready.removeValue(forKey: nextIndex) else { return nil }
      nextIndex += 1
      return chunk
    }
  }

  private func giveBack(_ chunk: Chunk) {
    queueLock.withLock {
      takenCount -= 1
      spare.append(chunk)
      queueLock.wakeAll()
    }
  }

  /// Waits until a chunk is ready or may be parsed; false when all were taken.
  private func waitForReady() -> Bool {
    queueLock.withLock {
      while ready[nextIndex] == nil {
        if isExhausted, takenCount == 0 { return false }
        if !isExhausted, takenCount < context.threads * 3 { return true }
        queueLock.wait()
      }
      return true
    }
  }

  private func stop() {
    queueLock.withLock {
      isStopped = true
      queueLock.wakeAll()
    }
  }

  /// Why reading ended before the end, once all chunks were taken.
  var readFailure: (any Error)? { queueLock.withLock { failure } }
}
