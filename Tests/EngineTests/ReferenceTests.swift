import CasebookEngine
import CasebookTestSupport
import Testing

/// The reference page in the repository is the one that the declarations make.
@Suite struct ReferenceTests {
  @Test func isFresh() {
    let path = Places.repository + "/docs/reference.md"
    let fresh = Reference.markdown
    if Places.variable("CASEBOOK_RECORD") != nil {
      _ = writeFile(path, Array(fresh.utf8))
      return
    }
    let kept = readFile(path).map { String(decoding: $0, as: UTF8.self) }
    #expect(
      kept == fresh,
      """
      docs/reference.md is not what the declarations make of it any more. Record it again and read the diff: \
      CASEBOOK_RECORD=1 swift test --filter ReferenceTests
      """)
  }
}
