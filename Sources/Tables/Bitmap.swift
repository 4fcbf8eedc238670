/// One bit a row: set where the row has a value.
public struct Bitmap: Sendable {
  /// 64 rows a word, least significant bit first.
  ///
  /// Bits past `count` are unspecified.
  public let words: Buffer<UInt64>
  /// Rows covered.
  public let count: Int

  /// Wraps words that are already filled.
  public init(words: Buffer<UInt64>, count: Int) {
    precondition(words.count * 64 >= count, "a word for every 64 rows")
    self.words = words
    self.count = count
  }

  /// Takes a byte a row, non-zero where set; nil when every row is set.
  public init?(unlessAllSet bytes: UnsafeBufferPointer<UInt8>) {
    var unset = 0
    let words = Buffer<UInt64>(count: (bytes.count + 63) / 64) { target in
      for row in 0..<bytes.count {
        if bytes[row] != 0 {
          target[row >> 6] |= 1 << UInt64(row & 63)
        } else {
          unset += 1
        }
      }
    }
    if unset == 0 { return nil }
    self.init(words: words, count: bytes.count)
  }

  /// All rows set, or none.
  public init(repeating value: Bool, count: Int) {
    self.init(
      words: Buffer(repeating: value ? ~0 : 0, count: (count + 63) / 64), count: count)
  }

  /// Whether a row is set.
  @inlinable
  public subscript(row: Int) -> Bool {
    words.base[row >> 6] & (1 << UInt64(row & 63)) != 0
  }

  /// How many rows are set.
  public var setCount: Int {
    var total = 0
    for word in 0..<(count / 64) { total += words.base[word].nonzeroBitCount }
    let rest = count & 63
    if rest > 0 {
      total += (words.base[count / 64] & ((1 << UInt64(rest)) - 1)).nonzeroBitCount
    }
    return total
  }

  /// The bits of `range`.
  ///
  /// Shares memory when it begins on a word.
  public func slice(_ range: Range<Int>) -> Bitmap {
    let wordCount = (range.count + 63) / 64
    let first = range.lowerBound / 64
    let shift = UInt64(range.lowerBound & 63)
    if shift == 0 {
      return Bitmap(words: words.slice(first..<(first + wordCount)), count: range.count)
    }
    let available = words.count
    let shifted = Buffer<UInt64>(count: wordCount) { target in
      for word in 0..<wordCount {
        let low = words.base[first + word] >> shift
        let next = first + word + 1
        let high = next < available ? words.base[next] << (64 - shift) : 0
        target[word] = low | high
      }
    }
    return Bitmap(words: shifted, count: range.count)
  }

  /// Rows set in both; an absent bitmap means every row.
  public static func intersection(_ a: Bitmap?, _ b: Bitmap?) -> Bitmap? {
    guard let a else { return b }
    guard let b else { return a }
    let wordCount = (a.count + 63) / 64
    let words = Buffer<UInt64>(count: wordCount) { target in
      for word in 0..<wordCount { target[word] = a.words.base[word] & b.words.base[word] }
    }
    return Bitmap(words: words, count: a.count)
  }
}
