import CasebookValues

/// The parts that a series is the sum of.
enum Season {
  /// What stands for the trend.
  enum Trend: String {
    case avg, linefit, none
  }

  struct Parts {
    var baseline: [Double]
    var seasonal: [Double]
    var trend: [Double]
    var residual: [Double]
  }

  /// How well a series repeats after a period: the correlation of the series, less its line, with
  /// itself moved by the period; 0 where it does not.
  static func score(_ series: [Double], period: Int) -> Double {
    guard period >= 1, series.count >= 2 * period else { return 0 }
    let level = zip(series, line(series, fitting: series.count)).map { $0 - $1 }
    let score = Series.correlation(level.dropLast(period), level.dropFirst(period))
    // What may well be chance counts as nothing.
    return score > 0.3 ? min(score, 1) : 0
  }

  /// The periods with the best scores that are higher than their neighbours', then zeros.
  static func periods(
    _ series: [Double], from least: Double, through greatest: Double, count: Int
  ) -> [(period: Double, score: Double)] {
    let longest = min(Int(saturating: max(greatest, 0).rounded(.down)), series.count / 2)
    let shortest = max(2, Int(saturating: max(least, 0).rounded(.up)))
    let wanted = min(max(count, 0), 16)
    var found: [(period: Double, score: Double)] = []
    if shortest <= longest {
      let scores = (0...(longest + 1)).map { score(series, period: $0) }
      for period in shortest...longest
      where scores[period] > 0 && scores[period] > scores[period - 1]
        && scores[period] >= scores[period + 1]
      {
        found.append((Double(period), scores[period]))
      }
    }
    // A multiple of a period scores nearly as well as the period itself: of two such the shorter
    // stays, unless it is clearly worse.
    found = found.filter { one in
      !found.contains { other in
        other.period != one.period
          && (Int(one.period) % Int(other.period) == 0 && other.score > one.score - 0.1
            || Int(other.period) % Int(one.period) == 0 && other.score >= one.score + 0.1)
      }
    }
    found.sort { $0.score > $1.score }
    return Array(found.prefix(wanted))
      + Array(repeating: (period: 0.0, score: 0.0), count: max(wanted - found.count, 0))
  }

  /// The best period of a series, 0 when it scores low or was seen less than three times.
  static func period(of series: [Double]) -> Int {
    let found = periods(series, from: 2, through: Double(series.count / 2), count: 1).first
    guard let found, found.score >= 0.6, 3 * Int(found.period) <= series.count else { return 0 }
    return Int(found.period)
  }

  /// The median of each place of a period over the whole series.
  static func medians(_ series: [Double], period: Int, fitting count: Int? = nil) -> [Double] {
    guard period > 0, period <= series.count else {
      return Array(repeating: 0, count: series.count)
    }
    let known = min(count ?? series.count, series.count)
    let places = (0..<period).map { place -> Double in
      let values = stride(from: place, to: known, by: period).map { series[$0] }.sorted()
      return values.isEmpty ? 0 : Series.quantile(sorted: values, 0.5)
    }
    return series.indices.map { places[$0 % period] }
  }

  /// Season first, then a trend through what it leaves; nil for an empty series.
  static func decompose(
    _ series: [Double], period: Int?, trend kind: Trend, testPoints: Int
  ) -> Parts? {
    let known = series.count - min(testPoints, series.count - 1)
    guard !series.isEmpty else { return nil }
    let rough = trend(series, kind, fitting: known)
    let level = zip(series, rough).map { $0 - $1 }
    let length = period ?? Self.period(of: Array(level[..<known]))
    let seasonal = medians(level, period: length, fitting: known)
    let smooth = trend(zip(series, seasonal).map { $0 - $1 }, kind, fitting: known)
    let baseline = zip(seasonal, smooth).map { $0 + $1 }
    return Parts(
      baseline: baseline, seasonal: seasonal, trend: smooth,
      residual: zip(series, baseline).map { $0 - $1 })
  }

  private static func trend(_ series: [Double], _ kind: Trend, fitting count: Int) -> [Double] {
    switch kind {
    case .none: return Array(repeating: 0, count: series.count)
    case .linefit: return line(series, fitting: count)
    case .avg:
      let mean = series[..<count].reduce(0, +) / Double(count)
      return Array(repeating: mean, count: series.count)
    }
  }

  /// The least-squares line through the first `count` elements, over the whole series.
  private static func line(_ series: [Double], fitting count: Int) -> [Double] {
    let middle = Double(count - 1) / 2
    let mean = series[..<count].reduce(0, +) / Double(count)
    var (products, squares) = (0.0, 0.0)
    for index in 0..<count {
      products += (Double(index) - middle) * (series[index] - mean)
      squares += (Double(index) - middle) * (Double(index) - middle)
    }
    let slope = squares == 0 ? 0 : products / squares
    return series.indices.map { mean + slope * (Double($0) - middle) }
  }
}
