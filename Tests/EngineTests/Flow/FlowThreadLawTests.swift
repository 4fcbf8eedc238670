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
}
