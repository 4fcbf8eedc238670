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
    /// Whether a shell keeps what was set at its prompt for the next sitting.
    public var isKept = true
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
      words: ["on", "off"], initial: "on", isKept: false),
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
    "best_effort", "deferpartialqueryfailures", "materialized_view_shuffle",
    "max_memory_consumption_per_query_per_node", "maxmemoryconsumptionperiterator",
    "maxoutputcolumns", "norequesttimeout", "notruncation", "push_selection_through_aggregation",
    "query_cursor_after_default",
    "query_cursor_before_or_at_default", "query_cursor_current", "query_cursor_disabled",
    "query_cursor_scoped_tables", "query_datascope", "query_datetimescope_column",
    "query_datetimescope_from", "query_datetimescope_to", "query_distribution_nodes_span",
    "query_fanout_nodes_percent", "query_fanout_threads_percent", "query_force_row_level_security",
    "query_language", "query_log_query_parameters", "query_max_entities_in_union", "query_now",
    "query_python_debug", "query_results_apply_getschema", "query_results_cache_force_refresh",
    "query_results_cache_max_age", "query_results_cache_per_shard",
    "query_results_progressive_row_count", "query_results_progressive_update_period",
    "query_take_max_records", "query_weakconsistency_session_id", "querytrace", "request_app_name",
    "request_block_row_level_security", "request_callout_disabled", "request_cross_cluster_token",
    "request_description", "request_external_data_disabled", "request_external_table_disabled",
    "request_impersonation_disabled", "request_readonly", "request_readonly_hardline",
    "request_remote_entities_disabled", "request_sandboxed_execution_disabled", "request_user",
    "results_error_reporting_placement", "results_progressive_enabled", "servertimeout",
    "truncationmaxrecords", "truncationmaxsize", "validate_permissions",
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
