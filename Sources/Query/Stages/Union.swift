import CasebookLanguage
import CasebookTables
import CasebookValues

/// `union T, (U | where ...)`: the rows of several tables, leg by leg.
enum UnionStage: StageDeclaration {
  static let signature = Signature(
    "union", role: .stageOrSource,
    [
      .parameters([
        Parameter("kind", words: ["outer", "inner"]), Parameter("withsource"),
        Parameter("isfuzzy", words: ["true", "false"]), Parameter("hint.*"),
      ]),
      .tables("tables"),
    ])
  static let summary = "The rows of several tables, one table after the other."
  static let details = """
    Columns are matched by name. A name that has different types in different tables becomes a column a
    type: x_long, x_string. `kind=inner` keeps the columns that all tables have. `withsource=name` adds
    the name of the table that each row is from. With `isfuzzy=true` tables that are not there are left
    out.
    """
  static let examples = [
    Example(
      "union (print a = 1), (print a = 2, b = \"x\")", "missing columns are filled",
      output: "1\t\n2\tx"),
    Example("print a = 1 | union (print a = 2)", "behind a pipe", output: "1\n2"),
  ]

  /// One table of the union.
  struct Leg {
    let plan: Plan
    let name: String
  }

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    var legs = try tables(stage, binder)
    if stage.pipe != nil { legs.insert(Leg(plan: input, name: "union_arg0"), at: 0) }
    guard !legs.isEmpty else {
      throw BindIssue.shape("none of these tables is there", help: "`datasets` lists them").at(
        stage.span)
    }
    let kind = stage.parameter("kind")?.asName?.text ?? "outer"
    guard kind == "outer" || kind == "inner" else {
      throw BindIssue.shape("this is not a kind of union", help: "kinds: outer, inner").at(
        stage.parameter("kind")?.span ?? stage.span)
    }
    let source = stage.parameter("withsource")
    return union(
      of: legs, isInner: kind == "inner",
      sourceName: source?.asName?.text ?? source?.asLiteral?.text)
  }

  /// The rows of all legs, with columns matched by name.
  static func union(of legs: [Leg], isInner: Bool = false, sourceName: String? = nil) -> Plan {
    let columns = commonColumns(of: legs, isInner: isInner)
    let aligned = legs.enumerated().map { number, leg in
      align(leg, to: columns, sourceName: sourceName, number: number)
    }
    return aligned.count == 1 ? aligned[0] : .union(aligned)
  }

  private static func tables(_ stage: Stage, _ binder: Binder) throws(Diagnostic) -> [Leg] {
    try tables(
      stage.tables("tables"),
      isFuzzy: stage.parameter("isfuzzy").map { $0.asLiteral?.text == "true" } ?? false,
      first: stage.pipe == nil ? 0 : 1, binder)
  }

  /// Tables as legs; one without a name gets `union_arg` and its number, counted from `first`.
  static func tables(
    _ tables: [CasebookLanguage.Expression], isFuzzy: Bool, first: Int, _ binder: Binder
  ) throws(Diagnostic) -> [Leg] {
    var legs: [Leg] = []
    for table in tables {
      if case .wildcard(let pattern) = table.kind {
        for name in binder.knownTables where wildcard(pattern, matches: name) {
          legs.append(Leg(plan: try binder.table(named: name, span: table.span), name: name))
        }
        continue
      }
      do throws(Diagnostic) {
        let name = binder.storedName(of: table) ?? "union_arg\(legs.count + first)"
        legs.append(Leg(plan: try binder.table(table), name: name))
      } catch {
        if !isFuzzy || error.code != "E0202" { throw error }
      }
    }
    return legs
  }

  /// A column of the union: its field, and the name and type that it has in the legs.
  private struct Column {
    let field: Field
    let name: String
  }

  private static func commonColumns(of legs: [Leg], isInner: Bool) -> [Column] {
    var order: [String] = []
    var types: [String: [ScalarType]] = [:]
    var protected: Set<String> = []
    for field in legs.flatMap(\.plan.fields) {
      if types[field.name] == nil { order.append(field.name) }
      if types[field.name]?.contains(field.type) != true {
        types[field.name, default: []].append(field.type)
      }
      if field.isProtected { protected.insert(field.name) }
    }
    var columns: [Column] = []
    for name in order {
      let variants = types[name] ?? []
      if isInner,
        variants.count > 1
          || !legs.allSatisfy({ leg in leg.plan.fields.contains { $0.name == name } })
      {
        continue
      }
      for type in variants {
        let shown = variants.count == 1 ? name : name + "_" + type.name
        columns.append(
          Column(field: Field(shown, type, isProtected: protected.contains(name)), name: name))
      }
    }
    return columns
  }

  private static func align(
    _ leg: Leg, to columns: [Column], sourceName: String?, number: Int
  ) -> Plan {
    let fields = leg.plan.fields
    var outputs = columns.map { column in
      let index = fields.firstIndex {
        $0.name == column.name && $0.type == column.field.type
      }
      return Plan.Output(
        column.field,
        index.map { .column(index: $0, type: column.field.type) }
          ?? .constant(.missing(column.field.type)))
    }
    if let sourceName {
      outputs.insert(
        Plan.Output(Field(sourceName, .string), .constant(.string(leg.name))), at: 0)
    }
    return .compute(leg.plan, outputs)
  }
}

extension Binder {
  /// The name by which the rows of a table are told apart: that of a stored table or a view, or one
  /// given by `as` at the end of a pipeline.
  func storedName(of table: CasebookLanguage.Expression) -> String? {
    switch table.unbracketed.kind {
    case .name(let name):
      switch meaning(of: name.text) {
      case .function(let function): return function.syntax.isView ? name.text : nil
      case .table, .value: return nil
      case nil: return name.text
      }
    case .pipeline(let pipeline):
      if let stage = pipeline.stages.last, stage.name == "as" { return stage.name("name")?.text }
      return pipeline.asExpression.flatMap { storedName(of: $0) }
    default: return nil
    }
  }
}
