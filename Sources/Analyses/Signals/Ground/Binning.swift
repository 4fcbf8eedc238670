import CasebookLanguage
import CasebookQuery
import CasebookTables

/// How scores are cut into bins.
struct Binning: Sendable {
  /// Where the inner edges come from.
  enum Rule: Sendable, Equatable {
    /// Type-7 quantiles of the used scores.
    case quantile
    /// Equal widths of 0 to 1 where all scores are in it, else of their range.
    case width
    /// As given.
    case edges([Double])
  }

  var rule = Rule.quantile
  /// How many bins are asked for.
  var count = 10

  /// Ten quantile bins.
  init() {}

  /// What `bins`, `binning` and `edges` say.
  init(_ arguments: AnalysisArguments) throws(Diagnostic) {
    count = try arguments.count("bins", in: 1...1_000, otherwise: 10)
    if try arguments.word("binning", ["quantile", "width"]) == "width" { rule = .width }
    guard
      let edges = try arguments.reals(
        "edges", expected: "numbers, ascending", where: { $0.isFinite })
    else { return }
    guard !edges.isEmpty, zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw arguments.problem(
        "the edges of bins ascend", help: "edges=(0.2, 0.5, 0.8)",
        at: arguments.syntax("edges")?.span)
    }
    rule = .edges(edges)
  }

  /// What the columns `binning` calls it.
  var name: String {
    switch rule {
    case .quantile: "quantile"
    case .width: "width"
    case .edges: "edges"
    }
  }
}

/// Bins of scores: right-closed, the outer ones open.
struct Bins: Sendable {
  /// The inner edges, ascending; bin i holds scores above edge i-1 and up to edge i.
  let edges: [Double]
  /// How they were found.
  let binning: Binning

  /// How many bins there are, empty ones too.
  var count: Int { edges.count + 1 }

  /// The bins of the used scores of a ladder.
  init(_ binning: Binning, of ladder: Ladder) {
    self.binning = binning
    switch binning.rule {
    case .edges(let given): edges = given
    case .quantile: edges = Self.quantiles(ladder, binning.count)
    case .width: edges = Self.widths(ladder, binning.count)
    }
  }

  /// The bin of a score.
  func bin(of score: Double) -> Int {
    var (low, high) = (0, edges.count)
    while low < high {
      let middle = (low + high) / 2
      if score > edges[middle] { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The edges as text, as a result states them.
  var stated: String {
    binning.name + ": "
      + (edges.isEmpty ? "one bin" : edges.map(numberText).joined(separator: ", "))
  }

  /// Type-7 quantiles (Hyndman and Fan 1996): the value at (n - 1) k / B, its position in whole numbers.
  private static func quantiles(_ ladder: Ladder, _ count: Int) -> [Double] {
    let used = ladder.used
    guard used > 0, count > 1 else { return [] }
    var edges: [Double] = []
    var (lows, highs) = (AscendingSteps(ladder), AscendingSteps(ladder))
    for k in 1..<count {
      let position = (used - 1) * k
      let (rank, rest) = (position / count, position % count)
      let low = lows.value(at: rank)
      let high = rest == 0 ? low : highs.value(at: rank + 1)
      let edge = interpolated(low, high, Double(rest) / Double(count))
      if edges.last != edge { edges.append(edge) }
    }
    return edges
  }

  private static func interpolated(_ low: Double, _ high: Double, _ share: Double) -> Double {
    if low == high || share == 0 { return low }
    let value = low + (high - low) * share
    // Between an infinity and anything there is nothing; the lower value keeps the rule right-closed.
    return value.isNaN || !(low...high).contains(value) ? low : value
  }

  private static func widths(_ ladder: Ladder, _ count: Int) -> [Double] {
    guard ladder.count > 0, count > 1 else { return [] }
    let ends = (ladder.scores[0], ladder.scores[ladder.count - 1])
    var (least, greatest) = (min(ends.0, ends.1), max(ends.0, ends.1))
    if least >= 0, greatest <= 1 { (least, greatest) = (0, 1) }
    guard least.isFinite, greatest.isFinite, least < greatest else { return [] }
    var edges: [Double] = []
    for k in 1..<count {
      // One rounding for 0 to 1, so that 0.3 is 3/10.
      let edge =
        least == 0 && greatest == 1
        ? Double(k) / Double(count) : least + (greatest - least) * Double(k) / Double(count)
      if edges.last != edge { edges.append(edge) }
    }
    return edges
  }
}

/// Finds scores by their ascending rank; ranks must be asked for in ascending order.
private struct AscendingSteps {
  private let ladder: Ladder
  private var place = 0
  private var passed = 0

  init(_ ladder: Ladder) { self.ladder = ladder }

  mutating func value(at rank: Int) -> Double {
    while place < ladder.count - 1, passed + ladder.labelled(atAscending: place) <= rank {
      passed += ladder.labelled(atAscending: place)
      place += 1
    }
    return ladder.scores[ladder.index(ascending: place)]
  }
}
