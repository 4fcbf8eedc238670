/// The log-rank test of whether groups end at the same pace.
public enum LogRank {
  /// The test's statistic, its degrees of freedom and the probability of a larger one.
  public struct Result: Sendable, Equatable {
    /// Chi-squared.
    public var chi2: Double
    /// The rank of the covariance: one less than the groups at risk when something ended.
    public var degrees: Int
    /// From the chi-squared distribution.
    public var p: Double
  }

  /// Above so many groups the covariances would not fit a reasonable time.
  public static let mostGroups = 1_000

  /// Tests groups (Mantel 1966; hypergeometric variances, as R's `survdiff` and lifelines).
  ///
  /// Null for fewer than two groups that could have been compared, and for more than `mostGroups`.
  public static func test(_ groups: [Lifetimes]) -> Result? {
    guard groups.count >= 2, groups.count <= mostGroups else { return nil }
    var sums = LogRankSums(groups)
    sums.run()
    var (matrix, vector) = (sums.covariance, sums.excess)
    let (rank, chi2) = quadraticForm(&matrix, &vector)
    guard rank > 0 else { return nil }
    return Result(
      chi2: chi2, degrees: rank, p: ChiSquared.upperTail(chi2, degrees: Double(rank)))
  }

  /// u' V⁻ u of a positive semidefinite matrix with its rank, by elimination from the largest pivot.
  private static func quadraticForm(
    _ matrix: inout [Double], _ vector: inout [Double]
  ) -> (rank: Int, value: Double) {
    let size = vector.count
    var open = Array(0..<size)
    let largest = open.map { matrix[$0 * size + $0] }.max() ?? 0
    var value = 0.0
    while let pivot = open.max(by: { matrix[$0 * size + $0] < matrix[$1 * size + $1] }) {
      let diagonal = matrix[pivot * size + pivot]
      if diagonal <= largest * 1e-10 || diagonal <= 0 { break }
      open.removeAll { $0 == pivot }
      value += vector[pivot] * vector[pivot] / diagonal
      for row in open {
        let factor = matrix[row * size + pivot] / diagonal
        if factor == 0 { continue }
        vector[row] -= factor * vector[pivot]
        for column in open {
          matrix[row * size + column] -= factor * matrix[pivot * size + column]
        }
      }
    }
    return (size - open.count, value)
  }
}

/// Observed less expected ends of each group and their covariances.
///
/// How many of a group are at risk changes only at its own times. So a group's share of a sum over
/// all times is added up when that number changes, times what the sum has grown by since: the work is
/// members times groups instead of times times groups squared.
private struct LogRankSums {
  private let groups: [Lifetimes]
  private let count: Int
  private var atRisk: [Double]
  /// Observed less expected.
  private(set) var excess: [Double]
  private(set) var covariance: [Double]
  /// Running sums over times, of n at risk and d ended: d/n, v/n and v/n², where v = d (n-d)/(n-1).
  private var paces = (expected: 0.0, single: 0.0, pair: 0.0)
  private var settled: [(expected: Double, single: Double)]
  private var settledPairs: [Double]

  init(_ groups: [Lifetimes]) {
    self.groups = groups
    count = groups.count
    atRisk = groups.map { Double($0.count - $0.entered.count) }
    excess = Array(repeating: 0, count: count)
    covariance = Array(repeating: 0, count: count * count)
    settled = Array(repeating: (0, 0), count: count)
    settledPairs = Array(repeating: 0, count: count * count)
  }

  mutating func run() {
    var cursors = groups.map { group in group.withCursors { $0 } }
    var queue = TimeQueue()
    for group in 0..<count {
      if let time = cursors[group].next { queue.insert(time, group) }
    }
    withExtendedLifetime(groups) {
      var total = atRisk.reduce(0, +)
      var steps: [(group: Int, ended: Int, censored: Int)] = []
      while let time = queue.leastTime {
        steps.removeAll(keepingCapacity: true)
        var ended = 0
        while queue.leastTime == time, let group = queue.removeLeast() {
          let step = cursors[group].take(time)
          if step.entered > 0 { change(group, by: step.entered, &total) }
          steps.append((group, step.ended, step.censored))
          ended += step.ended
          if let next = cursors[group].next { queue.insert(next, group) }
        }
        if ended > 0 { advance(ended, total) }
        for step in steps where step.ended + step.censored > 0 {
          change(step.group, by: -(step.ended + step.censored), &total)
          excess[step.group] += Double(step.ended)
        }
      }
    }
    for group in 0..<count { settle(group) }
    for group in 0..<count {
      for other in 0..<group {
        covariance[other * count + group] = covariance[group * count + other]
      }
    }
  }

  private mutating func advance(_ ended: Int, _ total: Double) {
    let ended = Double(ended)
    paces.expected += ended / total
    guard total > 1 else { return }
    let spread = ended * (total - ended) / (total - 1)
    paces.single += spread / total
    paces.pair += spread / (total * total)
  }

  private mutating func change(_ group: Int, by more: Int, _ total: inout Double) {
    settle(group)
    atRisk[group] += Double(more)
    total += Double(more)
  }

  /// Adds what has come together for a group since its number at risk changed.
  private mutating func settle(_ group: Int) {
    let mine = atRisk[group]
    excess[group] -= mine * (paces.expected - settled[group].expected)
    covariance[group * count + group] += mine * (paces.single - settled[group].single)
    settled[group] = (paces.expected, paces.single)
    for other in 0..<count {
      let place = max(group, other) * count + min(group, other)
      covariance[place] -= mine * atRisk[other] * (paces.pair - settledPairs[place])
      settledPairs[place] = paces.pair
    }
  }
}

/// Groups by their next time, the least first; equal times in the order of the groups.
private struct TimeQueue {
  private var heap: [(time: Int64, group: Int)] = []

  var leastTime: Int64? { heap.first?.time }

  mutating func insert(_ time: Int64, _ group: Int) {
    heap.append((time, group))
    var child = heap.count - 1
    while child > 0, heap[child] < heap[(child - 1) / 2] {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func removeLeast() -> Int? {
    guard let first = heap.first else { return nil }
    heap[0] = heap[heap.count - 1]
    heap.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if heap[child] < heap[least] { least = child }
      }
      if least == parent { return first.group }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
