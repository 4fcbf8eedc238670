import CasebookTables
import CasebookValues
import Testing

@testable import CasebookRender

private let day = Ticks.perDay
private let monday = Instant.ticks(CivilDate(year: 2026, month: 3, day: 2))

/// What a chart is made of, before anybody draws it.
@Suite struct ChartModelTests {
  private func plot(
    _ table: Table, _ kind: ChartKind, _ properties: KeyValuePairs<ChartProperty, String> = [:]
  )
    throws -> ChartPlot
  {
    guard case .plot(let plot) = try chart(table, kind, properties).get().body else {
      throw NoPlot()
    }
    return plot
  }

  private func rows(
    _ table: Table, _ kind: ChartKind, _ properties: KeyValuePairs<ChartProperty, String> = [:]
  )
    throws -> ChartRows
  {
    guard case .rows(let rows) = try chart(table, kind, properties).get().body else {
      throw NoPlot()
    }
    return rows
  }

  private struct NoPlot: Error {}

  // MARK: Which column is what

  @Test func aTimechartTakesTheFirstDatetime() throws {
    let one = table(
      ("q", .string, texts("a", "b")), ("n", .long, longs(1, 2)),
      ("at", .datetime, [.datetime(monday), .datetime(monday)]))
    let plot = try plot(one, .timechart)
    #expect(plot.x.title == "at")
    #expect(plot.series.map(\.name) == ["a", "b"])
  }

  @Test func textColumnsAreTakenUntilRowsAreToldApart() throws {
    let one = table(
      ("x", .long, longs(1, 1, 1, 2)), ("q", .string, texts("a", "a", "b", "a")),
      ("p", .string, texts("u", "v", "u", "u")), ("note", .string, texts("1", "2", "3", "4")),
      ("n", .long, longs(1, 2, 3, 4)))
    #expect(try plot(one, .linechart).series.map(\.name) == ["a, u", "a, v", "b, u"])
    #expect(try plot(one, .linechart, [.series: "q"]).series.map(\.name) == ["a", "b"])
  }

  @Test func everyNumberIsDrawnUnlessSomeAreNamed() throws {
    let one = table(
      ("x", .long, longs(1, 2)), ("a", .real, reals(1, 2)), ("b", .real, reals(3, 4)),
      ("w", .timespan, [.timespan(1), .timespan(2)]))
    #expect(try plot(one, .linechart).series.map(\.name) == ["a", "b"])
    #expect(try plot(one, .linechart, [.ycolumns: "b"]).series.map(\.name) == ["b"])
    #expect(try chart(one, .linechart).get().notes.count == 1)
  }

