/// The life of one case, told from its own random numbers: what it is, what happens to it, and what
/// reviewers say.
///
/// A fixed sequence of draws by name, so that a change in one chapter moves no other.
struct Story {
  private let world: World
  private let random: RandomSource
  private let truth: Finding
  private var record: CaseRecord
  /// Where the case has got to.
  private var now: Int
  /// The queue that holds it.
  private var queue: Queue
  private var eventCount = 0
  /// Pieces of human work so far, to tell their draws apart.
  private var workCount = 0
  private var lastAgent = 0

  /// Tells a case: appends its events and votes, and returns its row.
  static func tell(
    _ caseIndex: Int, of world: World, events: inout [Event], votes: inout [Vote]
  ) -> CaseRecord {
    var story = Story(caseIndex, of: world)
    story.open(&events)
    if story.record.queue == .auto {
      story.closeWithoutReview(&events)
    } else {
      story.review(&events)
      story.vote(&votes)
    }
    return story.record
  }

  // MARK: What the case is

  private init(_ caseIndex: Int, of world: World) {
    self.world = world
    random = RandomSource(seed: world.seed, family: .cases, member: caseIndex)
    now = world.arrivals.opening(of: caseIndex)
    let vertical = Vertical.allCases[world.verticals.pick(random.unit(.vertical))]
    let source = world.source(of: vertical, random)
    let country = world.countries.pick(random.unit(.country))
    let language = world.language(in: country, random)
    let repeats = vertical == .fraud && source == .trusted_flagger
    let table = repeats ? world.strikesOfFlaggedFraud : world.strikes
    let strikes = table.pick(random.unit(.strikes))
    let chance = world.probabilityOfViolating(vertical, source, strikes: strikes)
    truth = random.chance(chance, .truth) ? .violating : .benign
    let scoreB = Scores.healthy(truth, random)
    queue = world.queue(vertical, source, language: language)
    if let scoreB, scoreB < Planted.reviewedFromScoreB { queue = .auto }
    // Violating content is reported more often; a run of coin flips counts the reports.
    let flips = random.bits(.reports)
    let extra = truth == .violating ? (flips << 32).leadingZeroBitCount % 32 : 0
    record = CaseRecord(
      number: caseIndex, opened: now, vertical: vertical,
      policy: world.policy(of: vertical, random),
      source: source, country: country,
      language: random.chance(0.004, .languageMissing) ? nil : language,
      reports: 1 + flips.leadingZeroBitCount % 32 + extra, strikes: strikes,
      scoreA: Scores.declining(truth, country: country, openedAt: now, random), scoreB: scoreB,
      queue: queue)
  }

  // MARK: What happens to it

  private mutating func open(_ events: inout [Event]) {
    moment(.intake, &events)
    now += 1 + random.below(20, .screenWait)
    let start = now
    now += 1 + random.below(5, .screenTime)
    add(.screen, started: start, agent: nil, &events)
  }

  private mutating func closeWithoutReview(_ events: inout [Event]) {
    if now < Period.end {
      record.decided = now
      record.decision = .no_action
      record.appealed = false
    }
    if random.chance(Planted.auditedShare, .auditSample) {
      work(.qualityCheck, &events)
      if now < Period.end {
        record.outcome = truth
        record.reviewer = lastAgent
      }
    }
    close(&events)
  }

  private mutating func review(_ events: inout [Event]) {
    let step: Step = queue == Planted.bottleneckQueue ? .languageReview : .review
    now += 1 + random.below(8, .routeTime)
    moment(.route, &events)
    work(step, &events)
    if random.chance(0.04, .informationAsked) {
      now += 30 + random.below(120, .informationTime)
      moment(.requestInformation, agent: lastAgent, &events)
      // Some are never answered: those cases stay open for good.
      if random.chance(0.005, .neverAnswered) { return }
      now += Waits.outside(medianHours: 28, random, .answer)
      moment(.informationReceived, &events)
      work(step, again: random.chance(0.6, .sameAgent), &events)
    }
    if random.chance(0.03, .secondReview) { work(.secondReview, &events) }
    if random.chance(0.08, .escalation) {
      queue = .specialist
      work(.specialistReview, &events)
    }
    decide(&events)
  }

