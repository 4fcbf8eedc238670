import CasebookTables
import CasebookValues

/// A table to be drawn, its columns read by name, as numbers and as labels.
///
/// Values of protected columns leave it only as `***`, and never as numbers.
struct ChartColumns {
  let table: Table
  let hint: RenderHint
  let kind: ChartKind
  /// The columns that were arrays.
  let expanded: Set<Int>
  /// The row that each row was taken from, where there were arrays.
  private let origins: [Int]
  private let formats: [CellFormat]

  init(_ table: Table, _ hint: RenderHint, _ kind: ChartKind) {
    let arrays = arrayColumns(table, hint, kind)
    expanded = Set(arrays)
    (self.table, origins) = takenApart(table, arrays)
    self.hint = hint
    self.kind = kind
    let shown = self.table
    // Times and lengths are all written alike, as far as a sample of them goes.
    formats = shown.fields.indices.map { index in
      CellFormat(
        shown.columns[index], shown.fields[index], rowCount: min(shown.rowCount, 10_000),
        exact: false, .unicode)
    }
  }

  var fields: [Field] { table.fields }
  var rowCount: Int { table.rowCount }

  // MARK: Properties

  func column(_ property: ChartProperty) -> Int? {
    hint[property].flatMap { table.index(of: $0) }
  }

  func column(named name: String) -> Int? { table.index(of: name) }

  /// The columns of a list, in its order; names that are none are left out.
  func columns(_ property: ChartProperty) -> [Int] {
    guard let text = hint[property] else { return [] }
    return names(in: text).compactMap { table.index(of: $0) }
  }

  /// The names in `a, b`; a column's name may hold a comma.
  func names(in text: String) -> [String] {
    var rest = text[...]
    var names: [String] = []
    while !rest.isEmpty {
      let known = fields.map(\.name).filter { name in
        rest == name || rest.hasPrefix(name + ",")
      }.max { $0.count < $1.count }
      let name = known ?? String(rest.prefix { $0 != "," })
      names.append(trimmed(name))
      rest = rest.dropFirst(name.count)
      while rest.first == "," || rest.first == " " { rest.removeFirst() }
    }
    return names
  }

  func number(_ property: ChartProperty) -> Double? {
    guard let value = hint[property].flatMap({ Double($0) }), value.isFinite else { return nil }
    return value
  }

  func count(_ property: ChartProperty) -> Int? {
    number(property).flatMap { $0 >= 1 ? Int(exactly: $0) : nil }
  }

  func isOn(_ property: ChartProperty) -> Bool { hint[property] == "true" }

  func isLog(_ property: ChartProperty) -> Bool { hint[property] == "log" }

  private func trimmed(_ text: String) -> String {
    let start = text.drop { $0 == " " }
    return String(start.reversed().drop { $0 == " " }.reversed())
  }

  // MARK: Types

  func isTime(_ column: Int) -> Bool { fields[column].type == .datetime }

  /// Whether a column has a length: a number or a timespan.
  func isMeasure(_ column: Int) -> Bool {
    fields[column].type.isNumeric || fields[column].type == .timespan
  }

  func isText(_ column: Int) -> Bool {
    switch fields[column].type {
    case .string, .bool, .guid, .dynamic: true
    default: false
    }
  }

  /// Whether all values of some columns are whole numbers by their type.
  func isWhole(_ columns: [Int]) -> Bool {
    columns.allSatisfy { fields[$0].type == .long || fields[$0].type == .int }
  }

  func unit(_ column: Int) -> ChartAxis.Unit {
    switch fields[column].type {
    case .datetime: .datetime
    case .timespan: .timespan
    default: .number
    }
  }

  /// Refuses columns whose values would show in the drawing.
  func refuseProtected(_ columns: some Sequence<Int>) throws(ChartProblem) {
    for column in columns where fields[column].isProtected {
      throw ChartProblem(
        sentence: "the values of \(fields[column].name) are protected, so they are not drawn")
    }
  }

  // MARK: Values

  /// A value as a number; times in ticks.
  func number(_ column: Int, _ row: Int) -> Double? {
    let data = table.columns[column]
    guard !fields[column].isProtected, !data.isNull(row) else { return nil }
    switch data.data {
    case .longs(let values): return Double(values[row])
    case .reals(let values): return values[row]
    case .bools(let values): return Double(values[row])
    case .texts: return nil
    }
  }

  /// A value as a person reads it, control characters and all.
  func label(_ column: Int, _ row: Int) -> String {
    if fields[column].isProtected { return "***" }
    let data = table.columns[column]
    if data.isNull(row) { return "null" }
    if case .texts = data.data {
      let text = data.text(row)
      if fields[column].type == .dynamic, let path = pathText(data.scalar(row)) { return path }
      return text.isEmpty ? "(empty)" : text
    }
    var bytes: [UInt8] = []
    _ = formats[column].append(row, limit: .max, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// An array of texts as a way from one to the next; nil for other values.
  private func pathText(_ value: Scalar) -> String? {
    guard case .dynamic(let array) = value, let steps = array.elements, steps.count > 1 else {
      return nil
    }
    var names: [String] = []
    for step in steps {
      guard case .string(let name) = step else { return nil }
      names.append(name)
    }
    return names.joined(separator: pathArrow)
  }

  /// Whether two rows were one before its arrays were taken apart.
  func isSameSource(_ row: Int, _ other: Int) -> Bool {
    origins.indices.contains(other) && origins[row] == origins[other]
  }

  /// The values of several columns as one name.
  func label(_ columns: [Int], _ row: Int) -> String {
    columns.map { label($0, row) }.joined(separator: ", ")
  }
}

/// Gives each name of a column or of several a place, in first appearance.
///
/// The names of one text column are made once for each distinct text.
struct NamePlaces {
  private(set) var names: [String] = []
  private let columns: ChartColumns
  private let sources: [Int]
  private var places: [String: Int] = [:]
  private var placesByCode: [Int: Int] = [:]
  private let codes: Codes?

  init(_ columns: ChartColumns, _ sources: [Int]) {
    self.columns = columns
    self.sources = sources
    codes =
      if sources.count == 1, let only = sources.first, !columns.fields[only].isProtected,
        columns.table.columns[only].validity == nil,
        case .texts(let codes, _) = columns.table.columns[only].data
      { codes } else { nil }
  }

  mutating func place(_ row: Int) -> Int {
    if let codes, let known = placesByCode[codes[row]] { return known }
    let name = columns.label(sources, row)
    let place = places[name] ?? names.count
    if place == names.count {
      places[name] = place
      names.append(name)
    }
    if let codes { placesByCode[codes[row]] = place }
    return place
  }
}
