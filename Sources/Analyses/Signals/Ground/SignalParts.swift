import CasebookTables

/// The figures of one ladder, each of a scan of its own.
struct SignalParts: Sendable {
  var ranks: RankFigures?
  var curve: CurveFigures?
  var edges: Bins?
  var bins: BinFigures?
  var calibrationError: Double?
  var probability: ProbabilityFigures?
  /// The cases of the score that most have.
  var largestStep = 0
}

/// One of the scans, so that several run at once.
enum SignalPart: Sendable {
  case ranks(RankFigures)
  case curve(CurveFigures, largestStep: Int)
  case bins(Bins, BinFigures, calibrationError: Double?)
  case probability(ProbabilityFigures?)

  private static let count = 4

  /// The figures of every group's ladder.
  static func all(
    _ ranked: RankedScore, _ operation: SignalsOperation, _ frame: CaseFrame,
    _ context: RunContext
  ) throws -> [SignalParts] {
    let parts = try context.mapParallel(frame.groupCount * count) { index in
      part(index % count, ranked, index / count, operation, frame)
    }
    var all = [SignalParts](repeating: SignalParts(), count: frame.groupCount)
    for (index, part) in parts.enumerated() {
      switch part {
      case .ranks(let figures): all[index / count].ranks = figures
      case .curve(let figures, let largest):
        all[index / count].curve = figures
        all[index / count].largestStep = largest
      case .bins(let edges, let bins, let error):
        all[index / count].edges = edges
        all[index / count].bins = bins
        all[index / count].calibrationError = error
      case .probability(let figures): all[index / count].probability = figures
      }
    }
    return all
  }

  private static func part(
    _ number: Int, _ ranked: RankedScore, _ group: Int, _ operation: SignalsOperation,
    _ frame: CaseFrame
  ) -> SignalPart {
    let ladder = ranked.ladders[group]
    switch number {
    case 0: return .probability(ProbabilityFigures(ladder))
    case 1:
      let wanted = CurveFigures.Wanted(precision: operation.precision, cost: operation.cost)
      return .curve(CurveFigures(ladder, wanted), largestStep: largestStep(ladder))
    case 2:
      let edges = Bins(operation.arguments.binning, of: ladder)
      let bins = BinFigures(ladder, edges)
      return .bins(
        edges, bins.adding(ranked.missing[group], isWeighted: ladder.weights != nil),
        calibrationError: bins.calibrationError)
    default:
      return .ranks(frame.groupCount == 1 ? ranked.wholeFigures : RankFigures(ladder))
    }
  }

  private static func largestStep(_ ladder: Ladder) -> Int {
    let (p, n) = (ladder.positives.base, ladder.negatives.base)
    var largest: Int32 = 0
    for step in 0..<ladder.count { largest = max(largest, p[step] &+ n[step]) }
    return Int(largest)
  }
}
