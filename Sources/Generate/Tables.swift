// The four files: their headers, and one row of each.

/// The words of every column.
struct Words: Sendable {
  let dates = WordTable(Period.dates)
  let verticals = WordTable(Vertical.allCases.map { "\($0)" })
  let policies = WordTable(Policy.all.map(\.name))
  let sources = WordTable(Source.allCases.map { "\($0)" })
  let countries = WordTable(Country.all.map(\.code))
  let languages = WordTable(Country.languages)
  let queues = WordTable(Queue.allCases.map { "\($0)" })
  let vendors = WordTable(Vendor.allCases.map { "\($0)" })
  let decisions = WordTable(Decision.allCases.map { "\($0)" })
  let findings = WordTable(Finding.allCases.map { "\($0)" })
  let results = WordTable(AppealResult.allCases.map { "\($0)" })
  let steps = WordTable(Step.allCases.map(\.name))
  let versions = WordTable(["v3.1", "v3.2"])
  let truths = WordTable(["false", "true"])

  static let shared = Words()
}

enum CasesFile {
  static let name = "cases.csv"
  static let header =
    "case_id,opened_at,decided_at,closed_at,vertical,policy,source,country,language,reports,"
    + "prior_strikes,score_a,score_b,model_version,queue,vendor,reviewer,decision,outcome,appealed,"
    + "appeal_result\n"
  /// More than the longest row: 21 columns, three instants, names of at most 17 bytes.
  static let widestRow = 320

  static func text(_ records: [CaseRecord]) -> [UInt8] {
    let words = Words.shared
    return RowWriter.text(capacity: records.count * widestRow) { writer in
      for record in records { write(record, words, &writer) }
    }
  }

  private static func write(
    _ record: CaseRecord, _ words: borrowing Words, _ writer: inout RowWriter
  ) {
    writer.caseID(record.number)
    writer.comma()
    writer.instant(record.opened, words.dates)
    writer.comma()
    if let decided = record.decided { writer.instant(decided, words.dates) }
    writer.comma()
    if let closed = record.closed { writer.instant(closed, words.dates) }
    writer.comma()
    writer.word(words.verticals, Int(record.vertical.rawValue))
    writer.comma()
    writer.word(words.policies, Int(record.policy))
    writer.comma()
    writer.word(words.sources, Int(record.source.rawValue))
    writer.comma()
    writer.word(words.countries, record.country)
    writer.comma()
    if let language = record.language { writer.word(words.languages, language) }
    writer.comma()
    writer.number(record.reports)
    writer.comma()
    writer.number(record.strikes)
    writer.comma()
    if let score = record.scoreA { writer.score(score) }
    writer.comma()
    if let score = record.scoreB { writer.score(score) }
    writer.comma()
    writer.word(words.versions, record.opened < Planted.declineBegins ? 0 : 1)
    writer.comma()
    writer.word(words.queues, Int(record.queue.rawValue))
    writer.comma()
    if let agent = record.reviewer {
      writer.word(words.vendors, Int(Staff.vendor(of: agent).rawValue))
    }
    writer.comma()
    if let agent = record.reviewer { writer.agent(agent) }
    writer.comma()
    if let decision = record.decision { writer.word(words.decisions, Int(decision.rawValue)) }
    writer.comma()
    if let outcome = record.outcome { writer.word(words.findings, Int(outcome.rawValue)) }
    writer.comma()
    if let appealed = record.appealed { writer.word(words.truths, appealed ? 1 : 0) }
    writer.comma()
    if let result = record.appealResult { writer.word(words.results, Int(result.rawValue)) }
    writer.newline()
  }
}

enum EventsFile {
  static let name = "events.csv"
  static let header = "case_id,step,started_at,completed_at,agent,queue,vendor\n"
  /// More than the longest row: two instants, names of at most 20 bytes.
  static let widestRow = 128

  static func text(_ events: some Collection<Event>) -> Rows {
    let words = Words.shared
    let bytes = RowWriter.text(capacity: events.count * widestRow) { writer in
      for event in events { write(event, words, &writer) }
    }
    return Rows(bytes: bytes, rows: events.count)
  }

  private static func write(_ event: Event, _ words: borrowing Words, _ writer: inout RowWriter) {
    writer.caseID(event.caseIndex)
    writer.comma()
    writer.word(words.steps, Int(event.step.rawValue))
    writer.comma()
    if event.started != Event.noTime { writer.instant(Int(event.started), words.dates) }
    writer.comma()
    writer.instant(Int(event.completed), words.dates)
    writer.comma()
    if event.agent != Event.nobody { writer.agent(Int(event.agent)) }
    writer.comma()
    writer.word(words.queues, Int(event.queue.rawValue))
    writer.comma()
    if event.agent != Event.nobody {
      writer.word(words.vendors, Int(Staff.vendor(of: Int(event.agent)).rawValue))
    }
    writer.newline()
  }
}

enum ReviewsFile {
  static let name = "reviews.csv"
  static let header = "case_id,reviewer,vendor,reviewed_at,label,golden,truth\n"
  static let widestRow = 96

  static func text(_ votes: [Vote]) -> [UInt8] {
    let words = Words.shared
    return RowWriter.text(capacity: votes.count * widestRow) { writer in
      for vote in votes { write(vote, words, &writer) }
    }
  }

  private static func write(_ vote: Vote, _ words: borrowing Words, _ writer: inout RowWriter) {
    writer.caseID(vote.caseIndex)
    writer.comma()
    writer.agent(vote.agent)
    writer.comma()
    writer.word(words.vendors, Int(Staff.vendor(of: vote.agent).rawValue))
    writer.comma()
    writer.instant(vote.time, words.dates)
    writer.comma()
    writer.word(words.findings, Int(vote.label.rawValue))
    writer.comma()
    writer.word(words.truths, vote.truth == nil ? 0 : 1)
    writer.comma()
    if let truth = vote.truth { writer.word(words.findings, Int(truth.rawValue)) }
    writer.newline()
  }
}

enum VolumesFile {
  static let name = "volumes.csv"
  static let header = "hour,vertical,arrivals\n"
  static let widestRow = 64

  /// A row for each hour and vertical, also where nothing arrived.
  static func text(_ counts: [UInt32]) -> Rows {
    let words = Words.shared
    let verticals = Vertical.allCases.count
    let bytes = RowWriter.text(capacity: counts.count * widestRow) { writer in
      for (index, count) in counts.enumerated() {
        writer.instant(index / verticals * Period.hour, words.dates)
        writer.comma()
        writer.word(words.verticals, index % verticals)
        writer.comma()
        writer.number(Int(count))
        writer.newline()
      }
    }
    return Rows(bytes: bytes, rows: counts.count)
  }
}

extension RowWriter {
  /// Of one width up to ten million cases, so that text order is the order of opening.
  fileprivate mutating func caseID(_ index: Int) {
    byte(UInt8(ascii: "C"))
    number(index + 1, digits: 7)
  }

  fileprivate mutating func agent(_ index: Int) {
    byte(UInt8(ascii: "A"))
    number(index + 1, digits: 3)
  }
}
