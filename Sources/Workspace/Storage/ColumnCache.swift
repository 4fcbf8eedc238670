import CasebookTables
import Synchronization

/// Decoded columns, of blocks or whole, kept while memory allows.
///
/// When it is full, what goes is picked at random: a scan of more than fits would push out exactly
/// what comes next if the oldest went.
final class ColumnCache: Sendable {
  /// What a column is of.
  enum Key: Hashable {
    case block(Int64)
    /// All rows of a version, one block after the other.
    case whole(version: Int64, column: Int)
  }

  private struct State {
    var columns: [Key: (column: Column, slot: Int)] = [:]
    var order: [Key] = []
    var byteCount = 0
    var random: UInt64 = 0x9E37_79B9_7F4A_7C15
    var limit = 256 << 20
    var ceiling = Int.max
  }

  private let state = Mutex(State())

  /// Keeps at most `limit` bytes, and nothing while all column data together exceeds `ceiling`.
  func bound(limit: Int, ceiling: Int) {
    state.withLock {
      $0.limit = limit
      $0.ceiling = ceiling
      Self.evict(&$0, downTo: limit)
    }
  }

  func column(_ key: Key) -> Column? { state.withLock { $0.columns[key]?.column } }

  /// Keeps a column, a whole one in place of its blocks.
  func insert(_ column: Column, for key: Key, insteadOf blocks: [Int64] = []) {
    let size = Self.byteCount(column)
    state.withLock {
      if MemoryAccount.bytesInUse > $0.ceiling {
        Self.evict(&$0, downTo: 0)
        return
      }
      guard size <= $0.limit else { return }
      Self.remove(key, from: &$0)
      for block in blocks { Self.remove(.block(block), from: &$0) }
      Self.evict(&$0, downTo: $0.limit - size)
      $0.columns[key] = (column, $0.order.count)
      $0.order.append(key)
      $0.byteCount += size
    }
  }

  func removeAll() { state.withLock { Self.evict(&$0, downTo: 0) } }

  private static func evict(_ state: inout State, downTo limit: Int) {
    if limit == 0 {
      state.columns = [:]
      state.order = []
      state.byteCount = 0
      return
    }
    while state.byteCount > limit, !state.order.isEmpty {
      state.random ^= state.random << 13
      state.random ^= state.random >> 7
      state.random ^= state.random << 17
      remove(state.order[Int(state.random % UInt64(state.order.count))], from: &state)
    }
  }

  /// Lets a column go; the last one takes its slot.
  private static func remove(_ key: Key, from state: inout State) {
    guard let gone = state.columns.removeValue(forKey: key) else { return }
    state.byteCount -= byteCount(gone.column)
    let last = state.order.removeLast()
    guard last != key else { return }
    state.order[gone.slot] = last
    state.columns[last]?.slot = gone.slot
  }

  private static func byteCount(_ column: Column) -> Int {
    let count = column.count
    let values =
      switch column.data {
      case .bools: count
      case .longs, .reals: count * 8
      case .texts(.narrow, let dictionary): count + ownBytes(dictionary)
      case .texts(.medium, let dictionary): count * 2 + ownBytes(dictionary)
      case .texts(.wide, let dictionary): count * 4 + ownBytes(dictionary)
      }
    return values + (column.validity == nil ? 0 : count / 8)
  }

  /// Bytes of a dictionary that belongs to one block; a shared one is no cost of the block's.
  private static func ownBytes(_ dictionary: TextDictionary) -> Int {
    dictionary.isDistinct ? 0 : dictionary.heap.count + dictionary.count * 8
  }
}
