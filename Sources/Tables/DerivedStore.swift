import Synchronization

/// Values that were derived from rows which never change, such as a log's case index, kept so that
/// later statements need not derive them again.
///
/// A key names the rows and all else that the value depends on. The values used longest ago go first
/// when the bound is reached.
public final class DerivedStore: Sendable {
  private struct Entry {
    var value: any Sendable
    var byteCount: Int
    var lastUse: Int
  }

  private struct State {
    var entries: [String: Entry] = [:]
    var byteCount = 0
    var uses = 0
    var limit = 1 << 30
  }

  private let state = Mutex(State())

  /// A store without values.
  public init() {}

  /// Keeps at most `limit` bytes.
  public func bound(limit: Int) {
    state.withLock {
      $0.limit = limit
      Self.shrink(&$0)
    }
  }

  /// The value kept under a key.
  public func value<Value: Sendable>(_ key: String, as type: Value.Type) -> Value? {
    state.withLock { state in
      state.uses += 1
      state.entries[key]?.lastUse = state.uses
      return state.entries[key]?.value as? Value
    }
  }

  /// Keeps a value that holds `byteCount` bytes, unless that alone is more than the bound.
  public func keep(_ value: some Sendable, for key: String, byteCount: Int) {
    state.withLock { state in
      guard byteCount <= state.limit else { return }
      state.uses += 1
      state.byteCount += byteCount - (state.entries[key]?.byteCount ?? 0)
      state.entries[key] = Entry(value: value, byteCount: byteCount, lastUse: state.uses)
      Self.shrink(&state)
    }
  }

  /// Forgets all values.
  public func removeAll() {
    state.withLock {
      $0.entries = [:]
      $0.byteCount = 0
    }
  }

  private static func shrink(_ state: inout State) {
    while state.byteCount > state.limit,
      let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })
    {
      state.byteCount -= oldest.value.byteCount
      state.entries[oldest.key] = nil
    }
  }
}
