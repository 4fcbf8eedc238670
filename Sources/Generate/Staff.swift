/// The people: each works for one vendor, in one queue and, in large sets, in one shift of the day.
///
/// Agent k (from 0) belongs to vendor k modulo four; agents of a queue, and of its shifts, stand
/// together. About 400 from 100,000 cases on, fewer in smaller sets, so that a person has enough
/// cases to be judged by.
struct Staff: Sendable {
  /// How often a person finds what is there, for violating and for benign cases.
  struct Skill: Sendable {
    let violating: Double
    let benign: Double
  }

  let count: Int
  private let skills: [Skill]
  private let desks: [Desk]
  private let shifts: Int

  private struct Desk: Sendable {
    let first: Int
    let perShift: Int
  }

  private static let fullSize = 100_000
  private static let vendors = Vendor.allCases.count

  init(cases: Int, seed: UInt64) {
    shifts = cases >= Self.fullSize ? 3 : 1
    var desks: [Desk] = []
    var count = 0
    for queue in Queue.allCases {
      let teams = Self.teams(of: queue)
      let kept = min(teams, (teams * cases + Self.fullSize - 1) / Self.fullSize)
      let perShift = (teams == 0 ? 0 : max(1, kept)) * Self.vendors
      desks.append(Desk(first: count, perShift: perShift))
      count += perShift * shifts
    }
    self.desks = desks
    self.count = count
    skills = (0..<count).map { agent in
      let random = RandomSource(seed: seed, family: .agents, member: agent)
      let spread = 0.012 * random.normal(.skill)
      let usual = Self.usualSkill(of: Self.vendor(of: agent))
      return Skill(
        violating: min(0.995, usual.violating + spread), benign: min(0.995, usual.benign + spread))
    }
  }

  func skill(of agent: Int) -> Skill { skills[agent] }

  static func vendor(of agent: Int) -> Vendor { Vendor.allCases[agent % vendors] }

  /// The poor vendor hurries.
  static func pace(of vendor: Vendor) -> Double { vendor == Planted.poorVendor ? 0.65 : 1 }

  /// Someone who is at work in the queue at that time.
  ///
  /// Audits are done by the general queue.
  func agent(of queue: Queue, at time: Int, _ random: RandomSource, _ index: Int) -> Int {
    let desk = desks[Int((queue == .auto ? .general : queue).rawValue)]
    let shift = shifts == 1 ? 0 : time % Period.day / (8 * Period.hour)
    return desk.first + shift * desk.perShift + random.below(desk.perShift, .agent, index)
  }

  /// Anyone; the places of one case's voters are five apart, so that vendors mix and nobody votes
  /// twice.
  func voter(_ place: Int, notAgent agent: Int, _ random: RandomSource) -> Int {
    let voter = (random.below(count, .voter) + 5 * place) % count
    return voter == agent ? (voter + 1) % count : voter
  }

  /// Teams of one person of each vendor, for each shift.
  private static func teams(of queue: Queue) -> Int {
    switch queue {
    case .auto: 0
    case .general: 11
    case .fraud: 8
    case .conduct: 7
    case .portuguese: 3
    case .authority: 1
    case .specialist: 2
    case .appeals: 2
    }
  }

  private static func usualSkill(of vendor: Vendor) -> Skill {
    switch vendor {
    case .inhouse: Skill(violating: 0.96, benign: 0.97)
    case .atlas: Skill(violating: 0.93, benign: 0.95)
    case .borealis: Skill(violating: 0.91, benign: 0.94)
    case .cadence: Skill(violating: 0.70, benign: 0.85)
    }
  }
}
