import CasebookNotebook
import CasebookTestSupport
import Testing

/// That locks of branches which change different cells merge line by line.
@Suite struct LockMergeTests {
  private static let script = """
    load "cases.csv" as cases
    cases | summarize n = count() by kind | as kinds
    let high = cases | where score > 0.4
    high | count
    cases | where kind == "x" | as xs
    print 1 + 1
    """

  private func merged(_ base: String, _ ours: String, _ theirs: String) throws -> String? {
    let folder = TemporaryFolder()
    for (name, text) in [("base", base), ("ours", ours), ("theirs", theirs)] {
      folder.write(name, Array(text.utf8))
    }
    let paths = ["ours", "base", "theirs"].map(folder.path)
    let process = try #require(ChildProcess("/usr/bin/git", ["merge-file", "-p"] + paths))
    return process.wait() == 0 ? process.output : nil
  }

  @Test func differentCellsOfBranchesMergeWithoutConflict() throws {
    let playing = Playing()
    playing.folder.write("cases.csv", Array("id,kind,score\n1,x,0.5\n2,y,0.25\n".utf8))
    let ours = Self.script.replacing("by kind", with: "by kind, id")
    let theirs = Self.script.replacing("== \"x\"", with: "!= \"x\"")
      .replacing("1 + 1", with: "1 + 2")
    let both = ours.replacing("== \"x\"", with: "!= \"x\"").replacing("1 + 1", with: "1 + 2")
    let texts = try [Self.script, ours, theirs, both].map { try playing.run($0).lock.text }
    let text = try #require(try merged(texts[0], texts[1], texts[2]))
    #expect(text == texts[3])
    let lock = try Lock(text: text)
    #expect(try playing.run(both).verdicts(against: lock).allSatisfy { $0.kind == .unchanged })
  }
}
