import CasebookLanguage
import Testing

/// What is said about texts that are wrong, where, and what mends them.
@Suite struct DiagnosticTests {
  @Test func knownTraps() {
    check(
      "T | where a «=» 1 «&&» b «||» c",
      errors: [
        "E0116 `=` gives a name", "E0115 `&&` is written `and`", "E0115 `||` is written `or`",
      ],
      fixed: "T | where a == 1 and b or c")
    check("T | where «!»(a)", errors: ["E0117"])
    check("T | where «!a»", errors: ["E0117"])
    check("T | where «not» a", errors: ["E0125"])
    check("T | where a == «“x”»", errors: ["E0118"], fixed: "T | where a == \"x\"")
    check("T | take 5 «group by» a", errors: ["E0119"])
    check(
      "T | where a > 1 «order» by a", errors: ["E0110 A `|` is missing before `order`"],
      fixed: "T | where a > 1 | order by a")
    check(
      "T «where» a > 1 «limit» 10", errors: ["E0110", "E0110"],
      fixed: "T | where a > 1 | limit 10")
    check("T | sort «a»", errors: ["E0111 `by` is missing"], fixed: "T | sort by a")
    check("T | where a between «5»", errors: ["E0120"])
    check("T | where a == «12x»", errors: ["E0121"])
    check(#"T | where a == "x«\d»""#, errors: ["E0122"])
    check("T | where a.«count()»", errors: ["E0123"])
  }

  @Test func otherLanguagesHabits() {
    check("T | where a «is» null", errors: ["E0128 There is no `is`"])
    check("T | where a «like» '%x'", errors: ["E0128"])
    check("«x» = 5", errors: ["E0127"], fixed: "let x = 5")
    check("cluster('a').«database('b')».T", errors: ["E0126"])
    check("T | «graph-match» (a)", errors: ["E0108 Graph operators"])
    check("T | join (U) on a «=» b", errors: ["E0116"], fixed: "T | join (U) on a == b")
  }

  @Test func nearestNames() {
    check("T | «sumarize» n = count()", errors: ["E0108"], fixed: "T | summarize n = count()")
    check("T | «projectaway» a | take 1", errors: ["E0108"], fixed: "T | project-away a | take 1")
    check("T | «select» a", errors: ["E0108"], fixed: "T | project a")
    check("«lod» \"x.csv\"", errors: ["E0109"], fixed: "load \"x.csv\"")
    check("T | join «knd»=inner (U) on k", errors: ["E0113"], fixed: "T | join kind=inner (U) on k")
    check(
      "load \"x\" with («fromat»=csv)", errors: ["E0113"], fixed: "load \"x\" with (format=csv)")
    #expect(nearest(to: "vertcal", in: ["queue", "vertical"]) == "vertical")
    #expect(nearest(to: "qeuue", in: ["queue"]) == "queue")
    #expect(nearest(to: "SCORE", in: ["score"]) == "score")
    #expect(nearest(to: "xyz", in: ["score", "queue"]) == nil)
  }

  @Test func openAndStrayMarks() {
    check("T | where «(»a == 1", errors: ["E0105"])
    check("T | where a == 1«)»", errors: ["E0106"], fixed: "T | where a == 1")
    check("T | where a == «\"x»\nU", errors: ["E0107"])
    check("T | where (a «b») and c", errors: ["E0104"])
    check("T | where f(«]»)", errors: ["E0101"])
  }

  @Test func oneErrorHidesNoOther() {
    let tree = check(
      "T | «projct» a | where b «=» 1\nU | where c == «|» «tke» 5\n\nV | take 1",
      errors: ["E0108", "E0116", "E0101", "E0108"])
    #expect(tree.statements.map(\.hasErrors) == [true, true, false])
    check("T | take 5 «6» | «tke» 5", errors: ["E0103", "E0108"])
    check("T | signals b «lable»=c by d", errors: ["E0113"])
  }

  @Test func everyErrorHelps() {
    let texts =
      MutationTests.seeds + ["T | top 5", "T | sort by", "load", "load 5", "T |", ")", "let x"]
    for text in texts {
      for diagnostic in parse(text, signatures: Sample.signatures).diagnostics {
        #expect(diagnostic.help != nil, "\(diagnostic.message)")
        #expect(diagnostic.message.hasSuffix("."))
      }
    }
  }

  @Test func formsComeFromTheSignature() {
    let help = parse("T | top 5", signatures: Sample.signatures).diagnostics.first?.help
    #expect(help == "The form is `top count by keys [asc|desc], ...`.")
    let load = Sample.signatures.command("load")
    #expect(load?.clauseWords == ["as", "append", "table", "with"])
    #expect(load?.usage.hasPrefix("load \"path\" [as as] [append append]") == true)
  }

  @Test func placesInLines() {
    let tree = parse("T\n| where é == 1\n| tke 5", signatures: Sample.signatures)
    let span = tree.diagnostics[0].span
    #expect(tree.source.position(at: span.lower) == tree.source.position(at: 20))
    #expect(tree.source.position(at: span.lower).line == 3)
    #expect(tree.source.position(at: span.lower).column == 3)
    let line = tree.source.excerpt(of: span)[0]
    #expect(line.text == "| tke 5")
    #expect(line.before == "| ")
    #expect(line.marked == "tke")
  }
}
