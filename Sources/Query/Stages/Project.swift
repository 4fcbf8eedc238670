import CasebookLanguage
import CasebookTables
import CasebookValues

/// `project a, b = e`: the columns of the result, in order.
enum ProjectStage: StageDeclaration {
  static let signature = Signature("project", [.items("columns")])
  static let summary = "Keeps the columns named, in that order, and computes new ones."
  static let examples = [
    Example(
      "print a = 1, b = 2 | project b, total = a + b", "one column kept, one computed",
      output: "2\t3")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    var taken = NameSet()
    let outputs = try binder.outputs(
      stage.items("columns"), over: input.fields, taken: &taken)
    try binder.requireDistinctNames(outputs.map(\.field), at: stage.span)
    return .compute(input, outputs)
  }
}

/// `project-away a*`: all columns but these.
enum ProjectAwayStage: StageDeclaration {
  static let signature = Signature("project-away", [.columns("columns")])
  static let summary = "Leaves out the columns named; `*` stands for any text."
  static let examples = [
    Example("print a = 1, b = 2, c = 3 | project-away b", "without one", output: "1\t3")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let left = Set(try binder.columns(stage.items("columns"), of: input.fields))
    return input.choosing(input.fields.indices.filter { !left.contains($0) })
  }
}

/// `project-keep a*`: only these columns, in the order of the input.
enum ProjectKeepStage: StageDeclaration {
  static let signature = Signature("project-keep", [.columns("columns")])
  static let summary =
    "Keeps the columns named, in the input's order; `*` stands for any text."
  static let examples = [
    Example("print a = 1, b = 2, c = 3 | project-keep c, a", "input order", output: "1\t3")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    input.choosing(try binder.columns(stage.items("columns"), of: input.fields).sorted())
  }
}

/// `project-by-names "Name", dynamic(["City"])`: columns whose names are values.
enum ProjectByNamesStage: StageDeclaration {
  static let signature = Signature("project-by-names", [.items("names")])
  static let summary =
    "Keeps the columns whose names are given as texts or arrays, in that order; `*` stands for any text."
  static let details = "A name that the input does not have is passed over."
  static let examples = [
    Example(
      "print a1 = 1, a2 = 2, b = 3 | project-by-names \"b\", dynamic([\"a*\", \"c\"])",
      output: "3\t1\t2")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let fields = input.fields
    var chosen: [Int] = []
    for item in stage.items("names") {
      let names: [String]
      switch try binder.constant(item.value, what: "a column's name") {
      case .string(let name), .dynamic(.string(let name)): names = [name]
      case .dynamic(.array(let given)): names = given.map(\.text)
      default:
        throw BindIssue.constantOfType(what: "a column's name", expected: "a text or an array").at(
          item.value.span)
      }
      for name in names {
        chosen += fields.indices.filter {
          wildcard(name, matches: fields[$0].name) && !chosen.contains($0)
        }
      }
    }
    return input.choosing(chosen)
  }
}

/// `project-rename new = old`.
enum ProjectRenameStage: StageDeclaration {
  static let signature = Signature("project-rename", [.assignments("names")])
  static let summary = "Gives columns other names and keeps everything else as it is."
  static let examples = [
    Example("print a = 1, b = 2 | project-rename c = a | project c, b", output: "1\t2")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    var fields = input.fields
    for item in stage.items("names") {
      let index = try binder.column(item.value, of: input.fields)
      if let name = item.name?.text { fields[index].name = name }
    }
    try binder.requireDistinctNames(fields, at: stage.span)
    return .compute(
      input,
      fields.enumerated().map { index, field in
        Plan.Output(field, .column(index: index, type: field.type))
      })
  }
}

/// `project-reorder b, a*`: these columns first.
enum ProjectReorderStage: StageDeclaration {
  static let signature = Signature(
    "project-reorder",
    [
      .repeated(
        "columns", separator: ",",
        [
          .column("column"),
          .optional([.oneOf("order", ["asc", "desc", "granny-asc", "granny-desc"])]),
        ])
    ])
  static let summary =
    "Puts the columns named first; behind a wildcard `asc` or `desc` orders by name."
  static let details = "`granny-asc` and `granny-desc` put a2 before a10."
  static let examples = [
    Example("print a = 1, b = 2, c = 3 | project-reorder c", "one first", output: "3\t1\t2"),
    Example(
      "print b = 1, a10 = 2, a2 = 3 | project-reorder a* granny-asc", "by the numbers in the names",
      output: "3\t2\t1"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let fields = input.fields
    var first: [Int] = []
    for group in stage.groups("columns") {
      guard let item = group.items("column").first else { continue }
      var fresh = try binder.columns([item], of: fields).filter { !first.contains($0) }
      if let order = group.word("order") {
        let isNumeric = order.hasPrefix("granny")
        let keys = fields.map { isNumeric ? paddedNumbers($0.name) : $0.name }
        fresh.sort { compareText(keys[$0], keys[$1]) < 0 }
        if order.hasSuffix("desc") { fresh.reverse() }
      }
      first += fresh
    }
    return input.choosing(first + fields.indices.filter { !first.contains($0) })
  }
}

/// A name whose numbers are so wide that texts in order are numbers in order.
private func paddedNumbers(_ name: String) -> String {
  var result = ""
  var digits = ""
  for character in name + " " {
    if character.isASCII, character.isNumber {
      digits.append(character)
    } else {
      if !digits.isEmpty { result += String(repeating: "0", count: max(20 - digits.count, 0)) }
      result += digits
      digits = ""
      result.append(character)
    }
  }
  return result
}

extension Plan {
  /// Some of the plan's columns, in the order given.
  func choosing(_ columns: [Int]) -> Plan {
    let fields = fields
    return .compute(
      self, columns.map { Output(fields[$0], .column(index: $0, type: fields[$0].type)) })
  }
}

extension Binder {
  /// Throws when two fields have one name.
  func requireDistinctNames(_ fields: [Field], at span: Span) throws(Diagnostic) {
    var seen: Set<String> = []
    for field in fields where !seen.insert(field.name).inserted {
      throw BindIssue.duplicateColumn(field.name).at(span)
    }
  }
}
