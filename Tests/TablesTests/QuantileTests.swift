import CasebookTables
import CasebookTestSupport
import Testing

@Suite struct QuantileTests {
  /// NumPy's `quantile`.
  @Test(arguments: [(0, 1.5), (0.25, 1.875), (0.5, 2.625), (0.9, 7.975), (1, 10)])
  func reals(p: Double, expected: Double) throws {
    let actual = try #require(Quantile.ofSorted([1.5, 2, 3.25, 10], p))
    #expect(abs(actual - expected) < 1e-14)
  }

  @Test func ticksRoundToEven() {
    #expect(Quantile.ofSorted([0, 1] as [Int64], 0.5) == 0)
    #expect(Quantile.ofSorted([1, 2] as [Int64], 0.5) == 2)
    #expect(Quantile.ofSorted([-1, 0] as [Int64], 0.5) == 0)
    #expect(Quantile.ofSorted([-2, -1] as [Int64], 0.5) == -2)
    #expect(Quantile.ofSorted([.min, .max] as [Int64], 0.5) == 0)
    #expect(Quantile.ofSorted([0, 1, 10, 100] as [Int64], 1 / 3.0) == 1)
    #expect(Quantile.ofSorted([15, 16] as [Int64], 0, roundedTo: 10) == 20)
    #expect(Quantile.ofSorted([24, 26] as [Int64], 0.5, roundedTo: 10) == 20)
    #expect(Quantile.ofSorted([25, 26] as [Int64], 0.5, roundedTo: 10) == 30)
  }

  @Test func wholeNumberBelow() {
    let floor = { (values: [Int64], p) in
      values.withUnsafeBufferPointer { Quantile.floorOfSorted($0, p) }
    }
    #expect(floor([0, 3], 0.5) == 1)
    #expect(floor([-3, 0], 0.5) == -2)
    #expect(floor([4, 4], 0.3) == 4)
    #expect(floor([1, 2, 3], 0.5) == 2)
    #expect(floor([], 0.5) == nil)
  }

  /// 60, 120 and 180 minutes: the worked example's 2:48.
  @Test func ninetieth() {
    #expect(Quantile.ofSorted([60, 120, 180] as [Int64], 0.9) == 168)
  }

  @Test func none() {
    #expect(Quantile.ofSorted([] as [Int64], 0.5) == nil)
    #expect(Quantile.ofSorted([1.0], -0.1) == nil)
    #expect(Quantile.ofSorted([1.0], .nan) == nil)
    #expect(Quantile.ofSorted([1.0], 1) == 1)
  }

  @Test func selectingGivesWhatSortingGives() {
    var random = RepeatableRandom(seed: 7)
    for count in [1, 2, 3, 10, 257] {
      for spread in [1, 3, 1_000_000] {
        let values = (0..<count).map { _ in Int64(Int.random(in: -spread...spread, using: &random))
        }
        let probabilities = [0, 0.1, 0.5, 0.5, 0.9, 0.25, 1]
        var copy = values
        let selected = copy.withUnsafeMutableBufferPointer { Quantile.select($0, probabilities) }
        #expect(selected == probabilities.map { Quantile.ofSorted(values.sorted(), $0) })
        #expect(copy.sorted() == values.sorted())
        var reals = values.map(Double.init)
        let picked = reals.withUnsafeMutableBufferPointer { Quantile.select($0, probabilities) }
        #expect(
          picked == probabilities.map { Quantile.ofSorted(values.map(Double.init).sorted(), $0) })
      }
    }
  }

  @Test func compensation() {
    var sum = CompensatedSum()
    for value in [1, 1e100, 1, -1e100] { sum.add(value) }
    #expect(sum.value == 2)
  }
}
