import CasebookEngine
import CasebookNotebook
import CasebookTestSupport

/// A folder with a script's inputs, in which the script is run and compared with an earlier run.
struct Playing {
  let folder = TemporaryFolder()
  var key: ProtectionKey? = ProtectionKey(Array("a secret of the tests".utf8))

  /// The lock of a script, read back from its text.
  func lock(
    _ script: String, _ parameters: [String: String] = [:], threads: Int = 2,
    keepsValues: Bool = true
  ) throws -> Lock {
    try Lock(text: run(script, parameters, threads: threads, keepsValues: keepsValues).lock.text)
  }

  /// A run of a script.
  func run(
    _ script: String, _ parameters: [String: String] = [:], threads: Int = 2,
    keepsValues: Bool = true
  ) throws -> ScriptRun {
    var configuration = Configuration()
    configuration.directory = folder.path
    configuration.parameters = parameters
    configuration.threads = threads
    let engine = try Engine(configuration)
    defer { try? engine.close() }
    let run = ScriptRun(engine, version: "test", key: key, keepsValues: keepsValues)
    try run.run(script) { _, _ in }
    return run
  }

  /// What a second run of a script, after `change`, says against the first: a line a cell that is not
  /// unchanged, `label: verdict because of causes`.
  func verdicts(
    _ script: String, then second: String? = nil, parameters: [String: String] = [:],
    change: (TemporaryFolder) -> Void = { _ in }
  ) throws -> [String] {
    let old = try lock(script)
    change(folder)
    return try run(second ?? script, parameters).verdicts(against: old).filter {
      $0.kind != .unchanged
    }.map { verdict in
      let causes = verdict.causes.map(\.description).joined(separator: " and ")
      return "\(verdict.label): \(verdict.kind.rawValue)"
        + (causes.isEmpty ? "" : " because of \(causes)")
    }
  }
}
