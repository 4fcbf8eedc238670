import CasebookTables
import Glibc

/// Positives and negatives of bins, and what the bins tell of the label.
struct BinFigures: Sendable {
  /// The cases of one bin, as they count in formulas.
  struct Cell: Sendable {
    var positives = 0.0
    var negatives = 0.0
    /// Rows of the bin.
    var count = 0
    /// Positive rows of the bin.
    var positiveCount = 0
    /// The sum of scores, as they count.
    var scoreSum = 0.0
    var total: Double { positives + negatives }
    /// The share of positives; nil in an empty bin.
    var rate: Double? { total > 0 ? positives / total : nil }
    /// The mean score; nil in an empty bin.
    var meanScore: Double? { total > 0 ? scoreSum / total : nil }
  }

  /// The bins in the order of their scores; labelled rows without a score come last.
  let cells: [Cell]

  /// Bins that are already counted.
  init(_ cells: [Cell]) { self.cells = cells }

  /// The used cases of a ladder in bins.
  init(_ ladder: Ladder, _ bins: Bins) {
    var cells = [Cell](repeating: Cell(), count: bins.count)
    var bin = 0
    var cell = Cell()
    var edge = bins.edges.first ?? .infinity
    for place in 0..<ladder.count {
      let step = ladder.index(ascending: place)
      let score = ladder.scores.base[step]
      if score > edge {
        cells[bin] = cell
        while bin < bins.edges.count, score > bins.edges[bin] { bin += 1 }
        edge = bin < bins.edges.count ? bins.edges[bin] : .infinity
        cell = cells[bin]
      }
      let (p, n) = (Int(ladder.positives.base[step]), Int(ladder.negatives.base[step]))
      let positives = ladder.weights?.positives.base[step] ?? Double(p)
      let negatives = ladder.weights?.negatives.base[step] ?? Double(n)
      cell.positives += positives
      cell.negatives += negatives
      cell.count += p + n
      cell.positiveCount += p
      cell.scoreSum += score * (positives + negatives)
    }
    cells[bin] = cell
    self.cells = cells
  }

  /// The same bins and, if there are any, labelled rows without a score as the last.
  func adding(_ missing: RankedScore.Missing, isWeighted: Bool) -> BinFigures {
    if missing.count == 0 { return self }
    return BinFigures(
      cells + [
        Cell(
          positives: isWeighted ? missing.positiveWeight : Double(missing.positives),
          negatives: isWeighted ? missing.negativeWeight : Double(missing.negatives),
          count: missing.count, positiveCount: missing.positives)
      ])
  }

  /// All positives and negatives.
  private var totals: (positives: Double, negatives: Double) {
    cells.reduce((0, 0)) { ($0.0 + $1.positives, $0.1 + $1.negatives) }
  }

  /// Bins with cases of one class only.
  var pureCount: Int {
    cells.count { $0.count > 0 && ($0.positiveCount == 0 || $0.positiveCount == $0.count) }
  }

  /// The information value: the sum of (n/N - p/P) ln((n/N)/(p/P)); nil without both classes.
  ///
  /// If a cell is empty, every cell gets 0.5 (Siddiqi 2006; Anscombe 1956).
  var informationValue: Double? {
    let totals = totals
    guard totals.positives > 0, totals.negatives > 0 else { return nil }
    let isEmpty = cells.contains { $0.positives == 0 || $0.negatives == 0 }
    let added = isEmpty ? 0.5 : 0
    let positives = totals.positives + added * Double(cells.count)
    let negatives = totals.negatives + added * Double(cells.count)
    return cells.reduce(0) { sum, cell in
      let n = (cell.negatives + added) / negatives
      let p = (cell.positives + added) / positives
      return sum + (n - p) * log(n / p)
    }
  }

  /// What the information value of pure noise exceeds about once in 20; nil with one bin.
  var informationNull: Double? {
    let totals = totals
    guard totals.positives > 0, totals.negatives > 0, cells.count > 1 else { return nil }
    return (1 / totals.positives + 1 / totals.negatives)
      * ChiSquared.quantile(0.95, degrees: Double(cells.count - 1))
  }

  /// The mutual information of bin and label in nats, unsmoothed (Shannon 1948); nil without cases.
  var mutualInformation: Double? {
    let totals = totals
    let all = totals.positives + totals.negatives
    guard all > 0 else { return nil }
    let sum = cells.reduce(0.0) { sum, cell in
      sum + term(cell.positives, cell.total, totals.positives, all)
        + term(cell.negatives, cell.total, totals.negatives, all)
    }
    return max(sum, 0)
  }

  /// The share of the label's entropy that the bins tell; nil where the label has none.
  var mutualShare: Double? {
    let totals = totals
    let all = totals.positives + totals.negatives
    guard let information = mutualInformation, totals.positives > 0, totals.negatives > 0 else {
      return nil
    }
    let (p, n) = (totals.positives / all, totals.negatives / all)
    return information / -(p * log(p) + n * log(n))
  }

  private func term(_ joint: Double, _ bin: Double, _ label: Double, _ all: Double) -> Double {
    joint > 0 ? joint / all * log(joint * all / (bin * label)) : 0
  }

  /// The mean distance of rate and mean score over bins; nil without cases.
  ///
  /// Naeini, Cooper and Hauskrecht (2015).
  var calibrationError: Double? {
    let all = cells.reduce(0) { $0 + $1.total }
    guard all > 0 else { return nil }
    return cells.reduce(0) { sum, cell in
      sum + abs(cell.positives - cell.scoreSum) / all
    }
  }

  /// The largest distance of rate and mean score.
  var greatestError: Double? {
    cells.compactMap { cell in cell.rate.flatMap { rate in cell.meanScore.map { abs(rate - $0) } } }
      .max()
  }
}
