import CasebookNotebook
import CasebookTestSupport
import Testing

/// What a lock holds, and what it must not hold.
@Suite struct LockTests {
  private static let cases =
    "id,name,score\n1,Rosalind Secret,0.5\n2,Ada Hidden,0.25\n3,Rosalind Secret,1\n"
  private static let script = """
    load "cases.csv" as cases
    protect cases.name
    cases | where name == "Ada Hidden"
    cases | summarize n = count(), s = sum(score) by name
    cases | sort by score desc | project id, score
    print r = rand(), at = bin(now(), 36500d)
    datatable(x: real, d: dynamic)[real(nan), dynamic({"a:b": [1.5, "%\\n"]}), 1e-300, dynamic(null)]
    """

  private func playing() -> Playing {
    let playing = Playing()
    playing.folder.write("cases.csv", Array(Self.cases.utf8))
    return playing
  }

  @Test func itsTextReadsBack() throws {
    let lock = try playing().run(Self.script).lock
    let again = try Lock(text: lock.text)
    #expect(again == lock)
    #expect(!lock.text.contains("\r"))
  }

  @Test func threadsChangeNoByte() throws {
    let playing = playing()
    let texts = try [1, 2, 4].map { try playing.run(Self.script, threads: $0).lock.text }
    #expect(texts[0] == texts[1] && texts[1] == texts[2])
  }

  @Test func protectedValuesAreNowhere() throws {
    let text = try playing().run(Self.script).lock.text
    for secret in ["Rosalind", "Secret", "Ada", "Hidden"] { #expect(!text.contains(secret)) }
    #expect(text.contains("key: "))
  }

  @Test func whatANameHoldsOfAProtectedColumnIsNowhere() throws {
    let script = """
      load "cases.csv" as cases
      protect cases.name
      param who: string = "Ada Hidden"
      let other = "Rosalind Secret"
      let open = 3
      cases | where name == who or name == other | count
      cases | where id == open | project id
      """
    let text = try playing().run(script).lock.text
    for secret in ["Rosalind", "Ada"] { #expect(!text.contains(secret)) }
    #expect(text.contains("let open = 3"))
  }

  @Test func protectedColumnsAreComparedWithTheKeyAlone() throws {
    var playing = playing()
    let old = try playing.lock(Self.script)
    playing.folder.write(
      "cases.csv", Array(Self.cases.replacing("Ada Hidden", with: "Eve Hidden").utf8))
    let found = try playing.run(Self.script).verdicts(against: old)
    #expect(found.contains { $0.causes.contains { $0.description.hasPrefix("data: cases") } })
    playing.key = nil
    let blind = try playing.run(Self.script).verdicts(against: old)
    #expect(blind.contains { $0.isPartlyCompared })
  }

  @Test func withoutValuesOnlyHashesAreKept() throws {
    let lock = try playing().lock(Self.script, keepsValues: false)
    #expect(lock.cells.allSatisfy { $0.result?.rows == nil })
    let script = try playing().lock(Self.script + "\nlock values=off")
    #expect(script.cells.allSatisfy { $0.result?.rows == nil })
    #expect(script.cells.contains { $0.result != nil })
  }

  @Test(arguments: [
    "", "lock: 2\n", "casebook: 1\nlock: 1\nnumerics: 1\n\nnonsense\n",
    "casebook: 1\nlock: 1\nnumerics: 1\n\ninput x\n  rows: many\n",
  ])
  func whatIsNoLockIsAnError(text: String) {
    #expect(throws: NotebookError.self) { try Lock(text: text) }
  }

  @Test func cellsOfBranchesStandApart() throws {
    // A merge of two branches joins hunks that have an unchanged line between them.
    let blocks = try playing().run(Self.script).lock.text.split(separator: "\n\n")
    #expect(blocks.count == 1 + 1 + 7)
  }
}
