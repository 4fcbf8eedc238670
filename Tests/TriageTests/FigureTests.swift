import CasebookTables
import CasebookValues
import Testing

@testable import CasebookTriage

/// The figures that `backtest` and `compare_rules` show, against published values.
@Suite struct FigureTests {
  /// Wilson's 95 % intervals as the design quotes them.
  @Test(arguments: [
    (8, 10, 0.4902, 0.9433), (0, 20, 0.0, 0.1611), (20, 20, 0.8389, 1.0),
    (252, 312, 0.7603, 0.8476),
    (980, 1000, 0.9693, 0.9870),
  ])
  func ratesHaveWilsonsInterval(_ part: Int, _ whole: Int, _ low: Double, _ high: Double) {
    let rate = Rate(part, of: whole)
    #expect(abs((rate.low ?? -1) - low) < 0.00005)
    #expect(abs((rate.high ?? -1) - high) < 0.00005)
    #expect(rate.value == Double(part) / Double(whole))
  }

  /// How many labels, all right, a lower bound takes.
  @Test(arguments: [(0.95, 73), (0.98, 189), (0.99, 381)])
  func allRightSamplesReachABound(_ bound: Double, _ needed: Int) {
    #expect((Rate(needed, of: needed).low ?? 0) >= bound)
    #expect((Rate(needed - 1, of: needed - 1).low ?? 1) < bound)
  }

  @Test func nothingIsDividedByNothing() {
    let rate = Rate(0, of: 0)
    #expect(rate.value == nil && rate.low == nil && rate.high == nil)
  }

  /// Two-sided exact McNemar is a binomial test at one half: 2 P(X <= min) for b + c draws.
  @Test(arguments: [(1, 9, 22.0 / 1024), (5, 5, 1.0), (0, 6, 2.0 / 64), (0, 0, 1.0)])
  func mcNemarIsExact(_ onlyFirst: Int, _ onlySecond: Int, _ expected: Double) {
    let value = McNemar.exact(onlyFirst, onlySecond) ?? 1
    #expect(abs(value - expected) < 1e-12)
  }

  // MARK: Drift

  /// Ten weeks of 100 cases; a rule hits 40 in each of the first nine, then `last`.
  private func verdict(last: Int, weeks: Int = 10, before: Int = 40) -> String? {
    let week = 7 * Int64(864_000_000_000)
    var times: [Int64] = []
    for index in 0..<weeks {
      for place in 0..<100 { times.append(Int64(index) * week + Int64(place) * week / 100) }
    }
    times.append(Int64(weeks) * week - week / 100 + 1)
    let column = Column(.datetime, .longs(Buffer(times)))
    var counts = RuleCounts()
    let periods = Periods(column, rowCount: times.count, per: week)
    for period in 0..<periods.count { counts.byPeriod[period] = before }
    counts.byPeriod[0] = last
    return Drift.verdict(counts, periods)
  }

  @Test func driftIsAnAlarmOnlyWhereItIsLargeAndSure() {
    #expect(verdict(last: 41) == "ok")
    #expect(verdict(last: 80) == "alarm")
    #expect(verdict(last: 10) == "alarm")
    // A quarter more, which is no more than chance and no less than the bound.
    #expect(verdict(last: 48) == "ok")
    #expect(verdict(last: 80, weeks: 5) == "thin")
    #expect(verdict(last: 30, before: 10) == "thin")
  }
}
