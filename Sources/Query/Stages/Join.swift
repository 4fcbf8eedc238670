import CasebookLanguage
import CasebookTables
import CasebookValues

/// `join kind=inner (T) on a, $left.b == $right.c`.
enum JoinStage: StageDeclaration {
  static let signature = Signature(
    "join",
    [
      .parameters([Parameter("kind", words: kindWords.sorted()), Parameter("hint.*")]),
      .table("right"), .word("on"), .conditions("on"),
    ])
  static let summary = "Puts rows of two tables side by side where their keys are equal."
  static let details = """
    Kinds: innerunique (the default: of the left rows only the first of each key), inner, leftouter,
    rightouter, fullouter, leftsemi, rightsemi, leftanti, rightanti. Missing keys equal each other. A
    column name that both sides have gets a number on the right: `k1`. The result has the left rows in
    order, for each its right rows in order, then the right rows without a partner.
    """
  static let examples = [
    Example(
      """
      datatable(k: long, a: string)[1, "x", 2, "y"]
      | join kind=inner (datatable(k: long, b: string)[2, "z", 3, "w"]) on k
      """, "rows with a partner", output: "2\ty\t2\tz"),
    Example(
      """
      datatable(k: long, a: string)[1, "x", 2, "y"]
      | join kind=leftanti (datatable(id: long)[2]) on $left.k == $right.id
      """, "rows without one", output: "1\tx"),
  ]

  private static let kinds: [String: Plan.Join.Kind] = [
    "innerunique": .innerunique, "inner": .inner, "leftouter": .leftouter,
    "rightouter": .rightouter, "fullouter": .fullouter, "leftsemi": .leftsemi,
    "rightsemi": .rightsemi, "leftanti": .leftanti, "rightanti": .rightanti, "anti": .leftanti,
    "leftantisemi": .leftanti, "rightantisemi": .rightanti,
  ]
  private static var kindWords: [String] { Array(kinds.keys) }

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    guard let table = stage.expression("right") else { return input }
    let kind = try joinKind(stage)
    let right = try binder.table(table)
    var sides = JoinSides(left: input, right: right)
    try sides.addKeys(stage.expressions("on"), binder)
    let (left, other) = (sides.left, sides.right)
    let isOneSided: Bool? =
      switch kind {
      case .leftsemi, .leftanti: false
      case .rightsemi, .rightanti: true
      default: nil
      }
    var taken = NameSet()
    var outputs: [(isRight: Bool, column: Int, field: Field)] = []
    if isOneSided != true {
      for index in input.fields.indices {
        outputs.append(
          (false, index, Field(taken.unique(input.fields[index].name), from: input.fields[index])))
      }
    }
    if isOneSided != false {
      for index in right.fields.indices {
        outputs.append(
          (true, index, Field(taken.unique(right.fields[index].name), from: right.fields[index])))
      }
    }
    var join = Plan.Join(kind: kind, keys: sides.keys, outputs: sides.protecting(outputs))
    join.isBare = stage.parameter("kind") == nil
    return .join(left, other, join)
  }

  private static func joinKind(_ stage: Stage) throws(Diagnostic)
    -> Plan.Join.Kind
  {
    guard let syntax = stage.parameter("kind") else { return .innerunique }
    guard let word = syntax.asName?.text, let kind = kinds[word] else {
      throw BindIssue.shape(
        "this is not a kind of join", help: "kinds: " + kindWords.sorted().joined(separator: ", ")
      ).at(syntax.span)
    }
    return kind
  }
}

/// `lookup (T) on a`: the columns of a small table beside each row.
enum LookupStage: StageDeclaration {
  static let signature = Signature(
    "lookup",
    [
      .parameters([Parameter("kind", words: ["leftouter", "inner"]), Parameter("hint.*")]),
      .table("right"), .word("on"), .conditions("on"),
    ])
  static let summary = "Adds the columns of a small table to each row, by equal keys."
  static let details = """
    Like `join kind=leftouter` (or `kind=inner`) without the right side's keys.
    """
  static let examples = [
    Example(
      """
      datatable(k: long)[1, 2] | lookup (datatable(k: long, name: string)[1, "one"]) on k
      """, output: "1\tone\n2\t")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    guard let table = stage.expression("right") else { return input }
    let word = stage.parameter("kind")?.asName?.text ?? "leftouter"
    guard word == "leftouter" || word == "inner" else {
      throw BindIssue.shape("this is not a kind of lookup", help: "kinds: leftouter, inner").at(
        stage.parameter("kind")?.span ?? stage.span)
    }
    let right = try binder.table(table)
    var sides = JoinSides(left: input, right: right)
    try sides.addKeys(stage.expressions("on"), binder)
    var taken = NameSet(input.fields.map(\.name))
    var outputs: [(isRight: Bool, column: Int, field: Field)] = input.fields.indices.map {
      (false, $0, input.fields[$0])
    }
    for index in right.fields.indices where !sides.namedRightKeys.contains(index) {
      outputs.append(
        (true, index, Field(taken.unique(right.fields[index].name), from: right.fields[index])))
    }
    return .join(
      sides.left, sides.right,
      Plan.Join(
        kind: word == "inner" ? .inner : .leftouter, keys: sides.keys,
        outputs: sides.protecting(outputs)))
  }
}

