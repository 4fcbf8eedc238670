import CasebookLanguage
import Testing

/// Broken texts never stop the parser and always print back.
@Suite struct MutationTests {
  static let seeds = [
    """
    // # Prose
    load "reports.csv" as cases with (format=csv, types=(score:real))
    cases | where vertical == "fraud" and score > 0.8 // why
          | summarize n = count(), p90 = percentile(reports, 90) by queue, bin(opened_at, 7d)

          | sort by n desc nulls last | render timechart
    """,
    "let f = (T:(x: long), low: double = 5) { let a = 1; T | where x > low }; f(cases, 2) | take 5",
    "datatable(a:int, ['b c']:string)[ 1, @'x', 2, h\"y\\\"\" ] | mv-expand x = b to typeof(long)",
    "T | make-series n = count() default=0 on t from ago(7d) to now() step 1d by k",
    "T | join kind=inner hint.strategy=shuffle (U | where x !in ((A | project b))) on $left.a == $right.b",
    "T | parse x with * \"a=\" b:long \", c\" * d | scan with (step s: x > 1 => y = 2, z = s.y;)",
    "select a, 'it''s; | ' -- x;\nfrom t;\nwith (format=csv)\n.tables x\n\\d t\n? y",
    "print x = dynamic({\"a\": [1, 2.5e3]}), y = 1 .. 2, -(3), a[\"b\"][0].c, x is missing ; ;",
    "queue general hours \"24x7\"\n  staff 6\naht 4m\nexport T | take 5 to \"a.csv\" replace",
    "T | where a = 1 && !b || “smart” == 'x\n\nT | projct a group by b ) ] ```open",
  ]

  static let pieces = [
    "(", ")", "[", "]", "{", "}", "|", ";", ",", "\n", "\n\n", "\"", "'", "```", "//", "=", "==",
    "let ", "by ", "select ", ".", "..", "!", "-", "\\", "“", "é", "\u{0}", "\u{00A0}", "datetime(",
    "T | ", "union ", "@\"", "0x", "1e", "is missing ",
  ]

  @Test func mutatedTextsKeepTheLaws() {
    var random = Splitmix(state: 20_260)
    for round in 0..<1_000 {
      let seed = MutationTests.seeds[round % MutationTests.seeds.count]
      let text = mutate(seed, with: &random)
      let tree = parse(text, signatures: Sample.signatures)
      checkLaws(tree, text, #_sourceLocation)
      _ = completeness(of: text, signatures: Sample.signatures)
      let offset = Int(random.next() % UInt64(text.utf8.count + 1))
      _ = completionPlace(at: offset, in: text, signatures: Sample.signatures)
    }
  }

  @Test func everyPrefixKeepsTheLaws() {
    for seed in MutationTests.seeds {
      for length in stride(from: 0, to: seed.count, by: 3) {
        let text = String(seed.prefix(length))
        checkLaws(parse(text, signatures: Sample.signatures), text, #_sourceLocation)
      }
    }
  }

  @Test func arbitraryBytesKeepTheLaws() {
    var random = Splitmix(state: 7)
    for _ in 0..<500 {
      let bytes = (0..<Int(random.next() % 80)).map { _ in UInt8(truncatingIfNeeded: random.next())
      }
      let text = String(decoding: bytes, as: UTF8.self)
      checkLaws(parse(text, signatures: Sample.signatures), text, #_sourceLocation)
    }
  }

  private func mutate(_ text: String, with random: inout Splitmix) -> String {
    var characters = Array(text)
    for _ in 0...(random.next() % 4) {
      let at = Int(random.next() % UInt64(characters.count + 1))
      switch random.next() % 4 {
      case 0 where at < characters.count: characters.remove(at: at)
      case 1 where at < characters.count:
        characters.removeSubrange(at..<min(characters.count, at + Int(random.next() % 12)))
      case 2 where at < characters.count:
        characters.swapAt(at, Int(random.next() % UInt64(characters.count)))
      default:
        let piece = MutationTests.pieces[Int(random.next() % UInt64(MutationTests.pieces.count))]
        characters.insert(contentsOf: piece, at: at)
      }
    }
    return String(characters)
  }
}

/// A seeded generator, so that a failure comes back.
struct Splitmix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
