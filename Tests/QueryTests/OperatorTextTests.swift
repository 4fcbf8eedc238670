import CasebookTables
import CasebookValues
import Testing

@testable import CasebookQuery

@Suite struct OperatorTextTests {
  private func holds(_ text: String, _ name: String, _ wanted: String) throws -> Bool {
    let answer = try apply(name, .string(text), .string(wanted)) == .bool(true)
    if !name.hasPrefix("!"), OperatorCatalogue.function("!" + name) != nil {
      #expect(try apply("!" + name, .string(text), .string(wanted)) == .bool(!answer))
    }
    return answer
  }

  @Test func hasFindsWholeTerms() throws {
    #expect(try holds("hello-world", "has", "HELLO"))
    #expect(try !holds("helloworld", "has", "hello"))
    #expect(try holds("alpha_beta", "has", "alpha"))
    #expect(try holds("Привет Мир", "has", "привет"))
    #expect(try !holds("ПриветМир", "has", "привет"))
    #expect(try holds("NAÏVE", "has", "naïve"))
    #expect(try !holds("helloworld hello1", "has", "hello"))
    #expect(try holds("x hellox hello", "has", "hello"))
    #expect(try holds("a b", "has", " "))
    #expect(try !holds("a\tb", "has", " "))
    #expect(try holds("", "has", ""))
    #expect(try holds("1.2.3 ", "has", "2.3"))
    #expect(try !holds("1.2.34", "has", "2.3"))
    #expect(try holds("Red", "has_cs", "Red"))
    #expect(try !holds("Red", "has_cs", "red"))
  }

  @Test func prefixesAndSuffixesOfTerms() throws {
    #expect(try holds("say Hello", "hasprefix", "hel"))
    #expect(try !holds("shell", "hasprefix", "hel"))
    #expect(try holds("shell now", "hassuffix", "HELL"))
    #expect(try !holds("shells", "hassuffix", "hell"))
  }

  @Test func partsOfTexts() throws {
    #expect(try holds("aspam", "contains", "SPA"))
    #expect(try !holds("aspam", "contains_cs", "SPA"))
    #expect(try holds("Spam", "startswith", "sp"))
    #expect(try !holds("S", "startswith", "sp"))
    #expect(try holds("Spam", "endswith_cs", "am"))
    #expect(try holds("anything", "contains", ""))
  }

  @Test func regularExpressions() throws {
    #expect(try holds("a\tb", "matches regex", #"\s"#))
    #expect(try !holds("ab", "matches regex", #"^b"#))
    let function = try #require(OperatorCatalogue.function("matches regex"))
    guard
      case .refused = function.decision(
        types: [.string, .string], constants: [nil, .string("(")])
    else {
      Issue.record("a pattern that is not well formed is refused when bound")
      return
    }
  }

  @Test func listsAndArrays() throws {
    let array = Scalar.dynamic(.array([.string("a"), .string("B")]))
    #expect(try apply("in", .string("a"), array) == .bool(true))
    #expect(try apply("in", .string("b"), array) == .bool(false))
    #expect(try apply("in~", .string("b"), array) == .bool(true))
    #expect(try apply("!in", .null(.long), .long(1)) == .bool(true))
    #expect(try apply("in", .null(.long), .long(1)) == .bool(false))
    #expect(try apply("in", .long(2), .real(2), .long(7)) == .bool(true))
    #expect(try apply("in", .dynamic(.string("a")), .string("a")) == .bool(true))
    #expect(try apply("in~", .string("ＡＢＣ"), .string("abc")) == .bool(false))
    #expect(try apply("has_any", .string("red fox"), .string("dog"), .string("FOX")) == .bool(true))
    #expect(try apply("has_all", .string("red fox"), array) == .bool(false))
  }

  @Test func longListsAreLookedUp() throws {
    let list = Scalar.dynamic(.array((0..<500).map { .string("t\($0)") }))
    let texts = builtColumn(.string, [.string("t499"), .string("t500"), .string("")])
    for (name, expected) in [("in", [true, false, false]), ("!in~", [false, true, true])] {
      let answers = try #require(
        try evaluated(name, [.column(texts), .constant(list)], rowCount: 3))
      #expect((0..<3).map { answers.scalar($0) } == expected.map { .bool($0) })
    }
  }

  @Test func presence() throws {
    #expect(try apply("is missing", .string("")) == .bool(true))
    #expect(try apply("is missing", .null(.long)) == .bool(true))
    #expect(try apply("is present", .real(.nan)) == .bool(true))
    #expect(try apply("is present", .dynamic(.null)) == .bool(false))
  }

  @Test func everyOperatorOfTheLanguageIsDeclaredOnce() {
    let names = OperatorCatalogue.all.map(\.name)
    #expect(Set(names).count == names.count)
    for function in OperatorCatalogue.all {
      #expect(!function.summary.isEmpty && function.summary.hasSuffix("."))
      #expect(!function.examples.isEmpty)
    }
  }
}
