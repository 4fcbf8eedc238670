import Synchronization

/// The distinct texts of a column, or simply its texts in row order: entry after entry in one heap.
///
/// All parts are immutable but the ranks, which are computed when first asked for.
public final class TextDictionary: Sendable {
  /// The UTF-8 bytes of all entries.
  public let heap: Buffer<UInt8>
  /// `count + 1` positions in the heap.
  public let offsets: Buffer<Int>
  /// Whether no two entries are equal, so that equal codes and equal texts are the same thing.
  public let isDistinct: Bool

  private let knownRanks = Mutex<Buffer<UInt32>?>(nil)

  /// Where each entry stands when all are ordered by their bytes; equal entries stand together.
  var ranks: Buffer<UInt32> {
    knownRanks.withLock { known in
      let ranks = known ?? computedRanks()
      known = ranks
      return ranks
    }
  }

  /// How many entries there are.
  public var count: Int { offsets.count - 1 }

  /// Wraps a heap and its offsets.
  public init(heap: Buffer<UInt8>, offsets: Buffer<Int>, isDistinct: Bool) {
    precondition(offsets.count > 0, "offsets hold at least the end")
    self.heap = heap
    self.offsets = offsets
    self.isDistinct = isDistinct
  }

  /// The given texts as entries.
  public convenience init(_ texts: [String], isDistinct: Bool) {
    var heap = BufferBuilder<UInt8>(capacity: 64)
    var offsets = BufferBuilder<Int>(capacity: texts.count + 1)
    offsets.append(0)
    for var text in texts {
      text.withUTF8 { bytes in
        if let start = bytes.baseAddress { heap.append(from: start, count: bytes.count) }
      }
      offsets.append(heap.count)
    }
    self.init(heap: heap.finish(), offsets: offsets.finish(), isDistinct: isDistinct)
  }

  /// One entry that is the empty text.
  public static let blank = TextDictionary([""], isDistinct: true)

  /// The bytes of an entry, valid while the dictionary lives.
  @inlinable @inline(__always)
  public func bytes(_ code: Int) -> UnsafeBufferPointer<UInt8> {
    let start = offsets.base[code]
    return UnsafeBufferPointer(start: heap.base + start, count: offsets.base[code + 1] - start)
  }

  /// An entry as a string; bytes that are not UTF-8 become U+FFFD.
  public func string(_ code: Int) -> String {
    String(decoding: bytes(code), as: UTF8.self)
  }
}

/// The entry number of every row, as narrow as the dictionary allows.
public enum Codes: Sendable {
  case narrow(Buffer<UInt8>)
  case medium(Buffer<UInt16>)
  case wide(Buffer<UInt32>)

  /// Rows.
  public var count: Int {
    switch self {
    case .narrow(let codes): codes.count
    case .medium(let codes): codes.count
    case .wide(let codes): codes.count
    }
  }

  /// The code of a row.
  @inlinable
  public subscript(row: Int) -> Int {
    switch self {
    case .narrow(let codes): Int(codes.base[row])
    case .medium(let codes): Int(codes.base[row])
    case .wide(let codes): Int(codes.base[row])
    }
  }

  /// The codes of `range`, sharing memory.
  public func slice(_ range: Range<Int>) -> Codes {
    switch self {
    case .narrow(let codes): .narrow(codes.slice(range))
    case .medium(let codes): .medium(codes.slice(range))
    case .wide(let codes): .wide(codes.slice(range))
    }
  }

  /// Wide codes narrowed to what `entryCount` entries need.
  public init(_ codes: Buffer<UInt32>, entryCount: Int) {
    if entryCount <= 1 << 8 {
      self = .narrow(
        Buffer(count: codes.count) { target in
          for row in 0..<codes.count { target[row] = UInt8(truncatingIfNeeded: codes.base[row]) }
        })
    } else if entryCount <= 1 << 16 {
      self = .medium(
        Buffer(count: codes.count) { target in
          for row in 0..<codes.count { target[row] = UInt16(truncatingIfNeeded: codes.base[row]) }
        })
    } else {
      self = .wide(codes)
    }
  }

  /// The codes at 32 bits; shares memory when they already are.
  public var widened: Buffer<UInt32> {
    switch self {
    case .narrow(let codes):
      Buffer(count: codes.count) { target in
        for row in 0..<codes.count { target[row] = UInt32(codes.base[row]) }
      }
    case .medium(let codes):
      Buffer(count: codes.count) { target in
        for row in 0..<codes.count { target[row] = UInt32(codes.base[row]) }
      }
    case .wide(let codes): codes
    }
  }
}
