import CasebookValues
import Testing

/// No text, however wrong, may stop the process.
@Suite struct HostileInputTests {
  private static let alphabets = [
    "0123456789-:/.TZ+ ,eE", "0123456789.d:hms-", "[]{}\"'\\u0129ade:,-.truefalsn()@ ",
    "mon-fri 08:1,24x7 except;Z", "0123456789abcdef.:/[]%?#@&=", "$.[]'\"a0-",
    "yMdHhmsfFtzK%YjT:/-' ",
    "()[]*+?|\\d^$.a{1,}PU<>", "\u{0}\u{7F}é日😀\u{301}",
  ]

  @Test(arguments: 0..<9)
  func parsersSurvive(_ choice: Int) {
    let alphabet = Array(HostileInputTests.alphabets[choice])
    var random = CounterGenerator(seed: UInt64(choice) + 100)
    for _ in 0..<300 {
      let length = Int(random.next() % 24)
      let text = String(
        (0..<length).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] })
      parseEverything(text)
    }
  }

  private func parseEverything(_ text: String) {
    for type in ScalarType.allCases { _ = Scalar.string(text).converted(to: type).text }
    _ = Dynamic(literal: text)
    _ = JSONPath(text)
    _ = TimeFormat(datetime: text)?.text(datetime: Instant.unixEpoch)
    if let layout = TimestampLayout(format: text) {
      withBytes(of: text) { _ = parseTimestamp($0, layout) }
    }
    _ = try? BusinessCalendar(text).deadline(from: Instant.unixEpoch, after: Ticks.perHour)
    _ = try? RegularExpression(text).replacingMatches(in: text, with: text)
    _ = IPv6(text)?.networkText
    _ = IPv4.addresses(in: text)
    _ = URLText.parse(text)
    _ = URLText.decode(text)
    _ = parsePath(text)
    _ = Punycode.decodeDomain("xn--" + text)
    _ = Punycode.encodeDomain(text)
    _ = parseVersion(text)
    _ = Base64.decodeText(text)
    _ = displayWidth(text)
    _ = hasTerm(text, String(text.suffix(3)))
    _ = Zone.named(text)
  }

  @Test func extremesAreWrittenSafely() {
    for ticks in [Int64.min, -1, Int64.max, Instant.greatest + 1] {
      #expect(Instant.text(ticks).utf8.count == 28)
      #expect(!Timespan.text(ticks).isEmpty)
      #expect(!Timespan.plainText(ticks).isEmpty)
    }
  }
}