extension Field {
  fileprivate init(_ name: String, from field: Field) {
    self.init(name, field.type, isProtected: field.isProtected)
  }
}

/// The two inputs of a join with key columns of equal types; a key that had to be converted is a
/// further column at the end of its side.
private struct JoinSides {
  var left: Plan
  var right: Plan
  var keys: [(left: Int, right: Int)] = []
  /// The right side's columns that are keys as they are.
  var namedRightKeys: Set<Int> = []

  init(left: Plan, right: Plan) {
    self.left = left
    self.right = right
  }

  /// The outputs with those protected that would tell a protected key: beside it stand the values that
  /// equal it, and what the other side says of them.
  func protecting(
    _ outputs: [(isRight: Bool, column: Int, field: Field)]
  ) -> [(isRight: Bool, column: Int, field: Field)] {
    let (leftFields, rightFields) = (left.fields, right.fields)
    let leftTells = keys.contains { leftFields[$0.left].isProtected }
    let rightTells = keys.contains { rightFields[$0.right].isProtected }
    return outputs.map { output in
      var output = output
      if output.isRight ? leftTells : rightTells { output.field.isProtected = true }
      return output
    }
  }

  mutating func addKeys(
    _ conditions: [CasebookLanguage.Expression], _ binder: Binder
  ) throws(Diagnostic) {
    for condition in conditions { try addKey(condition.unbracketed, binder) }
    if keys.isEmpty {
      throw BindIssue.shape("a join needs a key", help: "join (T) on column").at(
        conditions.first?.span ?? Span(0, 0))
    }
  }

  private mutating func addKey(
    _ condition: CasebookLanguage.Expression, _ binder: Binder
  ) throws(Diagnostic) {
    switch condition.kind {
    case .binary(.and, let first, let second):
      try addKey(first.unbracketed, binder)
      try addKey(second.unbracketed, binder)
    case .binary(.equal, let first, let second):
      let sides = (Self.side(first), Self.side(second))
      switch (sides.0, sides.1) {
      case (("$left", let a)?, ("$right", let b)?), (("$right", let b)?, ("$left", let a)?):
        try add(a, b, condition.span, binder)
      default:
        throw BindIssue.shape(
          "a join's condition compares a column of each side", help: "$left.a == $right.b"
        ).at(condition.span)
      }
    case .name(let name): try add(name, name, condition.span, binder)
    default:
      throw BindIssue.shape(
        "a join's condition is a column or an equality", help: "on a, $left.b == $right.c"
      ).at(condition.span)
    }
  }

  private static func side(_ expression: CasebookLanguage.Expression) -> (String, Name)? {
    guard case .member(let base, let name) = expression.unbracketed.kind,
      let side = base.asName?.text, side == "$left" || side == "$right"
    else { return nil }
    return (side, name)
  }

  private mutating func add(
    _ a: Name, _ b: Name, _ span: Span, _ binder: Binder
  ) throws(Diagnostic) {
    let (leftFields, rightFields) = (left.fields, right.fields)
    let leftIndex = try binder.column(a, of: leftFields)
    let rightIndex = try binder.column(b, of: rightFields)
    let (leftType, rightType) = (leftFields[leftIndex].type, rightFields[rightIndex].type)
    namedRightKeys.insert(rightIndex)
    if leftType == rightType {
      guard leftType != .dynamic else {
        throw BindIssue.shape(
          "dynamic values cannot be join keys", help: "extend a text first: k = tostring(d.id)"
        ).at(span)
      }
      keys.append((leftIndex, rightIndex))
      return
    }
    guard let common = Self.common(leftType, rightType) else {
      throw BindIssue.operandTypes(operator: "==", left: leftType, right: rightType).at(span)
    }
    keys.append(
      (
        try Self.key(leftIndex, of: &left, as: common, span, binder),
        try Self.key(rightIndex, of: &right, as: common, span, binder)
      ))
  }

  private static func common(_ a: ScalarType, _ b: ScalarType) -> ScalarType? {
    guard a.isNumeric, b.isNumeric else { return nil }
    return a.isInteger && b.isInteger ? .long : .real
  }

  private static func key(
    _ index: Int, of side: inout Plan, as type: ScalarType, _ span: Span, _ binder: Binder
  ) throws(Diagnostic) -> Int {
    let fields = side.fields
    if fields[index].type == type { return index }
    let column = TypedExpression(
      .column(index: index, type: fields[index].type), isProtected: fields[index].isProtected)
    var outputs = fields.enumerated().map { position, field in
      Plan.Output(field, .column(index: position, type: field.type))
    }
    let converted = try binder.converted(column, to: type, span: span)
    outputs.append(binder.output("key \(fields.count)", converted))
    side = .compute(side, outputs)
    return fields.count
  }
}
