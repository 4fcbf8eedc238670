/// The tutorials that the program brings along.
///
/// Their scripts lie in `scripts/tutorials` and are built into the program, so that it finds them wherever it is
/// started from.
public enum TutorialLibrary {
  /// Every script, in the order in which a newcomer takes them.
  private static let scripts: [(name: String, bytes: [UInt8])] = [
    ("first-look", PackageResources.first_look_cb),
    ("time", PackageResources.time_cb),
    ("rules", PackageResources.rules_cb),
    ("bottlenecks", PackageResources.bottlenecks_cb),
    ("signals", PackageResources.signals_cb),
    ("reproducible", PackageResources.reproducible_cb),
  ]

  /// The names, in the order of the list.
  public static var names: [String] { scripts.map(\.name) }

  /// The tutorial of a name; nil when there is none.
  public static func tutorial(_ name: String) throws(NotebookError) -> Tutorial? {
    guard let script = scripts.first(where: { $0.name == name }) else { return nil }
    return try TutorialReader.tutorial(
      name, text: String(decoding: script.bytes, as: UTF8.self))
  }

  /// All tutorials.
  public static func all() throws(NotebookError) -> [Tutorial] {
    var all: [Tutorial] = []
    for name in names { if let one = try tutorial(name) { all.append(one) } }
    return all
  }

  /// The tutorial in a script of somebody's own.
  public static func tutorial(_ name: String, text: String) throws(NotebookError) -> Tutorial {
    try TutorialReader.tutorial(name, text: text)
  }
}
