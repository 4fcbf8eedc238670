/// A run of whole records of one file, in memory of its own that the parser may change.
///
/// Kept and filled again by one worker, so that a load makes a few of them and not thousands.
final class Piece {
  /// Bytes readable and writable behind the text, so that words can be loaded at its end.
  static let slack = 64

  private(set) var text: UnsafeMutablePointer<UInt8>
  private(set) var capacity: Int
  var count = 0
  /// Which piece of the load this is.
  var index = 0
  /// Which file it is from.
  var file = 0
  /// Whether it is the first of its file.
  var startsFile = false
  /// Whether the first record of its file is in it.
  var hasFirstRecord = false
  /// NUL bytes taken out.
  var removedNULCount = 0
  /// Bytes replaced while transcoding, up to here in the file.
  var invalidCount = 0
  /// Lines behind the text that were left out for a quote that is never closed.
  var unclosed: UnclosedQuote?

  /// Lines left out: how many, and which of them opens the quote.
  struct UnclosedQuote {
    var lineCount: Int
    var quoteLine: Int
  }

  init(capacity: Int) {
    self.capacity = capacity
    text = .allocate(capacity: capacity + Self.slack)
    text.initialize(repeating: 0, count: capacity + Self.slack)
  }

  deinit { text.deallocate() }

  func reserve(_ wanted: Int) {
    guard wanted > capacity else { return }
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted + Self.slack)
    larger.update(from: text, count: count)
    (larger + count).initialize(repeating: 0, count: wanted + Self.slack - count)
    text.deallocate()
    text = larger
    capacity = wanted
  }

  func append(_ bytes: [UInt8]) {
    reserve(count + bytes.count)
    bytes.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { (text + count).update(from: start, count: source.count) }
    }
    count += bytes.count
  }

  /// Whether there is no record in it, not even one left out.
  var isBlank: Bool {
    guard unclosed == nil else { return false }
    var place = 0
    while place < count, text[place] == 10 || text[place] == 13 { place += 1 }
    return place == count
  }

  /// The text behind a place, as a copy.
  func tail(from start: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: text + start, count: count - start))
  }

  /// Takes NUL bytes out of the text from `start` on.
  func removeNULs(from start: Int) {
    var read = firstIndex(of: 0, text, start, count)
    var write = read
    while read < count {
      let byte = text[read]
      read += 1
      if byte != 0 {
        text[write] = byte
        write += 1
      }
    }
    removedNULCount += count - write
    count = write
  }

  /// Replaces what is not UTF-8 by U+FFFD and says how many times.
  func repairUTF8() -> Int {
    guard !isValidUTF8(text, count) else { return 0 }
    let broken = UnsafeBufferPointer(start: text, count: count)
    let before = replacementCount(broken)
    var repaired = String(decoding: broken, as: UTF8.self)
    let bytes = repaired.withUTF8 { Array($0) }
    count = 0
    append(bytes)
    return bytes.withUnsafeBufferPointer { replacementCount($0) } - before
  }
}

private func replacementCount(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
  var count = 0
  var index = 0
  while index + 2 < bytes.count {
    if bytes[index] == 0xEF, bytes[index + 1] == 0xBF, bytes[index + 2] == 0xBD {
      count += 1
      index += 3
    } else {
      index += 1
    }
  }
  return count
}

/// Whether bytes are UTF-8, quick where they are ASCII.
func isValidUTF8(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
  let raw = UnsafeRawPointer(text)
  var position = 0
  let topBits = SIMD4<UInt64>(repeating: 0x8080_8080_8080_8080)
  while position < count {
    if position + 32 <= count,
      raw.loadUnaligned(fromByteOffset: position, as: SIMD4<UInt64>.self) & topBits == .zero
    {
      position &+= 32
      continue
    }
    if text[position] < 0x80 {
      position &+= 1
      continue
    }
    let length = sequenceLength(text + position, count - position)
    if length == 0 { return false }
    position &+= length
  }
  return true
}

/// The length of the multi-byte sequence at a place, 0 when it is none.
private func sequenceLength(_ text: UnsafePointer<UInt8>, _ available: Int) -> Int {
  let first = text[0]
  let length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0
  guard length > 0, length <= available else { return 0 }
  for place in 1..<length where text[place] & 0xC0 != 0x80 { return 0 }
  // The shortest form only, no surrogates, nothing beyond U+10FFFF.
  switch first {
  case 0xE0: return text[1] >= 0xA0 ? length : 0
  case 0xED: return text[1] < 0xA0 ? length : 0
  case 0xF0: return text[1] >= 0x90 ? length : 0
  case 0xF4: return text[1] < 0x90 ? length : 0
  default: return length
  }
}
