import CasebookTables
import CasebookValues

/// What `signals` says of one score in one group.
struct SignalRow: Sendable {
  let name: String
  let group: Int
  let n: Int
  let labelled: Int
  private let isLevels: Bool
  private let isGrouped: Bool
  /// Labelled rows without a score, and the positives among them.
  private(set) var missing = RankedScore.Missing()
  private(set) var positives = 0
  private(set) var used = 0
  private var prevalence: Double?
  private var distinct = 0
  private var topValueShare: Double?
  private var direction: Direction?
  private(set) var figures: RankFigures?
  private var curve: CurveFigures?
  private var thresholds = Thresholds()
  private(set) var bins: BinFigures?
  private var binning = ""
  private var probability: ProbabilityFigures?
  private var calibrationError: Double?
  private var top: TopFigures?
  private var sums = LadderSums()
  private var interval: IntervalMethod
  private(set) var verdict = "undefined"
  private var notes = Notes()
  /// Whether every estimate is null because cases of the group were never to be reviewed.
  private(set) var isBlank: Bool
  /// The same of the other groups together.
  let isRestBlank: Bool
  var aucBounds: (low: Double, high: Double)?
  var prevalenceBounds: (low: Double, high: Double)?
  /// The area of all other groups, and the difference to it.
  var rest: Double?
  var comparison: (z: Double, p: Double)?
  var q: Double?

  /// Scores at or beyond which to flag.
  private struct Thresholds {
    var youden: Double?
    var atPrecision: Double?
    var f1: Double?
    var leastCost: Double?
  }

  /// A row of counts.
  init(_ score: SignalArguments.Score, _ group: Int, _ frame: CaseFrame) {
    name = score.name
    self.group = group
    isLevels = score.isText
    isGrouped = frame.groups != nil
    n = frame.rowCounts[group]
    labelled = frame.labelledCounts[group]
    interval = frame.arguments.intervalMethod
    isBlank = frame.neverReviewed[group] > 0
    isRestBlank = frame.neverReviewed.reduce(0, +) > frame.neverReviewed[group]
  }

  // MARK: Numbers

  /// Reads the group's ladder, of which the row keeps nothing: the next score needs the memory.
  mutating func read(
    _ ranked: RankedScore, _ parts: SignalParts, _ operation: SignalsOperation, _ frame: CaseFrame
  ) {
    let arguments = operation.arguments
    let ladder = ranked.ladders[group]
    missing = ranked.missing[group]
    direction = ranked.direction
    figures = parts.ranks
    (positives, used, distinct) = (ladder.positiveCount, ladder.used, ladder.count)
    prevalence = ladder.prevalence
    sums = ladder.sums
    topValueShare = used > 0 ? Double(parts.largestStep) / Double(used) : nil
    curve = parts.curve
    func score(_ point: CurveFigures.Point?) -> Double? { point.map { ladder.scores[$0.step] } }
    thresholds = Thresholds(
      youden: score(curve?.youden), atPrecision: score(curve?.atPrecision),
      f1: score(curve?.f1), leastCost: score(curve?.leastCost))
    bins = parts.bins
    binning = parts.edges?.stated ?? ""
    if ranked.direction == .higher, frame.table.columns[ranked.score.column].type.isFractional {
      probability = parts.probability
      calibrationError = probability == nil ? nil : parts.calibrationError
    }
    top = TopFigures(ladder, top: operation.top)
    if arguments.intervalMethod == .delong {
      aucBounds = parts.ranks?.interval(confidence: arguments.confidence)
      prevalenceBounds = Wilson.interval(
        Double(positives), of: Double(used), confidence: arguments.confidence)
    }
    if isBlank { noteNeverReviewed(ranked, frame) }
  }

  /// Says what the figures amount to, once the intervals are there.
  mutating func conclude(_ operation: SignalsOperation) {
    verdict = SignalVerdict.ofNumber(
      positives: positives, negatives: used - positives, distinct: distinct, auc: figures?.auc,
      low: aucBounds?.low)
    if isBlank {
      verdict = "undefined"
      return
    }
    noteUndefined()
    noteComparison()
    if used > 0, probability == nil { notes.add("brier", "no probability") }
    if figures?.auc != nil, bins?.cells.count == 1 { notes.add("iv_null", "one bin") }
    if used > 0, distinct == 1 { notes.add("constant") }
    if used > 0, positives < 30 || used - positives < 30 { notes.add("thin") }
    if let auc = figures?.auc, auc < 0.5 { notes.add("reversed") }
    if figures?.auc != nil, curve?.atPrecision == nil {
      notes.add("recall_at_precision", "unreachable")
    }
    if operation.cost != nil, positives > 0, used > 0, curve?.leastCost == nil {
      notes.add("threshold_cost", "flagging none costs least")
    }
    if let iv = bins?.informationValue, let null = bins?.informationNull, iv <= null {
      notes.add("iv", "not above iv_null, as noise may be")
    }
    if let worth = sums.weightedCount { notes.add("effective_n", spokenNumber(worth)) }
  }

  private mutating func noteUndefined() {
    if labelled == 0 {
      notes.add("auc", n == 0 ? "no rows" : "no labels")
    } else if used == 0 {
      notes.add("auc", "no scores")
    } else if positives == 0 {
      notes.add("auc", "no positives")
    } else if positives == used {
      notes.add("auc", "no negatives")
    } else if interval == .delong {
      notes.addInterval(of: figures)
    }
  }

