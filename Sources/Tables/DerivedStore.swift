import Synchronization

/// Names a value that was derived from rows.
public struct DerivedKey: Hashable, Sendable {
  /// The rows, by the identity that their source gives them.
  public let rows: String
  /// What the value is, with all else that it depends on.
  public let content: String
  /// The columns of the source that it depends on.
  public let columns: [Int]

  /// A name.
  public init(rows: String, content: String, columns: [Int]) {
    self.rows = rows
    self.content = content
    self.columns = columns
  }
}

/// A derived value as plain numbers, the form in which it can be kept beside the rows it was derived from.
public struct DerivedNumbers: Sendable {
  /// A few numbers about the whole.
  public var facts: [Int64]
  /// The numbers themselves.
  public var lists: [Buffer<UInt32>]

  /// A value of these numbers.
  public init(facts: [Int64], lists: [Buffer<UInt32>]) {
    self.facts = facts
    self.lists = lists
  }
}

/// What was kept beside rows does not fit them: it is to be derived anew.
public struct DerivedMismatch: Error {
  /// What was kept.
  public let key: DerivedKey

  /// A mismatch.
  public init(key: DerivedKey) { self.key = key }
}

/// Values that were derived from rows which never change, such as a log's case index, kept so that
/// later statements need not derive them again.
///
/// A key names the rows and all else that the value depends on. The values used longest ago go first
/// when the bound is reached. Behind the memory there may be a file, from which `kept` reads and to which goes what
/// was offered; whoever owns the file takes the offers when nothing else is being written.
public final class DerivedStore: Sendable {
  private struct Entry {
    var value: any Sendable
    var byteCount: Int
    var lastUse: Int
  }

  private struct State {
    var entries: [DerivedKey: Entry] = [:]
    var byteCount = 0
    var uses = 0
    var limit = 1 << 30
    var offers: [(key: DerivedKey, numbers: DerivedNumbers)] = []
    var distrusted: Set<DerivedKey> = []
    var reader: (@Sendable (DerivedKey) -> DerivedNumbers?)?
  }

  /// Offers that wait at most; what is offered beyond is not kept.
  private static let offerCount = 4

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
  public func value<Value: Sendable>(_ key: DerivedKey, as type: Value.Type) -> Value? {
    state.withLock { state in
      state.uses += 1
      state.entries[key]?.lastUse = state.uses
      return state.entries[key]?.value as? Value
    }
  }

  /// Keeps a value that holds `byteCount` bytes, unless that alone is more than the bound.
  public func keep(_ value: some Sendable, for key: DerivedKey, byteCount: Int) {
    state.withLock { state in
      guard byteCount <= state.limit else { return }
      state.uses += 1
      state.byteCount += byteCount - (state.entries[key]?.byteCount ?? 0)
      state.entries[key] = Entry(value: value, byteCount: byteCount, lastUse: state.uses)
      Self.shrink(&state)
    }
  }

  /// Reads from a file what is not in memory.
  public func read(_ reader: @escaping @Sendable (DerivedKey) -> DerivedNumbers?) {
    state.withLock { $0.reader = reader }
  }

  /// What the file has under a key, unless it was found not to fit.
  public func kept(_ key: DerivedKey) -> DerivedNumbers? {
    let reader = state.withLock { $0.distrusted.contains(key) ? nil : $0.reader }
    return reader?(key)
  }

  /// Never again believes what the file has under a key, until it is written anew.
  public func distrust(_ key: DerivedKey) {
    state.withLock {
      $0.distrusted.insert(key)
      $0.byteCount -= $0.entries.removeValue(forKey: key)?.byteCount ?? 0
    }
  }

  /// Offers numbers to be written to the file.
  public func offer(_ numbers: DerivedNumbers, for key: DerivedKey) {
    state.withLock { state in
      guard state.reader != nil, state.offers.count < Self.offerCount,
        !state.offers.contains(where: { $0.key == key })
      else { return }
      state.offers.append((key, numbers))
    }
  }

  /// What was offered since the last time, and whether what the file has is to be replaced by it.
  public func takeOffers() -> [(key: DerivedKey, numbers: DerivedNumbers, replaces: Bool)] {
    state.withLock { state in
      defer { state.offers = [] }
      return state.offers.map { ($0.key, $0.numbers, state.distrusted.contains($0.key)) }
    }
  }

  /// Believes what the file has under a key: it was written anew.
  public func trust(_ key: DerivedKey) {
    state.withLock { _ = $0.distrusted.remove(key) }
  }

  /// Forgets all values.
  public func removeAll() {
    state.withLock {
      $0.entries = [:]
      $0.offers = []
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
