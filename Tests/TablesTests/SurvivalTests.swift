import CasebookTables
import CasebookTestSupport
import Testing

@Suite struct SurvivalTests {
  /// Weeks of remission under 6-MP and placebo (Freireich 1963).
  private let treated = Lifetimes(
    ended: [6, 6, 6, 7, 10, 13, 16, 22, 23],
    censored: [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])
  private let placebo = Lifetimes(
    ended: [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], censored: [])

  private func isClose(_ actual: Double?, _ expected: Double, _ tolerance: Double = 1e-12) -> Bool {
    actual.map { abs($0 - expected) <= tolerance * max(abs(expected), 1e-300) } ?? false
  }

  /// SciPy's `ecdf` of censored data with its log-log interval.
  @Test func curveOfRemissions() {
    let curve = treated.survival
    let summary = SurvivalSummary(treated, shares: [0.5, 0.75])
    let expected: [(Int64, Double, Double, Double)] = [
      (6, 0.8571428571428571, 0.6197179552659838, 0.951551747646997),
      (7, 0.8067226890756302, 0.5631465646222333, 0.9228090192028804),
      (10, 0.7529411764705881, 0.5031995107999564, 0.8893618351692655),
      (13, 0.6901960784313724, 0.43161022248618397, 0.8490659633494507),
      (16, 0.6274509803921567, 0.36751085598750205, 0.8049121894718412),
      (22, 0.53781512605042, 0.26777893676713505, 0.7467907176353944),
      (23, 0.4481792717086834, 0.18805200595923235, 0.6801426284952414),
    ]
    let ends = curve.filter { $0.ended > 0 }
    #expect(ends.map(\.after) == expected.map(\.0))
    for (point, expected) in zip(ends, expected) {
      let band = point.band()
      #expect(isClose(point.survival, expected.1))
      #expect(isClose(band.low, expected.2, 1e-9), "\(band)")
      #expect(isClose(band.high, expected.3, 1e-9), "\(band)")
    }
    #expect(curve.first?.after == 0)
    #expect(curve.map(\.atRisk).prefix(4) == [21, 21, 17, 16])
    #expect(summary.quantiles == [23, nil])
    #expect(summary.medianLow == 13)
    #expect(summary.medianHigh == nil)
    #expect(treated.survival(beyond: 5) == 1)
    #expect(treated.survival(beyond: 35) == treated.survival(beyond: 23))
    #expect(treated.survival(beyond: 36) == nil)
  }

  /// Published as 16.79; the third group by the definition's sums in NumPy.
  @Test func logRankOfRemissions() throws {
    let two = try #require(LogRank.test([treated, placebo]))
    #expect(isClose(two.chi2, 16.79294098921653, 1e-11))
    #expect(isClose(two.p, 4.168809109334558e-05, 1e-11))
    #expect(two.degrees == 1)
    let other = Lifetimes(ended: [2, 14, 30, 5, 8], censored: [9, 31])
    let three = try #require(LogRank.test([treated, placebo, other]))
    #expect(isClose(three.chi2, 17.372281397348413, 1e-11))
    #expect(isClose(three.p, 0.00016891064702751613, 1e-11))
    #expect(three.degrees == 2)
  }

  @Test func logRankWithNothingToCompare() {
    let empty = Lifetimes(ended: [], censored: [])
    #expect(LogRank.test([treated]) == nil)
    #expect(LogRank.test([treated, empty]) == nil)
    #expect(LogRank.test([empty, empty]) == nil)
    #expect(LogRank.test([Lifetimes(ended: [], censored: [3, 4]), treated])?.degrees == nil)
    #expect(LogRank.test([treated, placebo, empty])?.degrees == 1)
  }

  @Test func emptyAndAllEndedAtOnce() {
    let none = Lifetimes(ended: [], censored: [])
    #expect(none.survival.map(\.survival) == [1])
    #expect(none.survival(beyond: 0) == nil)
    #expect(SurvivalSummary(none, shares: [0.5], horizon: 3).quantiles == [nil])
    #expect(SurvivalSummary(none, shares: [], horizon: 3).restrictedMean == nil)
    let atOnce = Lifetimes(ended: [0, 0], censored: [])
    #expect(atOnce.survival.map(\.survival) == [0])
    #expect(SurvivalSummary(atOnce, shares: [0.5], horizon: 3).quantiles == [0])
    #expect(SurvivalSummary(atOnce, shares: [], horizon: 3).restrictedMean == 0)
    #expect(atOnce.survival(beyond: 9) == 0)
  }

  /// The share that lasts is a plain fraction while nobody is lost, however many have ended.
  @Test func noRoundingGathers() {
    let many = Lifetimes(ended: Array(1...30_000), censored: [])
    #expect(many.survival.allSatisfy { $0.survival == (30_000 - Double($0.after)) / 30_000 })
    #expect(SurvivalSummary(many, shares: [0.1, 0.5, 0.9]).quantiles == [3_000, 15_000, 27_000])
  }

