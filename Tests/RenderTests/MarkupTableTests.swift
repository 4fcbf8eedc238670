import CasebookRender
import CasebookTables
import CasebookValues
import Testing

@Suite struct MarkupTableTests {
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
    #expect(HTMLTable().text(Table(fields: [])).hasPrefix("<table>"))
  }
}
