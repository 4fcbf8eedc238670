import CasebookRender
import CasebookValues
import Crypto

/// The style and the script of a report: all that its page allows to be applied or run.
enum ReportStyle {
  /// The rules of the page, those of its charts included.
  static let css =
    ChartSVG.pageStyle + """

      :root{color-scheme:light dark;--ink:#1c2430;--faint:#566170;--line:#dfe3e8;--paper:#fff;--wash:#f5f6f8;\
      --accent:#2463a6;--good:#12704f;--bad:#b3261e;--warn:#8a5a00}
      @media (prefers-color-scheme:dark){:root{--ink:#e8ebf0;--faint:#9aa6b5;--line:#2c333c;--paper:#14181d;\
      --wash:#1b2027;--accent:#6fb0f2;--good:#4fc795;--bad:#ff8f86;--warn:#e3b23c}}
      *{box-sizing:border-box}
      body{margin:0;background:var(--paper);color:var(--ink);\
      font:1.0625rem/1.6 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;overflow-wrap:break-word}
      main,footer{max-width:47rem;margin:0 auto;padding:0 1rem}
      main{padding-top:3rem}
      h1,h2,h3,h4,h5,h6{line-height:1.25;margin:2.4em 0 .6em;text-wrap:balance}
      h1{font-size:2rem;letter-spacing:-.01em;margin-top:0}
      h2{font-size:1.4rem}h3{font-size:1.15rem}h4,h5,h6{font-size:1rem}
      p,ul,ol,blockquote,pre{margin:0 0 1em}
      a{color:var(--accent)}
      code,pre{font-family:ui-monospace,"SF Mono","Cascadia Mono","DejaVu Sans Mono",monospace;font-size:.875em}
      :not(pre)>code{background:var(--wash);border-radius:3px;padding:.1em .3em}
      pre{background:var(--wash);border-radius:6px;padding:.8em 1em;overflow-x:auto;line-height:1.5}
      blockquote{border-left:3px solid var(--line);padding-left:1em;color:var(--faint)}
      hr{border:0;border-top:1px solid var(--line);margin:2em 0}
      .byline{color:var(--faint);font-size:.9375rem;margin-top:-.6em}
      .value{font-weight:600;font-variant-numeric:tabular-nums}
      .cell{margin:1.2rem 0 2rem}
      details{font-size:.875rem;margin:0 0 .6rem}
      summary{color:var(--faint);cursor:pointer;border-radius:3px;white-space:nowrap;overflow:hidden;\
      text-overflow:ellipsis;list-style-position:inside}
      summary:hover{color:var(--ink)}
      :focus-visible{outline:2px solid var(--accent);outline-offset:2px}
      summary code{background:none;padding:0}
      details pre{margin:.5rem 0 .6rem}
      details[open]>summary code{visibility:hidden}
      .k{color:var(--accent)}.s{color:var(--good)}.d{color:var(--warn)}.c,.p{color:var(--faint)}
      figure{margin:0 0 .4rem}
      svg{display:block;max-width:100%;height:auto}
      .chart{overflow-x:auto;margin-left:-12px}
      .broad{width:max-content;max-width:calc(100vw - 2rem);margin-left:50%;transform:translateX(-50%)}
      .broad svg,.scaled svg{max-width:none}
      .narrow{display:none}
      @media (max-width:38rem){.wide{display:none}.narrow{display:block}main{padding-top:1.5rem}h1{font-size:1.6rem}}
      .scroll{overflow-x:auto;margin:0 0 .4rem;width:max-content;min-width:0;\
      max-width:calc(100vw - max(1rem,50vw - 22.5rem) - 1rem)}
      table{border-collapse:collapse;width:max-content;font-size:.9375rem;line-height:1.4;font-variant-numeric:tabular-nums}
      th,td{padding:.35rem .9rem .35rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
      th{font-weight:600;white-space:nowrap;border-bottom-color:var(--faint)}
      td{max-width:26rem}
      .w{white-space:nowrap}.n,.right{text-align:right;white-space:nowrap}.centre{text-align:center}
      .none{color:var(--faint);font-style:italic}
      th button{font:inherit;color:inherit;background:none;border:0;padding:0;margin:0;cursor:pointer;position:relative}
      th button::after{position:absolute;left:100%;padding-left:.15em;color:var(--accent)}
      th[aria-sort=ascending] button::after{content:"\\2191"}
      th[aria-sort=descending] button::after{content:"\\2193"}
      th button:hover{color:var(--accent)}
      .count,.note{color:var(--faint);font-size:.875rem;margin:.2rem 0 0}
      .finding{margin:.5rem 0 0;padding-left:.9rem;border-left:3px solid var(--accent)}
      .warning{margin:.5rem 0 0;padding-left:.9rem;border-left:3px solid var(--warn);font-size:.9375rem}
      .holds>summary{color:var(--good)}
      .wrong{color:var(--bad);background:none;font-weight:600}
      .failure{border-left:3px solid var(--bad);padding-left:.9rem}
      .failure>p{color:var(--bad);font-weight:600;margin-bottom:.4rem}
      footer{margin-top:4rem;padding-top:1.2rem;padding-bottom:3rem;color:var(--faint);font-size:.875rem}
      footer h2{font-size:1rem;margin:0 0 .8rem;padding-top:1.2rem;border-top:1px solid var(--line);color:var(--ink)}
      dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.2rem;margin:0 0 1rem}
      dt,dd{margin:0}dd{color:var(--ink);min-width:0}
      footer table{font-size:.875rem}
      footer code{background:none;padding:0}
      @media print{
      :root{color-scheme:light;--ink:#1c2430;--faint:#566170;--line:#c9ced6;--paper:#fff;--wash:#f5f6f8;\
      --accent:#2463a6;--good:#12704f;--bad:#b3261e;--warn:#8a5a00}
      :root .casebook-chart{\(ChartSVG.lightVariables)}
      @page{margin:18mm}
      body{font-size:10.5pt}main,footer{max-width:none;padding-left:0;padding-right:0}main{padding-top:0}
      .wide{display:block}.narrow,details:not([open]):not(.holds){display:none}
      .scroll,.chart{overflow:visible;width:auto;max-width:none}.broad{width:auto;max-width:none;margin:0;transform:none}.broad svg,.scaled svg{max-width:100%}
      table{width:auto;font-size:8.5pt}th,td{padding-right:1ch}td{max-width:none}
      .x{overflow-wrap:anywhere;min-width:16ch}
      .fit-dense table,.fit-landscape table,.fit-cards table{font-size:7pt}
      @page landscape{size:landscape;margin:14mm 18mm}
      .fit-landscape{page:landscape}
      \(cards(".fit-cards"))
      @supports not (page:landscape){\(cards(".fit-landscape"))}
      figure,tr,.finding,.warning,.failure{break-inside:avoid}h1,h2,h3,h4,h5,h6{break-after:avoid}
      a{color:inherit}}
      """

