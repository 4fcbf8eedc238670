import CasebookValues
import Testing

@Suite struct AddressTests {
  @Test func ipv4() {
    #expect(IPv4("192.168.1.1")?.network == 3_232_235_777)
    #expect(IPv4("192.168.1.1/24")?.network == 3_232_235_776)
    for text in ["1.2.3", "1.2.3.256", "1.2.3.4/33", "1.2.3.4.5", "a.b.c.d", "", "1.2.3.4/"] {
      #expect(IPv4(text) == nil)
    }
    #expect(IPv4("10.1.2.3")?.isPrivate == true)
    #expect(IPv4("172.32.0.1")?.isPrivate == false)
    #expect(IPv4("192.168.0.0/8")?.isPrivate == false)
    #expect(IPv4("192.168.1.1/24")?.networkText(prefix: 32) == "192.168.1.0")
    #expect(IPv4("192.168.1.1")?.networkTextWithPrefix(prefix: 24) == "192.168.1.0/24")
    #expect(IPv4("192.168.1.1/24")?.networkText(prefix: -1) == nil)
  }

  @Test func ipv4Comparisons() throws {
    let one = try #require(IPv4("192.168.1.1"))
    let other = try #require(IPv4("192.168.1.255"))
    #expect(one.compared(to: other) == -1)
    #expect(other.compared(to: one, prefix: 24) == 0)
    #expect(one.compared(to: other, prefix: 33) == nil)
    #expect(try one.isIn(#require(IPv4("192.168.1.0/24"))))
    #expect(try !one.isIn(#require(IPv4("10.0.0.0/8"))))
  }

  @Test func ipv4InText() {
    let line = "05:04:54 127.0.0.1 GET /favicon.ico 404, from x10.0.0.1 and 1.2.3.4."
    #expect(IPv4.isAddress("127.0.0.1", in: line))
    #expect(!IPv4.isAddress("10.0.0.1", in: line))
    #expect(IPv4.isAddress("1.2.3.4", in: line))
    #expect(IPv4.isPrefix("127.0.", in: line))
    #expect(!IPv4.isPrefix("127.0", in: line))
  }

  @Test func ipv6() throws {
    #expect(IPv6("192.168.255.255/24")?.networkText == "0000:0000:0000:0000:0000:ffff:c0a8:ff00")
    #expect(IPv6("fe80::1")?.networkText == "fe80:0000:0000:0000:0000:0000:0000:0001")
    #expect(IPv6("::")?.low == 0)
    #expect(IPv6("1:2:3:4:5:6:7:8")?.high == 0x0001_0002_0003_0004)
    for text in ["", ":", "1:2", "1::2::3", "12345::", "fe80::/129", "g::"] {
      #expect(IPv6(text) == nil, "\(text)")
    }
    let mapped = try #require(IPv6("::ffff:c0a8:0101"))
    #expect(try mapped.compared(to: #require(IPv6("192.168.1.1"))) == 0)
    #expect(try mapped.compared(to: #require(IPv6("192.168.1.255/24"))) == 0)
    let local = try #require(IPv6("fe80::85d:e82c:9446:7994/120"))
    #expect(try local.compared(to: #require(IPv6("fe80::85d:e82c:9446:7998")), prefix: 127) == 0)
  }

  @Test func urls() {
    let text = "scheme://user:word@host:1234/this/is/a/path?k1=v1&k2=v2#fragment"
    #expect(
      URLText.parse(text)?.jsonText == "{\"Scheme\":\"scheme\",\"Host\":\"host\",\"Port\":\"1234\","
        + "\"Path\":\"/this/is/a/path\",\"Username\":\"user\",\"Password\":\"word\","
        + "\"Query Parameters\":{\"k1\":\"v1\",\"k2\":\"v2\"},\"Fragment\":\"fragment\"}")
    #expect(URLText.parse("no address") == nil)
    #expect(URLText.parse("http://[::1]:80/")?["Host"] == .string("[::1]"))
    #expect(URLText.encode("a b/é") == "a+b%2f%c3%a9")
    #expect(URLText.encodeComponent("a b") == "a%20b")
    #expect(URLText.decode("a+b%2F%c3%a9%zz") == "a b/é%zz")
  }

  @Test(arguments: [
    ("bücher", "bcher-kva"), ("académie-française", "acadmie-franaise-npb1a"),
    ("правда", "80aafi6cg"), ("plain", "plain-"), ("", ""),
  ])
  func punycode(_ text: String, _ encoded: String) {
    #expect(Punycode.encode(text) == encoded)
    #expect(Punycode.decode(encoded) == text)
  }

  @Test func domains() {
    #expect(Punycode.encodeDomain("bücher.example。com") == "xn--bcher-kva.example.com")
    #expect(Punycode.decodeDomain("xn--bcher-kva.example.com") == "bücher.example.com")
    #expect(Punycode.decode("é") == nil)
    #expect(Punycode.decode("99999999999") == nil)
  }

  @Test(arguments: [
    ("D:\\logs\\a.b.txt", "", "D:\\", "D:\\logs", "logs", "a.b.txt", "txt", ""),
    ("file://D:/logs/a.txt:x.exe", "file", "D:/", "D:/logs", "logs", "a.txt", "txt", "x.exe"),
    ("/var/log/syslog", "", "", "/var/log", "log", "syslog", "", ""),
    ("a.txt", "", "", "", "", "a.txt", "txt", ""),
  ])
  func paths(
    _ path: String, _ scheme: String, _ root: String, _ directory: String, _ name: String,
    _ file: String, _ suffix: String, _ stream: String
  ) {
    let keys = [
      "Scheme", "RootPath", "DirectoryPath", "DirectoryName", "Filename", "Extension",
      "AlternateDataStreamName",
    ]
    let values = [scheme, root, directory, name, file, suffix, stream]
    #expect(
      parsePath(path) == .bag(zip(keys, values).map { (key: $0, value: .string($1)) }))
  }

  @Test func versions() {
    #expect(parseVersion("1.2") == 1.00000002e24)
    #expect(parseVersion("1.a") == nil)
    #expect(parseVersion("1.2.3.4.5") == nil)
    #expect(parseVersion("") == nil)
  }
}
