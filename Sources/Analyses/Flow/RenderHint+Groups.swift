import CasebookTables

extension RenderHint {
  /// The same drawing with the columns of `by` as further series.
  func split(by groups: [String]) -> RenderHint {
    if groups.isEmpty { return self }
    var hint = self
    let series = [self[.series]].compactMap { $0 } + groups
    hint.properties.removeAll { $0.name == ChartProperty.series.rawValue }
    hint.properties.append(
      Property(name: ChartProperty.series.rawValue, value: series.joined(separator: ", ")))
    return hint
  }

  /// A drawing of one row a group: the first group along x, further ones as series.
  static func perGroup(
    _ kind: ChartKind, _ groups: [String], otherwise column: String,
    _ properties: KeyValuePairs<ChartProperty, String>
  ) -> RenderHint {
    var hint = RenderHint(kind, properties)
    hint.properties.insert(
      Property(name: ChartProperty.xcolumn.rawValue, value: groups.first ?? column), at: 0)
    return hint.split(by: Array(groups.dropFirst()))
  }
}
