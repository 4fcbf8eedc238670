import CasebookTables

/// What a chart shows, in words, for those who do not see it.
public struct ChartSummary: Sendable, Equatable {
  /// What it is called where nobody gave it a title.
  public var title: String
  /// What is drawn, from where to where, and what is not.
  public var text: String
}

extension Chart {
  /// The chart in words.
  public var summary: ChartSummary {
    let (title, sentences) = words
    let all = sentences + notes.map { $0.prefix(1).uppercased() + $0.dropFirst() }
    return ChartSummary(
      title: title, text: all.map { $0.hasSuffix(".") ? $0 : $0 + "." }.joined(separator: " "))
  }

  private var words: (title: String, sentences: [String]) {
    switch body {
    case .plot(let plot): plotWords([plot])
    case .panels(let plots): plotWords(plots)
    case .rows(let rows): rowWords(rows)
    case .grid(let grid):
      (
        "\(grid.valueTitle) by \(grid.rowTitle) and \(grid.columnTitle)",
        [
          "\(formatCount(grid.rows.count)) by \(formatCount(grid.columns.count)) cells",
          "\(grid.valueTitle) from \(grid.least.text) to \(grid.greatest.text)",
        ]
      )
    case .sparklines(let lines):
      (
        "Sparklines",
        ["\(formatCount(lines.rows.count, of: "line"))"]
          + lines.rows.prefix(10).map {
            "\($0.name): last \($0.last), least \($0.least), greatest \($0.greatest)"
          }
      )
    case .flow(let map):
      (
        "Flow map",
        [
          "\(formatCount(map.steps.count, of: "step")) and \(formatCount(map.edges.count, of: "transition"))"
        ]
          + map.edges.sorted { $0.count > $1.count }.prefix(5).map {
            "\(map.steps[$0.source].name) to \(map.steps[$0.target].name): \(plainNumber($0.count))"
          }
      )
    case .passages(let passages):
      (
        "Passages between steps",
        passages.bands.map {
          "\($0.source) to \($0.target): \(formatCount($0.lines.count, of: "passage"))"
        }
      )
    case .card(let figures): ("Figures", figures.map { "\($0.name): \($0.text)" })
    }
  }

  private func plotWords(_ plots: [ChartPlot]) -> (String, [String]) {
    let names = plots.map { $0.y.title ?? $0.series.first?.name ?? "values" }
    let x = plots.first?.x.title
    var sentences: [String] = []
    for plot in plots {
      let count = plot.series.reduce(0) { $0 + $1.points.count { $0.y != nil } }
      let all = plot.series.count
      var text = "\(formatCount(count, of: "value")) in \(all) series"
      if all > 1 { text += ": " + plot.series.prefix(12).map(\.name).joined(separator: ", ") }
      sentences.append(text)
      if let names = plot.x.names {
        sentences.append("x has " + formatCount(names.count, of: "name"))
      } else {
        sentences.append(
          "x from \(plot.x.text(of: plot.x.lower)) to \(plot.x.text(of: plot.x.upper))")
      }
      sentences.append(
        "y from \(plot.y.text(of: plot.y.lower)) to \(plot.y.text(of: plot.y.upper))")
    }
    return (names.joined(separator: ", ") + (x.map { " by " + $0 } ?? ""), sentences)
  }

  private func rowWords(_ rows: ChartRows) -> (String, [String]) {
    let title = rows.axis.title ?? kind.rawValue
    let first = rows.rows.prefix(10).map {
      $0.labels.filter { !$0.isEmpty }.joined(separator: ", ") + ": " + $0.figure
    }
    let rest = rows.rows.count - first.count
    return (
      title,
      [formatCount(rows.rows.count, of: "row")] + first
        + (rest > 0 ? ["and \(formatCount(rest)) more"] : [])
    )
  }
}
