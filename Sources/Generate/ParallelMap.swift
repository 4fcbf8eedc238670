import Dispatch

/// `body(0), body(1), ...` on up to `threads` cores, in order of index.
func parallelMap<Result: Sendable>(
  _ count: Int, threads: Int, _ body: @Sendable (Int) -> Result
) -> [Result] {
  let workers = min(threads, count)
  if workers <= 1 { return (0..<count).map(body) }
  return [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
    // Worker w initialises the places w, w + workers, ... and no other: none is shared.
    nonisolated(unsafe) let places = buffer
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      for index in stride(from: worker, to: count, by: workers) {
        places.initializeElement(at: index, to: body(index))
      }
    }
    initialized = count
  }
}
