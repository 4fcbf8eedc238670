import Glibc

/// What the surroundings say; only the shell and its callers ask.
enum Environment {
  /// A variable that is set and not empty.
  static subscript(name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// Casebook's folder below a base folder as the XDG rules have it; nil where there is no home.
  static func folder(_ variable: String, fallback: String) -> String? {
    // A relative path is to be ignored, say the rules.
    if let base = Environment[variable], base.hasPrefix("/") { return base + "/casebook" }
    return Environment["HOME"].map { $0 + "/" + fallback + "/casebook" }
  }

  /// The file that is run before the first prompt.
  static var startupFile: String? {
    folder("XDG_CONFIG_HOME", fallback: ".config").map { $0 + "/init.cb" }
  }

  /// The folder of what is remembered between sittings.
  static var stateFolder: String? { folder("XDG_STATE_HOME", fallback: ".local/state") }
}