  @Test func namesInListsMayHoldCommas() throws {
    let one = table(("x", .long, longs(1)), ("a, b", .long, longs(2)), ("c", .long, longs(3)))
    #expect(
      try plot(one, .scatterchart, [.ycolumns: "a, b, c"]).series.map(\.name) == ["a, b", "c"])
  }

  @Test func boundsByNameAreNoSeries() throws {
    let one = table(
      ("x", .long, longs(1)), ("p", .real, reals(0.5)), ("p_low", .real, reals(0.4)),
      ("p_high", .real, reals(0.7)))
    let plot = try plot(one, .scatterchart)
    #expect(plot.series.count == 1)
    #expect(plot.series.first?.points.first?.low == 0.4)
    #expect(plot.series.first?.points.first?.high == 0.7)
  }

  @Test func arraysAreTakenApart() throws {
    let one = table(
      ("q", .string, texts("a", "b")),
      (
        "n", .dynamic,
        [.dynamic(.array([.long(1), .long(2)])), .dynamic(.array([.long(3), .null]))]
      ),
      (
        "at", .dynamic,
        Array(
          repeating: .dynamic(
            .array([.string("2026-03-02T00:00:00Z"), .string("2026-03-03T00:00:00Z")])), count: 2)
      ))
    let plot = try plot(one, .timechart)
    #expect(plot.series.map(\.name) == ["a", "b"])
    #expect(plot.series[0].points.map(\.x) == [Double(monday), Double(monday + day)])
    #expect(plot.series[1].points.map(\.y) == [3, nil])
  }

  @Test func listsThatMerelyStandThereAreLeftAlone() throws {
    let path = Scalar.dynamic(.array([.string("a"), .string("b"), .string("c")]))
    let one = table(
      ("rank", .long, longs(1, 2)), ("cases", .long, longs(9, 4)), ("path", .dynamic, [path, path]))
    #expect(try rows(one, .barchart, [.xcolumn: "rank", .ycolumns: "cases"]).rows.count == 2)
    #expect(try plot(one, .linechart).series.first?.points.count == 2)
  }

  @Test func aRowAloneIsNamedByWhatIsDrawn() throws {
    let one = table(("cases", .long, longs(90)), ("attainment", .real, reals(0.8)))
    #expect(
      try rows(one, .barchart, [.ycolumns: "attainment"]).rows.map(\.labels) == [["attainment"]])
    let pair = table(
      ("source", .string, texts("a", "a")), ("target", .string, texts("b", "c")),
      ("n_before", .long, longs(1, 2)), ("change", .real, reals(-1, 2)))
    let drawn = try rows(pair, .diverging, [.ycolumns: "change", .series: "source, target"])
    #expect(drawn.rows.map(\.labels) == [["a", "b"], ["", "c"]])
  }

  // MARK: Points

  @Test func missingBinsBreakALine() throws {
    let days: [Int64] = [0, 1, 2, 5, 6]
    let one = table(
      ("at", .datetime, days.map { .datetime(monday + $0 * day) }),
      ("n", .long, longs(1, 2, 3, 4, 5)))
    #expect(try plot(one, .timechart).series[0].points.map { $0.y } == [1, 2, 3, nil, 4, 5])
    // At no regular distance nothing is missing.
    let odd = table(("x", .real, reals(0, 1, 1.7, 9)), ("n", .long, longs(1, 2, 3, 4)))
    #expect(try plot(odd, .linechart).series[0].points.count == 4)
  }

  @Test func stackedAreasStandOnEachOther() throws {
    let one = table(
      ("x", .long, longs(1, 2, 1)), ("q", .string, texts("a", "a", "b")),
      ("n", .long, longs(3, 4, 5)))
    let series = try plot(one, .stackedareachart).series
    #expect(series[0].points.map { $0.y } == [3, 4])
    #expect(series[1].points.map { $0.y } == [8, 4])
    #expect(series[1].points.map(\.base) == [3, 4])
    let shares = try plot(one, .areachart, [.kind: "stacked100"]).series
    #expect(shares[1].points.map { $0.y } == [1, 1])
  }

  @Test func aHistogramCountsEachValueOnce() throws {
    let values = (0..<1000).map { Double($0 * 7919 % 1000) / 10 }
    let one = table(("x", .real, values.map { .real($0) }))
    for bins in [nil, "1", "7", "60"] as [String?] {
      let hint = bins.map { RenderHint(.histogram, [.bins: $0]) } ?? RenderHint(.histogram)
      guard case .plot(let plot) = try Chart(one, hint).body else { throw NoPlot() }
      #expect(plot.series[0].points.reduce(0) { $0 + ($1.y ?? 0) } == 1000)
      if let count = bins.flatMap(Int.init) { #expect(plot.series[0].points.count == count) }
    }
    let whole = table(("x", .long, longs(1, 1, 2, 3, 3, 3)))
    let counts = try plot(whole, .histogram).series[0].points.map { $0.y }
    #expect(counts == [2, 1, 3] || counts == [2, 4] || counts == [2, 1, 3, 0])
  }

  @Test func quartilesAreType7() throws {
    #expect(quantile([1, 2, 3, 4], 0.25) == 1.75)
    #expect(quantile([1, 2, 3, 4], 0.5) == 2.5)
    #expect(quantile([5], 0.9) == 5)
    let one = table(("x", .long, longs(1, 2, 3, 4, 100)))
    let rows = try rows(one, .boxplot)
    guard case .box(let low, let first, let middle, let third, let high, _) = rows.rows[0].marks[0]
    else { throw NoPlot() }
    #expect([low, first, middle, third, high] == [1, 2, 3, 4, 4])
    #expect(try chart(one, .boxplot).get().notes == ["1 value beyond the whiskers not drawn"])
  }

  @Test func sharesAddUpToOne() throws {
    let one = table(("q", .string, texts("a", "b", "c")), ("n", .long, longs(1, 2, 1)))
    let ends = try rows(one, .piechart).rows.compactMap { row -> Double? in
      if case .bar(_, let to, _, _) = row.marks[0] { to } else { nil }
    }
    #expect(ends == [0.25, 0.5, 0.25])
  }

  @Test func whatIsCutIsCounted() throws {
    let names = (0..<10_000).map { Scalar.string("q\($0)") }
    let one = table(("q", .string, names), ("n", .long, names.indices.map { .long(Int64($0)) }))
    #expect(try rows(one, .barchart).rows.count == 40)
    #expect(try chart(one, .barchart).get().notes == ["10,000 bars, the first 40 are drawn"])
    #expect(try rows(one, .barchart, [.limit: "3"]).rows.count == 3)
  }

  @Test func protectedMeasuresAreRefused() {
    var one = table(("q", .string, texts("a")), ("score", .real, reals(0.5)))
    one.fields[1].isProtected = true
    #expect(
      chart(one, .barchart)
        == .failure(
          ChartProblem(sentence: "the values of score are protected, so they are not drawn")))
  }
}
