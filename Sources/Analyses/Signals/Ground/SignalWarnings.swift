import CasebookTables

/// What makes the figures of a score doubtful, said once for the whole input.
enum SignalWarnings {
  /// Bins with one class only.
  static func ofBins(_ name: String, pure: Int, _ context: RunContext) {
    if pure > 0 {
      context.warn(
        "\(name): \(countText(pure)) pure \(pure == 1 ? "bin has" : "bins have") cases of one class only"
      )
    }
  }

  /// Missing scores whose cases differ: the intervals of both positive rates are disjoint.
  static func ofMissing(_ ranked: RankedScore, _ frame: CaseFrame, _ context: RunContext) {
    let missing = ranked.missing.reduce(into: RankedScore.Missing()) { sum, part in
      sum.positives += part.positives
      sum.negatives += part.negatives
    }
    guard
      let without = Wilson.interval(Double(missing.positives), of: Double(missing.count)),
      let with = Wilson.interval(
        Double(ranked.whole.positiveCount), of: Double(ranked.whole.used)),
      without.low > with.high || with.low > without.high
    else { return }
    context.warn(
      "\(ranked.score.name): missing is informative, the positive rate without a score differs",
      rows: missing.count)
  }

  /// Rows that were never to be reviewed: their scores and groups, and what is null for them.
  ///
  /// For stages without a column that could say so.
  static func ofNeverReviewed(
    _ ranked: RankedScore, _ frame: CaseFrame, _ isNull: String, _ context: RunContext
  ) {
    let rows = frame.neverReviewed.reduce(0, +)
    if rows == 0 { return }
    var places: [String] = []
    for group in 0..<frame.groupCount where frame.neverReviewed[group] > 0 {
      let range = ranked.score.isProtected ? nil : ranked.neverReviewedRange(group, frame)
      let scores = range.map { " (scores \($0))" } ?? ""
      if let name = frame.groupName(group) {
        places.append(name + scores)
      } else if frame.groups == nil {
        places.append(scores)
      }
    }
    var shown = places.prefix(mostPlaces).joined(separator: "; ")
    if places.count > mostPlaces {
      shown += "; and \(countText(places.count - mostPlaces)) more groups"
    }
    if frame.groups != nil, !shown.isEmpty { shown = " in " + shown }
    context.warn("\(ranked.score.name): never reviewed\(shown), so \(isNull)", rows: rows)
  }

  private static let mostPlaces = 5

  /// Labels that follow the score, so that the labelled cases are no fair sample: shares of labelled cases
  /// differ over twofold between bins.
  static func ofLabelling(
    _ ranked: RankedScore, _ binning: Binning, _ frame: CaseFrame, _ context: RunContext
  ) {
    guard frame.review == nil, frame.arguments.label != nil else { return }
    let unlabelled = frame.count - frame.labelledCounts.reduce(0, +)
    if unlabelled == 0 { return }
    let bins = Bins(binning, of: ranked.whole)
    var counts = [(labelled: Int, all: Int)](repeating: (0, 0), count: bins.count)
    for row in 0..<frame.count where !ranked.values.base[row].isNaN {
      if frame.classes.base[row] == CaseClass.unlabelled {
        counts[bins.bin(of: ranked.values.base[row])].all += 1
      }
    }
    for (bin, cell) in BinFigures(ranked.whole, bins).cells.enumerated() {
      counts[bin].labelled += cell.count
      counts[bin].all += cell.count
    }
    // A bin of a few cases proves nothing.
    let shares = counts.filter { $0.all >= 30 }.map { Double($0.labelled) / Double($0.all) }
    guard let least = shares.min(), let most = shares.max(), most > 2 * least else { return }
    context.warn(
      "\(ranked.score.name): labels follow the score, so the labelled cases are no fair sample; "
        + "give review_probability= or see bias_check", rows: unlabelled)
  }
}
