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

  /// Calls `store` with each row and its value, in order.
  ///
  /// Inlined together with its argument.
  @inline(__always)
  static func unpack(
    _ source: UnsafeRawPointer, count: Int, width: Int, _ store: (Int, UInt64) -> Void
  ) {
    // Constant widths let the compiler turn shifts and masks into straight code.
    switch width {
    case 0: for row in 0..<count { store(row, 0) }
    case 1: unpackNarrow(source, count, 1, store)
    case 2: unpackNarrow(source, count, 2, store)
    case 3: unpackNarrow(source, count, 3, store)
    case 4: unpackNarrow(source, count, 4, store)
    case 5: unpackNarrow(source, count, 5, store)
    case 6: unpackNarrow(source, count, 6, store)
    case 7: unpackNarrow(source, count, 7, store)
    case 8: unpackNarrow(source, count, 8, store)
    case 9...57: unpackMiddle(source, count, width, store)
    default: unpackWide(source, count, width, store)
    }
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

  /// Up to eight bits: one word holds eight values.
  @inline(__always)
  private static func unpackNarrow(
    _ source: UnsafeRawPointer, _ count: Int, _ width: Int, _ store: (Int, UInt64) -> Void
  ) {
    let mask = mask(width)
    let step = UInt64(truncatingIfNeeded: width)
    var position = source
    var row = 0
    while row &+ 8 <= count {
      let word = position.loadUnaligned(as: UInt64.self)
      store(row, word & mask)
      store(row &+ 1, word &>> step & mask)
      store(row &+ 2, word &>> (step &* 2) & mask)
      store(row &+ 3, word &>> (step &* 3) & mask)
      store(row &+ 4, word &>> (step &* 4) & mask)
      store(row &+ 5, word &>> (step &* 5) & mask)
      store(row &+ 6, word &>> (step &* 6) & mask)
      store(row &+ 7, word &>> (step &* 7) & mask)
      position += width
      row &+= 8
    }
    while row < count {
      store(row, value(source, row, width))
      row &+= 1
    }
  }

  /// Up to 57 bits: whatever bit a value begins on, one unaligned word holds it.
  @inline(__always)
  private static func unpackMiddle(
    _ source: UnsafeRawPointer, _ count: Int, _ width: Int, _ store: (Int, UInt64) -> Void
  ) {
    let mask = mask(width)
    var bit = 0
    for row in 0..<count {
      let word = (source + (bit &>> 3)).loadUnaligned(as: UInt64.self)
      store(row, word &>> UInt64(truncatingIfNeeded: bit & 7) & mask)
      bit &+= width
    }
  }

  @inline(__always)
  private static func unpackWide(
    _ source: UnsafeRawPointer, _ count: Int, _ width: Int, _ store: (Int, UInt64) -> Void
  ) {
    for row in 0..<count { store(row, value(source, row, width)) }
  }
}
