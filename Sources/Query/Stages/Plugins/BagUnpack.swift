import CasebookLanguage
import CasebookTables
import CasebookValues

/// `bag_unpack(column)`.
@Sendable
func bagUnpacked(_ request: EvaluateStage.Request) throws(Diagnostic) -> Plan {
  let (binder, fields) = (request.binder, request.input.fields)
  guard let syntax = request.argument(0, "column") else {
    throw BindIssue.shape("bag_unpack needs a column", help: "evaluate bag_unpack(d)").at(
      request.span)
  }
  let column = try binder.column(syntax, of: fields)
  guard fields[column].type == .dynamic else {
    throw BindIssue.shape(
      "bag_unpack takes a dynamic column, and this is \(fields[column].type.name)",
      help: "extend d = todynamic(text) reads a text as JSON"
    ).at(syntax.span)
  }
  var unpacking = BagUnpacking(fields: fields, column: column)
  if let prefix = request.argument(1, "OutputColumnPrefix") {
    unpacking.prefix = try binder.constantText(prefix, what: "the prefix")
  }
  if let conflict = request.argument(2, "columnsConflict") {
    let word = try binder.constantText(conflict, what: "columnsConflict")
    guard let rule = BagUnpacking.Conflict(rawValue: word) else {
      throw BindIssue.shape(
        "this does not say which column to keep", help: "error, replace_source or keep_source"
      ).at(conflict.span)
    }
    unpacking.conflict = rule
  }
  if let ignored = request.argument(3, "ignoredProperties"),
    case .dynamic(let names) = try binder.constant(ignored, what: "ignoredProperties")
  {
    unpacking.ignored = Set((names.elements ?? []).map(\.text))
  }
  if let schema = request.schema {
    let hidden = Set(fields.filter(\.isProtected).map(\.name))
    let named = schema.map { field in
      Field(
        field.name, field.type,
        isProtected: fields[column].isProtected || hidden.contains(field.name))
    }
    let kept = fields.indices.filter { index in
      request.schemaHasStar && index != column && !named.contains { $0.name == fields[index].name }
    }
    let declared = kept.map { fields[$0] } + named
    return .apply(DeclaredUnpacking(unpacking: unpacking, fields: declared), [request.input])
  }
  if fields[column].isProtected { throw namedByProtectedValues("bag_unpack").at(syntax.span) }
  let table = try request.rows(of: request.input)
  let bags = BagColumns(table.columns[column])
  guard let outputs = unpacking.outputs(of: bags) else {
    throw BindIssue.shape(
      "a key of the bag has the name of a column",
      help: "columnsConflict='replace_source', 'keep_source', or OutputColumnPrefix='p_'"
    ).at(request.span)
  }
  return .values(unpacking.table(outputs, of: table, bags))
}

/// The keys of the bags of a column, with what type each has, and their values.
private struct BagColumns {
  private let column: Column
  /// The keys and the type that all their values have.
  private(set) var types: [String: ScalarType] = [:]
  /// Where the value of each key lies within each dictionary entry.
  private var places: [String: [(code: Int, range: Range<Int>)]] = [:]

  init(_ column: Column) {
    self.column = column
    guard case .texts(let codes, let dictionary) = column.data else { return }
    var isSeen = [Bool](repeating: false, count: dictionary.count)
    for row in 0..<column.count where !column.isNull(row) && !isSeen[codes[row]] {
      isSeen[codes[row]] = true
      note(dictionary.bytes(codes[row]), codes[row])
    }
  }

  private mutating func note(_ text: UnsafeBufferPointer<UInt8>, _ code: Int) {
    var elements = JSONElements(text)
    guard elements.shape == .bag else { return }
    while let (keyRange, range) = elements.next() {
      guard case .string(let key)? = Dynamic(json: UnsafeBufferPointer(rebasing: text[keyRange]))
      else { continue }
      let value = UnsafeBufferPointer(rebasing: text[range])
      places[key, default: []].append((code, range))
      guard let type = Self.type(of: value) else { continue }
      types[key] = types[key].map { Self.common($0, type) } ?? type
    }
  }

