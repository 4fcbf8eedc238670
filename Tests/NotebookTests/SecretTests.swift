import CasebookEngine
import CasebookLanguage
import CasebookNotebook
import CasebookRender
import CasebookTables
import CasebookTestSupport
import CasebookValues
import Glibc
import Testing

/// That secret parameters are known again without being told.
@Suite struct SecretTests {
  private static let secret = "pepper-4711"

  private func script(_ path: String) throws -> String {
    let descriptor = open(path, O_RDONLY)
    try #require(descriptor >= 0)
    return """
      secret param salt: string from fd \(descriptor)
      let salted = datatable(id: string)["a", "b"] | extend h = hash_sha256(strcat(salt, id)), s = salt
      salted
      print n = strlen(salt), same = salt == "x"
      show params
      """
  }

  @Test func itIsInTheLockByItsKeyedHashAlone() throws {
    let playing = Playing()
    playing.folder.write("secret", Array((Self.secret + "\n").utf8))
    let text = try script(playing.folder.path + "/secret")
    let old = try playing.lock(text)
    #expect(!old.text.contains(Self.secret))
    #expect(old.text.contains("parameter salt: secret "))
    #expect(try playing.run(text).verdicts(against: old).allSatisfy { $0.kind == .unchanged })
    playing.folder.write("other", Array("another".utf8))
    let other = try script(playing.folder.path + "/other")
    let found = try playing.run(other).verdicts(against: old)
    #expect(
      found.contains { $0.causes.contains { $0.description == "parameter: salt, another secret" } })
  }

  @Test func plansAndErrorsDoNotQuoteIt() throws {
    let playing = Playing()
    playing.folder.write("secret", Array(Self.secret.utf8))
    let descriptor = open(playing.folder.path + "/secret", O_RDONLY)
    let engine = try Engine()
    defer { try? engine.close() }
    var said = ""
    for statement in [
      "secret param salt: string from fd \(descriptor)",
      "explain print x = strcat(salt, tostring(rand()))",
      "print x = salt", "datatable(x: string)[salt]", "let y = salt", "y", "show params",
      "print todynamic(salt).x", "range x from 1 to toint(salt) step 1",
    ] {
      engine.run(statement) { cell in
        switch cell.output {
        case .plan(let plan): said += plan.title
        case .failure(let diagnostic): said += diagnostic.message + (diagnostic.help ?? "")
        case .message(let text): said += text
        case .table(let table):
          for (field, column) in zip(table.fields, table.columns) where !field.isProtected {
            for row in 0..<table.rowCount { said += column.scalar(row).text }
          }
        default: break
        }
        said += (cell.notes.map(\.message) + cell.warnings.map(\.text)).joined()
      }
    }
    #expect(!said.contains(Self.secret))
    #expect(said.contains("***"))
  }
}