  /// A table as a block a row, each value beside its column's name.
  private static func cards(_ table: String) -> String {
    """
    \(table) table,\(table) tbody{display:block}\(table) thead{display:none}\
    \(table) tr{display:grid;grid-template-columns:repeat(3,1fr);gap:0 1.2em;padding:.6em 0;\
    border-bottom:1px solid var(--faint)}\
    \(table) td{display:flex;justify-content:space-between;gap:.8em;padding:.1em 0;border:0;text-align:right;\
    white-space:normal;overflow-wrap:anywhere}\
    \(table) td::before{content:attr(data-h);color:var(--faint);text-align:left;overflow-wrap:normal}
    """
  }

  /// What makes tables sortable: by the places that their cells carry, and back to the order they came in.
  static let script = """
    "use strict";for(const t of document.querySelectorAll("table.sortable")){const b=t.tBodies[0],rows=[...b.rows];\
    if(rows.length<2)continue;const heads=[...t.tHead.rows[0].cells];heads.forEach((h,c)=>{\
    const u=document.createElement("button");u.type="button";u.append(...h.childNodes);h.append(u);\
    const first=h.classList.contains("n")?"descending":"ascending",\
    second=first==="ascending"?"descending":"ascending";u.addEventListener("click",()=>{\
    const was=h.getAttribute("aria-sort"),now=was===null?first:was===first?second:null;\
    for(const o of heads)o.removeAttribute("aria-sort");let order=rows;if(now){h.setAttribute("aria-sort",now);\
    const s=now==="ascending"?1:-1,k=r=>+r.cells[c].dataset.r;\
    order=[...rows].sort((x,y)=>k(x)<0||k(y)<0?(k(x)<0)-(k(y)<0):s*(k(x)-k(y)))}b.append(...order)})})}\
    const fit=()=>{for(const e of document.querySelectorAll(".scroll,.chart"))\
    if(e.scrollWidth>e.clientWidth)e.tabIndex=0;else e.removeAttribute("tabindex")};fit();addEventListener("resize",fit);\
    for(const e of document.querySelectorAll(".broad"))e.scrollLeft=(e.scrollWidth-e.clientWidth)/2
    """

  /// What the page may load and run: this style and this script, and nothing else from anywhere.
  static let policy =
    "default-src 'none'; style-src '\(hash(css))'; script-src '\(hash(script))'; base-uri 'none'; "
    + "form-action 'none'"

  private static func hash(_ text: String) -> String {
    let digest = Array(SHA256.hash(data: Array(text.utf8)))
    return "sha256-" + digest.withUnsafeBufferPointer { Base64.encode($0) }
  }
}
