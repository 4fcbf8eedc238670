import CasebookEngine
import Crypto
import Glibc

/// Files of an earlier time, known again by their bytes, which stand for a script's inputs when a change of
/// data is put back.
public struct FormerFiles: Sendable {
  private let pathsByHash: [String: String]

  /// Reads each file once for the SHA-256 of its bytes.
  public init(_ paths: [String]) throws(NotebookError) {
    var found: [String: String] = [:]
    for path in paths { found[try Self.sha256(of: path)] = path }
    pathsByHash = found
  }

  /// The files that an input of a lock was made of, by the paths that stand for them now; nil where one is
  /// not at hand or there are more or fewer today.
  func standIns(for old: LockInput, now: LockInput) -> [String: String]? {
    guard !old.hashes.isEmpty, old.hashes.count == now.paths.count,
      now.hashes.count == now.paths.count
    else { return nil }
    var standIns: [String: String] = [:]
    for ((hash, path), present) in zip(zip(old.hashes, now.paths), now.hashes)
    where hash != present {
      guard let former = pathsByHash[hash] else { return nil }
      standIns[path] = former
    }
    return standIns
  }

  private static func sha256(of path: String) throws(NotebookError) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file(path, "read") }
    defer { close(descriptor) }
    var hasher = SHA256()
    var part = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = read(descriptor, &part, part.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .file(path, "read") }
      if count == 0 { break }
      part.withUnsafeBytes {
        hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count]))
      }
    }
    return hexadecimal(hasher.finalize())
  }
}