  /// The worked example: 160, 300 and, open, 300 minutes.
  @Test func workedExample() {
    let group = Lifetimes(ended: [300, 160], censored: [300])
    let bands = group.survival.dropFirst().map { $0.band() }
    #expect(isClose(bands[0].low, 0.054073, 1e-4) && isClose(bands[0].high, 0.945206, 1e-5))
    #expect(isClose(bands[1].low, 0.008962, 1e-4) && isClose(bands[1].high, 0.774149, 1e-5))
    let summary = SurvivalSummary(group, shares: [0.25, 0.5, 0.75], horizon: 300)
    #expect(summary.quantiles == [160, 300, nil])
    #expect(summary.medianLow == 160)
    #expect(summary.medianHigh == nil)
    #expect(isClose(summary.restrictedMean, 253.0 + 1 / 3.0))
    #expect(SurvivalSummary(group, shares: [], horizon: 301).restrictedMean == nil)
  }

  /// Pettitt's formula worked by hand: U is -3, -6, -9, -6, -3, so K is 9 of n = 6; and K 64 of 16.
  @Test func changePoints() {
    let found = ChangePoint.pettitt([1, 1, 1, 5, 5, 5])
    #expect(found?.index == 3)
    #expect(isClose(found?.p, 0.2907114024676932))
    let longer = ChangePoint.pettitt([3, 1, 2, 1, 3, 2, 1, 2, 9, 8, 9, 7, 9, 8, 7, 9])
    #expect(longer?.index == 8)
    #expect(isClose(longer?.p, 0.007055755283170262))
    #expect(ChangePoint.pettitt([4, 4, 4]) == nil)
    #expect(ChangePoint.pettitt([4]) == nil)
  }

  @Test func oneChangeOfMeanOrSharesIsFound() {
    let level = { (mean: Double) in (mean: mean, variance: 0.01) }
    #expect(ChangePoint.ofMean([level(0.8), level(0.8), level(0.6), level(0.6)]) == 2)
    // A value that is hardly known weighs little: by itself it would part the series behind it.
    #expect(
      ChangePoint.ofMean([(0.8, 0.001), (0.3, 4), (0.8, 0.001), (0.7, 0.001), (0.7, 0.001)]) == 3)
    #expect(ChangePoint.ofMean([level(0.5), level(0.5)]) == 1)
    #expect(ChangePoint.ofMean([level(0.5)]) == nil)
    #expect(ChangePoint.ofMean([]) == nil)
    #expect(ChangePoint.ofShares([[50, 50], [52, 48], [20, 80], [21, 79]]) == 2)
    // Size alone is no change of shares, and a kind that nobody has says nothing.
    #expect(ChangePoint.ofShares([[5, 5, 0], [500, 500, 0], [200, 800, 0]]) == 2)
    #expect(ChangePoint.ofShares([[0, 0], [1, 2]]) == nil)
    #expect(ChangePoint.ofShares([[1, 2]]) == nil)
    #expect(ChangePoint.ofShares([]) == nil)
  }

  /// Against the definitions, time by time, with entries, ties and up to four groups.
  @Test func smallWorlds() throws {
    var random = RepeatableRandom(seed: 11)
    for _ in 0..<200 {
      let groups = (0..<Int.random(in: 2...4, using: &random)).map { _ in
        (0..<Int.random(in: 0...6, using: &random)).map { _ -> Member in
          let entry = Bool.random(using: &random) ? 0 : Int64.random(in: 0...4, using: &random)
          return Member(
            entry: entry, time: Int64.random(in: entry...8, using: &random),
            ended: Bool.random(using: &random))
        }
      }
      let lifetimes = groups.map { members in
        Lifetimes(
          ended: members.filter(\.ended).map(\.time),
          censored: members.filter { !$0.ended }.map(\.time), entered: members.map(\.entry))
      }
      for (members, group) in zip(groups, lifetimes) { checkCurve(members, group) }
      checkLogRank(groups, LogRank.test(lifetimes))
    }
  }

  private struct Member {
    var entry: Int64
    var time: Int64
    var ended: Bool
  }

  private func checkCurve(_ members: [Member], _ group: Lifetimes) {
    var survival = 1.0
    let curve = group.survival
    for time in Int64(0)...8 {
      let atRisk = members.count { $0.entry <= time && $0.time >= time }
      let ended = members.count { $0.ended && $0.time == time }
      if ended > 0 { survival *= 1 - Double(ended) / Double(atRisk) }
      guard let point = curve.first(where: { $0.after == time }) else {
        #expect(ended == 0)
        continue
      }
      #expect(point.atRisk == atRisk)
      #expect(point.ended == ended)
      #expect(abs(point.survival - survival) < 1e-12)
    }
  }

  /// The first two groups' statistic, and for more of them only that all are used.
  private func checkLogRank(_ groups: [[Member]], _ result: LogRank.Result?) {
    guard groups.count == 2 else { return }
    var (excess, variance) = (0.0, 0.0)
    for time in Int64(0)...8 {
      let atRisk = groups.map { $0.count { $0.entry <= time && $0.time >= time } }
      let ended = groups.map { $0.count { $0.ended && $0.time == time } }
      let (n, d) = (Double(atRisk[0] + atRisk[1]), Double(ended[0] + ended[1]))
      if d == 0 { continue }
      excess += Double(ended[0]) - d * Double(atRisk[0]) / n
      if n > 1 {
        variance += d * (n - d) / (n - 1) * Double(atRisk[0]) * Double(atRisk[1]) / (n * n)
      }
    }
    #expect((result == nil) == (variance == 0))
    if let result { #expect(isClose(result.chi2, excess * excess / variance, 1e-9) || excess == 0) }
  }
}
