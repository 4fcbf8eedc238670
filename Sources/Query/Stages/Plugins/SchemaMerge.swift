import CasebookLanguage
import CasebookTables
import CasebookValues

/// `schema_merge`: one schema of the rows that several `getschema` gave.
enum SchemaMerge {
  static let declaration = PluginDeclaration(
    "schema_merge([PreserveOrder])", "One schema of several, as `getschema` gives them.",
    details: """
      A column whose place differs is an error in its row, unless PreserveOrder is false; so is a column whose
      types have nothing in common. Whole numbers of two kinds are long, with reals they are real.
      """,
    examples: [
      Example(
        "union (print a = 1 | getschema), (print a = 1, b = \"x\" | getschema) | evaluate schema_merge() | project ColumnName, ColumnType",
        output: "a\tlong\nb\tstring")
    ]
  ) { request throws(Diagnostic) in
    var keepsOrder = true
    if let argument = request.argument(0, "PreserveOrder") {
      guard case .bool(let value) = try request.binder.constant(argument, what: "PreserveOrder")
      else {
        throw BindIssue.constantOfType(what: "PreserveOrder", expected: "true or false").at(
          argument.span)
      }
      keepsOrder = value
    }
    let fields = request.input.fields
    var columns: [Int] = []
    for name in ["ColumnName", "ColumnOrdinal", "ColumnType"] {
      guard let index = fields.firstIndex(where: { $0.name == name }) else {
        throw BindIssue.shape(
          "schema_merge reads what `getschema` gives",
          help: "union (A | getschema), (B | getschema)"
        ).at(request.span)
      }
      columns.append(index)
    }
    return .apply(
      SchemaMergeOperation(columns: columns, keepsOrder: keepsOrder), [request.input])
  }
}

private struct SchemaMergeOperation: TableOperation {
  /// Where the name, the place and the type are.
  let columns: [Int]
  let keepsOrder: Bool
  var title: String { "schema_merge" }
  var fields: [Field] {
    [
      Field("ColumnName", .string), Field("ColumnOrdinal", .long), Field("DataType", .string),
      Field("ColumnType", .string),
    ]
  }

  private struct Merged {
    let name: String
    var place: Int64
    var type: String
    var problem: String?
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let table = inputs[0]
    var merged: [Merged] = []
    var indices: [String: Int] = [:]
    for row in 0..<table.rowCount {
      let name = table.columns[columns[0]].text(row)
      let place = table.columns[columns[1]].scalar(row).asLong ?? 0
      let type = table.columns[columns[2]].text(row)
      guard let index = indices[name] else {
        indices[name] = merged.count
        merged.append(Merged(name: name, place: place, type: type))
        continue
      }
      if keepsOrder, merged[index].place != place {
        merged[index].problem = "ERROR(columns are out of order)"
      }
      merged[index].place = max(merged[index].place, place)
      if let common = common(merged[index].type, type) {
        merged[index].type = common
      } else if merged[index].problem == nil {
        merged[index].problem = "ERROR(types have nothing in common)"
      }
    }
    let sound = merged.filter { $0.problem == nil }.enumerated()
      .sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }.map(\.element)
    var builders = fields.map { ColumnBuilder($0.type) }
    for (place, column) in (sound + merged.filter { $0.problem != nil }).enumerated() {
      let type = ScalarType(name: column.type)
      builders[0].append(text: column.name)
      builders[1].append(long: column.problem == nil ? Int64(place) : -1)
      builders[2].append(
        text: column.problem.map { "ERROR(unknown CSL type:\($0))" } ?? type?.systemName ?? "")
      builders[3].append(text: column.problem ?? column.type)
    }
    return Table(
      fields: fields,
      columns: builders.map { builder in
        var builder = builder
        return builder.finish()
      }, rowCount: merged.count)
  }

  /// The type that holds values of both, or nil.
  private func common(_ left: String, _ right: String) -> String? {
    if left == right { return left }
    let order = ["int", "long", "real"]
    guard let first = order.firstIndex(of: left), let second = order.firstIndex(of: right) else {
      return nil
    }
    return order[max(first, second)]
  }
}