  /// Why a group has no test against the others.
  private mutating func noteComparison() {
    guard isGrouped, figures?.auc != nil, comparison == nil else { return }
    if isRestBlank {
      notes.add("auc_rest", "never reviewed")
    } else if sums.isWeighted {
      notes.add("z", "weighted")
    } else if rest == nil {
      notes.add("auc_rest", "one class in the rest")
    } else if figures?.variance != nil {
      notes.add("z", "under two of a class in the rest, or no variance")
    } else if interval != .delong {
      notes.add("z", "under two of a class")
    }
  }

  private mutating func noteNeverReviewed(_ ranked: RankedScore, _ frame: CaseFrame) {
    notes.add(
      "auc",
      "never reviewed, \(rowsText(frame.neverReviewed[group]))"
        + (ranked.neverReviewedRange(group, frame).map { " with scores \($0)" } ?? ""))
  }

  // MARK: Levels

  /// Reads the levels of a text.
  mutating func readLevels(_ levels: BinFigures, _ frame: CaseFrame) {
    bins = levels
    positives = levels.cells.reduce(0) { $0 + $1.positiveCount }
    used = labelled
    distinct = levels.cells.count
    binning = "levels"
    let all = levels.cells.reduce(0) { $0 + $1.total }
    prevalence = all > 0 ? levels.cells.reduce(0) { $0 + $1.positives } / all : nil
    let greatest = levels.cells.map(\.count).max()
    topValueShare = used > 0 ? greatest.map { Double($0) / Double(used) } : nil
    let (iv, null) = (levels.informationValue, levels.informationNull)
    verdict = SignalVerdict.ofText(
      positives: positives, negatives: used - positives, levels: distinct, iv: iv, null: null)
    if isBlank {
      notes.add("iv", "never reviewed, \(rowsText(frame.neverReviewed[group]))")
      verdict = "undefined"
    } else if iv == nil {
      notes.add(
        "iv",
        used == 0
          ? (n == 0 ? "no rows" : "no labels") : positives == 0 ? "no positives" : "no negatives")
    } else if let iv, let null, iv <= null {
      notes.add("iv", "not above iv_null, as noise may be")
    }
    if used > 0, positives < 30 || used - positives < 30 { notes.add("thin") }
  }

  // MARK: Values

  /// The values of the stage's columns.
  func values(isGrouped: Bool) -> [Scalar] {
    func estimate(_ value: Double?) -> Scalar { isBlank ? .null(.real) : .figure(value) }
    let (p, all) = (sums.positiveWeight, sums.usedWeight)
    let f1 = curve?.f1.map { 2 * $0.truePositives / ($0.truePositives + $0.falsePositives + p) }
    let ks = curve?.ks.map { point in
      abs(point.truePositives * (all - p) - point.falsePositives * p) / (p * (all - p))
    }
    var values: [Scalar] = [
      .string(name), .figure(n), .figure(labelled), .figure(missing.count), .figure(positives),
    ]
    values += isBlank ? scalars(nil, nil) : scalars(prevalence, prevalenceBounds)
    values += [
      estimate(missingRate), .figure(distinct), .figure(topValueShare),
      .string(direction?.rawValue ?? ""),
    ]
    values += isBlank ? scalars(nil, nil) : scalars(figures?.auc, aucBounds)
    values += [
      .string(isLevels ? "" : interval.rawValue), estimate(curve?.averagePrecision), estimate(ks),
      estimate(thresholds.youden), estimate(bins?.informationValue),
      estimate(bins?.informationNull),
      .figure(bins?.cells.count), .string(binning), .figure(bins?.pureCount),
      estimate(bins?.mutualInformation), estimate(bins?.mutualShare),
      estimate(probability?.brier), estimate(probability?.skill), estimate(probability?.logLoss),
      .figure(isBlank ? nil : probability?.clipped), estimate(calibrationError),
      estimate(top?.capture), estimate(top?.lift),
      estimate(curve?.atPrecision.map { $0.truePositives / p }), estimate(thresholds.atPrecision),
      estimate(f1), estimate(thresholds.f1), estimate(used > 0 ? curve?.cost : nil),
      estimate(thresholds.leastCost), .string(verdict), .string(notes.text),
    ]
    if isGrouped {
      let difference = rest.flatMap { rest in figures?.auc.map { $0 - rest } }
      values += [
        estimate(rest), estimate(difference), estimate(comparison?.z), estimate(comparison?.p),
        estimate(q),
      ]
    }
    return values
  }

  private var missingRate: Double? {
    if missing.count == 0 { return nil }
    return !sums.isWeighted
      ? Double(missing.positives) / Double(missing.count)
      : missing.positiveWeight / (missing.positiveWeight + missing.negativeWeight)
  }
}

extension BinFigures.Cell {
  /// Counts a case.
  mutating func add(isPositive: Bool, _ weight: Double) {
    count += 1
    if isPositive {
      positives += weight
      positiveCount += 1
    } else {
      negatives += weight
    }
  }
}

extension RankedScore {
  /// The scores, as text, of the rows of a group that were never to be reviewed; nil where they may not be
  /// shown.
  func neverReviewedRange(_ group: Int, _ frame: CaseFrame) -> String? {
    guard let review = frame.review else { return nil }
    var range: (Double, Double)?
    for row in 0..<frame.count where review.base[row] == 0 && frame.groupNumber(row) == group {
      let value = values.base[row]
      if value.isNaN { continue }
      range = range.map { (min($0.0, value), max($0.1, value)) } ?? (value, value)
    }
    return range.map { low, high in
      low == high ? numberText(low) : numberText(low) + " to " + numberText(high)
    }
  }
}
