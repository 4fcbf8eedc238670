import CasebookTestSupport
import Testing

/// Plays every script of the folder.
///
/// `CASEBOOK_RECORD=1` writes what is seen into the scripts
/// instead; the difference is then for a person to judge.
@Suite struct TranscriptTests {
  private static let folder = Places.repository + "/Tests/Scripts"

  private static func scripts(in folder: String) -> [String] {
    names(in: folder).filter { $0.hasSuffix(".test") }
  }

  @Test(arguments: scripts(in: folder))
  func script(_ name: String) throws { try play(Self.folder + "/" + name) }

  @Test(
    .enabled(
      if: Places.exists(Places.shared + "/data"), "the shared data is not beside the package"),
    arguments: scripts(in: folder + "/Shared"))
  func scriptOnSharedData(_ name: String) throws { try play(Self.folder + "/Shared/" + name) }

  private func play(_ path: String) throws {
    let source = String(decoding: try #require(readFile(path)), as: UTF8.self)
    let written = Transcript(source)
    let seen = try TranscriptRun().played(written)
    if Places.variable("CASEBOOK_RECORD") != nil {
      try record(zip(written.items, seen).map(keepingMarkers), in: path)
      return
    }
    for (written, seen) in zip(written.items, seen) {
      if let difference = difference(written, seen) { Issue.record("\(path)\n\(difference)") }
    }
  }

  private func record(_ items: [Transcript.Item], in path: String) throws {
    let folder = Places.folder(of: path)
    let name = String(path.dropFirst(folder.count + 1))
    try #require(writeFile(folder + "/" + name, Array(Transcript(items: items).text.utf8)))
  }

  // MARK: Comparing

  private func outputs(
    _ written: Transcript.Item, _ seen: Transcript.Item
  ) -> (title: [String], expected: [String], seen: [String])? {
    switch (written, seen) {
    case (.cell(let input, let expected), .cell(_, let output)):
      (input.map { "> " + $0 }, expected, output)
    case (.directive(let line, let expected), .directive(_, let output)):
      (["$ " + line], expected, output)
    default: nil
    }
  }

  private func difference(_ written: Transcript.Item, _ seen: Transcript.Item) -> String? {
    guard let (title, expected, output) = outputs(written, seen) else { return nil }
    if expected.count == output.count, zip(output, expected).allSatisfy({ matches($0, $1) }) {
      return nil
    }
    let lines =
      title + expected.filter { line in !output.contains { matches($0, line) } }.map { "- " + $0 }
      + output.map { line in
        (expected.contains { matches(line, $0) } ? "  " : "+ ") + line
      }
    return lines.joined(separator: "\n")
  }

  /// What is seen, with the lines of the script that have markers and still fit.
  private func keepingMarkers(
    _ written: Transcript.Item, _ seen: Transcript.Item
  ) -> Transcript.Item {
    guard let (_, expected, output) = outputs(written, seen) else { return seen }
    let patterns = expected.filter { $0.contains("[..]") }
    let kept = output.map { line in patterns.first { matches(line, $0) } ?? line }
    switch seen {
    case .cell(let input, _): return .cell(input: input, expected: kept)
    case .directive(let line, _): return .directive(line, expected: kept)
    default: return seen
    }
  }
}
