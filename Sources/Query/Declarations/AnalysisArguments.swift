public import CasebookLanguage
public import CasebookTables
public import CasebookValues

/// What a stage in Casebook's one form was given: `STAGE [item, ...] [name=value ...] [by item, ...]`.
///
/// Reads constants, words, columns and groups from the parsed stage and says, at the place, what was
/// expected where something else stands.
public struct AnalysisArguments {
  /// The stage as written.
  public let stage: Stage
  /// The columns that the stage's input has.
  public let fields: [Field]
  private let binder: Binder

  /// The arguments of a stage over its input.
  public init(_ stage: Stage, over fields: [Field], _ binder: Binder) {
    self.stage = stage
    self.fields = fields
    self.binder = binder
  }

  /// The items before the settings.
  public var items: [CasebookLanguage.Expression] { stage.expressions("items") }

  /// Whether a setting was written.
  public func has(_ name: String) -> Bool { stage.parameter(name) != nil }

  /// The value of a setting as written.
  public func syntax(_ name: String) -> CasebookLanguage.Expression? { stage.parameter(name) }

  /// The groups after `by`, as the leading columns of the result.
  ///
  /// A name in `taken` belongs to the stage's own columns, and a group of that name gets a 1.
  public func groups(besides taken: [String]) throws(Diagnostic) -> [Plan.Output] {
    var names = NameSet(taken)
    let outputs = try binder.outputs(stage.items("by"), over: fields, taken: &names)
    // A name that was given, as in `by signal = queue`, is kept there.
    var unique = NameSet(taken)
    return outputs.map { output in
      var output = output
      output.field.name = unique.unique(output.field.name)
      return output
    }
  }

  /// A setting that is an expression over the rows: `mature=(opened_at + 30d)`.
  public func expression(_ name: String) throws(Diagnostic) -> TypedExpression? {
    guard let syntax = stage.parameter(name) else { return nil }
    return try binder.expression(syntax, over: fields)
  }

  /// A setting that is a condition over the rows.
  public func condition(_ name: String) throws(Diagnostic) -> TypedExpression? {
    guard let syntax = stage.parameter(name) else { return nil }
    return try binder.condition(syntax, over: fields)
  }

  /// A setting that names a column.
  public func column(_ name: String) throws(Diagnostic) -> Int? {
    guard let syntax = stage.parameter(name) else { return nil }
    return try binder.column(syntax, of: fields)
  }

  /// A setting that names columns, one or a list of them.
  public func columns(_ name: String) throws(Diagnostic) -> [Int] {
    guard let syntax = stage.parameter(name) else { return [] }
    var columns: [Int] = []
    for item in syntax.asList {
      let column = try binder.column(item, of: fields)
      if columns.contains(column) {
        throw problem(
          "'\(fields[column].name)' is there twice", help: "name each column once", at: item.span)
      }
      columns.append(column)
    }
    return columns
  }

  /// A setting that is known before any row is read.
  public func constant(_ name: String) throws(Diagnostic) -> Scalar? {
    guard let syntax = stage.parameter(name) else { return nil }
    return try binder.constant(syntax, what: name)
  }

  /// One of some words; a word that is none of them is an error that lists them.
  public func word(_ name: String, _ words: [String]) throws(Diagnostic) -> String? {
    guard let syntax = stage.parameter(name) else { return nil }
    guard let word = syntax.asName?.text ?? syntax.asLiteral?.text, words.contains(word) else {
      throw expected(name, words.joined(separator: " or "), at: syntax.span)
    }
    return word
  }

  /// A switch: true or false.
  public func flag(_ name: String, otherwise: Bool) throws(Diagnostic) -> Bool {
    guard let syntax = stage.parameter(name) else { return otherwise }
    guard case .bool(let value) = try binder.constant(syntax, what: name) else {
      throw expected(name, "true or false", at: syntax.span)
    }
    return value
  }

  /// A whole number of a range.
  public func count(
    _ name: String, in range: ClosedRange<Int>, otherwise: Int
  ) throws(Diagnostic) -> Int {
    guard let syntax = stage.parameter(name) else { return otherwise }
    let value = try binder.constant(syntax, what: name)
    guard let count = value.asLong, range.contains(Int(count)) else {
      let bounds =
        range.upperBound == .max
        ? "from \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
      throw expected(name, "a whole number " + bounds, at: syntax.span)
    }
    return Int(count)
  }

  /// A number that passes a test; `expected` says which those are.
  public func real(
    _ name: String, expected words: String, where isValid: (Double) -> Bool
  ) throws(Diagnostic) -> Double? {
    guard let syntax = stage.parameter(name) else { return nil }
    guard let value = try binder.constant(syntax, what: name).asReal, isValid(value) else {
      throw expected(name, words, at: syntax.span)
    }
    return value
  }

  /// A list of numbers, each of which passes a test; one number is a list of one.
  public func reals(
    _ name: String, expected words: String, where isValid: (Double) -> Bool
  ) throws(Diagnostic) -> [Double]? {
    guard let syntax = stage.parameter(name) else { return nil }
    var values: [Double] = []
    for item in syntax.asList {
      guard let value = try binder.constant(item, what: name).asReal, isValid(value) else {
        throw expected(name, words, at: item.span)
      }
      values.append(value)
    }
    return values
  }

  /// A length of time, in ticks, above zero unless `allowsZero`.
  public func ticks(_ name: String, allowsZero: Bool = false) throws(Diagnostic) -> Int64? {
    guard let syntax = stage.parameter(name) else { return nil }
    guard case .timespan(let ticks) = try binder.constant(syntax, what: name),
      ticks > 0 || (allowsZero && ticks == 0)
    else { throw expected(name, "a length of time such as 7d or 90m", at: syntax.span) }
    return ticks
  }

  /// Lengths of time above zero, in ticks, one or a list of them.
  public func spans(_ name: String) throws(Diagnostic) -> [Int64] {
    guard let syntax = stage.parameter(name) else { return [] }
    var spans: [Int64] = []
    for item in syntax.asList {
      guard case .timespan(let ticks) = try binder.constant(item, what: name), ticks > 0 else {
        throw expected(name, "lengths of time such as (1d, 7d)", at: item.span)
      }
      spans.append(ticks)
    }
    return spans
  }

  /// A point in time, in ticks.
  public func instant(_ name: String) throws(Diagnostic) -> Int64? {
    guard let syntax = stage.parameter(name) else { return nil }
    guard case .datetime(let ticks) = try binder.constant(syntax, what: name) else {
      throw expected(name, "a time such as datetime(2026-03-02)", at: syntax.span)
    }
    return ticks
  }

  /// A text in quotes.
  public func text(_ name: String) throws(Diagnostic) -> String? {
    guard let syntax = stage.parameter(name) else { return nil }
    return try binder.constantText(syntax, what: name)
  }

  /// Texts in quotes, one or a list of them.
  public func texts(_ name: String) throws(Diagnostic) -> [String] {
    guard let syntax = stage.parameter(name) else { return [] }
    var texts: [String] = []
    for item in syntax.asList { texts.append(try binder.constantText(item, what: name)) }
    return texts
  }

  /// The error that a setting is something else than it has to be.
  public func expected(_ name: String, _ words: String, at span: Span) -> Diagnostic {
    BindIssue.constantOfType(what: name, expected: words).at(span)
  }

  /// An error of the stage's own, with a way out.
  public func problem(_ message: String, help: String, at span: Span? = nil) -> Diagnostic {
    BindIssue.shape(message, help: help).at(span ?? stage.word.span)
  }
}
