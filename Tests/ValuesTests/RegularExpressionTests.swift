import CasebookValues
import Testing

@Suite struct RegularExpressionTests {
  private func all(_ pattern: String, _ text: String) throws -> [[String?]] {
    let expression = try RegularExpression(pattern)
    return withBytes(of: text) { bytes in
      expression.allMatches(in: bytes).map { match in
        match.map { $0.map { String(decoding: bytes[$0], as: UTF8.self) } }
      }
    }
  }

  @Test func matchesAnywhere() throws {
    #expect(try RegularExpression("b+c").matches("abbcd"))
    #expect(try !RegularExpression("^b").matches("ab"))
    #expect(try RegularExpression("B", options: .ignoreCase).matches("ab"))
    #expect(try RegularExpression("^b", options: .multiLine).matches("a\nb"))
    #expect(try RegularExpression("a.b", options: .dotMatchesNewline).matches("a\nb"))
    #expect(try RegularExpression("a.b", options: .literal).matches("xa.b"))
    #expect(try RegularExpression("").matches(""))
    #expect(try withBytes(of: "ab", RegularExpression("a").matchesWhole) == false)
  }

  @Test func captures() throws {
    #expect(try all("(\\w)(\\d)?", "a1b") == [["a1", "a", "1"], ["b", "b", nil]])
    #expect(try all("\\d+", "2020-01") == [["2020"], ["01"]])
    #expect(try all("x*", "axb") == [[""], ["x"], [""]])
    #expect(try all("é", "éaé") == [["é"], ["é"]])
    let expression = try RegularExpression("(?P<year>\\d{4})-(?P<month>\\d\\d)")
    #expect(expression.groupCount == 2)
    #expect(expression.groupNumber(named: "month") == 2)
    #expect(expression.groupNumber(named: "day") == nil)
    #expect(expression.extract(group: 1, from: "on 2024-05") == "2024")
    #expect(expression.extract(group: 3, from: "on 2024-05") == nil)
    #expect(expression.extract(group: 0, from: "never") == nil)
  }

  @Test func replaces() throws {
    func replaced(_ pattern: String, _ text: String, _ rewrite: String) throws -> String {
      try RegularExpression(pattern).replacingMatches(in: text, with: rewrite)
    }
    #expect(try replaced("(\\w)(\\w)", "one two three", "\\2\\1") == "noe wto htere")
    #expect(try replaced("\\s+", "   ", "-") == "-")
    #expect(try replaced("b", "abc", "[\\0]") == "a[b]c")
    #expect(try replaced("z", "abc", "x") == "abc")
    #expect(try replaced("", "ab", "-") == "-a-b-")
    #expect(try replaced("a", "a", "\\\\") == "\\")
  }

  @Test func errorsNameTheirPlace() {
    do {
      _ = try RegularExpression("ab(cd")
      Issue.record("an open bracket was taken")
    } catch {
      #expect(error.message == "missing )")
    }
    do {
      _ = try RegularExpression("ab\\yc")
      Issue.record("an unknown escape was taken")
    } catch {
      #expect(error.offset == 2)
      #expect(error.length == 2)
    }
  }

  @Test func cachedAndEscaped() throws {
    let first = try RegularExpression.cached("a+")
    #expect(try RegularExpression.cached("a+") === first)
    #expect(try RegularExpression(RegularExpression.escaped("a.b*é_[1]")).matches("a.b*é_[1]"))
    #expect(throws: RegularExpression.Failure.self) { try RegularExpression.cached("(") }
  }

  @Test func linearTimeOnHostilePatterns() throws {
    let text = String(repeating: "a", count: 20_000)
    #expect(try !RegularExpression("(a*)*b").matches(text))
  }
}
