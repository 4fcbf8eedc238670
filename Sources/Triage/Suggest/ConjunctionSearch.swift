import CasebookTables
import CasebookValues

/// Looks for conjunctions of comparisons under which nearly every labelled case is a positive one.
///
/// A beam search: of the conjunctions of one length the most promising of each set of columns are made longer.
/// Promising are those with the greatest weighted relative accuracy, n (p - p0), and those with the best lower
/// bound; ties go to what was found first, so that the result does not depend on anything but the data.
struct ConjunctionSearch {
  /// One comparison.
  struct Condition: Sendable, Hashable {
    enum Test: Sendable, Hashable {
      case text(String)
      case atLeast(Double)
      case below(Double)
      case isTrue
    }
    var column: Int
    var test: Test
    /// As it is written in a rule.
    var text: String

    func isTrue(_ columns: [Column], _ row: Int) -> Bool {
      let values = columns[column]
      if values.isMissing(row) { return false }
      switch (test, values.data) {
      case (.text(let text), .texts(let codes, let dictionary)):
        return dictionary.bytes(codes[row]).elementsEqual(text.utf8)
      case (.atLeast(let bound), .longs(let longs)): return Double(longs.base[row]) >= bound
      case (.below(let bound), .longs(let longs)): return Double(longs.base[row]) < bound
      case (.atLeast(let bound), .reals(let reals)): return reals.base[row] >= bound
      case (.below(let bound), .reals(let reals)): return reals.base[row] < bound
      case (.isTrue, .bools(let bools)): return bools.base[row] != 0
      default: return false
      }
    }
  }

  /// A conjunction with what it comes to on the older cases.
  struct Candidate: Sendable {
    var atoms: [Condition]
    var labelled: Int
    var right: Int
    var hits: Int
    fileprivate var indices: [Int]
    fileprivate var rows: [UInt64]
    var precision: Double { Double(right) / Double(max(labelled, 1)) }
    var low: Double { Wilson.interval(Double(right), of: Double(labelled))?.low ?? 0 }
  }

  private static let kept = 3
  private static let mostParents = 300
  private static let mostValues = 40
  private static let cuts = 16
  private static let fewestLabelled = 30

  private let columns: [Column]
  private let rows: [Int]
  private let precision: Double
  private let length: Int
  private var conditions: [Condition] = []
  private var bitmaps: [[UInt64]] = []
  private var labelled: [UInt64]
  private var positive: [UInt64]
  private let baseRate: Double

  init(
    _ columns: [Column], _ fields: [Field], _ usable: [Int], rows: [Int], _ labels: Labels,
    precision: Double, conditions: Int
  ) {
    self.columns = columns
    self.rows = rows
    self.precision = precision
    length = conditions
    let words = (rows.count + 63) / 64
    labelled = Array(repeating: 0, count: words)
    positive = labelled
    for (place, row) in rows.enumerated() where labels.isKnown(row) {
      labelled[place >> 6] |= 1 << UInt64(place & 63)
      if labels.isPositive(row) { positive[place >> 6] |= 1 << UInt64(place & 63) }
    }
    let known = labelled.reduce(0) { $0 + $1.nonzeroBitCount }
    baseRate = Double(positive.reduce(0) { $0 + $1.nonzeroBitCount }) / Double(max(known, 1))
    for column in usable { addConditions(column, fields[column]) }
  }

  // MARK: Comparisons

  private mutating func addConditions(_ column: Int, _ field: Field) {
    let name = spelled(field.name)
    switch columns[column].data {
    case .bools: add(Condition(column: column, test: .isTrue, text: "\(name) == true"))
    case .texts:
      for text in frequentTexts(column) {
        add(
          Condition(column: column, test: .text(text), text: "\(name) == \(quotedText(text))"))
      }
    case .longs, .reals:
      for cut in cuts(column) {
        let number = Self.written(cut, field.type)
        add(Condition(column: column, test: .atLeast(cut), text: "\(name) >= \(number)"))
        add(Condition(column: column, test: .below(cut), text: "\(name) < \(number)"))
      }
    }
  }

  private static func written(_ cut: Double, _ type: ScalarType) -> String {
    type == .int || type == .long ? "\(Int64(cut))" : Scalar.real(cut).text
  }

  private mutating func add(_ condition: Condition) {
    var bits = [UInt64](repeating: 0, count: labelled.count)
    for (place, row) in rows.enumerated() where condition.isTrue(columns, row) {
      bits[place >> 6] |= 1 << UInt64(place & 63)
    }
    guard count(bits, labelled) >= Self.fewestLabelled else { return }
    conditions.append(condition)
    bitmaps.append(bits)
  }

  /// The texts that most cases have; of equals the one that comes first.
  private func frequentTexts(_ column: Int) -> [String] {
    guard case .texts(let codes, let dictionary) = columns[column].data,
      dictionary.count <= max(rows.count / 4, 50)
    else { return [] }
    var counts = [Int](repeating: 0, count: dictionary.count)
    for row in rows { counts[codes[row]] += 1 }
    let order = counts.indices.filter {
      counts[$0] >= Self.fewestLabelled && !dictionary.bytes($0).isEmpty
    }.sorted { (counts[$1], $0) < (counts[$0], $1) }
    return order.prefix(Self.mostValues).map { dictionary.string($0) }
  }

