import CasebookTables
import CasebookTestSupport
import CasebookValues
import Testing

@testable import CasebookTriage

/// What boxes prove, against every case of a small world: 20,000 random rulesets a run.
///
/// The world has a whole number, a real and a text, each of them missing, too, and an opaque condition. The brute force
/// below knows nothing of boxes, cells or bitmaps.
@Suite struct ReachabilityTests {
  /// One case of the world; nil is missing.
  private struct Case {
    var number: Int64?
    var real: Double?
    var text: String?
    /// Nil: unknown.
    var opaque: Bool?
  }

  private static let world: [Case] = {
    var cases: [Case] = []
    for number in [nil, 0, 1, 2, 3, 4, 5] as [Int64?] {
      for real in [nil, 0, 0.25, 0.5, 0.6, 0.75, 1] as [Double?] {
        for text in [nil, "a", "b", "c", "other"] as [String?] {
          for opaque in [nil, false, true] as [Bool?] {
            cases.append(Case(number: number, real: real, text: text, opaque: opaque))
          }
        }
      }
    }
    return cases
  }()

  private static let types: [ScalarType] = [.long, .real, .string, .bool]

  // MARK: Random conditions

  private static func atom(_ random: inout RepeatableRandom) -> Atom {
    let low = Int64(random.below(5))
    let bounds = [0.25, 0.5, 0.75]
    let bound = Atom.RealBound(
      value: bounds[random.below(3)], isIncluded: random.below(2) == 0)
    let end = Atom.RealBound(value: .infinity, isIncluded: true)
    switch random.below(9) {
    case 0: return Atom(column: 0, test: .longs(from: low, to: .max))
    case 1: return Atom(column: 0, test: .longs(from: .min, to: low))
    case 2: return Atom(column: 0, test: .longs(from: low, to: low))
    case 3: return Atom(column: 1, test: .reals(from: bound, to: end))
    case 4:
      return Atom(
        column: 1,
        test: .reals(from: Atom.RealBound(value: -.infinity, isIncluded: true), to: bound))
    case 5: return Atom(column: 2, test: .texts([["a", "b", "c"][random.below(3)]]))
    case 6: return Atom(column: 2, test: .texts(["a", "b"]))
    case 7: return Atom(column: random.below(3), test: .missing)
    default: return Atom(column: 3, test: .computed(missing: nil))
    }
  }

  private static func node(
    _ program: inout LogicProgram, _ depth: Int, _ random: inout RepeatableRandom
  ) -> Int {
    switch depth == 0 ? 0 : random.below(5) {
    case 1:
      let left = node(&program, depth - 1, &random)
      return program.add(.and(left, node(&program, depth - 1, &random)))
    case 2:
      let left = node(&program, depth - 1, &random)
      return program.add(.or(left, node(&program, depth - 1, &random)))
    case 3: return program.add(.not(node(&program, depth - 1, &random)))
    default: return program.add(atom(&random))
    }
  }

  // MARK: Brute force

  private static func truth(_ atom: Atom, _ one: Case) -> Truth {
    switch (atom.test, atom.column) {
    case (.missing, 0): return one.number == nil ? .yes : .no
    case (.missing, 1): return one.real == nil ? .yes : .no
    case (.missing, _): return one.text == nil ? .yes : .no
    case (.longs(let from, let to), _):
      guard let number = one.number else { return .unknown }
      return number >= from && number <= to ? .yes : .no
    case (.reals(let from, let to), _):
      guard let real = one.real else { return .unknown }
      let isAbove = from.isIncluded ? real >= from.value : real > from.value
      let isBelow = to.isIncluded ? real <= to.value : real < to.value
      return isAbove && isBelow ? .yes : .no
    case (.texts(let wanted), _):
      guard let text = one.text else { return .unknown }
      return wanted.contains(text) ? .yes : .no
    case (.computed, _), (.flag, _):
      return one.opaque.map { $0 ? .yes : .no } ?? .unknown
    }
  }

