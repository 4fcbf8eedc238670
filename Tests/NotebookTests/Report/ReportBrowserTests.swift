import CasebookNotebook
import CasebookTestSupport
import Foundation
import Testing

/// What a reader's browser makes of a report: every chart, narrow and wide, light and dark, printed.
@Suite(
  .enabled(if: Browser.program != nil, "no Chromium is installed, so no page is opened"),
  .serialized)
struct ReportBrowserTests {
  /// A report with every kind of chart, tables, prose and a check.
  static let script = """
    // # Every chart
    // {{ volume.n }} cases, *with* [a link](https://example.org), `code` and
    //
    // - a list
    //
    // > and a quotation.
    load "datasets/cases.csv" as cases
    load "datasets/events.csv" as events
    log events (case=case_id, step=step, at=completed_at, start=started_at)
    cases | summarize n = count() | as volume
    expect cases | where isnull(opened_at) is empty because "every case has a beginning"
    // ## Tables
    cases | summarize n = count(), hours = avg((closed_at - opened_at) / 1h) by queue
    cases | take 30
    // ## Charts
    cases | summarize n = count() by vertical, week = bin(opened_at, 7d) | render timechart with (title="Cases a week")
    range x from 0 to 50 step 1 | extend sine = sin(x / 5.0), cosine = cos(x / 5.0) | render linechart
    range x from 0 to 12 step 1 | extend staff = 4 + x % 5 | render stepchart
    range x from 1 to 30 step 1 | extend y = exp(x / 3.0) | render areachart with (yaxis=log)
    cases | summarize n = count() by week = bin(opened_at, 7d), queue | render stackedareachart
    cases | where isnotnull(score_a) | take 100 | project score_a, hours = (closed_at - opened_at) / 1h, vertical | render scatterchart
    range d from 0 to 60 step 1 | extend at = datetime(2026-01-01) + d * 1d, n = 20 + d % 7 + iff(d == 33, 25, 0) | extend odd = iff(n > 40, 1, 0) | project at, n, odd | render anomalychart with (anomalycolumns=odd)
    cases | summarize n = count() by policy | render columnchart
    cases | summarize n = count(), late = countif(closed_at - opened_at > 24h) by queue | render columnchart with (ysplit=panels)
    cases | summarize n = count() by policy | sort by n | render barchart
    cases | summarize n = count() by vertical, queue | render barchart with (kind=stacked)
    cases | summarize n = count() by queue | render piechart
    cases | project hours = (closed_at - opened_at) / 1h | where hours < 48 | render histogram with (bins=24)
    cases | project queue, hours = (closed_at - opened_at) / 1h | where hours < 200 | render boxplot
    cases | summarize n = count() by vertical, policy | render heatmap
    cases | summarize n = count() by vertical, queue | render heattable
    cases | signals score_a label=(outcome == "violating") by vertical | render intervals
    datatable (what: string, change: long) ["Portuguese", 12, "Fraud", -7, "General, which has quite a long name", 3] | render diverging
    events | take 12 | project case_id, step, started_at, completed_at | render timeline
    cases | summarize n = count() by queue, week = bin(opened_at, 7d) | render sparkline
    events | transitions | render flowmap
    events | take 300 | spectrum | render
    cases | summarize cases = count(), violating = countif(outcome == "violating") | render card
    """

