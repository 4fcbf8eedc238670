import CasebookTables
import CasebookValues

/// `buildschema`: which types stand where in `dynamic` values.
enum SchemaAggregate {
  static let all = [
    AggregateFunction(
      "buildschema", [FunctionParameter("value", .dynamic)],
      summary: "The least schema that admits all values.",
      details: "A type, a list of types, or a bag by key; `indexer` stands for array elements.",
      examples: [
        Example(
          "datatable(d:dynamic)[dynamic({\"x\":1}), dynamic({\"x\":\"a\"})] "
            + "| summarize s = buildschema(d) | project tostring(s.x[0]), tostring(s.x[1])",
          output: "long\tstring")
      ]
    ) { arguments in
      .init([(named("schema", arguments), .dynamic)]) { SchemaState() }
    }
  ]
}

/// The types met at one place.
private struct Schema {
  private var names: [String] = []
  private var members: [(key: String, schema: Schema)] = []

  mutating func add(_ value: Dynamic) {
    switch value {
    case .null: break
    case .bool, .string, .long: add(name: value.typeName)
    case .real: add(name: "double")
    case .array(let elements):
      for element in elements { add(element, at: "`indexer`") }
    case .bag(let pairs):
      for pair in pairs { add(pair.value, at: pair.key) }
    }
  }

  private mutating func add(name: String) {
    if !names.contains(name) { names.append(name) }
  }

  private mutating func add(_ value: Dynamic, at key: String) {
    if let index = members.firstIndex(where: { $0.key == key }) {
      members[index].schema.add(value)
    } else {
      var schema = Schema()
      schema.add(value)
      members.append((key, schema))
    }
  }

  mutating func add(_ other: Schema) {
    for name in other.names { add(name: name) }
    for member in other.members {
      if let index = members.firstIndex(where: { $0.key == member.key }) {
        members[index].schema.add(member.schema)
      } else {
        members.append(member)
      }
    }
  }

  var description: Dynamic {
    var parts = names.map { Dynamic.string($0) }
    if !members.isEmpty {
      parts.append(.bag(members.map { ($0.key, $0.schema.description) }))
    }
    return parts.count == 1 ? parts[0] : .array(parts)
  }
}

/// The schema of each group.
///
/// `@unchecked Sendable`: one worker at a time owns a state.
private final class SchemaState: AggregateState, @unchecked Sendable {
  private var schemas: [Schema] = []

  func update(
    groups: UnsafePointer<Int32>, arguments: [Vector], rowCount: Int, groupCount: Int
  ) {
    schemas.grow(to: groupCount, with: Schema())
    for row in 0..<rowCount {
      if case .dynamic(let value) = arguments[0].scalar(row) {
        schemas[Int(groups[row])].add(value)
      }
    }
  }

  func merge(
    _ later: any AggregateState, groups: UnsafePointer<Int32>, count: Int, groupCount: Int
  ) {
    guard let later = later as? SchemaState else { return }
    schemas.grow(to: groupCount, with: Schema())
    for group in 0..<min(count, later.schemas.count) {
      schemas[Int(groups[group])].add(later.schemas[group])
    }
  }

  func finish(groupCount: Int, _ context: RunContext) throws -> [Column] {
    schemas.grow(to: groupCount, with: Schema())
    var builder = ColumnBuilder(.dynamic)
    for (group, schema) in schemas.prefix(groupCount).enumerated() {
      if group & 0xFFF == 0 { try context.checkpoint() }
      builder.append(.dynamic(schema.description))
    }
    return [builder.finish()]
  }
}
