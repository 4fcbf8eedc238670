import CasebookLanguage
import CasebookTables
import CasebookValues

/// `basket`: values of columns that often stand together.
enum Basket {
  static let declaration = PluginDeclaration(
    "basket([threshold], [weight], [dimensions], [wildcard, ...])",
    "Combinations of values that at least a share of the rows has: the frequent patterns.",
    details: """
      A pattern stands in the result where no longer one has the same rows; a column that does not matter to it holds a wildcard: null, or for texts
      \"\". The threshold is a share from 0.015 to 1, 0.05 when left out; `weight` a column of whole numbers that says how many rows a
      row stands for; `dimensions`, 5 when left out, the most columns in a pattern. '~' stands for what is left out. Further arguments are wildcards for
      columns of their types. Counts are exact (Kusto samples), the most frequent pattern first; missing values are no values of a pattern.
      """,
    examples: [
      Example(
        "datatable(queue: string, kind: string)[\"a\", \"x\", \"a\", \"x\", \"a\", \"y\", \"b\", \"y\"] | evaluate basket(0.5)",
        output: "0\t3\t75.0\ta\t\n1\t2\t50.0\ta\tx\n2\t2\t50.0\t\ty")
    ]
  ) { request throws(Diagnostic) in
    let fields = request.input.fields
    var threshold = 0.05
    if let given = try request.given(0, "the threshold") {
      guard let share = given.asReal, share >= 0.015, share <= 1 else {
        throw BindIssue.constantOfType(what: "the threshold", expected: "from 0.015 to 1").at(
          request.values[0].span)
      }
      threshold = share
    }
    var weight: Int?
    if request.values.count > 1, request.isColumn(1) {
      let column = try request.column(1)
      guard [.int, .long].contains(fields[column].type) else {
        throw BindIssue.shape(
          "a weight is a whole number, and this is \(fields[column].type.name)", help: "tolong()"
        ).at(request.values[1].span)
      }
      weight = column
    } else {
      guard try request.given(1, "the weight") == nil else {
        throw BindIssue.shape("the weight is a column", help: "basket(0.05, n)").at(
          request.values[1].span)
      }
    }
    var most = 5
    if try request.given(2, "the most columns") != nil {
      most = try request.count(2, "the most columns", least: 1)
    }
    var wildcards: [ScalarType: Scalar] = [:]
    for index in request.values.indices.dropFirst(3) {
      if let wildcard = try request.given(index, "a wildcard") {
        wildcards[wildcard.type] = wildcard
      }
    }
    return .apply(
      Patterns(
        threshold: threshold, weight: weight, most: most, wildcards: wildcards, input: fields),
      [request.input])
  }
}

extension EvaluateStage.Request {
  /// A constant that is optional; nil where it is left out, or `~` stands for it.
  fileprivate func given(_ index: Int, _ what: String) throws(Diagnostic) -> Scalar? {
    guard values.indices.contains(index) else { return nil }
    let value = try binder.constant(values[index], what: what)
    if case .string("~") = value { return nil }
    return value
  }
}

private struct Patterns: TableOperation {
  let threshold: Double
  let weight: Int?
  let most: Int
  let wildcards: [ScalarType: Scalar]
  let fields: [Field]
  var title: String { "basket" }

  init(
    threshold: Double, weight: Int?, most: Int, wildcards: [ScalarType: Scalar], input: [Field]
  ) {
    (self.threshold, self.weight, self.most) = (threshold, weight, most)
    self.wildcards = wildcards
    var taken = NameSet()
    fields = ([Field("SegmentId", .long), Field("Count", .long), Field("Percent", .real)] + input)
      .map { Field(taken.unique($0.name), $0.type, isProtected: $0.isProtected) }
  }

  private var columnCount: Int { fields.count - 3 }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let table = inputs[0]
    let weights = weights(of: table)
    let total = weights.reduce(0, &+)
    // The least weight that is enough, of whole rows.
    let least = max(Int64((threshold * Double(total) - 1e-9).rounded(.up)), 1)
    var search = PatternSearch(least: least, most: most)
    try search.take(
      table, columns: (0..<columnCount).filter { $0 != weight }, weights, context)
    let found = try search.patterns(context).sorted { $0.count > $1.count }
    var builders = fields.map { ColumnBuilder($0.type) }
    for (index, pattern) in found.enumerated() {
      builders[0].append(long: Int64(index))
      builders[1].append(long: pattern.count)
      builders[2].append(
        real: (1000 * Double(pattern.count) / Double(total)).rounded(.toNearestOrEven) / 10)
      for column in 0..<columnCount {
        let type = fields[3 + column].type
        if let row = pattern.rows[column] {
          builders[3 + column].append(table.columns[column].scalar(Int(row)))
        } else {
          builders[3 + column].append(wildcards[type] ?? .missing(type))
        }
      }
    }
    return Table(
      fields: fields,
      columns: builders.map { builder in
        var builder = builder
        return builder.finish()
      }, rowCount: found.count)
  }

  /// How many rows each row stands for.
  private func weights(of table: Table) -> [Int64] {
    guard let weight, case .longs(let values) = table.columns[weight].data else {
      return Array(repeating: 1, count: table.rowCount)
    }
    return (0..<table.rowCount).map {
      table.columns[weight].isNull($0) ? 0 : max(values.base[$0], 0)
    }
  }
}
