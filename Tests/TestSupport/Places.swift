import Glibc

/// Where things lie beside the tests.
public enum Places {
  /// The folder of the package.
  public static let repository: String = {
    var parts = #filePath.split(separator: "/")
    parts.removeLast(3)
    return "/" + parts.joined(separator: "/")
  }()

  /// The small generated data of the package.
  public static let datasets = repository + "/datasets"

  /// Data that some working copies have beside the package; tests that need it are skipped elsewhere.
  public static let shared = repository + "/../shared"

  /// The folder that holds the running test program, and the products built with it.
  public static let products: String = {
    var path = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &path, path.count)
    let bytes = path.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }
    return folder(of: String(decoding: bytes, as: UTF8.self))
  }()

  /// Whether there is something at a path.
  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// A path without its last part.
  public static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return String(path[..<slash])
  }

  /// A variable of the surroundings that is set and not empty.
  public static func variable(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }
}
