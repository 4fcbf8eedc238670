import CasebookRender
import CasebookTables
import CasebookValues
import Testing

@Suite struct MarkupTableTests {
  @Test func markdownEscapesItsOwnMarkup() {
    let marked = table(
      ("case_id", .string, texts("a|b", "<b>&`*_x_*", "[link](x)", "C:\\dir", "|\u{301}")),
      ("n", .long, [.long(1), .null(.long), .long(2), .long(3), .long(4)]))
    #expect(
      MarkdownTable().text(marked) == """
        | case_id | n |
        | --- | ---: |
        | a\\|b | 1 |
        | &lt;b&gt;&amp;\\`\\*\\_x\\_\\* | null |
        | \\[link](x) | 2 |
        | C:\\\\dir | 3 |
        | \\|\u{301} | 4 |

        """)
  }

  @Test func markdownSaysWhatIsLeftOut() {
    let many = table(("n", .long, longs(1, 2, 3)))
    #expect(
      MarkdownTable(rowLimit: 1).text(many)
        == "| n |\n| ---: |\n| 1 |\n\n3 rows, 1 shown\n")
  }

  @Test func htmlIsEscaped() {
    let marked = table(
      ("<name>", .string, texts("<script>alert(\"x\")</script>", "a & 'b'")),
      ("n", .real, [.real(1.5), .null(.real)]))
    #expect(
      HTMLTable().text(marked) == """
        <table>
        <thead><tr><th>&lt;name&gt;</th><th style="text-align:right">n</th></tr></thead>
        <tbody>
        <tr><td>&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;</td><td style="text-align:right">1.5</td></tr>
        <tr><td>a &amp; &#39;b&#39;</td><td style="text-align:right"><i>null</i></td></tr>
        </tbody>
        </table>

        """)
    #expect(HTMLTable(rowLimit: 1).text(marked).contains("<caption>2 rows, 1 shown</caption>"))
  }

  @Test func emptyTablesAreStillTables() {
    #expect(MarkdownTable().text(Table(fields: [])).isEmpty)
    #expect(
      MarkdownTable().text(Table(fields: [Field("a", .string)])) == "| a |\n| --- |\n")
    #expect(HTMLTable().text(Table(fields: [])).hasPrefix("<table>"))
  }
}
