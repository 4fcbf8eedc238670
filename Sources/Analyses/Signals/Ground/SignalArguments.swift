import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// What every stage of the signal family is told in the same words, and the columns it reads.
///
/// The stage's input is a table with the groups of `by` first, then the scores, then what the label,
/// `mature`, `weight` and `review_probability` are, then what the stage adds.
struct SignalArguments: Sendable {
  /// A score and where it stands in the stage's input.
  struct Score: Sendable {
    let name: String
    let column: Int
    let isText: Bool
    let isBool: Bool
    /// The score as a condition writes it: a column's name, or the expression in brackets.
    let written: String
    let isProtected: Bool
  }

  /// The groups of `by`, leading columns of the input and of the result.
  private(set) var groups: [Field] = []
  /// The scores, in the order of the arguments.
  private(set) var scores: [Score] = []
  /// Which values of the label are positive; nil without a label.
  private(set) var labelRule: LabelRule?
  private(set) var label: Int?
  private(set) var mature: Int?
  private(set) var weight: Int?
  private(set) var review: Int?
  /// Labels that are final only later than this are not used.
  private(set) var asOf: Int64?
  /// The end that means positive, where it was given.
  private(set) var direction: Direction?
  /// How intervals are found, where it was given.
  private(set) var interval: IntervalMethod?
  private(set) var confidence = 0.95
  private(set) var samples = 1_000
  private(set) var binning = Binning()
  /// Where in the text the stage stands, for errors that only the data show.
  private var outputs: [Plan.Output] = []
  private let input: Plan

  /// The settings that all stages share.
  static let labelParameters = [
    Parameter("label"), Parameter("positive"), Parameter("negative"), Parameter("mature"),
    Parameter("as_of"), Parameter("weight"), Parameter("review_probability"),
    Parameter("direction", words: ["auto", "higher", "lower"]),
  ]
  /// The settings of stages with intervals.
  static let intervalParameters = [
    Parameter("interval", words: IntervalMethod.allCases.map(\.rawValue)),
    Parameter("confidence"), Parameter("samples"),
  ]
  /// The settings of stages that bin scores.
  static let binParameters = [
    Parameter("bins"), Parameter("binning", words: ["quantile", "width"]), Parameter("edges"),
  ]

  /// How many scores a stage takes.
  enum ScoreCount { case one, oneOrMore, twoOrMore, anyAlsoText }

  /// Reads the shared arguments of a stage over its input.
  ///
  /// `columns` are the stage's own, so that a group of such a name gets a 1.
  init(
    _ stage: Stage, over input: Plan, _ binder: Binder, columns: [String],
    scores count: ScoreCount = .oneOrMore, needsLabel: Bool = true
  ) throws(Diagnostic) {
    self.input = input
    let arguments = AnalysisArguments(stage, over: input.fields, binder)
    outputs = try arguments.groups(besides: columns)
    groups = outputs.map(\.field)
    try readScores(arguments, binder, count)
    try readLabel(arguments, binder, needsLabel: needsLabel)
    if scores.isEmpty { try takeOtherNumbers(arguments, count) }
    try readWeights(arguments)
    try readSettings(arguments)
  }

  /// The input of the stage's operation.
  var plan: Plan { .compute(input, outputs) }

  /// Adds a column that the stage reads; gives where it stands.
  mutating func add(_ name: String, _ value: TypedExpression) -> Int {
    outputs.append(
      Plan.Output(Field(name, value.type, isProtected: value.isProtected), value.expression))
    return outputs.count - 1
  }

  /// Whether any score's values may not be shown.
  var hidesScores: Bool { scores.contains(where: \.isProtected) }

  /// Whether figures are weighted, by `weight` or by what review left out.
  var isWeighted: Bool { weight != nil || review != nil }

  /// How the intervals of this stage are found: with weights only resampling is honest.
  var intervalMethod: IntervalMethod {
    let method = interval ?? .delong
    return isWeighted && method == .delong ? .bootstrap : method
  }

  /// A field that shows values of scores, or what only a score's values could tell.
  func scoreField(_ name: String, _ type: ScalarType = .real) -> Field {
    Field(name, type, isProtected: hidesScores)
  }
}

// MARK: - Reading

extension SignalArguments {
  private mutating func readScores(
    _ arguments: AnalysisArguments, _ binder: Binder, _ count: ScoreCount
  ) throws(Diagnostic) {
    var taken = NameSet()
    let items = arguments.stage.items("items")
    let values = try binder.outputs(items, over: arguments.fields, taken: &taken)
    for (index, value) in values.enumerated() {
      let span = items.indices.contains(index) ? items[index].span : arguments.stage.word.span
      let isText = value.field.type == .string
      guard
        value.field.type.isNumeric || value.field.type == .bool || (isText && count == .anyAlsoText)
      else {
        throw arguments.problem(
          "a score is a number, and this is \(value.field.type.name)",
          help: "convert it, for example with todouble() or x / 1h", at: span)
      }
      append(value, written: Self.written(value, at: span, arguments, binder))
    }
    let least = count == .twoOrMore ? 2 : count == .anyAlsoText ? 0 : 1
    if scores.count < least {
      throw arguments.problem(
        "\(arguments.stage.word.text) needs \(least == 1 ? "a score" : "two scores")",
        help: "name it behind the stage: \(arguments.stage.word.text) score label=outcome")
    }
    if count == .one, scores.count > 1 {
      throw arguments.problem(
        "\(arguments.stage.word.text) takes one score", help: "run it once a score",
        at: items[1].span)
    }
  }

