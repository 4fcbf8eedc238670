import CasebookTables
import CasebookValues

/// The cases that a stage was given: their groups, classes and weights, found once for all scores.
struct CaseFrame: Sendable {
  let arguments: SignalArguments
  let table: Table
  /// The groups of `by`; nil without, when all rows are one group.
  let groups: Groups?
  /// How many groups there are: one without `by`, even without rows.
  let groupCount: Int
  /// The class of each row: an immature label is unlabelled.
  let classes: Buffer<UInt8>
  /// The weight of each row, for labelled rows over `review_probability`; nil without both.
  let weights: Buffer<Double>?
  /// The probability with which each row was reviewed.
  let review: Buffer<Double>?
  /// Rows of each group that were never to be reviewed.
  let neverReviewed: [Int]
  /// Rows and labelled rows of each group.
  let rowCounts: [Int]
  let labelledCounts: [Int]

  /// Rows.
  var count: Int { table.rowCount }

  /// Reads the table of a stage; warns of immature labels, and says what weighted cases are worth.
  init(
    _ table: Table, _ arguments: SignalArguments, _ context: RunContext, tellsWorth: Bool = true
  ) throws {
    self.table = table
    self.arguments = arguments
    let keys = arguments.groups.indices.map { table.columns[$0] }
    groups = keys.isEmpty ? nil : group(by: keys, rowCount: table.rowCount)
    groupCount = groups?.count ?? 1
    try context.checkpoint()
    let labels = try Self.classes(table, arguments, context)
    try context.checkpoint()
    let review = try Self.probabilities(table, arguments, labels)
    self.review = review
    weights = try Self.weights(table, arguments, labels, review)
    classes = labels
    let counts = Self.counts(labels, groups, groupCount, review)
    (rowCounts, labelledCounts, neverReviewed) = (counts.rows, counts.labelled, counts.never)
    if tellsWorth { tellWorth(context) }
  }

  /// With weights, how many equally weighted cases the labelled ones are worth (Kish 1965), or all cases where
  /// there is no label.
  private func tellWorth(_ context: RunContext) {
    guard let weights else { return }
    var (sum, squares, rows) = (0.0, 0.0, 0)
    for row in 0..<count
    where arguments.label == nil || classes.base[row] != CaseClass.unlabelled {
      let weight = weights.base[row]
      (sum, squares, rows) = (sum + weight, squares + weight * weight, rows + 1)
    }
    guard squares > 0 else { return }
    let kind = arguments.label == nil ? "" : " labelled"
    context.warn(
      "weighted: \(countText(rows))\(kind) rows are worth \(spokenNumber(sum * sum / squares)) of equal weight "
        + "(effective n)")
  }

  /// The same cases in other groups, which need not all have rows, or with other weights.
  ///
  /// The columns of `by` are not those of other groups.
  private init(_ frame: CaseFrame, _ groups: Groups?, count: Int, weights: Buffer<Double>?) {
    table = frame.table
    arguments = frame.arguments
    self.groups = groups
    groupCount = count
    classes = frame.classes
    review = frame.review
    self.weights = weights
    let counts = Self.counts(frame.classes, groups, count, frame.review)
    (rowCounts, labelledCounts, neverReviewed) = (counts.rows, counts.labelled, counts.never)
  }

  /// The same cases in other groups, some of them perhaps without rows.
  func regrouped(_ groupOfRow: Buffer<Int32>, count: Int) -> CaseFrame {
    let groups = Groups(ids: groupOfRow, count: count, firstRows: Buffer([]))
    return CaseFrame(self, groups, count: count, weights: weights)
  }

  /// The same cases with other weights.
  func reweighted(_ weights: Buffer<Double>) -> CaseFrame {
    CaseFrame(self, groups, count: groupCount, weights: weights)
  }

  /// The weights of `weight=` alone, which count for rows that were not reviewed as well; nil without.
  var ownWeights: Buffer<Double>? { arguments.weight.map { reals(of: table.columns[$0]) } }

  /// The scores of a column as reals, NaN where there is none.
  func scores(_ score: SignalArguments.Score) -> Buffer<Double> {
    reals(of: table.columns[score.column])
  }

  /// The group of a row.
  func groupNumber(_ row: Int) -> Int { groups.map { Int($0.ids.base[row]) } ?? 0 }

  /// What a sentence calls a group; nil without groups, and where their values may not be shown.
  func groupName(_ group: Int) -> String? {
    guard let groups, group < groups.firstRows.count,
      !arguments.groups.contains(where: \.isProtected)
    else { return nil }
    return arguments.groups.indices.map { index in
      let text = table.columns[index].scalar(Int(groups.firstRows.base[group])).text
      return text.isEmpty ? "\"\"" : String(text.prefix(40))
    }.joined(separator: ", ")
  }

  /// The columns of `by` for rows of a result that belong to these groups.
  func groupColumns(_ groupOfRow: [Int32]) -> [Column] {
    guard let groups else { return [] }
    let rows = Buffer(groupOfRow.map { groups.firstRows[Int($0)] })
    return arguments.groups.indices.map { table.columns[$0].gathered(by: rows) }
  }

  // MARK: Reading

