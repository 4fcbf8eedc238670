import CasebookTables

/// The least and greatest of one figure over groups, for the sentence that a result of groups gets.
struct GroupRange {
  private var values: [Double] = []

  /// Takes a group's figure; one that is undefined says nothing.
  mutating func add(_ value: Double?) {
    if let value, value.isFinite { values.append(value) }
  }

  /// Says from where to where the figure runs, if more than one group has it.
  func say(_ name: String, _ figure: String, over parts: String = "groups", _ context: RunContext) {
    guard values.count > 1, let least = values.min(), let greatest = values.max() else { return }
    let (from, to) = (spokenNumber(least), spokenNumber(greatest))
    let many = "\(countText(values.count)) \(parts)"
    context.find(
      from == to
        ? "\(name): \(figure) is \(from) in each of \(many)."
        : "\(name): \(figure) runs from \(from) to \(to) over \(many), before chance is allowed for."
    )
  }
}
