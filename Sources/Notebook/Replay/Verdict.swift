/// What a replay says of one cell.
public struct Verdict: Sendable, Equatable {
  /// The kinds, the loudest last.
  public enum Kind: String, Sendable {
    /// Same inputs, same result.
    case unchanged
    /// Other inputs, same result.
    case noEffect = "input changed, no effect"
    /// Other inputs, other result.
    case changed
    /// The cell is not in the lock.
    case added
    /// The lock has a cell that the script has no more.
    case removed
    /// Same inputs, other result: a defect of the program or of what it runs on.
    case notReproducible = "NOT REPRODUCIBLE"
  }

  /// By what the cell is known.
  public var identity: CellIdentity
  /// What a person would call it: its name, or how its statement begins.
  public var label: String
  /// The kind.
  public var kind: Kind
  /// What changed among the inputs.
  public var causes: [Cause]
  /// How the rows differ, where both results were kept whole.
  public var difference: RowDifference?
  /// Whether protected columns could not be compared for want of the key.
  public var isPartlyCompared = false

  /// Whether the cell yields a table, so that there is something to compare.
  public var hasResult = true

  /// Whether the cell's result is what the lock says.
  public var agrees: Bool { kind == .unchanged || kind == .noEffect }
}

/// Why a result may be another one: the leaf of what it was made of.
public enum Cause: Sendable, Hashable, CustomStringConvertible {
  /// The rows of an input: its name, rows before and after, the columns read that changed.
  case data(input: String, rows: (before: Int, after: Int), columns: [String])
  /// The same rows of an input in another order.
  case rowOrder(input: String)
  /// An input that is new, or gone.
  case inputSet(input: String, isNew: Bool)
  /// A view, rule or other definition by name, with what it said before and says now as far as the scripts
  /// tell.
  case definition(name: String, before: String, after: String)
  /// A parameter's value.
  case parameter(name: String, before: String, after: String)
  /// The clock's time.
  case clock(before: String, after: String)
  /// The hour of the run, on which a cell without a clock depends.
  case hour
  /// The seed.
  case seed(before: String, after: String)
  /// The statement of this cell or of one that it uses.
  case statement(String)
  /// The program, its rules of computing or the zone rules.
  case version(what: String, before: String, after: String)

  /// What changed, in a few words that tell it from other causes: `data: cases`, `rule: hot in intake`.
  public var leaf: String {
    switch self {
    case .data(let input, _, _): "data: \(input)"
    case .rowOrder, .inputSet, .hour, .statement: description
    case .definition(let name, _, _): Self.definition(name)
    case .parameter(let name, _, _): "parameter: \(name)"
    case .clock: "clock"
    case .seed: "seed"
    case .version(let what, _, _): "version: \(what)"
    }
  }

  private static func definition(_ name: String) -> String {
    if name.hasPrefix("rule ") { return "rule: " + name.dropFirst(5) }
    return (name.hasPrefix("file ") ? "data: " : "definition: ") + name
  }

  /// Names, the first few of many.
  private static func listed(_ names: [String]) -> String {
    let shown = 6
    guard names.count > shown + 1 else { return names.joined(separator: ", ") }
    return names.prefix(shown).joined(separator: ", ") + " and \(names.count - shown) more"
  }

  /// The cause in words: `data: cases, 4,000 -> 4,012 rows, columns queue, closed_at`.
  public var description: String {
    switch self {
    case .data(let input, let rows, let columns):
      "data: \(input), "
        + (rows.before == rows.after
          ? "\(rows.after) rows" : "\(rows.before) -> \(rows.after) rows")
        + (columns.isEmpty ? "" : ", columns \(Self.listed(columns))")
    case .rowOrder(let input): "data: row order of \(input)"
    case .inputSet(let input, let isNew): "data: \(input) is \(isNew ? "new" : "no longer read")"
    case .definition(let name, let before, let after):
      Self.definition(name)
        + (before == after
          ? "" : ", \(before.isEmpty ? "nothing" : before) -> \(after.isEmpty ? "nothing" : after)")
    case .parameter(let name, let before, let after):
      before.hasPrefix("secret ") && after.hasPrefix("secret ")
        ? "parameter: \(name), another secret" : "parameter: \(name), \(before) -> \(after)"
    case .clock(let before, let after): "clock: \(before) -> \(after)"
    case .hour: "clock: none is fixed"
    case .seed(let before, let after): "seed: \(before) -> \(after)"
    case .statement(let cell): "statement edited: \(cell)"
    case .version(let what, let before, let after): "version: \(what), \(before) -> \(after)"
    }
  }

  /// Equal by words, since tuples have no equality of their own.
  public static func == (left: Cause, right: Cause) -> Bool {
    left.description == right.description
  }

  /// By its words.
  public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}
