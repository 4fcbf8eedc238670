public import CasebookTables
import CasebookValues

/// A whole table as bytes, encoded as the blocks of a dataset are; for caches of results.
public enum TableBytes {
  /// Raised whenever the encoding changes; other versions are not read.
  private static let version: UInt32 = 1
  /// Tables with more rows are not encoded.
  public static let greatestRowCount = 1 << 20

  /// The bytes of a table; nil for one that is too long, or of which values must not be kept.
  public static func encode(_ table: Table) -> [UInt8]? {
    guard table.rowCount <= greatestRowCount, !table.fields.contains(where: \.isProtected) else {
      return nil
    }
    let sink = ByteSink(capacity: 4_096)
    Envelope.begin(sink)
    sink.append(version)
    sink.append(UInt64(table.rowCount))
    sink.append(UInt32(table.fields.count))
    for (field, column) in zip(table.fields, table.columns) {
      append(Array(field.name.utf8), to: sink)
      append(Array(field.type.name.utf8), to: sink)
      guard case .texts(let codes, let dictionary) = column.data, dictionary.isDistinct,
        dictionary.count > 0, dictionary.count * 2 <= table.rowCount
      else {
        append(BlockCodec.encode(column).bytes, to: sink)
        sink.append(UInt32(0))
        continue
      }
      let wide = Buffer<UInt32>(count: codes.count) { target in
        for row in 0..<codes.count { target[row] = UInt32(codes[row]) }
      }
      append(BlockCodec.encode(codes: wide, validity: column.validity).bytes, to: sink)
      var chunks: [[UInt8]] = []
      var entry = 0
      while entry < dictionary.count {
        let chunk = DictionaryCodec.encode(dictionary, from: entry)
        chunks.append(chunk.bytes)
        entry += chunk.entryCount
      }
      sink.append(UInt32(chunks.count))
      for chunk in chunks { append(chunk, to: sink) }
    }
    return Envelope.seal(sink)
  }

  /// The table that was encoded; nil for any other bytes.
  public static func decode(_ bytes: [UInt8]) -> Table? {
    bytes.withUnsafeBytes { try? decoded($0) }
  }

  private static func decoded(_ bytes: UnsafeRawBufferPointer) throws(Damage) -> Table {
    var source = try Envelope.open(bytes)
    guard try source.read(UInt32.self) == version else { throw Damage() }
    guard let rowCount = Int(exactly: try source.read(UInt64.self)), rowCount <= greatestRowCount
    else { throw Damage() }
    let columnCount = try source.read(UInt32.self)
    var fields: [Field] = []
    var columns: [Column] = []
    for _ in 0..<columnCount {
      let name = String(decoding: try part(&source), as: UTF8.self)
      guard let type = ScalarType(name: String(decoding: try part(&source), as: UTF8.self)) else {
        throw Damage()
      }
      let block = try part(&source)
      var chunks: [[UInt8]] = []
      for _ in 0..<(try source.read(UInt32.self)) { chunks.append(Array(try part(&source))) }
      let dictionary = chunks.isEmpty ? nil : try DictionaryCodec.decode(chunks)
      fields.append(Field(name, type))
      columns.append(
        try BlockCodec.decode(block, type: type, rowCount: rowCount, dictionary: dictionary))
    }
    return Table(fields: fields, columns: columns, rowCount: rowCount)
  }

  private static func append(_ bytes: [UInt8], to sink: ByteSink) {
    sink.append(UInt64(bytes.count))
    bytes.withUnsafeBytes { bytes in
      if let start = bytes.baseAddress { sink.append(from: start, count: bytes.count) }
    }
  }

  private static func part(_ source: inout ByteSource) throws(Damage) -> UnsafeRawBufferPointer {
    guard let count = Int(exactly: try source.read(UInt64.self)) else { throw Damage() }
    return UnsafeRawBufferPointer(start: try source.take(count), count: count)
  }
}
