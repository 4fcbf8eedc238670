import CasebookTables

extension SignalArguments {
  /// How `render` without a kind draws a result of these scores, a line or dot a signal and group.
  func drawing(
    _ kind: String, x: String, y: [String], bounds: [String] = [], references: String? = nil,
    mark: String? = nil, size: String? = nil
  ) -> RenderHint {
    var properties = [
      RenderHint.Property(name: "xcolumn", value: x),
      RenderHint.Property(name: "ycolumns", value: y.joined(separator: ", ")),
    ]
    let series = (groups.map(\.name) + ["signal"]).filter { $0 != x }
    properties.append(RenderHint.Property(name: "series", value: series.joined(separator: ", ")))
    if !bounds.isEmpty {
      for end in ["low", "high"] {
        let columns = bounds.map { $0 + "_" + end }.joined(separator: ", ")
        properties.append(RenderHint.Property(name: end, value: columns))
      }
    }
    if let references {
      properties.append(RenderHint.Property(name: "reference", value: references))
    }
    if let mark { properties.append(RenderHint.Property(name: "mark", value: mark)) }
    if let size { properties.append(RenderHint.Property(name: "size", value: size)) }
    return RenderHint(kind: kind, properties: properties)
  }
}
