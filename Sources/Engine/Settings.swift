import CasebookLanguage

/// Settings of a session.
///
/// None of them changes a result.
public struct Settings: Sendable {
  /// A setting as `show settings` lists it.
  public struct Declaration: Sendable {
    /// The name.
    public let name: String
    /// What it does, in one sentence.
    public let summary: String
    /// The words that it takes; empty for a number.
    public let words: [String]
    /// The value that it begins with.
    public let initial: String
  }

  /// All settings.
  public static let all: [Declaration] = [
    Declaration(
      name: "timing", summary: "Whether each result says how long it took.", words: ["on", "off"],
      initial: "off"),
    Declaration(
      name: "rows", summary: "How many rows of a table are shown on a terminal.", words: [],
      initial: "40"),
    Declaration(
      name: "history", summary: "Whether statements are kept in the history.",
      words: ["on", "off"], initial: "on"),
    Declaration(
      name: "editing", summary: "Whose keys edit the text at the prompt.",
      words: ["emacs", "vi"], initial: "emacs"),
    Declaration(
      name: "findings", summary: "Whether an analysis says in a sentence what its figures show.",
      words: ["on", "off"], initial: "on"),
    Declaration(
      name: "pager", summary: "Whether long output on a terminal goes through a pager.",
      words: ["on", "off"], initial: "on"),
  ]

  /// Request properties of Kusto's that scripts carry; they change nothing here.
  static let ignored: Set<String> = [
    "notruncation", "norequesttimeout", "truncationmaxrecords", "truncationmaxsize",
    "servertimeout", "maxmemoryconsumptionperiterator", "max_memory_consumption_per_query_per_node",
    "query_datascope", "query_results_cache_max_age", "querytrace", "query_language",
    "best_effort", "deferpartialqueryfailures", "query_bin_auto_size", "query_bin_auto_at",
    "query_distribution_nodes_span", "query_fanout_nodes_percent", "query_now",
    "request_readonly", "materialized_view_shuffle",
  ]

  private var values: [String: String] = [:]

  /// The settings as they begin.
  public init() {}

  /// The value of a setting.
  public subscript(name: String) -> String {
    get { values[name] ?? Self.all.first { $0.name == name }?.initial ?? "" }
    set { values[name] = newValue }
  }

  /// Whether a switch is on.
  public func isOn(_ name: String) -> Bool { self[name] == "on" }

  /// A whole number.
  public func number(_ name: String) -> Int { Int(self[name]) ?? 0 }
}
