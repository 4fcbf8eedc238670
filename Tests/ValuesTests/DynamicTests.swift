import CasebookValues
import Testing

@Suite struct DynamicTests {
  private func json(_ text: String) -> Dynamic? { Dynamic(json: text) }

  @Test(arguments: [
    "null", "true", "[]", "{}", "[1,2.5,\"x\",null,{\"a\":[true,false]}]", "-12", "1e+300",
    "\"\\\"\\\\\\n\\t\\u0001\"", "{\"a\":1,\"b\":{\"c\":[]}}", "\"é😀\"", "9223372036854775807",
    "0.5",
  ])
  func writesWhatItRead(_ text: String) {
    #expect(json(text)?.jsonText == text)
  }

  @Test(arguments: [
    (" [ 1 , 2 ] ", "[1,2]"), ("1.0", "1.0"), ("1e3", "1000.0"), ("{\"a\":1,\"a\":2}", "{\"a\":2}"),
    ("\"\\u00e9\\ud83d\\ude00\"", "\"é😀\""), ("\"\\ud83d\"", "\"\u{FFFD}\""), ("\"\\/\"", "\"/\""),
    ("9223372036854775808", "9223372036854776000.0"), ("-0", "0"),
  ])
  func reads(_ text: String, _ expected: String) {
    #expect(json(text)?.jsonText == expected)
  }

  @Test(arguments: [
    "", "[1,]", "{'a':1}", "tru", "[1", "{\"a\"}", "01", "1.", ".5", "+1", "nan", "\"\\x\"", "\"a",
    "[1] 2", "True", "-", "{\"a\":1,}", "\"\\u12\"", "1-2",
  ])
  func refuses(_ text: String) {
    #expect(json(text) == nil)
  }

  @Test func depthIsBounded() {
    let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    #expect(json(deep) != nil)
    let tooDeep = String(repeating: "[", count: 100_000)
    #expect(json(tooDeep) == nil)
    #expect(Dynamic(literal: String(repeating: "dynamic(", count: 100_000)) == nil)
  }

  @Test(arguments: [
    ("{'a':'b','c':[1]}", "{\"a\":\"b\",\"c\":[1]}"),
    (
      "[datetime(2024-01-31), timespan(1d), 90s, 01:02:03]",
      "[\"2024-01-31T00:00:00.0000000Z\",\"1.00:00:00\",\"00:01:30\",\"01:02:03\"]"
    ),
    ("dynamic([long(5), dynamic({'x':null})])", "[5,{\"x\":null}]"), ("@'a\\b'", "\"a\\\\b\""),
    ("long(null)", "null"), ("real(1.5)", "1.5"), ("TRUE", "true"),
  ])
  func readsLiterals(_ text: String, _ expected: String) {
    #expect(Dynamic(literal: text)?.jsonText == expected)
  }

  @Test func randomValuesRoundTrip() {
    var random = CounterGenerator(seed: 1)
    for _ in 0..<300 {
      let value = randomValue(&random, depth: 0)
      #expect(json(value.jsonText) == value)
      #expect(json(value.jsonText)?.hashValue == value.hashValue)
    }
  }

  private func randomValue(_ random: inout CounterGenerator, depth: Int) -> Dynamic {
    switch random.next() % (depth > 3 ? 5 : 7) {
    case 0: return .null
    case 1: return .bool(random.next() & 1 == 0)
    case 2: return .long(Int64(bitPattern: random.next()))
    case 3: return .real(Double(Int64(bitPattern: random.next())) / 1e7)
    case 4: return .string(randomText(&random))
    case 5:
      return .array((0..<(random.next() % 4)).map { _ in randomValue(&random, depth: depth + 1) })
    default:
      return .bag(
        of: (0..<(random.next() % 25)).map { index in
          ("k\(index)" + randomText(&random), randomValue(&random, depth: depth + 1))
        })
    }
  }

  private func randomText(_ random: inout CounterGenerator) -> String {
    let scalars: [Character] = ["a", "\"", "\\", "\n", "é", "😀", "\u{1}", "/", " "]
    return String((0..<(random.next() % 6)).map { _ in scalars[Int(random.next() % 9)] })
  }

  @Test func accessAndPaths() throws {
    let value = try #require(json("{\"a\":{\"b\":[10,20,{\"c d\":5}]}}"))
    #expect(value["a"]?["b"]?[-2] == .long(20))
    #expect(value["x"] == nil)
    #expect(value["a"]?["b"]?[3] == nil)
    let path = try #require(JSONPath("$.a.b[2]['c d']"))
    #expect(value.value(at: path) == .long(5))
    #expect(JSONPath("a.b[0]")?.steps == [.key("a"), .key("b"), .index(0)])
    #expect(JSONPath("$[\"x\"][-1]")?.steps == [.key("x"), .index(-1)])
    for text in ["$.", "$a", "$.a[", "$[x]", ""] where !text.isEmpty {
      #expect(JSONPath(text) == nil)
    }
    let array = try #require(json("[1,2,3,4,5]"))
    #expect(array.slice(from: -2, through: -1)?.jsonText == "[4,5]")
    #expect(array.slice(from: 3, through: 1)?.jsonText == "[]")
  }

  @Test func bags() throws {
    let left = try #require(json("{\"a\":1,\"b\":2}"))
    let right = try #require(json("{\"b\":3,\"c\":4}"))
    #expect(Dynamic.merged([left, .null, right])?.jsonText == "{\"a\":1,\"b\":2,\"c\":4}")
    #expect(Dynamic.merged([.null]) == nil)
    #expect(left.settingKey("b", to: .null)?.jsonText == "{\"a\":1,\"b\":null}")
    let nested = try #require(json("{\"k\":1,\"n\":{\"p\":1,\"q\":2},\"l\":[{\"p\":1}]}"))
    #expect(
      nested.removingKeys(["$.n.p", "k", "$.l[0].p"])?.jsonText == "{\"n\":{\"q\":2},\"l\":[{}]}")
    #expect(
      try #require(json("{\"b\":{\"y\":1,\"x\":2},\"a\":0}")).withSortedKeys.jsonText
        == "{\"a\":0,\"b\":{\"x\":2,\"y\":1}}")
  }

  @Test func equalityIgnoresTheOrderOfKeys() {
    #expect(json("{\"a\":1,\"b\":2}") == json("{\"b\":2,\"a\":1}"))
    #expect(json("{\"a\":1,\"b\":2}")?.hashValue == json("{\"b\":2,\"a\":1}")?.hashValue)
    #expect(json("[1]") != json("[1.0]"))
  }

  @Test func orders() {
    #expect(Dynamic.compare(.long(2), .real(2.5)) < 0)
    #expect(Dynamic.compare(.string("b"), .string("a")) > 0)
    #expect(Dynamic.compare(.long(9), .string("1")) < 0)
    #expect(Dynamic.compare(.null, .bool(false)) < 0)
    #expect(Dynamic.long(1).typeName == "long")
    #expect(Dynamic.bag([]).typeName == "dictionary")
  }
}
