/// Finds the entry of a dictionary that is equal to a text.
///
/// Hashing is done in parallel chunks, and the table is in two parts by a bit of the hash, so that two
/// workers fill it without waiting for each other.
struct TextLookup {
  private let texts: TextDictionary
  private let parts: [Buffer<UInt64>]
  private let mask: Int
  /// The first equal entry of each entry; nil where no two are equal.
  let representatives: Buffer<Int32>?

  init(_ texts: TextDictionary, _ context: RunContext) {
    self.texts = texts
    let hashes = hashes(of: texts, context)
    let capacity = 1 << max(4, 64 - UInt64(texts.count).leadingZeroBitCount)
    let mask = capacity - 1
    self.mask = mask
    let fill: @Sendable (UInt64) -> (slots: Buffer<UInt64>, firsts: Buffer<Int32>) = { part in
      TextLookup.part(part, texts, hashes, mask: mask)
    }
    let filled =
      (try? context.mapParallel(2) { fill(UInt64($0)) }) ?? [fill(0), fill(1)]
    parts = filled.map(\.slots)
    representatives = texts.isDistinct ? nil : TextLookup.joined(filled, hashes)
  }

  /// Slots hold 32 bits of the hash and the entry's number plus one; zero is free.
  private static func part(
    _ part: UInt64, _ texts: TextDictionary, _ hashes: Buffer<UInt64>, mask: Int
  ) -> (slots: Buffer<UInt64>, firsts: Buffer<Int32>) {
    let needsFirsts = !texts.isDistinct
    var slots = Buffer<UInt64>([])
    let firsts = Buffer<Int32>(count: needsFirsts ? texts.count : 0) { firsts in
      slots = Buffer(count: mask + 1) { slots in
        for code in 0..<texts.count where hashes.base[code] & 1 == part {
          let hash = hashes.base[code]
          var slot = Int(truncatingIfNeeded: hash >> 1) & mask
          while slots[slot] != 0 {
            if needsFirsts, let first = equalEntry(slots[slot], hash, texts, code) {
              firsts[code] = first
              break
            }
            slot = (slot + 1) & mask
          }
          if slots[slot] == 0 {
            slots[slot] = hash & ~0xFFFF_FFFF | UInt64(code + 1)
            if needsFirsts { firsts[code] = Int32(truncatingIfNeeded: code) }
          }
        }
      }
    }
    return (slots, firsts)
  }

  @inline(__always)
  private static func equalEntry(
    _ slot: UInt64, _ hash: UInt64, _ texts: TextDictionary, _ code: Int
  ) -> Int32? {
    guard slot & ~0xFFFF_FFFF == hash & ~0xFFFF_FFFF else { return nil }
    let other = Int(slot & 0xFFFF_FFFF) - 1
    return isSame(texts.bytes(other), texts.bytes(code))
      ? Int32(truncatingIfNeeded: other) : nil
  }

  private static func joined(
    _ parts: [(slots: Buffer<UInt64>, firsts: Buffer<Int32>)], _ hashes: Buffer<UInt64>
  ) -> Buffer<Int32> {
    Buffer(count: hashes.count) { target in
      for code in 0..<hashes.count {
        target[code] = parts[Int(hashes.base[code] & 1)].firsts.base[code]
      }
    }
  }

  /// The equal entry's code, or -1.
  @inline(__always)
  private func code(of text: UnsafeBufferPointer<UInt8>, hash: UInt64) -> Int32 {
    let slots = parts[Int(hash & 1)].base
    var slot = Int(truncatingIfNeeded: hash >> 1) & mask
    while slots[slot] != 0 {
      if slots[slot] & ~0xFFFF_FFFF == hash & ~0xFFFF_FFFF {
        let code = Int(slots[slot] & 0xFFFF_FFFF) - 1
        if isSame(texts.bytes(code), text) { return Int32(truncatingIfNeeded: code) }
      }
      slot = (slot + 1) & mask
    }
    return -1
  }

  /// The code of each entry of another dictionary, -1 where there is no equal one.
  func codes(ofEntries others: TextDictionary, _ context: RunContext) -> Buffer<Int32> {
    let parts = inChunks(others.count, context) { part in
      Buffer<Int32>(count: part.count) { target in
        for code in part {
          let bytes = others.bytes(code)
          target[code - part.lowerBound] = self.code(of: bytes, hash: hash(of: bytes))
        }
      }
    }
    return Buffer(count: others.count) { target in
      var position = 0
      for part in parts {
        (target + position).update(from: part.base, count: part.count)
        position += part.count
      }
    }
  }

  /// The code of each row's text, -1 where there is no equal entry.
  func ids(
    _ codes: Codes, _ others: TextDictionary, _ validity: Bitmap?, _ nullId: Int32
  ) -> Buffer<Int32> {
    Buffer(count: codes.count) { target in
      for row in 0..<codes.count {
        let isValid = validity.map { $0[row] } ?? true
        let bytes = others.bytes(codes[row])
        target[row] = isValid ? code(of: bytes, hash: hash(of: bytes)) : nullId
      }
    }
  }
}

@inline(__always)
private func hash(of bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
  bytes.baseAddress.map { hashBytes($0, bytes.count) } ?? 0
}

@inline(__always)
private func isSame(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
  guard a.count == b.count else { return false }
  guard let x = a.baseAddress, let y = b.baseAddress, a.count > 0 else { return true }
  return bytesEqual(x, y, a.count)
}

private func hashes(of texts: TextDictionary, _ context: RunContext) -> Buffer<UInt64> {
  let parts = inChunks(texts.count, context) { part in
    Buffer<UInt64>(count: part.count) { target in
      for code in part { target[code - part.lowerBound] = hash(of: texts.bytes(code)) }
    }
  }
  return Buffer(count: texts.count) { target in
    var position = 0
    for part in parts {
      (target + position).update(from: part.base, count: part.count)
      position += part.count
    }
  }
}

/// Results over chunks of a range, computed in parallel.
///
/// A cancelled run is noticed by the caller's next checkpoint; here it only means that the work is
/// done on one thread.
private func inChunks<Result: Sendable>(
  _ count: Int, _ context: RunContext, _ body: @escaping @Sendable (Range<Int>) -> Result
) -> [Result] {
  let size = 1 << 16
  let chunks = (count + size - 1) / size
  let run: @Sendable (Int) -> Result = { body(($0 * size)..<min(($0 + 1) * size, count)) }
  return (try? context.mapParallel(chunks, run)) ?? (0..<chunks).map(run)
}
