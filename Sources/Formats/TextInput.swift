/// Where a delimited text comes from.
enum InputFile: Sendable {
  case path(String)
  case memory([UInt8])

  /// What errors call it.
  var name: String {
    switch self {
    case .path(let path): path
    case .memory: "the input"
    }
  }

  /// Its bytes as they lie on disk.
  func open(observer: ((UnsafeRawBufferPointer) -> Void)? = nil) throws -> (
    source: any ByteSource, byteCount: Int
  ) {
    switch self {
    case .path(let path):
      let file = try FileSource(path: path, observer: observer)
      return (file, file.byteCount)
    case .memory(let bytes): return (MemoryByteSource(bytes), bytes.count)
    }
  }
}

/// One file as UTF-8 text: unpacked, transcoded, without its mark.
final class TextInput {
  private let source: PeekingSource
  private let transcoder: TranscodingSource?

  init(
    _ input: InputFile, encoding: CSVOptions.Encoding,
    observer: ((UnsafeRawBufferPointer) -> Void)? = nil
  ) throws {
    let file = try PeekingSource(input.open(observer: observer).source, count: 4)
    let plain: any ByteSource =
      switch Compression(magic: file.peeked) {
      case .none: file
      case .gzip: try GzipSource(file, path: input.name)
      case .zstd: try ZstdSource(file, path: input.name)
      }
    let marked = try PeekingSource(plain, count: 3)
    if let unit = Self.transcoding(encoding, marked) {
      let transcoder = TranscodingSource(marked, unit)
      self.transcoder = transcoder
      source = try PeekingSource(transcoder, count: 3)
    } else {
      transcoder = nil
      source = marked
    }
    if source.peeked.starts(with: [0xEF, 0xBB, 0xBF]) { source.skip(3) }
  }

  /// How many bytes of the file were read so far.
  var consumedBytes: Int { source.consumedBytes }
  /// What transcoding could not read.
  var invalidCount: Int { transcoder?.invalidCount ?? 0 }

  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    try source.read(into: target)
  }

  /// The first bytes of the text, fewer than `count` only when there are no more.
  func head(_ count: Int) throws -> [UInt8] { try readUpTo(count, from: source) }

  private static func transcoding(
    _ encoding: CSVOptions.Encoding, _ source: PeekingSource
  ) -> TranscodingSource.Unit? {
    switch encoding {
    case .latin1: return .latin1
    case .windows1252: return .windows1252
    case .utf16LittleEndian: return .utf16(bigEndian: false)
    case .utf16BigEndian: return .utf16(bigEndian: true)
    case .utf8:
      if source.peeked.starts(with: [0xFF, 0xFE]) { return .utf16(bigEndian: false) }
      if source.peeked.starts(with: [0xFE, 0xFF]) { return .utf16(bigEndian: true) }
      return nil
    }
  }
}
