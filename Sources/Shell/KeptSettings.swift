import CasebookEngine
import Glibc

/// The settings that were changed at a prompt, kept for the next one: a file of lines `name = value`.
///
/// Only what changes is written, so that shells which run at the same time keep each other's changes.
struct KeptSettings {
  /// Nil where there is no home.
  let path: String?

  /// The settings of the person who runs the program.
  init() { self.init(path: Environment.stateFolder.map { $0 + "/settings" }) }

  init(path: String?) { self.path = path }

  /// Gives a session what was kept; what this version does not know is passed over.
  func apply(to engine: Engine) {
    for (name, value) in values() { engine.run("set \(name) = \(value)") { _ in } }
  }

  /// Keeps what a statement changed.
  ///
  /// That it cannot be kept is no reason to disturb the person.
  func keep(changesFrom before: Settings, to after: Settings) {
    let changed = Settings.all.filter { $0.isKept && before[$0.name] != after[$0.name] }
    guard let path, !changed.isEmpty else { return }
    var values = values().filter { kept in !changed.contains { $0.name == kept.name } }
    values += changed.map { ($0.name, after[$0.name]) }
    makeFolder(of: path)
    let text = values.map { "\($0.name) = \($0.value)\n" }.joined()
    try? replaceFile(path, with: text, mode: 0o600)
  }

  private func values() -> [(name: String, value: String)] {
    guard let path, access(path, F_OK) == 0, let text = try? readText(path) else { return [] }
    return text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      // A word and a value, and nothing that could be more than that.
      let isPlain = words.allSatisfy { word in
        word == "=" || word.utf8.allSatisfy { $0 == UInt8(ascii: "_") || isAlphanumeric($0) }
      }
      guard words.count == 3, words[1] == "=", isPlain else { return nil }
      return (String(words[0]), String(words[2]))
    }
  }

  private func isAlphanumeric(_ byte: UInt8) -> Bool {
    (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
      || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
  }
}
