import CasebookEngine
import CasebookTestSupport
import Testing

/// The stages of a log give the same bytes on any number of threads.
@Suite struct FlowThreadLawTests {
  private static let questions = [
    "events | cycle_time", "events | cycle_time by queue",
    "events | cycle_time curve=true by queue",
    "events | cycle_time calendar=\"mon-fri 08:00-18:00 Europe/Dublin\" pause=(\"Information received\") by vendor",
    "events | cycle_time from=datetime(2026-03-02) by queue", "events | aging by queue",
    "events | aging calendar=\"mon-fri 08:00-18:00 Europe/Dublin\"",
    "events | sla limit=2d by queue",
    "events | sla limit=1d split=step by queue", "events | sla limit=1d list=true",
    "events | batching", "events | batching gap=1h by queue", "events | waits",
    "events | waits list=true calendar=\"mon-fri 08:00-18:00 Europe/Dublin\"",
    "events | waits by vendor", "events | shift", "events | shift by queue",
    "events | drivers across=(queue, vendor, agent)",
    "events | drivers slow=(queue == \"general\") across=(vendor, agent) by queue",
  ]

  @Test func sameBytesOnOneTwoAndFourThreads() throws {
    let setup = """
      load "\(Places.datasets)/events.csv" as events
      log events (case=case_id, step=step, at=completed_at, start=started_at, resource=agent, closed_by=("Close"))
      """
    let benches = try [1, 2, 4].map { try FlowBench(setup, threads: $0) }
    for question in Self.questions {
      let answers = benches.map { $0.answer(question) }
      #expect(!answers[0].hasPrefix("failed"), "\(question)\n\(answers[0])")
      #expect(answers[1] == answers[0], "two threads: \(question)")
      #expect(answers[2] == answers[0], "four threads: \(question)")
    }
  }

  /// So many cases that their names are placed by several workers, and redrawn as buckets.
  @Test func sameBytesOfManyCases() throws {
    let bench = Workbench()
    var text = "case_id,step,timestamp\n"
    for number in 0..<66_000 {
      let minute = number % 60
      text +=
        "C\(number),Open,2026-01-05T\(10 + number % 7):\(minute < 10 ? "0" : "")\(minute):00Z\n"
      // Cases go on in another order than they began in.
      if number % 5 == 0, number > 40 {
        text += "C\(number - number % 37),Close,2026-01-06T1\(number % 9):00:00Z\n"
      }
    }
    bench.folder.write("many.csv", Array(text.utf8))
    let setup = try bench.engine()
    _ = setup.answer("load \"many.csv\" as m")
    try setup.close()
    // An end of observation of the question's own is not kept, so that each engine derives the index.
    let question = """
      m | transitions ends=true as_of=datetime(2026-02-01)
      m | bottlenecks samples=5 closed_by=("Close") as_of=datetime(2026-02-01)
      m | per_case closed_by=("Close") as_of=datetime(2026-02-01) | summarize sum(events), count(), max(start), take_any(case)
      """
    let answers = try [1, 2, 4].map { threads in
      let engine = try bench.engine(threads: threads)
      defer { try? engine.close() }
      return engine.answer(question)
    }
    #expect(!answers[0].contains("failed"), "\(answers[0].prefix(400))")
    let isAlike = answers[1] == answers[0] && answers[2] == answers[0]
    #expect(isAlike)
    #expect(answers[0].contains("66000"))
  }
}
