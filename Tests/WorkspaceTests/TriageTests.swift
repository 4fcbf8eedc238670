import CasebookTestSupport
import Testing

@testable import CasebookWorkspace

/// Drafts that are replaced in place, versions that cannot be changed.
@Suite struct TriageStorageTests {
  private let scratch = TemporaryFolder()

  private func open() throws -> Workspace {
    try Workspace.open(scratch.path("test.casebook"))
  }

  private func rule(_ name: String, _ text: String) -> StoredDefinition {
    StoredDefinition(kind: "rule", owner: "intake", name: name, text: text, changed: 1)
  }

  private func version(_ number: Int, _ text: String = "text") -> StoredVersion {
    StoredVersion(
      ruleset: "intake", number: number, text: text, lists: "{}", hash: "h\(number)",
      effective: 10, published: 10, reason: "because")
  }

  @Test func aDefinitionIsReplacedWhereItStands() throws {
    let workspace = try open()
    try workspace.define([rule("a", "one")])
    try workspace.define([rule("b", "two")])
    try workspace.define([rule("a", "three")])
    #expect(try workspace.definitions().map(\.text) == ["three", "two"])
  }

  @Test func ofTwoWhoPublishAtOnceOneIsTold() throws {
    let first = try open()
    let second = try open()
    try first.define([rule("a", "one")])
    try first.publish(version(1), draft: [rule("a", "one")])
    #expect(throws: WorkspaceError.publishedMeanwhile(ruleset: "intake", version: 1)) {
      try second.publish(version(1, "other"), draft: [rule("a", "one")])
    }
    #expect(try second.versions(of: "intake").map(\.text) == ["text"])
  }

  @Test func whatIsPublishedIsWhatWasTested() throws {
    let first = try open()
    let second = try open()
    try first.define([rule("a", "one")])
    let draft = try first.definitions()
    try second.define([rule("a", "changed")])
    #expect(throws: WorkspaceError.draftChanged(ruleset: "intake")) {
      try first.publish(version(1), draft: draft)
    }
    try second.define([rule("a", "one"), rule("b", "new")])
    #expect(throws: WorkspaceError.draftChanged(ruleset: "intake")) {
      try first.publish(version(1), draft: draft)
    }
    #expect(try first.versions().isEmpty)
  }

  @Test func nothingChangesAVersion() throws {
    let workspace = try open()
    try workspace.publish(version(1), draft: [])
    try workspace.publish(version(2), draft: [])
    try workspace.close()
    let raw = try RawDatabase(scratch.path("test.casebook"))
    raw.run("UPDATE triage_version SET text = 'other'")
    raw.run("DELETE FROM triage_version")
    raw.run(
      """
      INSERT OR REPLACE INTO triage_version
      SELECT ruleset, number, 'other', lists, hash, effective, published, reason, restored
      FROM triage_version
      """)
    #expect(raw.run("SELECT text FROM triage_version") == [["text"], ["text"]])
    raw.close()
  }
}
