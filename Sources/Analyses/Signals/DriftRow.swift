import CasebookTables
import CasebookValues

/// What `drift` says of one period of one score.
struct DriftRow: Sendable {
  let name: String
  let pair: DriftCells.Pair
  private let isBlank: Bool
  private var counts = (base: 0, period: 0)
  private var missing: (base: Double?, period: Double?)
  private var binCount = 0
  private var figures: ShiftFigures?
  private var labelled = 0
  private var sums: LadderSums?
  private var ranks: RankFigures?
  private var baseRanks: RankFigures?
  private var aucBounds: (low: Double, high: Double)?
  private var prevalenceBounds: (low: Double, high: Double)?
  private(set) var prevalenceP: Double?
  private(set) var aucP: Double?
  var prevalenceQ: Double?
  var aucQ: Double?
  private(set) var status = "thin"
  private var notes = Notes()

  init(_ name: String, _ pair: DriftCells.Pair, _ isBlank: Bool) {
    self.name = name
    self.pair = pair
    self.isBlank = isBlank
  }

  /// Compares the scores of all rows.
  mutating func compare(_ cells: ScoredCells, _ pair: DriftCells.Pair, _ binning: Binning) {
    let (base, period) = (cells.ladders[pair.base], cells.ladders[pair.cell])
    let bins = Bins(binning, of: base)
    counts = (base.used, period.used)
    missing = (cells.missingShare(pair.base), cells.missingShare(pair.cell))
    binCount = bins.count
    figures = ShiftFigures(base, period, bins)
    if figures == nil {
      notes.add(
        "psi",
        base.used == 0
          ? "no scores in the baseline" : period.used == 0 ? "no scores" : "all weights are 0")
      return
    }
    if period.weights != nil { notes.add("effective_n", spokenNumber(period.effectiveCount)) }
    if figures?.chi2 == nil { notes.add("chi2", "one bin filled") }
    if figures?.shift == nil { notes.add("shift", "no finite spread") }
  }

  /// Compares the labelled rows, if there is a label.
  mutating func compareLabels(
    _ ranked: RankedScore, _ pair: DriftCells.Pair, _ arguments: SignalArguments, _ frame: CaseFrame
  ) {
    guard arguments.label != nil else { return }
    let (base, period) = (ranked.ladders[pair.base], ranked.ladders[pair.cell])
    labelled = period.used
    sums = period.sums
    if isBlank {
      notes.add("auc", "never reviewed")
      return
    }
    let (before, after) = (RankFigures(base), RankFigures(period))
    (baseRanks, ranks) = (before, after)
    if after.auc == nil {
      notes.add(
        "auc",
        period.used == 0
          ? (frame.labelledCounts[pair.cell] == 0 ? "no labels" : "no scores")
          : period.positiveCount == 0 ? "no positives" : "no negatives"
      )
    } else if before.auc == nil {
      notes.add("auc_base", "one class in the baseline")
    } else if frame.weights == nil {
      notes.addInterval(of: after, as: arguments.intervalMethod == .delong ? "auc_low" : "auc_p")
      if after.variance != nil, before.variance == nil {
        notes.add("auc_p", "under two of a class in the baseline")
      }
    }
    if period.used > 0, min(period.positiveCount, period.negativeCount) < 30 { notes.add("thin") }
    if let auc = after.auc, auc < 0.5 { notes.add("reversed") }
    guard frame.weights == nil else { return }
    aucP = after.difference(to: before)?.p
    prevalenceP = Self.pooled(base, period)
    if arguments.intervalMethod == .delong {
      aucBounds = after.interval(confidence: arguments.confidence)
      prevalenceBounds = Wilson.interval(
        Double(period.positiveCount), of: Double(period.used), confidence: arguments.confidence)
    }
  }

  /// The two-sided p of the pooled z test of two rates.
  private static func pooled(_ a: Ladder, _ b: Ladder) -> Double? {
    guard let first = a.prevalence, let second = b.prevalence else { return nil }
    let (m, n) = (Double(a.used), Double(b.used))
    let rate = Double(a.positiveCount + b.positiveCount) / (m + n)
    let variance = rate * (1 - rate) * (1 / m + 1 / n)
    guard variance > 0 else { return nil }
    return NormalDistribution.twoSided((second - first) / variance.squareRoot())
  }

  /// The area of the period, or of its baseline, with a variance above 0; nil where it is undefined.
  func ranking(ofBaseline isBase: Bool = false) -> (auc: Double, variance: Double)? {
    guard !isBlank, let figures = isBase ? baseRanks : ranks, let auc = figures.auc,
      let variance = figures.variance, variance > 0
    else { return nil }
    return (auc, variance)
  }

  /// The cases in each bin of the period, or of its baseline; nil without scores.
  func binCounts(ofBaseline isBase: Bool = false) -> [Double]? {
    isBase ? figures?.counts.base : figures?.counts.period
  }

  /// Takes the bounds of resamples.
  mutating func take(_ samples: [Resampling.Ranked]?, _ confidence: Double) {
    guard let samples, !isBlank else { return }
    aucBounds = Resampling.bounds(samples.map(\.auc), confidence: confidence)
    prevalenceBounds = Resampling.bounds(samples.map(\.prevalence), confidence: confidence)
  }

  /// Says whether the scores moved: a status needs size and evidence.
  mutating func conclude(_ cells: ScoredCells) {
    guard let figures else { return }
    if figures.effectiveCount * figures.leastShare < 5 { return }
    let isEvident = figures.chi2.flatMap { chi2 in figures.chi2Null.map { chi2 > $0 } } ?? false
    status =
      isEvident && figures.psi >= 0.25
      ? "moved far" : isEvident && figures.psi >= 0.1 ? "moved" : "steady"
  }

  /// The values of the stage's columns.
  func values(period: Scalar) -> [Scalar] {
    func estimate(_ value: Double?) -> Scalar { isBlank ? .null(.real) : .figure(value) }
    var values: [Scalar] = [
      .string(name), period, .figure(counts.base), .figure(counts.period),
      .figure(missing.base), .figure(missing.period), .figure(binCount), .figure(figures?.psi),
      .figure(figures?.psiNull), .figure(figures?.ks), .figure(figures?.ksNull),
      .figure(figures?.js), .figure(figures?.jsNull), .figure(figures?.chi2),
      .figure(figures?.chi2Null), .figure(figures?.shift),
      .figure(sums == nil ? nil : labelled), .figure(sums?.positiveCount),
    ]
    values += isBlank ? scalars(nil, nil) : scalars(sums?.prevalence, prevalenceBounds)
    values += [estimate(prevalenceP), estimate(prevalenceQ)]
    values += isBlank ? scalars(nil, nil) : scalars(ranks?.auc, aucBounds)
    values += [
      estimate(baseRanks?.auc), estimate(aucP), estimate(aucQ), .string(status),
      .string(notes.text),
    ]
    return values
  }
}
