import CasebookLanguage
import Testing

/// How expressions are read.
@Suite struct ExpressionTests {
  /// The expression's tree in a compact form.
  private func shape(_ text: String) -> String {
    let tree = check("print " + text)
    guard case .stage(let stage)? = tree.pipeline()?.source,
      let value = stage.expressions("columns").first
    else { return "none" }
    return shape(value)
  }

  private func shape(_ expression: Expression) -> String {
    switch expression.kind {
    case .literal(let literal): "\(literal.kind):\(literal.text)"
    case .name(let name): name.text
    case .star: "*"
    case .wildcard(let text): "wild:" + text
    case .member(let base, let name): "\(shape(base)).\(name.text)"
    case .element(let base, let index): "\(shape(base))[\(shape(index))]"
    case .call(let call): "\(call.name.text)(\(shapes(call.arguments)))"
    case .unary(let sign, let operand): "(\(sign.rawValue)\(shape(operand)))"
    case .binary(let sign, let left, let right):
      "(\(shape(left)) \(sign.rawValue) \(shape(right)))"
    case .missing(let operand, let isMissing):
      "(\(shape(operand)) is \(isMissing ? "missing" : "present"))"
    case .bracketed(let inner): shape(inner)
    case .list(let items): "[\(items.map { shape($0) }.joined(separator: " "))]"
    case .range(let lower, let upper): "\(shape(lower))..\(shape(upper))"
    case .named(let arguments): "{\(shapes(arguments))}"
    case .schema(let columns): "schema\(columns.count)"
    case .pipeline(let pipeline): "<\(pipeline.stages.count)>"
    case .type(let name): "type:" + name.text
    case .error: "error"
    }
  }

  private func shapes(_ arguments: [Argument]) -> String {
    arguments.map { ($0.name.map { $0.text + "=" } ?? "") + shape($0.value) }
      .joined(separator: " ")
  }

  @Test(arguments: [
    ("a or b and c == d < e + f * g", "(a or (b and (c == (d < (e + (f * g))))))"),
    ("a - b - c", "((a - b) - c)"), ("-a * b", "((-a) * b)"), ("a + b has c", "(a + (b has c))"),
    ("a <> b", "(a != b)"), ("a =~ b !~ c", "((a =~ b) !~ c)"),
    ("a matches regex @'x\\d'", "(a matches regex string:x\\d)"),
    ("a in (1, 2) and b", "((a in [long:1 long:2]) and b)"),
    ("a !in~ (T | project x)", "(a !in~ <1>)"), ("a in~ (b)", "(a in~ b)"),
    ("a has_any (b, c)", "(a has_any [b c])"),
    ("a between (1 .. 5d)", "(a between long:1..timespan:5d)"),
    ("a !between (b - 1 .. b + 1)", "(a !between (b - long:1)..(b + long:1))"),
    ("a is missing or b is present", "((a is missing) or (b is present))"),
    ("a.b[\"c d\"]['e'][0][-1].f", "a.b.c d.e[long:0][(-long:1)].f"),
    ("['x y'] + $left.a", "(x y + $left.a)"),
    ("f(x, name=y, *, (T | count))", "f(x name=y * <1>)"),
    ("toscalar(T | count)", "toscalar(<1>)"), ("range(1, 2, 3)", "range(long:1 long:2 long:3)"),
    ("toscalar(range x from 1 to 2 step 1)", "toscalar(<0>)"),
    ("has == 1 and contains > 2", "((has == long:1) and (contains > long:2))"),
  ])
  func shapes(text: String, expected: String) {
    #expect(shape(text) == expected)
  }

  @Test(arguments: [
    ("12", "long:12"), ("0xFf", "long:0xFf"), ("1.5", "real:1.5"), ("1e-3", "real:1e-3"),
    ("2.5h", "timespan:2.5h"), ("5microseconds", "timespan:5microseconds"),
    ("1tick", "timespan:1tick"), ("true", "bool:true"), ("long(null)", "long:null"),
    ("real(-inf)", "real:-inf"), ("double(1)", "real:1"), ("bool(1)", "bool:1"),
    ("datetime(2024-01-31 10:00:00.1Z)", "datetime:2024-01-31 10:00:00.1Z"),
    ("datetime(\"2024-01-31\")", "datetime:2024-01-31"),
    ("date(2024-01-31T10)", "datetime:2024-01-31T10"),
    ("time(1.02:03:04)", "timespan:1.02:03:04"),
    ("guid(74be27de-1e4e-49d9-b579-fe0b331d3642)", "guid:74be27de-1e4e-49d9-b579-fe0b331d3642"),
    (
      "dynamic({\"a\": [1, datetime(2020-01-01), null]})",
      "dynamic:{\"a\": [1, datetime(2020-01-01), null]}"
    ),
    ("dynamic(null)", "dynamic:null"), ("typeof(long)", "type:long"),
    (#""a\tb\"\\é\u0041""#, "string:a\tb\"\\éA"), (#"'it\'s'"#, "string:it's"),
    (#"@'C:\x''y'"#, "string:C:\\x'y"), (#"h"secret""#, "string:secret"),
    (#"h@"a""b""#, "string:a\"b"), ("```a\n'b'```", "string:a\n'b'"), ("'a' \"b\"", "string:ab"),
  ])
  func literals(text: String, expected: String) {
    #expect(shape(text) == expected)
  }

  @Test func deepTextsAreRefusedNotFollowed() {
    for text in [
      String(repeating: "(", count: 100_000), String(repeating: "-", count: 100_000) + "1",
      String(repeating: "f(", count: 100_000), String(repeating: "a[", count: 100_000),
      "a" + String(repeating: ".a", count: 100_000),
      "a" + String(repeating: " or a", count: 100_000),
      String(repeating: "(", count: 5_000) + "1" + String(repeating: ")", count: 5_000),
      String(repeating: "[", count: 50_000) + String(repeating: "{", count: 50_000),
    ] {
      let tree = parse("print " + text, signatures: Sample.signatures)
      #expect(!tree.diagnostics.isEmpty)
      #expect(tree.printed == "print " + text)
      _ = format(tree)
    }
  }

  @Test func longButFlatTextsAreRead() {
    let list = (0..<20_000).map(String.init).joined(separator: ", ")
    #expect(parse("T | where a in (\(list))", signatures: Sample.signatures).diagnostics.isEmpty)
    let chain = Array(repeating: "a == 1", count: 300).joined(separator: " or ")
    #expect(parse("T | where \(chain)", signatures: Sample.signatures).diagnostics.isEmpty)
  }
}
