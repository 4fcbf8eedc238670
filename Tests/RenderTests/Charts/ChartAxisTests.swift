import CasebookValues
import Testing

@testable import CasebookRender

private let day = Double(Ticks.perDay)
private func at(_ year: Int, _ month: Int, _ day: Int) -> Double {
  Double(Instant.ticks(CivilDate(year: year, month: month, day: day)))
}

/// Where ticks stand and how they read.
@Suite struct ChartAxisTests {
  private func texts(_ axis: ChartAxis, _ count: Int = 6) -> [String] {
    axis.ticks(atMost: count).map { $0.text }
  }

  @Test func numbersAreRound() {
    #expect(texts(ChartAxis(.number, lower: 0, upper: 10)) == ["0", "2", "4", "6", "8", "10"])
    #expect(
      texts(ChartAxis(.number, lower: 0, upper: 1)) == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(texts(ChartAxis(.number, lower: -3, upper: 4), 4) == ["-2", "0", "2", "4"])
    #expect(
      texts(ChartAxis(.number, lower: 0, upper: 50_000)) == [
        "0", "10 k", "20 k", "30 k", "40 k", "50 k",
      ])
    #expect(texts(ChartAxis(.number, lower: 0, upper: 2_500_000), 6).last == "2.5 M")
  }

  @Test func aLogAxisHasPowersOfTen() {
    let axis = ChartAxis(.number, lower: 1, upper: 1e6, isLog: true)
    #expect(texts(axis, 7) == ["1", "10", "100", "1000", "10 k", "100 k", "1 M"])
    #expect(axis.position(1000) == 0.5)
    #expect(axis.position(0) == nil)
    #expect(
      texts(ChartAxis(.number, lower: 1, upper: 10, isLog: true), 8) == ["1", "2", "5", "10"])
  }

  @Test func lengthsOfTimeHaveOneUnit() {
    let hour = Double(Ticks.perHour)
    #expect(
      texts(ChartAxis(.timespan, lower: 0, upper: 12 * hour)) == [
        "0", "3 h", "6 h", "9 h", "12 h",
      ])
    #expect(
      texts(ChartAxis(.timespan, lower: 0, upper: 10 * day)) == [
        "0", "2 d", "4 d", "6 d", "8 d", "10 d",
      ])
    #expect(
      texts(ChartAxis(.timespan, lower: 0, upper: hour / 30)) == [
        "0", "30 s", "60 s", "90 s", "120 s",
      ])
  }

  @Test func timesStandAtRoundPlaces() {
    let days = ChartAxis(.datetime, lower: at(2026, 3, 2), upper: at(2026, 3, 9)).ticks(atMost: 8)
    #expect(days.map(\.text).first == "2 Mar")
    #expect(days.map(\.context).first == "2026")
    #expect(days.count == 8)
    let hours = ChartAxis(.datetime, lower: at(2026, 3, 2), upper: at(2026, 3, 3)).ticks(atMost: 5)
    #expect(hours.map(\.text) == ["00:00", "06:00", "12:00", "18:00", "00:00"])
    #expect(hours.map(\.context) == ["2 Mar 2026", nil, nil, nil, "3 Mar"])
    let months = ChartAxis(.datetime, lower: at(2025, 11, 1), upper: at(2026, 3, 1)).ticks(
      atMost: 6)
    #expect(months.map(\.text) == ["Nov", "Dec", "Jan", "Feb", "Mar"])
    #expect(months.map(\.context) == ["2025", nil, "2026", nil, nil])
    let years = ChartAxis(.datetime, lower: at(2000, 1, 1), upper: at(2025, 1, 1)).ticks(atMost: 8)
    #expect(years.map(\.text) == ["2000", "2005", "2010", "2015", "2020", "2025"])
  }

  @Test func ticksAreNeverMoreThanAskedForAndWithinTheAxis() {
    var dice = Dice(state: 7)
    for _ in 0..<3000 {
      let count = Int.random(in: 2...14, using: &dice)
      let exponent = Double.random(in: -12...12, using: &dice)
      let low = Double.random(in: -1...1, using: &dice) * power(10, exponent.rounded())
      let length = power(10, Double.random(in: -10...12, using: &dice).rounded())
      let number = ChartAxis(.number, lower: low, upper: low + length)
      let start = Double.random(in: 1e17...3e18, using: &dice)
      let time = ChartAxis(.datetime, lower: start, upper: start + max(length * 1e5, 1000))
      let span = ChartAxis(.timespan, lower: 0, upper: max(length * 1e5, 100))
      let log = ChartAxis(.number, lower: length, upper: length * 1e5, isLog: true)
      for axis in [number, time, span, log] {
        let ticks = axis.ticks(atMost: count)
        #expect(ticks.count <= max(count, 2) + (axis.isLog ? 2 : 0), "\(axis)")
        for tick in ticks {
          let share = axis.position(tick.value) ?? -1
          #expect(share >= -0.0001 && share <= 1.0001, "\(axis): \(tick)")
        }
      }
    }
  }

  @Test func oddAxesDoNotTrap() {
    for axis in [
      ChartAxis(.number, lower: -1.7e308, upper: 1.7e308), ChartAxis(.number, lower: 5, upper: 5),
      ChartAxis(.datetime, lower: -1e30, upper: 1e30), ChartAxis(.datetime, lower: .nan, upper: 1),
      ChartAxis(.timespan, lower: -9.3e18, upper: 9.3e18),
      ChartAxis(.names([]), lower: 0, upper: 0),
      ChartAxis(.number, lower: .leastNonzeroMagnitude, upper: 1e308, isLog: true),
    ] {
      for count in [0, 1, 5, 100] { _ = axis.ticks(atMost: count) }
      for value in [0, 1, -1, 1e308, -1e308, .infinity, .nan] as [Double] {
        _ = axis.position(value)
        _ = axis.text(of: value)
      }
    }
  }
}
