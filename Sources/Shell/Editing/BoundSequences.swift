/// The keys' sequences that the person's own `.editrc` binds.
///
/// The keyboard leaves these as they come, so that libedit finds them in its maps.
enum BoundSequences {
  /// What follows ESC in each.
  static func read() -> Set<String> {
    let path = Environment["EDITRC"] ?? Environment["HOME"].map { $0 + "/.editrc" }
    guard let path, let text = try? readText(path) else { return [] }
    return Set(text.split(separator: "\n").compactMap { sequence(line: $0) })
  }

  /// The sequence of a line such as `bind "\e[1;5D" ed-prev-word`; nil for any other line.
  static func sequence(line: Substring) -> String? {
    var words = line.split { $0 == " " || $0 == "\t" }
    // A line may be for one program only: `casebook:bind`.
    guard let command = words.first?.split(separator: ":").last, command == "bind" else {
      return nil
    }
    words.removeFirst()
    guard let key = words.first(where: { !$0.hasPrefix("-") }) else { return nil }
    let plain = key.filter { $0 != "\"" && $0 != "'" }
    for escape in ["\\e", "^[", "\\033", "\\E"] where plain.hasPrefix(escape) {
      let rest = plain.dropFirst(escape.count)
      return rest.isEmpty ? nil : String(rest)
    }
    return nil
  }
}
