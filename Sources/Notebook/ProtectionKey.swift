import CasebookEngine
import Crypto
import Glibc

/// The secret with which what must not be shown is hashed, so that a lock can tell whether it changed.
///
/// It comes from `$CASEBOOK_KEY`, else from the file `key` in the configuration's folder, made with mode
/// 0600 when it is first needed.
public struct ProtectionKey: Sendable {
  private let secret: SymmetricKey

  /// The key made of some bytes.
  public init(_ bytes: [UInt8]) { secret = SymmetricKey(data: bytes) }

  /// By what a lock says which key was used: eight hexadecimal digits that do not give it away.
  public var id: String { String(hash("key id").prefix(8)) }

  /// The keyed hash of a text (HMAC with SHA-256), in hexadecimal, 32 digits.
  public func hash(_ text: String) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: secret)
    return hexadecimal(code.prefix(16))
  }

  /// The key of the person who runs the program; nil where there is none and none is to be made.
  public static func standard(makesOne: Bool) -> ProtectionKey? {
    if let given = getenv("CASEBOOK_KEY"), given.pointee != 0 {
      return ProtectionKey(Array(String(cString: given).utf8))
    }
    guard let folder = configurationFolder else { return nil }
    if let bytes = try? readFile(folder + "/key"), !bytes.isEmpty { return ProtectionKey(bytes) }
    return makesOne ? made(in: folder) : nil
  }

  private static func made(in folder: String) -> ProtectionKey? {
    makeFolders(folder)
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<32).map { _ in
      Array("0123456789abcdef".utf8)[Int(generator.next() & 15)]
    }
    let descriptor = open(folder + "/key", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    return count == bytes.count ? ProtectionKey(bytes) : nil
  }

  private static var configurationFolder: String? {
    baseFolder("XDG_CONFIG_HOME", fallback: ".config")
  }
}

/// Casebook's folder below a base folder as the XDG rules have it; nil where there is no home.
func baseFolder(_ variable: String, fallback: String) -> String? {
  if let base = getenv(variable), base.pointee == UInt8(ascii: "/") {
    return String(cString: base) + "/casebook"
  }
  guard let home = getenv("HOME"), home.pointee != 0 else { return nil }
  return String(cString: home) + "/" + fallback + "/casebook"
}

/// Makes a folder and those above it, for the owner alone.
func makeFolders(_ path: String) {
  for (index, character) in zip(path.indices, path)
  where character == "/" && index > path.startIndex {
    mkdir(String(path[..<index]), 0o700)
  }
  mkdir(path, 0o700)
}
