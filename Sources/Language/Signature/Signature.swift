/// What the parser must know of a stage or a command: its names and the grammar of what follows.
///
/// The parser has no case for any stage or command; whoever declares one describes it here, and
/// the parsed `Stage` or `Command` holds its parts under the labels given here.
///
///     Signature("summarize", [
///       .choice([
///         [.items("aggregates"), .optional([.word("by"), .items("keys")])],
///         [.word("by"), .items("keys")],
///       ])
///     ])
///     Signature("top", [.expression("count"), .word("by"), .sortKeys("keys")])
///     Signature("join", [
///       .parameters([Parameter("kind", words: ["inner", "leftouter"]), Parameter("hint.*")]),
///       .table("right"),
///       .choice([[.word("on"), .conditions("on")], [.word("where"), .expression("condition")]]),
///     ])
public struct Signature: Sendable {
  /// Where a signature's word may stand.
  public enum Role: Sendable {
    /// Only behind `|`.
    case stage
    /// At the head of a pipeline only: `print`, `range`, `datatable`.
    case source
    /// At both places: `union`, `search`.
    case stageOrSource
    /// At the start of a statement.
    case command
    /// At the start of a statement, and it yields a table, so that stages may follow.
    case tableCommand
  }

  /// The word, which may hold `-`.
  public let name: String
  /// Other words that mean the same.
  public let aliases: [String]
  /// Where the word may stand.
  public let role: Role
  /// What follows the word.
  public let grammar: [GrammarElement]
  /// Whether clauses that begin the next statement amend this command.
  public let isAmendable: Bool
  /// Whether the word alone is the command even though a table might have its name (`undo`).
  public let isReserved: Bool

  /// Whether the word alone is not yet a whole sentence.
  public var needsMore: Bool { grammar.contains { $0.isNeeded } }

  /// Declares a stage or command.
  public init(
    _ name: String, aliases: [String] = [], role: Role = .stage, isAmendable: Bool = false,
    isReserved: Bool = false, _ grammar: [GrammarElement]
  ) {
    self.name = name
    self.aliases = aliases
    self.role = role
    self.isAmendable = isAmendable
    self.isReserved = isReserved
    self.grammar = grammar
  }

  /// Declares an analysis stage in Casebook's one form: `STAGE [item, ...] [name=value ...]
  /// [by item, ...]`, with the parts `items`, the parameters, and `by`.
  ///
  /// An item and a value are one literal, name, call or bracket; `by` takes whole expressions.
  public static func analysis(
    _ name: String, aliases: [String] = [], parameters: [Parameter] = []
  ) -> Signature {
    Signature(
      name, aliases: aliases,
      [
        .optional([.operands("items")]), .parameters(parameters),
        .optional([.word("by"), .items("by")]),
      ])
  }
}

/// A `name=value` setting of a stage.
public struct Parameter: Sendable {
  /// The name; `hint.*` stands for every name that begins with `hint.`.
  public let name: String
  /// The parameter's own words, for completion; empty if it has none.
  public let words: [String]
  /// Whether several values may follow with commas between them and no brackets: `ycolumns=a, b`.
  public let takesList: Bool

  /// Declares a setting.
  public init(_ name: String, words: [String] = [], takesList: Bool = false) {
    self.name = name
    self.words = words
    self.takesList = takesList
  }

  func matches(_ word: String) -> Bool {
    name == word || (name.hasSuffix("*") && word.hasPrefix(name.dropLast()))
  }
}
