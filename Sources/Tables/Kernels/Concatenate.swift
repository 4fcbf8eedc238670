public import CasebookValues

extension Column {
  /// The rows of all columns, one column after the other.
  ///
  /// All have `type`.
  ///
  /// Texts keep their dictionary when all columns share it. Otherwise entries are made one
  /// dictionary, or appended in row order where nearly every value is distinct anyway. With a context it stops when the
  /// run is to end, and what it gives is then of no use.
  public static func concatenated(
    _ columns: [Column], type: ScalarType, until context: RunContext? = nil
  ) -> Column {
    let parts = columns.filter { $0.count > 0 }
    guard let first = parts.first ?? columns.first else {
      var builder = ColumnBuilder(type)
      return builder.finish()
    }
    if parts.count <= 1 { return first }
    let rowCount = parts.reduce(0) { $0 + $1.count }
    let validity = Bitmap.joined(parts.map { ($0.validity, $0.count) }, rowCount)
    switch first.data {
    case .bools:
      let buffers = parts.compactMap {
        if case .bools(let values) = $0.data { values } else { nil }
      }
      return Column(type, .bools(joined(buffers, rowCount)), validity: validity)
    case .longs:
      let buffers = parts.compactMap {
        if case .longs(let values) = $0.data { values } else { nil }
      }
      return Column(type, .longs(joined(buffers, rowCount)), validity: validity)
    case .reals:
      let buffers = parts.compactMap {
        if case .reals(let values) = $0.data { values } else { nil }
      }
      return Column(type, .reals(joined(buffers, rowCount)), validity: validity)
    case .texts:
      let texts = parts.compactMap { part -> (codes: Codes, dictionary: TextDictionary)? in
        if case .texts(let codes, let dictionary) = part.data { (codes, dictionary) } else { nil }
      }
      return Column(type, concatenatedTexts(texts, rowCount, context), validity: validity)
    }
  }
}

extension Table {
  /// The rows of all tables, which have the same fields, one table after the other.
  public static func concatenated(_ tables: [Table]) -> Table? {
    guard let first = tables.first else { return nil }
    if tables.count == 1 { return first }
    let columns = first.fields.indices.map { index in
      Column.concatenated(tables.map { $0.columns[index] }, type: first.fields[index].type)
    }
    return Table(
      fields: first.fields, columns: columns, rowCount: tables.reduce(0) { $0 + $1.rowCount },
      hint: first.hint)
  }
}

private func joined<Element: BitwiseCopyable & Sendable>(
  _ buffers: [Buffer<Element>], _ rowCount: Int
) -> Buffer<Element> {
  Buffer(count: rowCount) { target in
    var position = 0
    for buffer in buffers {
      (target + position).update(from: buffer.base, count: buffer.count)
      position += buffer.count
    }
  }
}

private func concatenatedTexts(
  _ parts: [(codes: Codes, dictionary: TextDictionary)], _ rowCount: Int,
  _ context: RunContext?
) -> ColumnData {
  let shared = parts[0].dictionary
  if parts.allSatisfy({ $0.dictionary === shared }) {
    return .texts(concatenatedCodes(parts.map(\.codes), rowCount), shared)
  }
  let entryCount = parts.reduce(0) { $0 + min($1.dictionary.count, $1.codes.count) }
  if entryCount * 2 > rowCount, parts.contains(where: { !$0.dictionary.isDistinct }) {
    return appendedTexts(parts, rowCount, context)
  }
  return internedTexts(parts, rowCount, context)
}

private func concatenatedCodes(_ codes: [Codes], _ rowCount: Int) -> Codes {
  let narrow = codes.compactMap { if case .narrow(let values) = $0 { values } else { nil } }
  if narrow.count == codes.count { return .narrow(joined(narrow, rowCount)) }
  let medium = codes.compactMap { if case .medium(let values) = $0 { values } else { nil } }
  if medium.count == codes.count { return .medium(joined(medium, rowCount)) }
  return .wide(joined(codes.map(\.widened), rowCount))
}

/// One entry a row, in row order: no hashing where hardly any text comes twice.
private func appendedTexts(
  _ parts: [(codes: Codes, dictionary: TextDictionary)], _ rowCount: Int,
  _ context: RunContext?
) -> ColumnData {
  var heap = BufferBuilder<UInt8>(capacity: rowCount * 16)
  var offsets = BufferBuilder<Int>(capacity: rowCount + 1)
  offsets.append(0)
  for part in parts {
    // Entries that were not made have no text.
    if context?.isCancelled == true { break }
    let codes = part.codes.widened
    for row in 0..<codes.count {
      let bytes = part.dictionary.bytes(Int(codes.base[row]))
      if let start = bytes.baseAddress { heap.append(from: start, count: bytes.count) }
      offsets.append(heap.count)
    }
  }
  while offsets.count <= rowCount { offsets.append(heap.count) }
  let codes = Buffer<UInt32>(count: rowCount) { target in
    for row in 0..<rowCount { target[row] = UInt32(truncatingIfNeeded: row) }
  }
  let dictionary = TextDictionary(
    heap: heap.finish(), offsets: offsets.finish(), isDistinct: false)
  return .texts(.wide(codes), dictionary)
}

/// One dictionary for all parts.
///
/// Each part's entry is looked up once, at its first row.
private func internedTexts(
  _ parts: [(codes: Codes, dictionary: TextDictionary)], _ rowCount: Int,
  _ context: RunContext?
) -> ColumnData {
  var interner = TextInterner()
  var maps: [ObjectIdentifier: Int] = [:]
  var translations: [[UInt32]] = []
  let codes = Buffer<UInt32>(count: rowCount) { target in
    var position = 0
    for part in parts {
      // What is left has code 0, the first part's first.
      if position > 0, context?.isCancelled == true { break }
      let key = ObjectIdentifier(part.dictionary)
      let map = maps[key] ?? translations.count
      if map == translations.count {
        maps[key] = map
        translations.append(Array(repeating: 0, count: part.dictionary.count))
      }
      position += internCodes(
        part.codes.widened, part.dictionary, &translations[map], &interner, target + position)
    }
  }
  return .texts(Codes(codes, entryCount: interner.count), interner.finish())
}

/// A translation of 0 is one not yet made, so codes stand there plus one.
private func internCodes(
  _ codes: Buffer<UInt32>, _ dictionary: TextDictionary, _ translation: inout [UInt32],
  _ interner: inout TextInterner, _ target: UnsafeMutablePointer<UInt32>
) -> Int {
  translation.withUnsafeMutableBufferPointer { known in
    for row in 0..<codes.count {
      let code = Int(codes.base[row])
      if known[code] == 0 { known[code] = interner.intern(dictionary.bytes(code)) + 1 }
      target[row] = known[code] - 1
    }
  }
  return codes.count
}