  private static func classes(
    _ table: Table, _ arguments: SignalArguments, _ context: RunContext
  ) throws -> Buffer<UInt8> {
    guard let label = arguments.label, let rule = arguments.labelRule else {
      return Buffer(repeating: CaseClass.unlabelled, count: table.rowCount)
    }
    let classes = try rule.classes(of: table.columns[label], context)
    guard let mature = arguments.mature else { return classes }
    let column = table.columns[mature]
    var immature = 0
    let result = Buffer<UInt8>(count: classes.count) { target in
      for row in 0..<classes.count {
        let isMature = !column.isNull(row) && Self.isMature(column, row, arguments.asOf)
        target[row] = isMature ? classes.base[row] : CaseClass.unlabelled
        immature += isMature ? 0 : 1
      }
    }
    if immature > 0 {
      context.warn("immature: the label is not final yet and does not count", rows: immature)
    }
    return result
  }

  @inline(__always)
  private static func isMature(_ column: Column, _ row: Int, _ asOf: Int64?) -> Bool {
    switch column.data {
    case .bools(let values): values.base[row] != 0
    case .longs(let values): asOf.map { values.base[row] <= $0 } ?? false
    case .reals, .texts: false
    }
  }

  private static func probabilities(
    _ table: Table, _ arguments: SignalArguments, _ classes: Buffer<UInt8>
  ) throws -> Buffer<Double>? {
    guard let review = arguments.review else { return nil }
    let values = reals(of: table.columns[review])
    var (outside, impossible) = (0, 0)
    for row in 0..<values.count {
      let value = values.base[row]
      if !(value >= 0 && value <= 1) { outside += 1 }
      if value == 0, classes.base[row] != CaseClass.unlabelled { impossible += 1 }
    }
    if outside > 0 {
      throw SignalFailure(
        "review_probability is missing or outside 0 to 1 in \(rowsText(outside)): give every row the "
          + "probability that it had of being reviewed")
    }
    if impossible > 0 {
      throw SignalFailure(
        "review_probability is 0 in \(rowsText(impossible)) with a label: a case that was reviewed had "
          + "a chance of it")
    }
    return values
  }

  private static func weights(
    _ table: Table, _ arguments: SignalArguments, _ classes: Buffer<UInt8>,
    _ review: Buffer<Double>?
  ) throws -> Buffer<Double>? {
    guard let weight = arguments.weight else {
      guard let review else { return nil }
      return Buffer(count: review.count) { target in
        for row in 0..<review.count {
          target[row] = classes.base[row] == CaseClass.unlabelled ? 1 : 1 / review.base[row]
        }
      }
    }
    let values = reals(of: table.columns[weight])
    var bad = 0
    let result = Buffer<Double>(count: values.count) { target in
      for row in 0..<values.count {
        let value = values.base[row]
        if !(value >= 0 && value.isFinite) { bad += 1 }
        let isLabelled = classes.base[row] != CaseClass.unlabelled
        target[row] = isLabelled ? value / (review?.base[row] ?? 1) : value
      }
    }
    if bad > 0 {
      throw SignalFailure(
        "weight is missing, negative or not finite in \(rowsText(bad)): give every row a weight of 0 "
          + "or more")
    }
    return result
  }

  private static func counts(
    _ classes: Buffer<UInt8>, _ groups: Groups?, _ groupCount: Int, _ review: Buffer<Double>?
  ) -> (rows: [Int], labelled: [Int], never: [Int]) {
    var rows = [Int](repeating: 0, count: groupCount)
    var labelled = rows
    var never = rows
    for row in 0..<classes.count {
      let group = groups.map { Int($0.ids.base[row]) } ?? 0
      rows[group] += 1
      if classes.base[row] != CaseClass.unlabelled { labelled[group] += 1 }
      if let review, review.base[row] == 0 { never[group] += 1 }
    }
    return (rows, labelled, never)
  }
}

/// A column's numbers as reals, NaN where there is none.
func reals(of column: Column) -> Buffer<Double> {
  let validity = column.validity
  switch column.data {
  case .reals(let values):
    guard let validity else { return values }
    return converted(values.count, validity) { values.base[$0] }
  case .longs(let values): return converted(values.count, validity) { Double(values.base[$0]) }
  case .bools(let values): return converted(values.count, validity) { Double(values.base[$0]) }
  case .texts(let codes, _): return Buffer(repeating: .nan, count: codes.count)
  }
}

@inline(__always)
private func converted(
  _ count: Int, _ validity: Bitmap?, _ value: (Int) -> Double
) -> Buffer<Double> {
  Buffer(count: count) { target in
    if let validity {
      for row in 0..<count { target[row] = validity[row] ? value(row) : .nan }
    } else {
      for row in 0..<count { target[row] = value(row) }
    }
  }
}

/// `1 row`, `12,345 rows`.
func rowsText(_ count: Int) -> String {
  countText(count) + (count == 1 ? " row" : " rows")
}

/// A count with its thousands apart.
func countText(_ count: Int) -> String {
  var digits = Array(String(count.magnitude))
  var place = digits.count - 3
  while place > 0 {
    digits.insert(",", at: place)
    place -= 3
  }
  return (count < 0 ? "-" : "") + String(digits)
}
