import Glibc

/// Bytes read from front to back.
protocol ByteSource: AnyObject {
  /// Fills the front of `target` and says how much of it; 0 at the end and only there.
  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int
  /// How many of the file's own bytes were read so far.
  var consumedBytes: Int { get }
}

/// Sees the bytes of the files as they lie on disk, in order, each once: for a hash on the way.
public typealias RawByteObserver = @Sendable (_ file: Int, UnsafeRawBufferPointer) -> Void

/// A plain file, read up to the length it had when it was opened.
final class FileSource: ByteSource {
  let path: String
  let byteCount: Int
  private(set) var consumedBytes = 0
  private let descriptor: Int32
  private let observer: ((UnsafeRawBufferPointer) -> Void)?

  init(path: String, observer: ((UnsafeRawBufferPointer) -> Void)? = nil) throws {
    self.path = path
    self.observer = observer
    // Without O_NONBLOCK the opening of a pipe would wait for a writer.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.openError(path, errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw Self.openError(path, code)
    }
    byteCount = Int(status.st_size)
    let kind = status.st_mode & S_IFMT
    if kind != S_IFREG {
      // Everything is set by now, so `deinit` closes the file; a second close could hit another's.
      throw kind == S_IFDIR ? FormatError.directory(path: path) : .notRegular(path: path)
    }
    _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
  }

  deinit { close(descriptor) }

  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    let wanted = min(target.count, byteCount - consumedBytes)
    guard wanted > 0 else { return 0 }
    while true {
      let count = pread(descriptor, target.baseAddress, wanted, off_t(consumedBytes))
      if count > 0 {
        consumedBytes += count
        observer?(UnsafeRawBufferPointer(rebasing: target[..<count]))
        return count
      }
      if count == 0 { throw FormatError.shrank(path: path) }
      if errno != EINTR { throw FormatError.unreadable(path: path, reason: systemReason(errno)) }
    }
  }

  private static func openError(_ path: String, _ code: Int32) -> FormatError {
    switch code {
    case ENOENT, ENOTDIR: .missing(path: path)
    case EACCES, EPERM: .notPermitted(path: path)
    case ENXIO: .notRegular(path: path)
    default: .unreadable(path: path, reason: systemReason(code))
    }
  }
}

/// Bytes in memory.
final class MemoryByteSource: ByteSource {
  private let bytes: [UInt8]
  private(set) var consumedBytes = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func read(into target: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(target.count, bytes.count - consumedBytes)
    guard count > 0 else { return 0 }
    bytes.withUnsafeBytes { source in
      target.copyMemory(
        from: UnsafeRawBufferPointer(rebasing: source[consumedBytes..<(consumedBytes + count)]))
    }
    consumedBytes += count
    return count
  }
}

/// A source whose first bytes were looked at and are given again.
final class PeekingSource: ByteSource {
  private let source: any ByteSource
  private var head: [UInt8]

  /// Reads up to `count` bytes ahead.
  init(_ source: any ByteSource, count: Int) throws {
    self.source = source
    head = try readUpTo(count, from: source)
  }

  /// The first bytes not yet read.
  var peeked: [UInt8] { head }
  var consumedBytes: Int { source.consumedBytes }

  func skip(_ count: Int) { head.removeFirst(min(count, head.count)) }

  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    guard !head.isEmpty else { return try source.read(into: target) }
    let count = min(target.count, head.count)
    target.copyBytes(from: head[..<count])
    head.removeFirst(count)
    return count
  }
}

/// The next bytes of a source, fewer than `count` only at its end.
func readUpTo(_ count: Int, from source: any ByteSource) throws -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: count)
  var filled = 0
  try bytes.withUnsafeMutableBytes { target in
    while filled < count {
      let more = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: target[filled...]))
      if more == 0 { break }
      filled += more
    }
  }
  bytes.removeLast(count - filled)
  return bytes
}

/// The system's words for an error number.
func systemReason(_ code: Int32) -> String {
  strerror(code).map { String(cString: $0) } ?? "error \(code)"
}
