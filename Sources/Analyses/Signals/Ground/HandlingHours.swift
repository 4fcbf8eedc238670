import CasebookTables

/// The hours that handling the flagged rows takes, unlabelled ones too; a null time counts as the mean.
struct HandlingHours: Sendable {
  /// Hours up to and with each threshold.
  private let upTo: [Double]

  /// The hours of a group at the steps of a ladder; nil without times.
  init?(
    _ column: Int?, _ ranked: RankedScore, _ ladder: Ladder, _ group: Int, _ frame: CaseFrame,
    _ context: RunContext
  ) throws {
    guard let column, case .longs(let ticks) = frame.table.columns[column].data else { return nil }
    let times = frame.table.columns[column]
    var known: (sum: Double, count: Int) = (0, 0)
    var sums = [Int64](repeating: 0, count: ladder.count)
    var unknown = [Int](repeating: 0, count: ladder.count)
    for row in 0..<frame.count where frame.groupNumber(row) == group {
      if row & 0xFFFF == 0 { try context.checkpoint() }
      let isNull = times.isNull(row)
      if !isNull {
        known.sum += Double(ticks.base[row])
        known.count += 1
      }
      guard let step = ladder.firstStep(flagging: ranked.values.base[row]) else { continue }
      if isNull {
        unknown[step] += 1
      } else {
        let (sum, isTooLarge) = sums[step].addingReportingOverflow(ticks.base[row])
        sums[step] = isTooLarge ? .max : sum
      }
    }
    guard known.count > 0 else { return nil }
    let mean = known.sum / Double(known.count)
    var (total, missing) = (0.0, 0)
    upTo = sums.indices.map { step in
      total += Double(sums[step])
      missing += unknown[step]
      return (total + Double(missing) * mean) / 36e9
    }
  }

  /// The hours where a step of that ladder and all stricter ones are flagged.
  func hours(_ step: Int?) -> Double { step.map { upTo[$0] } ?? 0 }
}

extension Ladder {
  /// Thresholds as steps without cases, to be asked which of them flags a score.
  init(thresholds: [Double], _ direction: Direction) {
    let ordered = thresholds.sorted { direction == .higher ? $0 > $1 : $0 < $1 }
    let none = Buffer(repeating: Int32(0), count: ordered.count)
    self.init(direction: direction, scores: Buffer(ordered), positives: none, negatives: none)
  }

  /// The strictest step that flags a score; nil for one that none does, and for none (NaN).
  func firstStep(flagging score: Double) -> Int? {
    if score.isNaN { return nil }
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      let isFlagged =
        direction == .higher ? score >= scores.base[middle] : score <= scores.base[middle]
      if isFlagged { high = middle } else { low = middle + 1 }
    }
    return low < count ? low : nil
  }

  /// The last step that a threshold flags; nil where it flags none.
  func lastStep(flaggedAt threshold: Double) -> Int? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      let isFlagged =
        direction == .higher
        ? scores.base[middle] >= threshold : scores.base[middle] <= threshold
      if isFlagged { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? low - 1 : nil
  }
}
