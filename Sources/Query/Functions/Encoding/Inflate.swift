/// Reading compressed data of RFC 1950 to 1952.
///
/// Anything malformed gives nil; checksums are not compared.
struct Inflate {
  /// The most bytes that one text may unpack to, so that a small text cannot fill the memory.
  private static let limit = 64 << 20

  private let input: [UInt8]
  private var index: Int
  private var bits: UInt32 = 0
  private var bitCount = 0
  private var output: [UInt8] = []

  /// The bytes of a gzip file.
  static func gunzip(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count >= 18, bytes[0] == 0x1F, bytes[1] == 0x8B, bytes[2] == 8 else { return nil }
    let flags = bytes[3]
    var index = 10
    if flags & 4 != 0 {
      guard index + 2 <= bytes.count else { return nil }
      index += 2 + Int(bytes[index]) + Int(bytes[index + 1]) << 8
    }
    for flag: UInt8 in [8, 16] where flags & flag != 0 {
      guard index < bytes.count, let end = bytes[index...].firstIndex(of: 0) else { return nil }
      index = end + 1
    }
    if flags & 2 != 0 { index += 2 }
    return inflated(bytes, from: index)
  }

  /// The bytes of a zlib stream.
  static func zlib(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count >= 6, bytes[0] & 15 == 8, (Int(bytes[0]) << 8 + Int(bytes[1])) % 31 == 0,
      bytes[1] & 32 == 0
    else { return nil }
    return inflated(bytes, from: 2)
  }

  private static func inflated(_ bytes: [UInt8], from start: Int) -> [UInt8]? {
    var inflater = Inflate(input: bytes, index: start)
    return inflater.run() ? inflater.output : nil
  }

  private init(input: [UInt8], index: Int) {
    self.input = input
    self.index = index
  }

  private mutating func run() -> Bool {
    while true {
      guard let isLast = take(1), let kind = take(2) else { return false }
      let isDone: Bool
      switch kind {
      case 0: isDone = copyStored()
      case 1: isDone = decode(Self.fixedLengths, Self.fixedDistances)
      case 2:
        guard let (lengths, distances) = readCodes() else { return false }
        isDone = decode(lengths, distances)
      default: return false
      }
      guard isDone else { return false }
      if isLast == 1 { return true }
    }
  }

  private mutating func take(_ count: Int) -> Int? {
    while bitCount < count {
      guard index < input.count else { return nil }
      bits |= UInt32(input[index]) << UInt32(bitCount)
      index += 1
      bitCount += 8
    }
    let value = bits & (1 << UInt32(count) - 1)
    bits >>= UInt32(count)
    bitCount -= count
    return Int(value)
  }

  private mutating func copyStored() -> Bool {
    bits = 0
    bitCount = 0
    guard index + 4 <= input.count else { return false }
    let length = Int(input[index]) | Int(input[index + 1]) << 8
    let check = Int(input[index + 2]) | Int(input[index + 3]) << 8
    index += 4
    guard length == ~check & 0xFFFF, index + length <= input.count,
      output.count + length <= Self.limit
    else { return false }
    output.append(contentsOf: input[index..<(index + length)])
    index += length
    return true
  }

  /// A canonical Huffman code: how many codes of each length, and the symbols in code order.
  private struct Code {
    var counts = [Int](repeating: 0, count: 16)
    var symbols: [Int] = []

    init(lengths: [Int]) {
      for length in lengths { counts[length] += 1 }
      counts[0] = 0
      symbols = lengths.indices.filter { lengths[$0] > 0 }
        .sorted { (lengths[$0], $0) < (lengths[$1], $1) }
    }
  }

  private mutating func symbol(_ code: Code) -> Int? {
    var (value, first, start) = (0, 0, 0)
    for length in 1..<16 {
      guard let bit = take(1) else { return nil }
      value |= bit
      let count = code.counts[length]
      if value - count < first {
        let place = start + value - first
        return code.symbols.indices.contains(place) ? code.symbols[place] : nil
      }
      start += count
      first = (first + count) << 1
      value <<= 1
    }
    return nil
  }

  private mutating func decode(_ lengths: Code, _ distances: Code) -> Bool {
    while true {
      guard let symbol = symbol(lengths) else { return false }
      if symbol == 256 { return true }
      if symbol < 256 {
        guard output.count < Self.limit else { return false }
        output.append(UInt8(symbol))
        continue
      }
      guard symbol < 286, let extra = take(Self.lengthExtras[symbol - 257]),
        let place = self.symbol(distances), place < 30,
        let farther = take(Self.distanceExtras[place])
      else { return false }
      let length = Self.lengthBases[symbol - 257] + extra
      let distance = Self.distanceBases[place] + farther
      guard distance <= output.count, output.count + length <= Self.limit else { return false }
      for _ in 0..<length { output.append(output[output.count - distance]) }
    }
  }

  private mutating func readCodes() -> (Code, Code)? {
    guard let lengthCount = take(5), let distanceCount = take(5), let orderCount = take(4) else {
      return nil
    }
    var orders = [Int](repeating: 0, count: 19)
    for place in 0..<(orderCount + 4) {
      guard let length = take(3) else { return nil }
      orders[Self.order[place]] = length
    }
    let orderCode = Code(lengths: orders)
    let total = lengthCount + 257 + distanceCount + 1
    var lengths: [Int] = []
    while lengths.count < total {
      guard let symbol = symbol(orderCode) else { return nil }
      switch symbol {
      case 0..<16: lengths.append(symbol)
      case 16:
        guard let last = lengths.last, let extra = take(2) else { return nil }
        lengths += Array(repeating: last, count: 3 + extra)
      case 17:
        guard let extra = take(3) else { return nil }
        lengths += Array(repeating: 0, count: 3 + extra)
      default:
        guard let extra = take(7) else { return nil }
        lengths += Array(repeating: 0, count: 11 + extra)
      }
    }
    guard lengths.count == total else { return nil }
    let split = lengthCount + 257
    return (Code(lengths: Array(lengths[..<split])), Code(lengths: Array(lengths[split...])))
  }

  private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
  private static let lengthBases = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
  ]
  private static let lengthExtras = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distanceBases = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
    3073, 4097, 6145, 8193, 12289, 16385, 24577,
  ]
  private static let distanceExtras = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13,
    13,
  ]
  private static let fixedLengths = Code(
    lengths: Array(repeating: 8, count: 144) + Array(repeating: 9, count: 112)
      + Array(repeating: 7, count: 24) + Array(repeating: 8, count: 8))
  private static let fixedDistances = Code(lengths: Array(repeating: 5, count: 30))
}