  /// Bounds that cut a column into parts of about one size; few values are all bounds.
  private func cuts(_ column: Int) -> [Double] {
    var values: [Double] = []
    for row in rows where !columns[column].isNull(row) {
      switch columns[column].data {
      case .longs(let longs): values.append(Double(longs.base[row]))
      case .reals(let reals): if reals.base[row].isFinite { values.append(reals.base[row]) }
      default: break
      }
    }
    values.sort()
    guard let least = values.first, let greatest = values.last, least < greatest else { return [] }
    let distinct = Array(Set(values)).sorted()
    if distinct.count <= Self.cuts { return Array(distinct.dropFirst()) }
    let chosen = (1...Self.cuts).map { index in
      values[min(values.count * index / (Self.cuts + 1), values.count - 1)]
    }
    return Array(Set(chosen)).sorted().filter { $0 > least }
  }

  // MARK: The search

  private func count(_ a: [UInt64], _ b: [UInt64]) -> Int {
    var total = 0
    for word in a.indices { total &+= (a[word] & b[word]).nonzeroBitCount }
    return total
  }

  private func candidate(_ indices: [Int], _ rows: [UInt64]) -> Candidate? {
    let known = count(rows, labelled)
    guard known >= Self.fewestLabelled else { return nil }
    return Candidate(
      atoms: indices.map { conditions[$0] }, labelled: known, right: count(rows, positive),
      hits: rows.reduce(0) { $0 + $1.nonzeroBitCount }, indices: indices, rows: rows)
  }

  /// Candidates that reach the precision, best first, none with a condition that it could do without.
  mutating func candidates(_ checkpoint: () throws -> Void) rethrows -> [Candidate] {
    var beam = conditions.indices.compactMap { candidate([$0], bitmaps[$0]) }
    var found: [Candidate] = []
    var seen: Set<[Int]> = []
    for size in 1...length {
      found += beam.filter { $0.low >= precision }
      guard size < length else { break }
      let open = beam.filter { $0.low < precision }
      var next: [Candidate] = []
      for parent in best(open) {
        try checkpoint()
        for index in conditions.indices where !parent.indices.contains(index) {
          let indices = (parent.indices + [index]).sorted()
          guard isSensible(indices), seen.insert(indices).inserted else { continue }
          var rows = parent.rows
          for word in rows.indices { rows[word] &= bitmaps[index][word] }
          guard let made = candidate(indices, rows), made.labelled < parent.labelled else {
            continue
          }
          next.append(made)
        }
      }
      beam = next
    }
    return chosen(found)
  }

  /// Two texts of one column, or bounds that one could do for, are no conjunction.
  private func isSensible(_ indices: [Int]) -> Bool {
    var kinds: Set<String> = []
    for index in indices {
      let kind =
        switch conditions[index].test {
        case .text, .isTrue: "value"
        case .atLeast: "low"
        case .below: "high"
        }
      if !kinds.insert("\(conditions[index].column) \(kind)").inserted { return false }
    }
    return true
  }

  /// The most promising of each set of columns: many cuts of one good score must not crowd out the others.
  private func best(_ open: [Candidate]) -> [Candidate] {
    let gain = { (one: Candidate) in
      Double(one.labelled) * (one.precision - baseRate)
    }
    var byColumns: [[Int]: [Int]] = [:]
    for index in open.indices where gain(open[index]) > 0 {
      byColumns[open[index].atoms.map(\.column).sorted(), default: []].append(index)
    }
    var kept: Set<Int> = []
    for indices in byColumns.values {
      let byGain = indices.sorted { (gain(open[$1]), $0) < (gain(open[$0]), $1) }
      let byBound = indices.sorted { (open[$1].low, $0) < (open[$0].low, $1) }
      kept.formUnion(byGain.prefix(Self.kept))
      kept.formUnion(byBound.prefix(Self.kept))
    }
    let order = kept.sorted { (gain(open[$1]), $0) < (gain(open[$0]), $1) }
    return order.prefix(Self.mostParents).sorted().map { open[$0] }
  }

  /// What covers most that is not covered, again and again.
  private func chosen(_ found: [Candidate]) -> [Candidate] {
    var left = found
    var covered = [UInt64](repeating: 0, count: labelled.count)
    var result: [Candidate] = []
    while result.count < SuggestRulesOperation.mostCandidates {
      let news = left.map { one in
        one.rows.indices.reduce(0) {
          $0 + (one.rows[$1] & ~covered[$1] & positive[$1]).nonzeroBitCount
        }
      }
      // Of equals the one with fewer conditions, then the one that was found first.
      let order = left.indices.max { a, b in
        news[a] != news[b]
          ? news[a] < news[b]
          : left[a].indices.count != left[b].indices.count
            ? left[a].indices.count > left[b].indices.count : a > b
      }
      guard let index = order, news[index] >= 5 else { break }
      result.append(left[index])
      for word in covered.indices { covered[word] |= left[index].rows[word] }
      left.remove(at: index)
    }
    return result
  }
}
