import CasebookNotebook
import CasebookTestSupport
import Foundation
import FoundationXML
import Testing

/// Whatever data holds, a report shows it and obeys none of it.
@Suite struct ReportHostileTests {
  private static let hostile = [
    "<script>alert(1)</script>", "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)", "' onfocus='alert(1)", "]]><b>", "<!-- --><svg onload=x>",
    "</style></svg>",
    "&lt;b&gt; &amp; &#60;", "{{ one.v }} {{", "javascript:alert(1)", "[x](javascript:alert(1))",
    "a\u{202E}b\u{2066}c\u{200B}", "nul\u{0}bell\u{7}esc\u{1B}[31m", "line\nbreak\rand\ttab",
    String(decoding: [0xEF, 0xBF, 0xBE, 0xEF, 0xBF, 0xBF] as [UInt8], as: UTF8.self),
    "\u{E000}0\u{E001}", "|`*_~#", "```", "-->", "%00%3Cscript%3E",
    String(repeating: "<i>very long</i>", count: 4000),
  ]

  /// A script that puts a value into the prose, heads, cells, charts and errors.
  private static let script = """
    // # Title with {{ one.v }}
    // Prose with {{ one.v }}, *{{ one.v }}* and [{{ one.v }}](https://example.org).
    load "hostile.csv" as h
    h | take 1 | project v | as one
    h
    h | render barchart with (title="chart")
    h | project v, n | render piechart
    h | extend t = datetime(2026-01-01) + n * 1d | project t, n, v | render timechart
    h | project v, w = v, n | render heatmap
    h | summarize sum(n) by v | render columnchart
    h | render card
    h | project from = v, to = strcat(v, "2"), n | render flowmap
    h | evaluate pivot(v, sum(n))
    expect (h | take 1) is empty
    """

  private let reporting = Reporting()

  private func report(of value: String) throws -> Report {
    let quoted = "\"" + value.replacing("\"", with: "\"\"") + "\""
    reporting.folder.write(
      "hostile.csv", Array("v,n\n\(quoted),1\n\(quoted),2\nplain,3\n".utf8))
    return try reporting.report(Self.script)
  }

  /// The elements of a page with the names of their attributes; nil where it is not well formed.
  private func outline(_ page: String) -> [String]? {
    let collector = OutlineCollector()
    let parser = XMLParser(data: Data(page.utf8))
    parser.delegate = collector
    return parser.parse() ? collector.outline : nil
  }

  /// The page without its script, whose text is no XML; whose element stays.
  private func withoutScript(_ page: String) throws -> String {
    let start = try #require(page.ranges(of: "<script>").last).upperBound
    let end = try #require(page.ranges(of: "</script>").last).lowerBound
    return page.replacingCharacters(in: start..<end, with: "")
  }

  @Test func pagesAreWellFormedAndHoldNoElementFromData() throws {
    // Long names are drawn in another way than short ones.
    var plain: Set<String> = []
    for value in ["value", String(repeating: "a value that is long ", count: 20)] {
      plain.formUnion(
        try #require(outline(withoutScript(ReportFormat.html.text(report(of: value))))))
    }
    #expect(plain.count > 40)
    for value in Self.hostile {
      let page = try ReportFormat.html.text(report(of: value))
      let found = try #require(outline(withoutScript(page)), "not well formed: \(value.prefix(60))")
      #expect(Set(found).subtracting(plain) == [], "\(value.prefix(60))")
      #expect(page.components(of: "<script") == 1)
      #expect(
        !page.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{2066}" || $0 == "\u{1B}" })
      #expect(!page.contains("href=\"javascript"))
    }
  }

  @Test func markdownHoldsNoMarkupFromData() throws {
    for value in Self.hostile where value.count < 100 {
      let text = try ReportFormat.md.text(report(of: value))
      let prose = try linesOutsideCode(text).joined(separator: "\n")
      #expect(!prose.contains("<"), "\(value)")
      #expect(!prose.replacing("\\]", with: "").contains("](javascript"), "\(value)")
    }
  }

  /// The lines outside fences, which are all closed.
  private func linesOutsideCode(_ text: String) throws -> [Substring] {
    var lines: [Substring] = []
    var fence: Substring?
    for line in text.split(separator: "\n") {
      let mark = line.prefix { $0 == "`" }
      if let open = fence {
        if mark.count >= open.count, mark == line { fence = nil }
      } else if mark.count >= 3 {
        fence = mark
      } else {
        lines.append(line)
      }
    }
    try #require(fence == nil)
    return lines
  }

  @Test func notebooksAreJSONWhateverDataHolds() throws {
    for value in Self.hostile {
      let text = try ReportFormat.ipynb.text(report(of: value))
      let notebook = try #require(
        JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      let cells = try #require(notebook["cells"] as? [[String: Any]])
      for cell in cells {
        for case let output in cell["outputs"] as? [[String: Any]] ?? [] {
          guard let data = output["data"] as? [String: Any],
            let html = data["text/html"] as? [String]
          else { continue }
          let page = "<x>" + html.joined() + "</x>"
          let elements = try #require(outline(page))
          #expect(Set(elements.map { $0.prefix { $0 != " " } }).isSubset(of: Self.tableElements))
        }
      }
    }
  }

  private static let tableElements: Set<Substring> = [
    "x", "table", "caption", "thead", "tbody", "tr", "th", "td", "i",
  ]
}

private final class OutlineCollector: NSObject, XMLParserDelegate {
  var outline: [String] = []

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    outline.append(([name] + attributes.keys.sorted()).joined(separator: " "))
  }
}