  /// All keys; one that only ever is null is dynamic.
  var keys: [String] { places.keys.sorted { compareText($0, $1) < 0 } }

  private static func type(of json: UnsafeBufferPointer<UInt8>) -> ScalarType? {
    switch json.first {
    case UInt8(ascii: "\"")?: .string
    case UInt8(ascii: "t")?, UInt8(ascii: "f")?: .bool
    case UInt8(ascii: "n")?, nil: nil
    case UInt8(ascii: "[")?, UInt8(ascii: "{")?: .dynamic
    default: parseLong(json) == nil ? .real : .long
    }
  }

  private static func common(_ a: ScalarType, _ b: ScalarType) -> ScalarType {
    if a == b { return a }
    let isNumber = (a == .long || a == .real) && (b == .long || b == .real)
    return isNumber ? .real : .dynamic
  }

  /// The value of a key for every row.
  func values(of key: String, as type: ScalarType) -> Column {
    guard case .texts(let codes, let dictionary) = column.data else { return column }
    var builder = JSONColumnBuilder(type)
    var slots = [Int32](repeating: -1, count: dictionary.count)
    for place in places[key] ?? [] {
      slots[place.code] = Int32(truncatingIfNeeded: builder.count)
      builder.append(UnsafeBufferPointer(rebasing: dictionary.bytes(place.code)[place.range]))
    }
    let values = builder.finish()
    let rows = Buffer<Int32>(count: column.count) { target in
      for row in 0..<column.count { target[row] = column.isNull(row) ? -1 : slots[codes[row]] }
    }
    return values.gathered(by: rows)
  }
}

/// Which columns the bags of a column give.
private struct BagUnpacking: Sendable {
  enum Conflict: String, Sendable {
    case error, replace_source, keep_source
  }

  enum Output {
    case source(Int)
    case key(String, Field)
  }

  let fields: [Field]
  let column: Int
  var prefix = ""
  var conflict = Conflict.error
  var ignored: Set<String> = []

  /// The columns of the result; nil when a key may not have its name.
  func outputs(of bags: BagColumns) -> [Output]? {
    var outputs: [Output?] = fields.indices.map { $0 == column ? nil : .source($0) }
    for key in bags.keys where !ignored.contains(key) {
      let field = Field(
        prefix + key, bags.types[key] ?? .dynamic, isProtected: fields[column].isProtected)
      guard let index = fields.firstIndex(where: { $0.name == field.name }) else {
        outputs.append(.key(key, field))
        continue
      }
      if index == column || conflict == .replace_source {
        outputs[index] = .key(key, field)
      } else if conflict == .error {
        return nil
      }
    }
    return outputs.compactMap { $0 }
  }

  func table(_ outputs: [Output], of table: Table, _ bags: BagColumns) -> Table {
    var result: (fields: [Field], columns: [Column]) = ([], [])
    for output in outputs {
      switch output {
      case .source(let index):
        result.fields.append(fields[index])
        result.columns.append(table.columns[index])
      case .key(let key, let field):
        result.fields.append(field)
        result.columns.append(bags.values(of: key, as: field.type))
      }
    }
    return Table(fields: result.fields, columns: result.columns, rowCount: table.rowCount)
  }
}

/// `bag_unpack` with the columns of its result written out.
private struct DeclaredUnpacking: TableOperation {
  let unpacking: BagUnpacking
  let fields: [Field]
  var title: String { "bag_unpack" }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let table = inputs[0]
    let bags = BagColumns(table.columns[unpacking.column])
    let columns = fields.map { field -> Column in
      let source = unpacking.fields.firstIndex {
        $0.name == field.name && $0.type == field.type
      }
      if let source, source != unpacking.column { return table.columns[source] }
      let key = String(field.name.dropFirst(unpacking.prefix.count))
      return bags.values(of: key, as: field.type)
    }
    return Table(fields: fields, columns: columns, rowCount: table.rowCount)
  }
}
