import CasebookLanguage
import Testing

/// What may come next at a cursor, which `^` marks.
@Suite struct CompletionTests {
  private func place(_ marked: String) -> CompletionPlace {
    let parts = marked.split(separator: "^", omittingEmptySubsequences: false)
    let text = parts.joined()
    return completionPlace(
      at: parts[0].utf8.count, in: text, signatures: Sample.signatures)
  }

  @Test func words() {
    #expect(place("^").expectations.contains(.statement))
    #expect(place("T | ^").expectations == [.stage])
    #expect(place("T | mv-ex^").expectations == [.stage])
    #expect(place("T | summarize n = count() ^").expectations.contains(.word("by")))
    #expect(place("T | sort by a ^").expectations.contains(.word("asc")))
    #expect(place("load \"x\" ^").expectations.contains(.word("as")))
    #expect(!place("load \"x\" as y ^").expectations.contains(.word("as")))
    #expect(place("T | take 5\n^").expectations.contains(.statement))
  }

  @Test func values() {
    #expect(place("T | where ^").expectations.contains(.expression))
    #expect(place("T | where a ^").expectations.contains(.infix))
    #expect(place("T | project-away ^").expectations.contains(.column))
    #expect(place("T | join ^").expectations.contains(.parameter("kind")))
    let kind = place("T | join kind=^")
    #expect(
      kind.expectations.contains(
        .parameterValue("kind", words: ["inner", "innerunique", "leftouter"])))
    #expect(place("load ^").expectations.contains(.string("path")))
    #expect(place("param a: ^").expectations.contains(.type))
    #expect(place("export ^").expectations.contains(.table))
  }

  @Test func insideTokens() {
    #expect(place("load \"da^").expectations == [.string("path"), .insideString])
    #expect(place("load \"a/b^").partial == Span(6, 9))
    #expect(place("T // no^").expectations == [.insideComment])
  }

  @Test func surroundings() {
    let place = place("T | extend x = 1 | where sco^re > 1 | take 5")
    #expect(place.partial == Span(25, 28))
    #expect(place.owner == "where")
    #expect(place.pipeline?.stages.first?.name == "extend")
    let inner = self.place("T | join (U | project y | where ^")
    #expect(inner.pipeline?.stages.first?.name == "project")
  }
}
