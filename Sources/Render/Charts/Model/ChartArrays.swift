import CasebookTables
import CasebookValues

/// The columns of arrays that a chart takes apart.
///
/// They are those that it is asked for, and series as `make-series` gives them. Lists that merely stand in a
/// table, such as labels or a path, are left alone.
func arrayColumns(_ table: Table, _ hint: RenderHint, _ kind: ChartKind) -> [Int] {
  let arrays = table.fields.indices.filter { index in
    table.fields[index].type == .dynamic && !table.fields[index].isProtected
      && holdsArrays(table.columns[index])
  }
  guard !arrays.isEmpty else { return [] }
  let names = Set(arrays.map { table.fields[$0].name })
  switch kind {
  case .flowmap:
    let hasPair = table.index(of: "source") != nil && table.index(of: "target") != nil
    return hasPair ? [] : arrays.filter { table.fields[$0].name == "path" }
  case .timechart, .linechart, .stepchart, .areachart, .stackedareachart, .scatterchart,
    .anomalychart, .columnchart, .sparkline:
    if let x = hint[.xcolumn], table.index(of: x) != nil { return names.contains(x) ? arrays : [] }
    if let y = hint[.ycolumns] { return names.contains { y.contains($0) } ? arrays : [] }
    let hasNumbers = table.fields.contains { $0.type.isNumeric || $0.type == .timespan }
    return !hasNumbers || arrays.count > 1 ? arrays : []
  default: return []
  }
}

/// Rows of arrays taken apart into a row for each element, with the row that each was taken from.
func takenApart(_ table: Table, _ arrays: [Int]) -> (table: Table, origins: [Int]) {
  guard !arrays.isEmpty else { return (table, []) }
  var rows: [[Scalar]] = []
  var origins: [Int] = []
  for row in 0..<table.rowCount {
    let values = table.row(row)
    let elements = arrays.map { index -> [Dynamic] in
      if case .dynamic(let value) = values[index] { value.elements ?? [] } else { [] }
    }
    for place in 0..<(elements.map(\.count).max() ?? 0) {
      var line = values
      for (index, list) in zip(arrays, elements) {
        line[index] = list.indices.contains(place) ? .dynamic(list[place]) : .null(.dynamic)
      }
      rows.append(line)
      origins.append(row)
    }
  }
  var fields = table.fields
  var columns: [Column] = []
  for index in fields.indices {
    if arrays.contains(index) { fields[index].type = elementType(rows.lazy.map { $0[index] }) }
    var builder = ColumnBuilder(fields[index].type)
    for row in rows { builder.append(element(row[index], as: fields[index].type)) }
    columns.append(builder.finish())
  }
  var expanded = Table(fields: fields, columns: columns, rowCount: rows.count, hint: table.hint)
  expanded.drawing = table.drawing
  return (expanded, origins)
}

private func holdsArrays(_ column: Column) -> Bool {
  var found = false
  for row in 0..<min(column.count, 100) where !column.isNull(row) {
    guard case .dynamic(let value) = column.scalar(row), case .array = value else { return false }
    found = true
  }
  return found
}

private func elementType(_ values: some Sequence<Scalar>) -> ScalarType {
  var isTime = true
  var isSpan = true
  var hasAny = false
  for case .dynamic(let value) in values {
    switch value {
    case .long, .real, .bool:
      (isTime, isSpan, hasAny) = (false, false, true)
    case .string(let text):
      hasAny = true
      if isTime, Instant.parse(text) == nil { isTime = false }
      if isSpan, Timespan.parse(text) == nil { isSpan = false }
      if !isTime, !isSpan { return .string }
    case .null: continue
    case .array, .bag: return .string
    }
  }
  return !hasAny ? .real : isTime ? .datetime : isSpan ? .timespan : .real
}

private func element(_ scalar: Scalar, as type: ScalarType) -> Scalar {
  guard case .dynamic(let value) = scalar else { return scalar.type == type ? scalar : .null(type) }
  switch (value, type) {
  case (.long(let number), .real): return .real(Double(number))
  case (.real(let number), .real): return .real(number)
  case (.bool(let flag), .real): return .real(flag ? 1 : 0)
  case (.string(let text), .datetime):
    return Instant.parse(text).map { .datetime($0) } ?? .null(type)
  case (.string(let text), .timespan):
    return Timespan.parse(text).map { .timespan($0) } ?? .null(type)
  case (.string(let text), .string): return .string(text)
  case (.null, _): return type == .string ? .string("") : .null(type)
  default: return type == .string ? .string(value.jsonText) : .null(type)
  }
}
