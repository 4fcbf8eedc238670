import CasebookValues
import Testing

@Suite struct TextTests {
  private func matches(
    _ rule: TextMatcher.Rule, _ text: String, _ needle: String, caseSensitive: Bool = false
  ) -> Bool {
    TextMatcher(needle, rule, caseSensitive: caseSensitive).matches(text)
  }

  @Test func terms() {
    #expect(hasTerm("hello-world", "hello"))
    #expect(!hasTerm("helloworld", "hello"))
    #expect(hasTerm("alpha_beta", "alpha"))
    #expect(hasTerm("Привет Мир", "привет"))
    #expect(!hasTerm("ПриветМир", "привет"))
    #expect(hasTerm("NAÏVE", "naïve"))
    #expect(!hasTerm("naive", "naïve"))
    #expect(hasTerm("version 2.3 of", "2.3"))
    #expect(!hasTerm("version 12.3 of", "2.3"))
    #expect(hasTerm("a b", " "))
    #expect(hasTerm("", ""))
    #expect(!hasTerm("Red", "red", caseSensitive: true))
    // A later occurrence may stand free where the first does not.
    #expect(hasTerm("barn bar", "bar"))
    #expect(CasebookValues.terms(of: "a-b_c 12é") == ["a", "b", "c", "12é"])
  }

  @Test func rules() {
    #expect(matches(.termPrefix, "say Hello", "hel"))
    #expect(!matches(.termPrefix, "sahello", "hel"))
    #expect(matches(.termSuffix, "somewhere.x", "where"))
    #expect(!matches(.termSuffix, "wherever", "where"))
    #expect(matches(.prefix, "Ünder", "ün"))
    #expect(matches(.suffix, "caFÉ", "fé"))
    #expect(matches(.equals, "ΣΑΣ", "σας"))
    #expect(!matches(.contains, "ab", "abc"))
    #expect(matches(.contains, "xAbC", "bc"))
    #expect(!matches(.contains, "xAbC", "bc", caseSensitive: true))
    // The Kelvin sign folds to k.
    #expect(matches(.equals, "\u{212A}", "k"))
    #expect(containsIgnoringCase("Straße", "STRAßE"))
  }

  @Test func cases() {
    #expect(lowercaseText("ÀB1") == "àb1")
    #expect(uppercaseText("naïveté") == "NAÏVETÉ")
    #expect(equalsIgnoringCase("Café", "CAFÉ"))
    #expect(!equalsIgnoringCase("cafe", "café"))
  }

  @Test func widths() {
    #expect(displayWidth("abc") == 3)
    #expect(displayWidth("日本") == 4)
    #expect(displayWidth("e\u{301}") == 1)
    #expect(displayWidth("👩‍👩‍👧") == 2)
    #expect(displayWidth("🇮🇪") == 2)
    #expect(displayWidth("❤\u{FE0F}") == 2)
    #expect(displayWidth("한국어") == 6)
    #expect(displayWidth(Unicode.Scalar(0x200B) ?? "x") == 0)
  }

  @Test func unsafeScalars() {
    #expect(isUnsafeToDisplay("\u{1B}"))
    #expect(isUnsafeToDisplay("\u{202E}"))
    #expect(isUnsafeToDisplay("\u{9B}"))
    #expect(!isUnsafeToDisplay("é"))
  }

  @Test func utf8() {
    func valid(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBufferPointer(isValidUTF8) }
    #expect(valid(Array("plain ascii of some length, é, 日, 😀".utf8)))
    for bytes: [UInt8] in [
      [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC3],
      [0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
    ] {
      #expect(!valid(bytes))
    }
    #expect([0x61, 0xFF].withUnsafeBufferPointer(repairedText) == "a\u{FFFD}")
  }

  @Test func base64() {
    for text in ["", "a", "ab", "abc", "abcd", "é😀"] {
      #expect(Base64.decodeText(Base64.encode(text)) == text)
    }
    #expect(Base64.encode("Kusto") == "S3VzdG8=")
    #expect(Base64.decodeText("S3VzdG8") == nil)
    #expect(Base64.decodeText("/w==") == nil)
    #expect(Base64.decodeText("S3=zdG8=") == nil)
    let guid = "10e99626-bc2b-4c75-bb3e-fe606de25700"
    #expect(littleEndianBytes(ofGuid: guid).flatMap(guid(littleEndian:)) == guid)
  }

  private func guid(littleEndian bytes: [UInt8]) -> String? {
    CasebookValues.guid(littleEndian: bytes)
  }

  @Test func hashes() {
    #expect(XXHash64.hash("") == -1_205_034_819_632_174_695)
    #expect(XXHash64.hash("World") == 1_846_988_464_401_551_951)
    #expect(XXHash64.hash(String(repeating: "x", count: 100)) == -7_858_536_869_340_659_564)
    #expect(
      XXHash64.hash(.datetime(635_556_672_000_000_000)) == 1_380_966_698_541_616_202)
  }

  @Test func randomNumbersRepeat() {
    let key = CounterRandom.key(seed: 42, cell: 1, stage: 2)
    #expect(CounterRandom.draw(key, 7) == CounterRandom.draw(seed: 42, cell: 1, stage: 2, index: 7))
    #expect(CounterRandom.draw(key, 7) != CounterRandom.draw(key, 8))
    var sum = 0.0
    for index in 0..<10_000 {
      let unit = CounterRandom.unit(CounterRandom.draw(key, UInt64(index)))
      #expect(unit >= 0 && unit < 1)
      #expect(CounterRandom.below(6, CounterRandom.draw(key, UInt64(index))) < 6)
      sum += unit
    }
    #expect(abs(sum / 10_000 - 0.5) < 0.01)
  }
}
