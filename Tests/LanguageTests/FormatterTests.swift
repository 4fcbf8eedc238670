import CasebookLanguage
import Testing

/// The canonical layout.
@Suite struct FormatterTests {
  @Test func spaces() {
    check(
      "T|where a==1   and b  !in(1,2)|extend c=-a*2,d = f ( x ,y=1 )[0] . e",
      formatted: "T | where a == 1 and b !in (1, 2) | extend c = -a * 2, d = f(x, y=1)[0].e\n")
    check(
      "T|join kind = inner hint.strategy=shuffle (U)on $left.a==$right.b",
      formatted: "T | join kind=inner hint.strategy=shuffle (U) on $left.a == $right.b\n")
    check(
      "T|project-away a*,['b c']|mv-expand x=a to typeof( long )",
      formatted: "T | project-away a*, ['b c'] | mv-expand x = a to typeof( long )\n")
    check(
      "let f=(T:(x:long),n:int=1){T|take n};f(U,1)",
      formatted: "let f = (T: (x: long), n: int = 1) { T | take n };\nf(U, 1)\n")
    check(
      "load 'a' as b with(format=csv,types=(s:real))",
      formatted: "load 'a' as b with (format=csv, types=(s:real))\n")
  }

  @Test func colons() {
    check(
      "search a : 'x' | parse b with * 'c' d :long",
      formatted: "search a:'x' | parse b with * 'c' d:long\n")
  }

  @Test func pipelinesOnSeveralLines() {
    check(
      "T\n| where a > 1 | join (U\n| take 5) on k\n|count",
      formatted: """
        T
          | where a > 1
          | join (
            U
              | take 5
          ) on k
          | count

        """)
    check("| where a\n| take 5", formatted: "| where a\n| take 5\n")
    check(
      "let f = (a: long) {\nlet b = 1;\nT | take b };",
      formatted: "let f = (a: long) {\n  let b = 1;\n  T | take b\n};\n")
    check(
      "datatable(a:int,b:string)[1,'x',\n2,'y']|take 1",
      formatted: "datatable(a: int, b: string) [\n  1, 'x',\n  2, 'y'\n] | take 1\n")
  }

  @Test func longLinesAreCut() {
    let names = (1...12).map { "column_number_\($0)" }
    check(
      "T | project \(names.joined(separator: ","))",
      formatted: "T\n  | project \(names.joined(separator: ",\n      "))\n")
  }

  @Test func commentsStay() {
    let text = """
      // # Title

      // prose
      T  // why
      // between
      | where a // one
        and b
      // last

      U

      """
    check(
      text,
      formatted: """
        // # Title

        // prose
        T // why
          // between
          | where a // one
              and b
        // last

        U

        """)
  }

  @Test func whatIsNotUnderstoodStays() {
    check("T |  projct   a", errors: ["E0108"], formatted: "T |  projct   a\n")
    check("select  a ,b\n  from t;\n\\d   x", formatted: "select  a ,b\n  from t;\n\\d   x\n")
    check(
      "queue a hours \"x\"\n   staff   6\naht 4m",
      formatted: "queue a hours \"x\"\n  staff 6\n  aht 4m\n")
  }

  @Test func canonicalTextForgetsLayout() {
    let one = parse("T|take 5 // c", signatures: Sample.signatures)
    let other = parse("T\n  | take   5", signatures: Sample.signatures)
    #expect(
      one.canonicalText(of: one.statements[0])
        == other.canonicalText(of: other.statements[0]))
  }
}
