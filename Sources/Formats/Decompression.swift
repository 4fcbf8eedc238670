import CZlib
import CZstd

/// How a file is packed, by its first bytes.
enum Compression {
  case none, gzip, zstd

  init(magic: [UInt8]) {
    if magic.starts(with: [0x1F, 0x8B]) {
      self = .gzip
    } else if magic.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
      self = .zstd
    } else {
      self = .none
    }
  }
}

/// Packed input, a buffer at a time.
private struct PackedInput {
  static let capacity = 256 * 1024
  let start = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
  var position = 0
  var count = 0
  var isAtEnd = false

  mutating func refill(from source: any ByteSource) throws {
    guard position == count, !isAtEnd else { return }
    position = 0
    count = try source.read(
      into: UnsafeMutableRawBufferPointer(start: start, count: Self.capacity))
    isAtEnd = count == 0
  }
}

/// Unpacks gzip, one member after another.
final class GzipSource: ByteSource {
  private let source: any ByteSource
  private let path: String
  private var stream = z_stream()
  private var input = PackedInput()
  private var isBetweenMembers = false

  init(_ source: any ByteSource, path: String) throws {
    self.source = source
    self.path = path
    // 15 + 32: the largest window, gzip or zlib by the header.
    let status = inflateInit2_(
      &stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw FormatError.unreadable(path: path, reason: "no memory to unpack it")
    }
  }

  deinit {
    inflateEnd(&stream)
    input.start.deallocate()
  }

  var consumedBytes: Int { source.consumedBytes }

  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    guard target.count > 0 else { return 0 }
    let wanted = min(target.count, Int(UInt32.max))
    while true {
      try input.refill(from: source)
      if input.isAtEnd {
        if isBetweenMembers { return 0 }
        throw FormatError.damagedCompression(path: path, method: "gzip")
      }
      if isBetweenMembers {
        inflateReset(&stream)
        isBetweenMembers = false
      }
      let status = step(target, wanted)
      let made = wanted - Int(stream.avail_out)
      if status == Z_STREAM_END {
        isBetweenMembers = true
      } else if status != Z_OK && status != Z_BUF_ERROR {
        throw FormatError.damagedCompression(path: path, method: "gzip")
      }
      if made > 0 { return made }
    }
  }

  private func step(_ target: UnsafeMutableRawBufferPointer, _ wanted: Int) -> Int32 {
    stream.next_in = input.start + input.position
    stream.avail_in = UInt32(input.count - input.position)
    stream.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.avail_out = UInt32(wanted)
    let status = inflate(&stream, Z_NO_FLUSH)
    input.position = input.count - Int(stream.avail_in)
    return status
  }
}

/// Unpacks zstd, one frame after another.
final class ZstdSource: ByteSource {
  private let source: any ByteSource
  private let path: String
  private let stream: OpaquePointer
  private var input = PackedInput()
  private var isBetweenFrames = true

  init(_ source: any ByteSource, path: String) throws {
    guard let stream = ZSTD_createDStream() else {
      throw FormatError.unreadable(path: path, reason: "no memory to unpack it")
    }
    self.source = source
    self.path = path
    self.stream = stream
  }

  deinit {
    ZSTD_freeDStream(stream)
    input.start.deallocate()
  }

  var consumedBytes: Int { source.consumedBytes }

  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    guard target.count > 0 else { return 0 }
    while true {
      try input.refill(from: source)
      var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
      var packed = ZSTD_inBuffer(src: input.start, size: input.count, pos: input.position)
      let status = ZSTD_decompressStream(stream, &output, &packed)
      input.position = packed.pos
      if ZSTD_isError(status) != 0 {
        throw FormatError.damagedCompression(path: path, method: "zstd")
      }
      if output.pos > 0 || packed.pos > 0 { isBetweenFrames = status == 0 }
      if output.pos > 0 { return output.pos }
      if input.isAtEnd {
        if isBetweenFrames { return 0 }
        throw FormatError.damagedCompression(path: path, method: "zstd")
      }
    }
  }
}
