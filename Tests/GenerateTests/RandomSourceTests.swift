import Glibc
import Testing

@testable import CasebookGenerate

@Suite struct RandomSourceTests {
  @Test func exponentialAgreesWithTheLibrary() {
    for x in stride(from: -40.0, through: 40, by: 0.037) {
      #expect(abs(exponential(x) / exp(x) - 1) < 1e-14, "\(x)")
    }
    #expect(exponential(0) == 1)
    #expect(exponential(-1e6) < 1e-300)
    #expect(exponential(1e6).isFinite)
  }

  @Test func normalNumbersAreStandard() {
    let numbers = (0..<20_000).map {
      RandomSource(seed: 1, family: .cases, member: $0).normal(.scoreA)
    }
    #expect(abs(mean(numbers)) < 0.03)
    #expect(abs(mean(numbers.map { $0 * $0 }) - 1) < 0.03)
    let beyondTwo = numbers.count { abs($0) > 1.959_964 }
    #expect((0.043...0.057).contains(Double(beyondTwo) / 20_000))
  }

  @Test func familiesAndPurposesShareNothing() {
    var seen: Set<UInt64> = []
    for member in 0..<50 {
      for family in [RandomSource.Family.cases, .hours, .agents] {
        let random = RandomSource(seed: 9, family: family, member: member)
        for purpose in [RandomSource.Purpose.second, .vertical, .wait, .vote] {
          for index in 0..<4 { seen.insert(random.bits(purpose, index)) }
        }
      }
    }
    #expect(seen.count == 50 * 3 * 4 * 4)
  }
}
