import CasebookLanguage
import CasebookTables
import CasebookValues

/// `ipv4_lookup(T, address, range)`: the rows of a table whose range an address is in.
@Sendable
func lookedUpIPv4(_ request: EvaluateStage.Request) throws(Diagnostic) -> Plan {
  try addressLookup(request) { IPv4($0).map { AddressRange($0) } }
}

/// `ipv6_lookup(T, address, range)`: the same for IPv6.
@Sendable
func lookedUpIPv6(_ request: EvaluateStage.Request) throws(Diagnostic) -> Plan {
  try addressLookup(request, lookupFirst: true) { IPv6($0).map { AddressRange($0) } }
}

/// Binds a lookup.
///
/// Kusto puts the table's columns first for IPv6 and last for IPv4.
private func addressLookup(
  _ request: EvaluateStage.Request, lookupFirst: Bool = false,
  _ parse: @escaping @Sendable (String) -> AddressRange?
) throws(Diagnostic) -> Plan {
  let binder = request.binder
  guard let table = request.argument(0, "LookupTable"),
    let source = request.argument(1, "SourceKey"), let target = request.argument(2, "LookupKey")
  else {
    throw BindIssue.shape(
      "\(request.call.name.text) needs a table and two columns",
      help: "evaluate \(request.call.name.text)(T, address, range)"
    ).at(request.span)
  }
  let lookup = try binder.table(table)
  let (fields, lookupFields) = (request.input.fields, lookup.fields)
  var keepsUnmatched = false
  for argument in request.call.arguments.dropFirst(3) {
    guard
      case .bool(let value)? = argument.value.asLiteral.flatMap({ literal in
        literal.kind == .bool ? Scalar.bool(literal.text == "true") : nil
      })
    else {
      throw BindIssue.unsupported("a further key of the lookup", instead: "filter the table first")
        .at(argument.span)
    }
    keepsUnmatched = value
  }
  let sourceKey = try binder.column(source, of: fields)
  let targetKey = try binder.column(target, of: lookupFields)
  for (index, key, all) in [(1, sourceKey, fields), (2, targetKey, lookupFields)]
  where all[key].type != .string {
    throw BindIssue.shape(
      "an address is a text, and this is \(all[key].type.name)", help: "tostring()"
    )
    .at(request.call.arguments[index].span)
  }
  var taken = NameSet()
  var outputs: [AddressLookup.Output] = []
  for (isLookup, side) in lookupFirst
    ? [(true, lookupFields), (false, fields)] : [(false, fields), (true, lookupFields)]
  {
    for (index, field) in side.enumerated() {
      outputs.append(
        AddressLookup.Output(
          isLookup: isLookup, column: index,
          field: Field(taken.unique(field.name), field.type, isProtected: field.isProtected)))
    }
  }
  return .apply(
    AddressLookup(
      title: request.call.name.text, outputs: outputs, sourceKey: sourceKey, targetKey: targetKey,
      keepsUnmatched: keepsUnmatched, parse: parse), [request.input, lookup])
}

/// An address with the length of its prefix, as 128 bits.
private struct AddressRange: Hashable {
  let high: UInt64
  let low: UInt64
  let prefix: Int

  init(_ address: IPv4) {
    (high, low, prefix) = (UInt64(address.address) << 32, 0, address.prefix)
  }

  init(_ address: IPv6) {
    (high, low, prefix) = (address.high, address.low, address.prefix)
  }

  private init(high: UInt64, low: UInt64, prefix: Int) {
    (self.high, self.low, self.prefix) = (high, low, prefix)
  }

  /// The network of some prefix that the address is in.
  func network(_ prefix: Int) -> AddressRange {
    let (first, second) = (min(prefix, 64), max(prefix - 64, 0))
    return AddressRange(
      high: first == 0 ? 0 : high & (~0 << UInt64(64 - first)),
      low: second == 0 ? 0 : low & (~0 << UInt64(64 - second)), prefix: prefix)
  }
}

private struct AddressLookup: TableOperation {
  struct Output {
    let isLookup: Bool
    let column: Int
    let field: Field
  }

  let title: String
  let outputs: [Output]
  let sourceKey: Int
  let targetKey: Int
  let keepsUnmatched: Bool
  let parse: @Sendable (String) -> AddressRange?
  var fields: [Field] { outputs.map(\.field) }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let (source, lookup) = (inputs[0], inputs[1])
    var rowsOfNetworks: [AddressRange: [Int32]] = [:]
    for row in 0..<lookup.rowCount {
      guard let range = parse(lookup.columns[targetKey].text(row)) else { continue }
      rowsOfNetworks[range.network(range.prefix), default: []].append(Int32(row))
    }
    let prefixes = Set(rowsOfNetworks.keys.map(\.prefix)).sorted(by: >)
    let groups = group(by: [source.columns[sourceKey]], rowCount: source.rowCount)
    let found = groups.firstRows.array.map { row -> [Int32] in
      guard let address = parse(source.columns[sourceKey].text(Int(row))) else { return [] }
      return prefixes.flatMap { rowsOfNetworks[address.network($0)] ?? [] }
    }
    var left = BufferBuilder<Int32>(capacity: source.rowCount)
    var right = BufferBuilder<Int32>(capacity: source.rowCount)
    for row in 0..<source.rowCount {
      if row & 0xFFFF == 0 { try context.checkpoint() }
      let matches = found[Int(groups.ids.base[row])]
      for match in matches.isEmpty && keepsUnmatched ? [-1] : matches {
        left.append(Int32(truncatingIfNeeded: row))
        right.append(match)
      }
    }
    let rows = (left: left.finish(), right: right.finish())
    let columns = try context.mapParallel(outputs.count) { index in
      let output = outputs[index]
      return output.isLookup
        ? lookup.columns[output.column].gathered(by: rows.right.pointer)
        : source.columns[output.column].gathered(by: rows.left.pointer)
    }
    return Table(fields: fields, columns: columns, rowCount: rows.left.count)
  }
}
