import CasebookTestSupport
import CasebookValues
import Testing

/// The worked example of the flow family: three cases, one of them open.
@Suite struct WorkedExampleTests {
  private static let rows = """
    let small = datatable(id: string, step: string, s: datetime, t: datetime)[
      "A", "Open", datetime(2026-01-05 08:00), datetime(2026-01-05 08:10),
      "A", "Review", datetime(2026-01-05 09:10), datetime(2026-01-05 09:40),
      "A", "Close", datetime(2026-01-05 10:40), datetime(2026-01-05 10:40),
      "B", "Open", datetime(2026-01-05 08:00), datetime(2026-01-05 08:20),
      "B", "Review", datetime(2026-01-05 10:20), datetime(2026-01-05 11:00),
      "B", "Close", datetime(2026-01-05 13:00), datetime(2026-01-05 13:00),
      "C", "Open", datetime(2026-01-05 09:00), datetime(2026-01-05 09:30),
      "C", "Review", datetime(2026-01-05 12:30), datetime(2026-01-05 12:50)]
    """
  private let roles =
    "case=id step=step start=s at=t closed_by=(\"Close\") as_of=datetime(2026-01-05 14:00)"
  private let minute = 60.0

  private func close(_ actual: Double, _ expected: Double) -> Bool { abs(actual - expected) < 5e-7 }

  @Test func cycleTime() throws {
    let bench = try FlowBench(Self.rows)
    let answer = try bench.table("small | cycle_time \(roles)")
    #expect(try answer.number("cases") == 3)
    #expect(try answer.number("ended") == 2)
    #expect(try answer.number("open") == 1)
    #expect(try answer.number("median") == 300 * minute)
    #expect(try answer.number("median_low") == 160 * minute)
    #expect(try answer.number("p25") == 160 * minute)
    #expect(try answer.number("restricted_mean") == 4 * 3600 + 13 * 60 + 20)
    #expect(try answer.number("horizon") == 300 * minute)
    #expect(try answer.number("ended_median") == 230 * minute)
    for column in ["median_high", "p75", "p90", "chi2", "df", "p"] {
      #expect(try answer.scalar(column).isNull, "\(column)")
    }
    #expect(try answer.text("note") == "thin; p75, p90 not reached")
  }

  @Test func curve() throws {
    let bench = try FlowBench(Self.rows)
    let answer = try bench.table("small | cycle_time curve=true \(roles)")
    #expect(answer.rowCount == 3)
    #expect(try answer.number("survival", 0) == 1)
    #expect(try answer.number("after", 1) == 160 * minute)
    #expect(close(try answer.number("survival", 1), 2 / 3.0))
    #expect(close(try answer.number("low", 1), 0.054073))
    #expect(close(try answer.number("high", 1), 0.945206))
    #expect(try answer.number("after", 2) == 300 * minute)
    #expect(close(try answer.number("survival", 2), 1 / 3.0))
    #expect(close(try answer.number("low", 2), 0.008962))
    #expect(close(try answer.number("high", 2), 0.774149))
    // B's end comes before C's censoring at the same age.
    #expect(try answer.number("at_risk", 2) == 2)
    #expect(try answer.number("ended", 2) == 1)
    #expect(try answer.number("censored", 2) == 1)
  }

  @Test func limits() throws {
    let bench = try FlowBench(Self.rows)
    let four = try bench.table("small | sla limit=4h \(roles)")
    for (column, count) in [
      ("met", 1), ("breached", 1), ("breached_open", 1), ("undecided", 0), ("at_risk", 0),
    ] {
      #expect(try four.number(column) == Double(count), "4h \(column)")
    }
    #expect(close(try four.number("attainment"), 0.333333))
    #expect(close(try four.number("attainment_low"), 0.061492))
    #expect(close(try four.number("attainment_high"), 0.792340))
    #expect(close(try four.number("late_share_km"), 0.666667))
    let five = try bench.table("small | sla limit=5h \(roles)")
    for (column, count) in [
      ("met", 2), ("breached", 0), ("breached_open", 0), ("undecided", 1), ("at_risk", 1),
    ] {
      #expect(try five.number(column) == Double(count), "5h \(column)")
    }
    #expect(try five.number("attainment") == 1)
    #expect(close(try five.number("attainment_low"), 0.342380))
    #expect(try five.number("attainment_high") == 1)
    #expect(close(try five.number("late_share_km"), 0.333333))
    let six = try bench.table("small | sla limit=6h \(roles)")
    #expect(try six.number("undecided") == 3)
    #expect(try six.number("met") == 0)
    #expect(try six.scalar("attainment").isNull)
    #expect(try six.scalar("late_share_km").isNull)
  }

  /// The limit passes 4 hours in: B then waits for Close, and nothing has come after Review for C.
  @Test func stepsAtTheLimit() throws {
    let bench = try FlowBench(Self.rows)
    let steps = try bench.table("small | sla limit=4h split=step \(roles)")
    #expect(steps.rowCount == 2)
    #expect(try steps.number("breached", #require(steps.row(["step": "Close"]))) == 1)
    #expect(try steps.number("breached_open", #require(steps.row(["step": "(open)"]))) == 1)
    let list = try bench.table("small | sla limit=6h list=true \(roles)")
    #expect(list.rowCount == 1)
    #expect(try list.text("case") == "C")
    #expect(try list.text("due") == "2026-01-05T15:00:00.0000000Z")
    #expect(try list.number("left") == 3600)
    #expect(try list.text("status") == "at risk")
  }

  @Test func agesAndSteps() throws {
    let bench = try FlowBench(Self.rows)
    let answer = try bench.table("small | aging \(roles)")
    #expect(answer.rowCount == 7)
    #expect(try answer.text("bucket") == "<=1d")
    #expect(try answer.number("oldest") == 300 * minute)
    #expect(try answer.text("oldest_case") == "C")
    #expect(try answer.number("in_step_median") == 70 * minute)
  }

  /// With Review pausing the clock, B takes 4:20 and C has taken 4:40.
  @Test func pauses() throws {
    let bench = try FlowBench(Self.rows)
    let answer = try bench.table("small | cycle_time pause=(\"Review\") \(roles)")
    #expect(try answer.number("median") == 260 * minute)
    #expect(try answer.number("median_low") == 130 * minute)
    // Watched from 08:30 on: A and B enter at the age of half an hour.
    let late = try bench.table(
      "small | cycle_time from=datetime(2026-01-05 08:30) curve=true \(roles)")
    #expect(try late.number("at_risk", 0) == 1)
    #expect(try late.number("at_risk", 1) == 3)
    // From 11:00 on A has ended before and is not there.
    let later = try bench.table("small | cycle_time from=datetime(2026-01-05 11:00) \(roles)")
    #expect(try later.number("cases") == 2)
  }
}