  private static func truth(_ program: LogicProgram, _ node: Int, _ one: Case) -> Truth {
    switch program.nodes[node] {
    case .constant(let truth): return truth
    case .atom(let atom): return truth(program.atoms[atom], one)
    case .not(let inner): return truth(program, inner, one).opposite
    case .and(let left, let right):
      let (a, b) = (truth(program, left, one), truth(program, right, one))
      if a == .no || b == .no { return .no }
      return a == .yes && b == .yes ? .yes : .unknown
    case .or(let left, let right):
      let (a, b) = (truth(program, left, one), truth(program, right, one))
      if a == .yes || b == .yes { return .yes }
      return a == .no && b == .no ? .no : .unknown
    }
  }

  /// Whether a made case is what the witness says: values for some columns, everything else missing.
  private static func isWitness(
    _ values: [(column: Int, value: Scalar)], _ program: LogicProgram, _ rule: Int, _ before: [Int]
  ) -> Bool {
    var one = Case(number: nil, real: nil, text: nil, opaque: nil)
    for (column, value) in values {
      switch (column, value) {
      case (0, .long(let number)): one.number = number
      case (1, .real(let real)): one.real = real
      case (2, .string(let text)): one.text = text.isEmpty ? nil : text
      case (_, .null): break
      default: return false
      }
    }
    return truth(program, rule, one) == .yes
      && before.allSatisfy { truth(program, $0, one) != .yes }
  }

  // MARK: The test

  @Test(arguments: 0..<4)
  func noWrongProofAndNoWrongWitness(_ part: Int) {
    var proved = 0
    var refuted = 0
    for number in 0..<5000 {
      let seed = part * 5000 + number
      var random = RepeatableRandom(seed: UInt64(seed))
      var program = LogicProgram()
      let rules = (0..<(2 + random.below(4))).map { _ in Self.node(&program, 2, &random) }
      let index = rules.count - 1
      let before = Array(rules[..<index])
      var regions = Regions(program, Space(program.atoms, types: Self.types))
      guard let left = regions.left(of: rules[index], without: before) else {
        Issue.record("seed \(seed): too many boxes")
        continue
      }
      if left.isEmpty {
        proved += 1
        let isReached = Self.world.contains { one in
          Self.truth(program, rules[index], one) == .yes
            && before.allSatisfy { Self.truth(program, $0, one) != .yes }
        }
        if isReached { Issue.record("seed \(seed): proved unreachable, and a case reaches it") }
      } else if let values = regions.witness(of: left) {
        refuted += 1
        if !Self.isWitness(values, program, rules[index], before) {
          Issue.record("seed \(seed): \(values) is no witness")
        }
      }
    }
    // A generator that makes only one kind of ruleset would prove nothing.
    #expect(proved > 300)
    #expect(refuted > 1000)
  }

  @Test func aNumberAboveAndBelowDoesNotCoverAMissingOne() {
    var program = LogicProgram()
    let half = Atom.RealBound(value: 0.5, isIncluded: true)
    let low = program.add(
      Atom(
        column: 0,
        test: .reals(
          from: Atom.RealBound(value: -.infinity, isIncluded: true),
          to: Atom.RealBound(value: 0.5, isIncluded: false))))
    let high = program.add(
      Atom(
        column: 0,
        test: .reals(from: half, to: Atom.RealBound(value: .infinity, isIncluded: true))))
    let missing = program.add(Atom(column: 0, test: .missing))
    let all = program.add(.constant(.yes))
    var regions = Regions(program, Space(program.atoms, types: [.real]))
    #expect(regions.left(of: all, without: [low, high])?.isEmpty == false)
    #expect(regions.left(of: all, without: [low, high, missing])?.isEmpty == true)
  }

  @Test func tooManyBoxesGiveNoVerdict() {
    var program = LogicProgram()
    var whole: Int?
    // (a0 or b0) and (a1 or b1) and ... over columns of their own: 2^14 boxes.
    for index in 0..<14 {
      let a = program.add(Atom(column: 2 * index, test: .longs(from: 1, to: 1)))
      let b = program.add(Atom(column: 2 * index + 1, test: .longs(from: 1, to: 1)))
      let either = program.add(.or(a, b))
      whole = whole.map { program.add(.and($0, either)) } ?? either
    }
    var regions = Regions(
      program, Space(program.atoms, types: Array(repeating: .long, count: 28)))
    #expect(regions.isTrue(whole ?? 0) == nil)
  }
}
