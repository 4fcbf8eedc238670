import CasebookRender
import Testing

/// Prose as CommonMark has it, as far as reports need it.
@Suite struct MarkdownTests {
  private func check(
    _ markdown: String, _ html: String, _ place: SourceLocation = #_sourceLocation
  ) {
    let text = MarkdownHTML().text(MarkdownDocument(markdown).blocks)
    #expect(text == html + "\n", sourceLocation: place)
  }

  @Test func headings() {
    check("# One", "<h1>One</h1>")
    check("### Three ###", "<h3>Three</h3>")
    check("Under\n=====\nlined\n---", "<h1>Under</h1>\n<h2>lined</h2>")
    check("#hashtag", "<p>#hashtag</p>")
    check("####### seven", "<p>####### seven</p>")
  }

  @Test func paragraphs() {
    check("one\ntwo\n\nthree", "<p>one two</p>\n<p>three</p>")
    check("break  \nhere\\\nand here", "<p>break<br/>\nhere<br/>\nand here</p>")
    check("one\n***\ntwo", "<p>one</p>\n<hr/>\n<p>two</p>")
  }

  @Test func emphasis() {
    check(
      "*a* _b_ **c** __d__ ***e*** ~~f~~",
      "<p><em>a</em> <em>b</em> <strong>c</strong> <strong>d</strong> <em><strong>e</strong></em> <del>f</del></p>"
    )
    check("snake_case_name and 2 * 3 * 4", "<p>snake_case_name and 2 * 3 * 4</p>")
    check("**bold *and* more**", "<p><strong>bold <em>and</em> more</strong></p>")
    check("*open **closed**", "<p>*open <strong>closed</strong></p>")
    check("\\*not\\* ~one~", "<p>*not* ~one~</p>")
    check("*a `*` b*", "<p><em>a <code>*</code> b</em></p>")
  }

  @Test func code() {
    check(
      "`a < b` and ``with ` tick``", "<p><code>a &lt; b</code> and <code>with ` tick</code></p>")
    check("```kql\ncases | count\n\n  x\n```", "<pre><code>cases | count\n\n  x\n</code></pre>")
    check(
      "text\n\n    | where late\n\nmore",
      "<p>text</p>\n<pre><code>| where late\n</code></pre>\n<p>more</p>")
    check("~~~\nopen", "<pre><code>open\n</code></pre>")
    check("a ` b", "<p>a ` b</p>")
  }

  @Test func lists() {
    check("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>")
    check("3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>")
    check(
      "- a\n  - inner\n    text\n- b",
      "<ul>\n<li>a\n<ul>\n<li>inner text</li>\n</ul>\n</li>\n<li>b</li>\n</ul>")
    check("- a\n\n- b", "<ul>\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ul>")
    check("- a\n* b", "<ul>\n<li>a</li>\n</ul>\n<ul>\n<li>b</li>\n</ul>")
    check("The year was\n1984. So.", "<p>The year was 1984. So.</p>")
    check("- lazy\nline", "<ul>\n<li>lazy line</li>\n</ul>")
    check("- a\n\n- - -", "<ul>\n<li>a</li>\n</ul>\n<hr/>")
    check("- 1.\ntext", "<ul>\n<li><ol>\n<li></li>\n</ol>\n</li>\n</ul>\n<p>text</p>")
  }

  @Test func quotations() {
    check(
      "> one\n> two\nlazy\n\nout", "<blockquote>\n<p>one two lazy</p>\n</blockquote>\n<p>out</p>")
    check("> - a", "<blockquote>\n<ul>\n<li>a</li>\n</ul>\n</blockquote>")
  }

  @Test func tables() {
    check(
      "| a | b |\n| --- | ---: |\n| 1 | x \\| y |\n| 2 |",
      "<div class=\"scroll\"><table>\n<thead>\n<tr><th scope=\"col\">a</th><th scope=\"col\" class=\"right\">b</th></tr>\n"
        + "</thead>\n<tbody>\n<tr><td>1</td><td class=\"right\">x | y</td></tr>\n"
        + "<tr><td>2</td><td class=\"right\"></td></tr>\n</tbody>\n</table></div>")
    check("| a | b |\n| --- |", "<p>| a | b | | --- |</p>")
  }

  @Test func links() {
    check(
      "[Docs *here*](https://example.org/a_(b)?q=1&r \"title\")",
      "<p><a href=\"https://example.org/a_(b)?q=1&amp;r\" rel=\"noreferrer\">Docs <em>here</em></a></p>"
    )
    check(
      "<https://example.org>",
      "<p><a href=\"https://example.org\" rel=\"noreferrer\">https://example.org</a></p>")
    check("[a] and [b]() and ![picture](x.png)", "<p>[a] and b and picture</p>")
  }

  @Test(arguments: [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "//example.org",
    "\u{1}javascript:x", "https://a\u{1}b",
  ])
  func linksThatCouldRunSomethingAreText(destination: String) {
    check("[x](<\(destination)>)", "<p>x</p>")
  }

  @Test func htmlIsText() {
    check(
      "<script>alert(1)</script> & <b onclick='x'>",
      "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b onclick=&#39;x&#39;&gt;</p>")
    check("a\u{202E}b\u{0}c", "<p>a\\u{202e}b\\x00c</p>")
  }

  /// Marks without end must neither be slow nor use up the stack.
  @Test func endlessMarks() {
    for mark in ["*a ", "**", "[", "![", "> ", "- ", "`", "_a", "(", "~~", "|", "#", "<"] {
      let text = String(repeating: mark, count: 20_000)
      #expect(!MarkdownHTML().text(MarkdownDocument(text).blocks).isEmpty)
    }
    let nested = String(repeating: "*a **b ", count: 5000) + String(repeating: "** *", count: 5000)
    #expect(!MarkdownHTML().text(MarkdownDocument(nested).blocks).isEmpty)
  }
}
