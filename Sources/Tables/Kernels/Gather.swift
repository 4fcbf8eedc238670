import CasebookValues

extension Column {
  /// The rows named by `rows`, in that order.
  ///
  /// Row -1 gives a missing value: null, or `""`.
  public func gathered(by rows: UnsafeBufferPointer<Int32>) -> Column {
    let hasMissing = rows.contains { $0 < 0 }
    let validity = gatheredValidity(rows, hasMissing: hasMissing)
    switch data {
    case .bools(let values):
      return Column(type, .bools(gather(values, rows)), validity: validity)
    case .longs(let values):
      return Column(type, .longs(gather(values, rows)), validity: validity)
    case .reals(let values):
      return Column(type, .reals(gather(values, rows)), validity: validity)
    case .texts(let codes, let dictionary):
      if hasMissing, type == .string {
        return gatheredWithBlanks(codes, dictionary, rows)
      }
      return Column(type, .texts(codes.gathered(by: rows), dictionary), validity: validity)
    }
  }

  /// The rows named by `rows`, in that order.
  ///
  /// Row -1 gives a missing value: null, or `""`.
  public func gathered(by rows: Buffer<Int32>) -> Column {
    withExtendedLifetime(rows) { gathered(by: rows.pointer) }
  }

  private func gatheredValidity(
    _ rows: UnsafeBufferPointer<Int32>, hasMissing: Bool
  ) -> Bitmap? {
    guard hasMissing || validity != nil, type != .string else { return nil }
    let bytes = Buffer<UInt8>(count: rows.count) { target in
      if let validity {
        let words = validity.words.base
        for position in 0..<rows.count {
          let row = Int(rows[position])
          target[position] =
            row < 0 ? 0 : UInt8(truncatingIfNeeded: (words[row >> 6] >> UInt64(row & 63)) & 1)
        }
      } else {
        for position in 0..<rows.count { target[position] = rows[position] < 0 ? 0 : 1 }
      }
    }
    return Bitmap(unlessAllSet: bytes)
  }

  /// A `string` has no null, so a missing row needs an entry that is empty.
  private func gatheredWithBlanks(
    _ codes: Codes, _ dictionary: TextDictionary, _ rows: UnsafeBufferPointer<Int32>
  ) -> Column {
    let (extended, blank) = dictionary.withBlank
    let wide = codes.widened
    let gathered = Buffer<UInt32>(count: rows.count) { target in
      for position in 0..<rows.count {
        let row = Int(rows[position])
        target[position] = row < 0 ? blank : wide.base[row]
      }
    }
    return Column(
      type, .texts(Codes(gathered, entryCount: extended.count), extended), validity: nil)
  }
}

extension Codes {
  /// The codes of `rows`; row -1 gives code 0.
  func gathered(by rows: UnsafeBufferPointer<Int32>) -> Codes {
    switch self {
    case .narrow(let codes): .narrow(gather(codes, rows))
    case .medium(let codes): .medium(gather(codes, rows))
    case .wide(let codes): .wide(gather(codes, rows))
    }
  }
}

extension TextDictionary {
  /// A dictionary with the same codes that has an empty entry, and that entry's code.
  var withBlank: (TextDictionary, UInt32) {
    for code in 0..<count where offsets.base[code] == offsets.base[code + 1] {
      return (self, UInt32(code))
    }
    let longer = Buffer<Int>(count: offsets.count + 1) { target in
      target.update(from: offsets.base, count: offsets.count)
      target[offsets.count] = offsets.base[count]
    }
    return (
      TextDictionary(heap: heap, offsets: longer, isDistinct: isDistinct), UInt32(count)
    )
  }
}

extension Table {
  /// The rows named by `rows`, in that order.
  ///
  /// Row -1 gives missing values.
  public func gathered(by rows: UnsafeBufferPointer<Int32>) -> Table {
    Table(
      fields: fields, columns: columns.map { $0.gathered(by: rows) }, rowCount: rows.count,
      hint: hint)
  }

  /// The rows named by `rows`, in that order.
  ///
  /// Row -1 gives missing values.
  public func gathered(by rows: Buffer<Int32>) -> Table {
    withExtendedLifetime(rows) { gathered(by: rows.pointer) }
  }
}

extension Bitmap {
  /// Takes a byte a row, non-zero where set; nil when every row is set.
  public init?(unlessAllSet bytes: Buffer<UInt8>) {
    defer { withExtendedLifetime(bytes) {} }
    self.init(unlessAllSet: bytes.pointer)
  }
}

private func gather<Element: BitwiseCopyable & Sendable>(
  _ values: Buffer<Element>, _ rows: UnsafeBufferPointer<Int32>
) -> Buffer<Element> {
  let source = values.base
  return Buffer(count: rows.count) { target in
    for position in 0..<rows.count where rows[position] >= 0 {
      target[position] = source[Int(rows[position])]
    }
  }
}
