import CasebookTables
import Synchronization

/// Decoded columns of blocks, kept while memory allows.
///
/// When it is full, what goes is picked at random: a scan of more than fits would push out exactly
/// what comes next if the oldest went.
final class ColumnCache: Sendable {
  private struct State {
    var columns: [Int64: (column: Column, slot: Int)] = [:]
    var order: [Int64] = []
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

  func column(_ block: Int64) -> Column? { state.withLock { $0.columns[block]?.column } }

  func insert(_ column: Column, for block: Int64) {
    let size = Self.byteCount(column)
    state.withLock {
      if MemoryAccount.bytesInUse > $0.ceiling {
        Self.evict(&$0, downTo: 0)
        return
      }
      guard size <= $0.limit, $0.columns[block] == nil else { return }
      Self.evict(&$0, downTo: $0.limit - size)
      $0.columns[block] = (column, $0.order.count)
      $0.order.append(block)
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
    while state.byteCount > limit, let last = state.order.last {
      state.random ^= state.random << 13
      state.random ^= state.random >> 7
      state.random ^= state.random << 17
      let slot = Int(state.random % UInt64(state.order.count))
      let victim = state.order[slot]
      state.order[slot] = last
      state.columns[last]?.slot = slot
      state.order.removeLast()
      if let gone = state.columns.removeValue(forKey: victim) {
        state.byteCount -= byteCount(gone.column)
      }
    }
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
