import CasebookTables
import CasebookValues

/// How many rows each stratum has and how many of them are wrong, in every group.
struct StrataRates: Sendable {
  /// The value of each stratum, as they sort.
  private let values: [Scalar]
  /// For each group and stratum: rows, those with a rate, and the sum of rates.
  private let sizes: [[Int]]
  private let rated: [[Int]]
  private let sums: [[Double]]

  /// Counts the rows of every stratum, null last.
  init(_ strata: Column, _ rates: Column, _ groups: Groups?, _ context: RunContext) throws {
    let found = group(by: [strata], rowCount: strata.count)
    let order = try sortedOrder(
      [
        SortColumn(
          strata.gathered(by: found.firstRows), isDescending: false, nullsFirst: false)
      ], rowCount: found.count)
    var places = [Int](repeating: 0, count: found.count)
    for place in 0..<found.count { places[Int(order.base[place])] = place }
    values = order.array.map { strata.scalar(Int(found.firstRows.base[Int($0)])) }
    let groupCount = groups?.count ?? 1
    var sizes = [[Int]](repeating: [Int](repeating: 0, count: found.count), count: groupCount)
    var rated = sizes
    var sums = [[Double]](
      repeating: [Double](repeating: 0, count: found.count), count: groupCount)
    let numbers = reals(of: rates)
    var outside = 0
    for row in 0..<strata.count {
      try Checkpoints.look(row, context)
      let (number, place) = (
        groups.map { Int($0.ids.base[row]) } ?? 0, places[Int(found.ids.base[row])]
      )
      sizes[number][place] += 1
      let rate = numbers.base[row]
      if rate.isNaN { continue }
      if rate < 0 || rate > 1 { outside += 1 }
      rated[number][place] += 1
      sums[number][place] += rate
    }
    if outside > 0 {
      throw SignalFailure(
        "the rate is outside 0 to 1 in \(rowsText(outside)): give each row a probability, or whether it is wrong"
      )
    }
    (self.sizes, self.rated, self.sums) = (sizes, rated, sums)
  }

  private init(_ strata: StrataRates, group: Int) {
    let there = strata.values.indices.filter { strata.sizes[group][$0] > 0 }
    values = there.map { strata.values[$0] }
    sizes = [there.map { strata.sizes[group][$0] }]
    rated = [there.map { strata.rated[group][$0] }]
    sums = [there.map { strata.sums[group][$0] }]
  }

  /// The strata that a group has rows of.
  func ofGroup(_ number: Int) -> StrataRates { StrataRates(self, group: number) }

  /// The mean rate of each stratum; a half, where sampling is needed most, for one without a rate.
  private var shares: [Double] {
    zip(sums[0], rated[0]).map { $1 > 0 ? $0 / Double($1) : 0.5 }
  }

  private func allocations(
    total: Int
  ) -> (proportional: Allocation, neyman: Allocation, equal: Allocation) {
    let sizes = sizes[0]
    func dealt(_ weight: (Int, Double) -> Double) -> Allocation {
      Allocation(zip(sizes, shares).map(weight), total: total, sizes: sizes)
    }
    return (
      dealt { size, _ in Double(size) },
      dealt { size, p in Double(size) * (p * (1 - p)).squareRoot() }, dealt { _, _ in 1 }
    )
  }

  /// A row a stratum; the errors are of the whole plan and the same in each.
  func rows(total: Int) -> [[Scalar]] {
    let (sizes, shares) = (sizes[0], shares)
    let plans = allocations(total: total)
    let errors = [plans.proportional, plans.neyman, plans.equal].map {
      Scalar.figure(Allocation.standardError($0.raw, sizes: sizes, shares: shares))
    }
    let simple = Scalar.figure(simpleError(total: total))
    return values.indices.map { place in
      var notes = Notes()
      if rated[0][place] == 0 { notes.add("p", "no rate, 0.5 is taken") }
      if plans.neyman.whole[place] == sizes[place] { notes.add("every row") }
      return [
        values[place], .figure(sizes[place]), .real(shares[place]),
        .real(plans.proportional.raw[place]), .real(plans.neyman.raw[place]),
        .real(plans.equal.raw[place]), .figure(plans.proportional.whole[place]),
        .figure(plans.neyman.whole[place]), .figure(plans.equal.whole[place]), errors[0], errors[1],
        errors[2], simple, .string(notes.text),
      ]
    }
  }

  /// The standard error of a simple random sample of as many.
  private func simpleError(total: Int) -> Double? {
    let all = sizes[0].reduce(0, +)
    guard all > 1 else { return nil }
    let share = zip(sizes[0], shares).reduce(0) { $0 + Double($1.0) * $1.1 } / Double(all)
    return Allocation.standardError([Double(total)], sizes: [all], shares: [share])
  }

  /// Says where so many are more than there are, or too few for the strata.
  func warn(total: Int, _ context: RunContext) {
    let (all, least) = (sizes[0].reduce(0, +), sizes[0].reduce(0) { $0 + min($1, 2) })
    if all > 0, all <= total {
      context.warn("the sample takes every row there is", rows: all)
    } else if least > total {
      context.warn(
        "\(countText(total)) cases are too few for two of each stratum: the plan takes more",
        rows: least)
    }
  }

  /// What the best allocation gains.
  func say(total: Int, _ context: RunContext) {
    let sizes = sizes[0]
    let plans = allocations(total: total)
    guard sizes.reduce(0, +) > total, let simple = simpleError(total: total),
      let neyman = Allocation.standardError(plans.neyman.raw, sizes: sizes, shares: shares)
    else { return }
    context.find(
      "Of \(countText(total)) cases dealt out by Neyman's rule the share has a standard error of "
        + "\(spokenError(neyman)), drawn from all alike \(spokenError(simple)).")
  }

  private func spokenError(_ error: Double) -> String {
    numberText((error * 100_000).rounded() / 100_000)
  }
}
