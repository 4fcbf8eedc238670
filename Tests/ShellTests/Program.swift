import Foundation

/// The built executable, run as a person or a script would run it.
enum Program {
  /// It is built into the folder that the tests run from.
  static let path: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("casebook")
      .path
  }()

  struct Outcome {
    var status: Int32
    var output: String
    var errors: String
  }

  /// Runs it with these arguments and this standard input.
  static func run(
    _ arguments: [String], input: String = "", in folder: TemporaryFolder? = nil,
    variables: [String: String] = [:]
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = environment(home: folder).merging(variables) { $1 }
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder.path) }
    let (input:writer, output:reader, errors:errorReader) = (Pipe(), Pipe(), Pipe())
    process.standardInput = writer
    process.standardOutput = reader
    process.standardError = errorReader
    try process.run()
    try writer.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try writer.fileHandleForWriting.close()
    // What goes to standard error is short, so its pipe cannot fill meanwhile.
    let output = try reader.fileHandleForReading.readToEnd() ?? Data()
    let errors = try errorReader.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: String(decoding: output, as: UTF8.self),
      errors: String(decoding: errors, as: UTF8.self))
  }

  /// Nothing of the person who runs the tests reaches the program.
  static func environment(home folder: TemporaryFolder?) -> [String: String] {
    let home = folder?.path ?? "/nonexistent"
    return [
      "HOME": home, "XDG_CONFIG_HOME": home + "/config", "XDG_STATE_HOME": home + "/state",
      "PATH": "/usr/bin:/bin", "TERM": "xterm", "LANG": "C.UTF-8",
    ]
  }
}

/// A folder that is gone when it is let go.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "casebook-shell-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, to name: String) throws -> String {
    let file = path + "/" + name
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return file
  }

  func read(_ name: String) throws -> String {
    try String(contentsOfFile: path + "/" + name, encoding: .utf8)
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }
}