  private static func written(
    _ value: Plan.Output, at span: Span, _ arguments: AnalysisArguments, _ binder: Binder
  ) -> String {
    if case .column(let index, _) = value.expression, arguments.fields.indices.contains(index) {
      return quotedName(arguments.fields[index].name)
    }
    let text = binder.source[span].split(whereSeparator: \.isNewline).joined(separator: " ")
    return text.hasPrefix("(") && text.hasSuffix(")") ? text : "(\(text))"
  }

  private mutating func append(_ value: Plan.Output, written: String) {
    scores.append(
      Score(
        name: value.field.name, column: outputs.count, isText: value.field.type == .string,
        isBool: value.field.type == .bool, written: written,
        isProtected: value.field.isProtected))
    outputs.append(value)
  }

  /// Every numeric column that is neither a group nor read by another argument.
  private mutating func takeOtherNumbers(
    _ arguments: AnalysisArguments, _ count: ScoreCount
  ) throws(Diagnostic) {
    guard count == .anyAlsoText else { return }
    var taken = outputs.reduce(into: Set<Int>()) { $0.formUnion($1.expression.columns) }
    for name in ["weight", "review_probability", "mature"] {
      if let value = try arguments.expression(name) { taken.formUnion(value.expression.columns) }
    }
    for (index, field) in arguments.fields.enumerated()
    where field.type.isNumeric && !taken.contains(index) {
      append(
        Plan.Output(field, .column(index: index, type: field.type)),
        written: quotedName(field.name))
    }
    if scores.isEmpty {
      throw arguments.problem("there is no other numeric column", help: "name the scores")
    }
  }

  private mutating func readLabel(
    _ arguments: AnalysisArguments, _ binder: Binder, needsLabel: Bool
  ) throws(Diagnostic) {
    guard let value = try arguments.expression("label") else {
      if needsLabel {
        throw arguments.problem(
          "\(arguments.stage.word.text) needs a label",
          help: "label=outcome, with positive=\"...\" unless it is true and false or 1 and 0")
      }
      return
    }
    let span = arguments.syntax("label")?.span
    guard value.type == .bool || value.type == .string || value.type.isNumeric else {
      throw arguments.problem(
        "a label is text, a number or true and false, and this is \(value.type.name)",
        help: "convert it, for example with tostring()", at: span)
    }
    var rule = LabelRule(isProtected: value.isProtected)
    rule.positive = try constants("positive", arguments, binder)
    rule.negative = try constants("negative", arguments, binder)
    if rule.positive == nil, value.type == .string || rule.negative != nil {
      throw arguments.problem(
        value.type == .string ? "the label is text" : "negative= needs positive= beside it",
        help: "say which value is positive: label=\(value.type == .string ? "outcome" : "n") "
          + "positive=\(value.type == .string ? "\"violating\"" : "2")", at: span)
    }
    labelRule = rule
    label = add("label", value)
    try readMaturity(arguments)
  }

  private func constants(
    _ name: String, _ arguments: AnalysisArguments, _ binder: Binder
  ) throws(Diagnostic) -> [Scalar]? {
    guard let syntax = arguments.syntax(name) else { return nil }
    var values: [Scalar] = []
    for item in syntax.asList { values.append(try binder.constant(item, what: name)) }
    return values
  }

  private mutating func readMaturity(_ arguments: AnalysisArguments) throws(Diagnostic) {
    guard let value = try arguments.expression("mature") else { return }
    let span = arguments.syntax("mature")?.span
    guard value.type == .datetime || value.type == .bool else {
      throw arguments.problem(
        "mature says when a label is final, and this is \(value.type.name)",
        help: "a time such as mature=(opened_at + 30d), or a condition", at: span)
    }
    asOf = try arguments.instant("as_of")
    if asOf == nil, value.type == .datetime { asOf = input.logAsOf }
    if value.type == .datetime, asOf == nil {
      throw arguments.problem(
        "mature needs the time of the data, which is not the clock's",
        help: "say as_of=datetime(2026-03-01), or declare the log's times with its roles", at: span)
    }
    mature = add("mature", value)
  }

  private mutating func readWeights(_ arguments: AnalysisArguments) throws(Diagnostic) {
    for name in ["weight", "review_probability"] {
      guard let value = try arguments.expression(name) else { continue }
      guard value.type.isNumeric else {
        throw arguments.expected(
          name, "a number a row", at: arguments.syntax(name)?.span ?? arguments.stage.span)
      }
      let column = add(name, value)
      if name == "weight" { weight = column } else { review = column }
    }
  }

  private mutating func readSettings(_ arguments: AnalysisArguments) throws(Diagnostic) {
    if let word = try arguments.word("direction", ["auto", "higher", "lower"]) {
      direction = Direction(rawValue: word)
    }
    if let word = try arguments.word("interval", IntervalMethod.allCases.map(\.rawValue)) {
      interval = IntervalMethod(rawValue: word)
    }
    confidence =
      try arguments.real(
        "confidence", expected: "between 0 and 1, such as 0.95", where: { $0 > 0 && $0 < 1 })
      ?? 0.95
    samples = try arguments.count("samples", in: 10...100_000, otherwise: 1_000)
    binning = try Binning(arguments)
  }
}
