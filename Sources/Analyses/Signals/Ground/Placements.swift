import CasebookTables

/// Where each case stands among those of the other class: DeLong's V10 and V01, case by case.
struct Placements: Sendable {
  /// Twice the rivals that a row beats: negatives below a positive, positives above a negative, ties once.
  ///
  /// Rows that are not used hold 0.
  let values: Buffer<Double>
  /// Rows of each class.
  let positiveCount: Int
  let negativeCount: Int
  /// The sum over positives, which is 2U and that over negatives too.
  let twoU: Double

  /// The placements of rows that are in order.
  init(
    _ run: Buffer<Int32>, _ scores: Buffer<Double>, _ classes: Buffer<UInt8>, _ context: RunContext
  ) throws {
    let (rows, values) = (run.base, scores.base)
    var counts = (positive: 0, negative: 0)
    for place in 0..<run.count {
      try Checkpoints.look(place, context)
      if classes.base[Int(rows[place])] == CaseClass.positive {
        counts.positive += 1
      } else {
        counts.negative += 1
      }
    }
    (positiveCount, negativeCount) = counts
    var won = 0
    self.values = try Buffer(count: scores.count) { target in
      var (above, below) = (0, counts.negative)
      var place = 0
      while place < run.count {
        let first = place
        let score = values[Int(rows[place])]
        var (here, there) = (0, 0)
        while place < run.count, values[Int(rows[place])] == score {
          try Checkpoints.look(place, context)
          if classes.base[Int(rows[place])] == CaseClass.positive { here += 1 } else { there += 1 }
          place += 1
        }
        below -= there
        won += here * (2 * below + there)
        for tied in first..<place {
          let row = Int(rows[tied])
          target[row] =
            classes.base[row] == CaseClass.positive
            ? Double(2 * below + there) : Double(2 * above + here)
        }
        above += here
      }
    }
    twoU = Double(won)
  }

  /// DeLong's covariance of two areas on the same rows; with itself the variance.
  ///
  /// Nil below two of a class.
  static func covariance(
    _ a: Placements, _ b: Placements, _ run: Buffer<Int32>, _ classes: Buffer<UInt8>,
    _ context: RunContext
  ) throws -> Double? {
    let (p, n) = (Double(a.positiveCount), Double(a.negativeCount))
    guard p > 1, n > 1 else { return nil }
    let positiveMeans = (a.twoU / p, b.twoU / p)
    let negativeMeans = (a.twoU / n, b.twoU / n)
    var (positiveSum, negativeSum) = (0.0, 0.0)
    for place in 0..<run.count {
      try Checkpoints.look(place, context)
      let row = Int(run.base[place])
      let (x, y) = (a.values.base[row], b.values.base[row])
      if classes.base[row] == CaseClass.positive {
        positiveSum += (x - positiveMeans.0) * (y - positiveMeans.1)
      } else {
        negativeSum += (x - negativeMeans.0) * (y - negativeMeans.1)
      }
    }
    return positiveSum / (4 * n * n * (p - 1) * p) + negativeSum / (4 * p * p * (n - 1) * n)
  }

  /// The area.
  var auc: Double? {
    positiveCount > 0 && negativeCount > 0
      ? twoU / (2 * Double(positiveCount) * Double(negativeCount)) : nil
  }
}
