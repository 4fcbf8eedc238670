import CasebookEngine
import Testing

/// The same statements give the same bytes on any number of threads.
@Suite struct ThreadLawTests {
  /// Over `events`, sixteen times the small generated log: 322,688 rows in many part-filled blocks.
  private static let questions = [
    "events | summarize n = count(), begin = min(started_at), end = max(completed_at) by step, queue",
    "events | extend hours = (completed_at - started_at) / 1h | summarize sum(hours), avg(hours), stdev(hours), variance(hours), percentile(hours, 90) by agent",
    "events | summarize dcount(case_id), dcount(agent) by bin(started_at, 7d)",
    "events | summarize make_list(agent, 20), make_set(vendor), take_any(case_id), arg_max(completed_at, agent) by step",
    "events | sort by agent asc, started_at desc | take 500",
    "events | top 300 by completed_at asc",
    "events | distinct queue, vendor, agent",
    "events | where agent contains \"1\" and step != \"review\" | extend day = startofday(started_at) | summarize count() by day",
    "events | summarize hops = count() by case_id | join kind=inner (events | where step == \"triage\" | project case_id, agent) on case_id | summarize count(), sum(hops) by agent",
    "events | project case_id, step, weight = strlen(agent) * 0.1 | summarize w = sum(weight), m = avg(weight) by step, half = substring(case_id, 0, 3)",
    "events | serialize n = row_number() | where n % 9973 == 0 | project n, case_id, step",
    "union events, (events | where isnull(completed_at)) | count",
    "events | backtest intake",
    "events | triage intake | summarize count(), countif(_qa), max(_due), dcount(tostring(_labels)) by _rule, _action, _queue",
    "events | triage intake | where _qa | project case_id, step, _rule, _unknown, _outranked, _why | take 500",
    "events | queue_load intake per=7d",
    "events | extend score = hash(case_id) % 9999 / 7.0, y = hash(agent) % 3 == 0 | signals score label=y by step",
    "events | extend score = hash(case_id) % 9999 / 9999.0, y = hash(agent) % 3 == 0 | signals score label=y interval=bootstrap samples=20",
    "events | extend score = hash(case_id) % 9999, y = hash(agent) % 3 == 0 | drift score label=y baseline=first period=bin(started_at, 28d)",
    "events | where step == 'triage' | extend score = hash(case_id) % 99 / 100.0, y = hash(agent) % 3 == 0, w = strlen(agent) * 0.1 | bias_check score label=y review_probability=0.5 weight=w threshold=0.5 samples=20",
  ]

  private static let ruleset = """
    queue general staff 3 aht 5m sla 1d; queue fast staff 1 aht 9m
    ruleset intake on events key case_id decided completed_at default route general unknown route fast
      right route when vendor == "atlas"
    rule review in intake at 1 when step == "Review" and queue != "general" then route fast, qa 7%, label seen
    rule early in intake at 2 when started_at < datetime(2026-03-01) then close "early", qa 3%
    rule agent in intake at 3 when agent contains "1" then escalate fast, sla 4h, continue
    """

  @Test func sameBytesOnOneTwoAndFourThreads() throws {
    let bench = Workbench()
    bench.linkEvents(16)
    let loader = try bench.engine()
    let count = loader.number("load \"events-*.csv\" as events; events | count")
    _ = loader.answer(Self.ruleset)
    try loader.close()
    try #require(count == 16 * eventCount)
    let engines = try [1, 2, 4].map { try bench.engine(threads: $0) }
    defer { for engine in engines { try? engine.close() } }
    for question in Self.questions {
      let answers = engines.map { $0.answer(question) }
      #expect(!answers[0].hasPrefix("failed"), "\(question)\n\(answers[0])")
      #expect(answers[1] == answers[0], "two threads: \(question)")
      #expect(answers[2] == answers[0], "four threads: \(question)")
    }
  }
}
