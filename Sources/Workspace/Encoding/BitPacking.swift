/// Values of a fixed number of bits side by side, least significant bit first.
///
/// Eight values take as many bytes as one takes bits, so every eighth value begins on a byte. The
/// kernels load and store whole words: source and target have `ByteSink.slack` bytes to spare.
enum BitPacking {
  /// Bits that hold any value up to `greatest`.
  @inline(__always)
  static func width(of greatest: UInt64) -> Int { 64 - greatest.leadingZeroBitCount }

  /// Bytes of `count` values, filled up to a multiple of eight.
  @inline(__always)
  static func byteCount(_ count: Int, width: Int) -> Int { (count + 7) / 8 * width }

  /// Writes values that each fit in `width` bits.
  ///
  /// `count` is rounded up to a multiple of eight, so `values` holds zeros up to there.
  static func pack(
    _ values: UnsafePointer<UInt64>, count: Int, width: Int, into target: UnsafeMutableRawPointer
  ) {
    if width == 0 { return }
    var position = target
    var word: UInt64 = 0
    var used = 0
    for row in 0..<((count + 7) / 8 * 8) {
      let value = values[row]
      word |= value &<< UInt64(used)
      used += width
      if used >= 64 {
        position.storeBytes(of: word, as: UInt64.self)
        position += 8
        used -= 64
        word = used == 0 ? 0 : value &>> UInt64(width - used)
      }
    }
    if used > 0 { position.storeBytes(of: word, as: UInt64.self) }
  }

  /// Gives `target` each row's value, in order.
  static func unpack<Target: UnpackTarget>(
    _ source: UnsafeRawPointer, count: Int, width: Int, into target: Target
  ) {
    // Up to 57 bits, one unaligned word holds a value, whatever bit it begins on.
    let whole = width <= 57 ? count / 8 * 8 : 0
    var target = target
    unpackEights(source, whole, width, &target)
    for row in whole..<count { target.store(row, value(source, row, width)) }
  }

  /// One value by itself, of any width.
  @inline(__always)
  private static func value(_ source: UnsafeRawPointer, _ row: Int, _ width: Int) -> UInt64 {
    let bit = row &* width
    let shift = UInt64(truncatingIfNeeded: bit & 7)
    let start = source + (bit &>> 3)
    var word = start.loadUnaligned(as: UInt64.self) &>> shift
    if width > 57, shift > 0 {
      word |= UInt64((start + 8).load(as: UInt8.self)) &<< (64 &- shift)
    }
    return word & mask(width)
  }

  @inline(__always)
  private static func mask(_ width: Int) -> UInt64 { width == 64 ? ~0 : (1 << UInt64(width)) - 1 }

  /// The places of eight values repeat every `width` bytes, so the compiler works out each value's
  /// offset and shift once, outside the loop: three times as fast as a running bit count.
  @inline(__always)
  private static func unpackEights<Target: UnpackTarget>(
    _ source: UnsafeRawPointer, _ count: Int, _ width: Int, _ target: inout Target
  ) {
    let mask = mask(width)
    var position = source
    var row = 0
    while row < count {
      unpackOne(position, row, 0, width, mask, &target)
      unpackOne(position, row, 1, width, mask, &target)
      unpackOne(position, row, 2, width, mask, &target)
      unpackOne(position, row, 3, width, mask, &target)
      unpackOne(position, row, 4, width, mask, &target)
      unpackOne(position, row, 5, width, mask, &target)
      unpackOne(position, row, 6, width, mask, &target)
      unpackOne(position, row, 7, width, mask, &target)
      position += width
      row &+= 8
    }
  }

  @inline(__always)
  private static func unpackOne<Target: UnpackTarget>(
    _ position: UnsafeRawPointer, _ row: Int, _ index: Int, _ width: Int, _ mask: UInt64,
    _ target: inout Target
  ) {
    let bit = index &* width
    let word = (position + (bit &>> 3)).loadUnaligned(as: UInt64.self)
    target.store(row &+ index, word &>> UInt64(truncatingIfNeeded: bit & 7) & mask)
  }
}

/// Where unpacked values go.
///
/// A type and not a closure, so that the loop is compiled for it.
protocol UnpackTarget {
  mutating func store(_ row: Int, _ value: UInt64)
}