  /// What a page looks like to whoever measures it; it writes what is wrong into the document.
  private static let check = """
    const wrong=[],say=(t)=>{if(wrong.length<40)wrong.push(t)},all=(q,e=document)=>[...e.querySelectorAll(q)],
    shown=e=>e.checkVisibility(),box=e=>e.getBoundingClientRect();
    if(document.documentElement.scrollWidth>innerWidth)say("the page is "+document.documentElement.scrollWidth+" wide");
    const charts=all("svg").filter(shown);
    for(const s of charts){const f=box(s),name=s.querySelector("title").textContent,frame=box(s.parentElement);
     if(f.width<100||f.height<40)say(name+": is not drawn");
     if(!s.closest(".broad")&&f.right>frame.right+1)say(name+": is wider than its place");
     const texts=all("text",s).filter(t=>t.textContent.trim());
     const marks=all("rect,path,circle,line",s).filter(m=>!m.closest("clipPath,marker")).map(box).filter(b=>b.width+b.height>0);
     if(!marks.length&&!s.querySelector(".chart-strong"))say(name+": has no mark");
     if(marks.length&&!s.querySelector(".chart-strong")){const w=Math.max(...marks.map(b=>b.right))-Math.min(...marks.map(b=>b.left));
      if(w<f.width*.15)say(name+": its marks take "+Math.round(w)+" of "+Math.round(f.width))}
     const boxes=texts.map(t=>[t,box(t)]);
     for(const[t,b]of boxes)if(b.left<f.left-1||b.right>f.right+1||b.top<f.top-1||b.bottom>f.bottom+1)say(name+": cuts "+t.textContent);
     if(texts.length<200)boxes.forEach(([t,b],i)=>{if(!t.getAttribute("transform"))for(const[u,c]of boxes.slice(i+1))if(!u.getAttribute("transform")&&
      Math.min(b.right,c.right)-Math.max(b.left,c.left)>1.5&&Math.min(b.bottom,c.bottom)-Math.max(b.top,c.top)>4)say(name+": "+t.textContent+" lies on "+u.textContent)});
     if(s.getAttribute("role")!=="img")say(name+": has no role");
     for(const id of s.getAttribute("aria-labelledby").split(" "))if(!document.getElementById(id)?.textContent)say(name+": has no "+id);
     if(!s.querySelector(".chart-strong")&&!all("title",s).slice(1).length)say(name+": shows no values");
     if(!s.closest("figure").nextElementSibling.matches("details.data"))say(name+": has no table")}
    const ids=all("[id]").map(e=>e.id);if(new Set(ids).size!==ids.length)say("an id is there twice");
    let level=0;for(const h of all("h1,h2,h3,h4,h5,h6")){const l=+h.tagName[1];if(l>level+1)say("a heading is too low: "+h.textContent);level=l}
    if(all("h1").length!==1)say("there is not one h1");
    for(const t of all("table")){if(!t.tHead)say("a table has no head");for(const h of t.tHead.rows[0].cells)if(h.tagName!=="TH"||h.scope!=="col")say("a head is none")}
    let sorted=0;
    for(const t of all("table.sortable")){const rows=()=>[...t.tBodies[0].rows],before=rows();if(before.length<2)continue;
     [...t.tHead.rows[0].cells].forEach((h,c)=>{const u=h.querySelector("button");if(!u||u.tabIndex!==0){say("a head cannot be reached");return}
      const seen=new Set();for(let k=0;k<3;k++){u.click();const way=h.getAttribute("aria-sort");seen.add(way);
       const v=rows().map(r=>+r.cells[c].dataset.r).filter(x=>x>=0);
       if(way)for(let i=1;i<v.length;i++)if(way==="ascending"?v[i]<v[i-1]:v[i]>v[i-1]){say("a column is not sorted: "+h.textContent);break}
       if(way&&rows().slice(v.length).some(r=>r.cells[c].dataset.r>=0))say("nulls are not last: "+h.textContent)}
      if(seen.size!==3||rows().some((r,i)=>r!==before[i]))say("the third press does not bring the order back");sorted++})}
    const light=c=>{const m=c.match(/[\\d.]+/g).map(Number),f=v=>(v/=255)<=.03928?v/12.92:((v+.055)/1.055)**2.4;
     return{a:m[3]??1,l:.2126*f(m[0])+.7152*f(m[1])+.0722*f(m[2])}};
    const ground=e=>{for(;e;e=e.parentElement){const c=light(getComputedStyle(e).backgroundColor);if(c.a>0)return c.l}return 1};
    for(const d of all("details"))d.open=true;
    for(const e of all("body *")){if(!shown(e)||![...e.childNodes].some(n=>n.nodeType===3&&n.textContent.trim()))continue;
     if(e.closest("svg")&&(e.tagName!=="text"||e.getAttribute("pointer-events")==="none"))continue;if(e.tagName==="SCRIPT")continue;
     const s=getComputedStyle(e);if(s.visibility==="hidden")continue;const a=light(e.closest("svg")?s.fill:s.color).l,b=ground(e.closest("svg")?.parentElement??e);
     const r=(Math.max(a,b)+.05)/(Math.min(a,b)+.05);if(r<4.5)say("too faint ("+r.toFixed(2)+"): "+e.tagName+" "+e.className+" "+e.textContent.slice(0,40))}
    if(document.documentElement.scrollWidth>innerWidth)say("opened, the page is "+document.documentElement.scrollWidth+" wide");
    document.documentElement.dataset.wrong=wrong.join("\\n");document.documentElement.dataset.charts=charts.length;
    document.documentElement.dataset.sorted=sorted;document.documentElement.dataset.ground=getComputedStyle(document.body).backgroundColor;
    """