  private mutating func decide(_ events: inout [Event]) {
    let skill = world.staff.skill(of: lastAgent)
    let right = random.unit(.decision) < (truth == .violating ? skill.violating : skill.benign)
    let found: Finding = right ? truth : truth == .violating ? .benign : .violating
    let action = Decision.allCases[[0, 0, 0, 1, 2][random.below(5, .action)]]
    if now < Period.end {
      record.decided = now
      record.reviewer = lastAgent
      record.decision = found == .violating ? action : .no_action
      record.outcome = truth
      record.appealed = false
    }
    if found == .violating {
      now += 5 + random.below(600, .notifyTime)
      moment(.notify, &events)
    }
    close(&events)
    if found == .violating && random.chance(right ? 0.05 : 0.25, .appeal) {
      appeal(wrong: !right, &events)
    }
  }

  private mutating func appeal(wrong: Bool, _ events: inout [Event]) {
    now += Waits.outside(medianHours: 24, random, .appealTime)
    // An appeal after the end of observation has not happened yet.
    guard now < Period.end else { return }
    queue = .appeals
    moment(.appeal, &events)
    record.appealed = true
    record.closed = nil
    work(.appealReview, &events)
    if now < Period.end {
      record.appealResult = random.chance(wrong ? 0.85 : 0.06, .appealResult) ? .reversed : .upheld
    }
    close(&events, again: 1)
  }

  private mutating func close(_ events: inout [Event], again: Int = 0) {
    now += 60 + random.below(1800, .closeTime, again)
    moment(.close, &events)
    if now < Period.end { record.closed = now }
  }

  // MARK: What reviewers say

  /// Blind votes: five on each golden item, three on a further sample.
  ///
  /// The first is the decision.
  private func vote(_ votes: inout [Vote]) {
    guard let decided = record.decided, let reviewer = record.reviewer else { return }
    let draw = random.unit(.votes)
    let golden = draw < 0.03
    let count = golden ? 5 : draw < 0.18 ? 3 : 0
    for place in 0..<count {
      var agent = reviewer
      var time = decided
      var label: Finding = record.decision == .no_action ? .benign : .violating
      if place > 0 {
        agent = world.staff.voter(place, notAgent: reviewer, random)
        time += 600 + random.below(2 * Period.day, .voteTime, place)
        let skill = world.staff.skill(of: agent)
        let limit = truth == .violating ? skill.violating : skill.benign
        label =
          random.unit(.vote, place) < limit ? truth : truth == .violating ? .benign : .violating
      }
      if time < Period.end {
        votes.append(
          Vote(
            caseIndex: record.number, agent: agent, time: time, label: label,
            truth: golden ? truth : nil))
      }
    }
  }

  // MARK: Events

  /// Waits in the queue, then a person works on the case.
  private mutating func work(_ step: Step, again: Bool = false, _ events: inout [Event]) {
    workCount += 1
    now += Waits.beforeWork(in: queue, enteredAt: now, random, workCount)
    if !again { lastAgent = world.staff.agent(of: queue, at: now, random, workCount) }
    let start = now
    now += Waits.handling(step, by: Staff.vendor(of: lastAgent), random, workCount)
    add(step, started: start, agent: lastAgent, &events)
  }

  /// A step without duration.
  private mutating func moment(_ step: Step, agent: Int? = nil, _ events: inout [Event]) {
    add(step, started: nil, agent: agent, &events)
  }

  /// Logs a step that ends now, unless observation ended before, with the faults of a real log.
  private mutating func add(
    _ step: Step, started: Int?, agent: Int?, _ events: inout [Event]
  ) {
    guard now < Period.end else { return }
    let place = eventCount
    eventCount += 1
    var received = now
    if random.chance(Planted.lateShare, .late, place) {
      received += 300 + random.below(6 * Period.hour, .lateDelay, place)
    }
    var event = Event(
      received: Event.key(received: received, caseIndex: record.number), completed: UInt32(now),
      started: started.map(UInt32.init) ?? Event.noTime,
      agent: agent.map(UInt16.init) ?? Event.nobody,
      place: UInt8(place), step: step, queue: queue)
    if started != nil && random.chance(Planted.swappedShare, .swapped, place) {
      swap(&event.started, &event.completed)
    }
    events.append(event)
    if random.chance(Planted.duplicateShare, .duplicate, place) {
      received += random.below(120, .duplicateDelay, place)
      event.received = Event.key(received: received, caseIndex: record.number)
      events.append(event)
    }
  }
}