  private let page: String
  private let browser = Browser()

  init() throws { page = try Reporting().text(Self.script) }

  /// The page with the check at its end, and without the policy that would keep it from running.
  private var measuredPage: String {
    let open = page.replacing(#/<meta http-equiv="Content-Security-Policy"[^>]*>/#, with: "")
    return open.replacing("</body>", with: "<script>\(Self.check)</script></body>")
  }

  private func attribute(_ name: String, of document: String) -> String? {
    guard let start = document.firstRange(of: "data-\(name)=\"") else { return nil }
    let rest = document[start.upperBound...]
    return String(rest.prefix { $0 != "\"" })
  }

  @Test(arguments: [(360, false), (1440, false), (1440, true)])
  func everythingIsInItsPlace(width: Int, isDark: Bool) throws {
    let visit = try #require(try browser.visit(measuredPage, width: width, isDark: isDark))
    #expect(attribute("wrong", of: visit.document) == "")
    #expect(attribute("charts", of: visit.document) == "23")
    #expect((attribute("sorted", of: visit.document).flatMap { Int($0) } ?? 0) > 40)
    #expect(
      attribute("ground", of: visit.document) == (isDark ? "rgb(20, 24, 29)" : "rgb(255, 255, 255)")
    )
    #expect(visit.messages == [])
  }

  @Test func thePageRunsAndSaysNothing() throws {
    let visit = try #require(try browser.visit(page, width: 1440))
    #expect(visit.messages == [])
    // Its own script has run: heads have become buttons.
    #expect(visit.document.contains("<button type=\"button\">"))
  }

  @Test func nothingElseRuns() throws {
    let foreign = """
      <script>document.title="taken"</script><img src="x" onerror="document.title='taken'"/>
      <p style="color:red">styled</p><iframe src="https://example.org"></iframe>
      """
    let visit = try #require(
      try browser.visit(page.replacing("</main>", with: foreign + "</main>"), width: 1440))
    #expect(visit.document.contains("<title>Every chart</title>"))
    #expect(visit.messages.contains { $0.contains("Content Security Policy") })
  }

  @Test func itPrints() throws {
    let pdf = try #require(browser.print(page))
    #expect(pdf.starts(with: "%PDF".utf8))
    #expect(pdf.count > 50_000)
  }

  /// Tables from two columns to fifty, with long words and without.
  private static let widths = """
    let row = range n from 1 to 8 step 1 | project id = "C0000001", at = datetime(2026-03-02 08:00), place = "account_takeover"
    row
    row | extend b = id, c = at, d = place, e = "Some words that can be folded where they are long"
    row | extend b = id, c = at, d = place, e = place, f = place, g = 0.5
    row | extend b = id, c = at, d = place, e = place, f = place, g = place, h = at, i = at
    row | extend b = id, c = at, d = place, e = place, f = place, g = place, h = at, i = at, j = at, k = at, l = at
    row | extend b = strcat("https://example.org/", strrep("path/", 40)), c = place

    """

  /// On paper nothing scrolls: what is too wide would be cut.
  @Test func noTableIsWiderThanPaper() throws {
    let printed = try Reporting().text(Self.widths)
      .replacing(#/<meta http-equiv="Content-Security-Policy"[^>]*>/#, with: "")
      .replacing("@media print", with: "@media screen")
    // A4 and Letter less the margins, in pixels: the narrower of the two upright, and on its side.
    for (width, isOnItsSide) in [(657, false), (920, true)] {
      let check = """
        document.body.setAttribute("data-fits",[...document.querySelectorAll("main .scroll")].map(e=>{\
        const table=e.querySelector("table"),fit=e.className.split(" ")[1]||"plain",isWide=fit==="fit-landscape";\
        return fit+(isWide===\(isOnItsSide)&&table.scrollWidth>\(width)?" cut":"")}).join())
        """
      let measured = printed.replacing("</body>", with: "<script>\(check)</script></body>")
      let visit = try #require(try browser.visit(measured, width: width))
      #expect(
        attribute("fits", of: visit.document)
          == "plain,fit-dense,fit-landscape,fit-cards,fit-cards,plain")
    }
  }
}
