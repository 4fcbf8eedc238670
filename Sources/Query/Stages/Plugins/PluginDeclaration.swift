import CasebookLanguage

/// A plugin of `evaluate`: how it is called, what help says of it, and how it binds.
public struct PluginDeclaration: Sendable {
  /// The word behind `evaluate`.
  public let name: String
  /// The call as help shows it.
  public let usage: String
  /// One sentence.
  public let summary: String
  /// What else there is to know.
  public let details: String
  /// Statements that run.
  public let examples: [Example]
  let bind: @Sendable (EvaluateStage.Request) throws(Diagnostic) -> Plan

  init(
    _ usage: String, _ summary: String, details: String = "", examples: [Example],
    bind: @escaping @Sendable (EvaluateStage.Request) throws(Diagnostic) -> Plan
  ) {
    name = String(usage.prefix { $0 != "(" })
    (self.usage, self.summary, self.details) = (usage, summary, details)
    (self.examples, self.bind) = (examples, bind)
  }
}

/// Every plugin, in the order of help.
public enum PluginCatalogue {
  /// All of them.
  public static let all: [PluginDeclaration] = [
    PluginDeclaration(
      "pivot(column, [aggregate], [keys, ...])", "Makes a column of each value of a column.",
      details: """
        The aggregate is count() unless given, the keys are all other columns. What comes before is run when
        the statement is bound.
        """,
      examples: [
        Example(
          "datatable(day: long, queue: string)[1, \"spam\", 1, \"fraud\", 2, \"spam\"] | evaluate pivot(queue)",
          "a column a value", output: "1\t1\t1\n2\t0\t1")
      ], bind: pivoted),
    PluginDeclaration(
      "bag_unpack(column, [OutputColumnPrefix], [columnsConflict], [ignoredProperties])",
      "Makes a column of each key of a bag, in the order of their names.",
      details: """
        The optional arguments may be given by name; `columnsConflict` is 'error', 'replace_source' or
        'keep_source'. What comes before is run when the statement is bound; with `: (*, a: long, b: string)`
        behind the call the columns are known beforehand, `*` being all others of the input.
        """,
      examples: [
        Example(
          "print d = dynamic({\"queue\": \"fraud\", \"n\": 3}) | evaluate bag_unpack(d)",
          "a column a key", output: "3\tfraud")
      ], bind: bagUnpacked),
    PluginDeclaration(
      "narrow()",
      "Makes a row of each cell: the row's number, the column's name, the value as text.",
      examples: [
        Example(
          "print a = 1, b = \"x\" | evaluate narrow()", "a row a cell", output: "0\ta\t1\n0\tb\tx")
      ], bind: narrowed),
    PluginDeclaration(
      "ipv4_lookup(table, address, range, [keep])",
      "Adds the columns of the rows of a table whose range an IPv4 address is in.",
      details: "With `true` as the last argument rows without one stay, too.",
      examples: [
        Example(
          "print ip = \"10.1.2.3\" | evaluate ipv4_lookup((print net = \"10.1.0.0/16\", site = \"Dublin\"), ip, net)",
          output: "10.1.2.3\t10.1.0.0/16\tDublin")
      ], bind: lookedUpIPv4),
    PluginDeclaration(
      "ipv6_lookup(table, address, range, [keep])",
      "Adds the columns of the rows of a table whose range an IPv6 or IPv4 address is in.",
      details:
        "The table's columns come first. With `true` as the last argument rows without one stay, too.",
      examples: [
        Example(
          "print ip = \"fe80::1\" | evaluate ipv6_lookup((print net = \"fe80::/10\", site = \"local\"), ip, net)",
          output: "fe80::/10\tlocal\tfe80::1")
      ], bind: lookedUpIPv6),
    SlidingWindow.rollingPercentile, SlidingWindow.counts, SessionCount.declaration,
    SchemaMerge.declaration, DcountIntersect.declaration, ActivityCounts.counts,
    ActivityCounts.metrics, NewActivity.declaration, ActivityWindows.engagement,
    ActivityWindows.users, FunnelSequence.declaration, FunnelCompletion.declaration,
    SequenceDetect.declaration, RowsNear.declaration, RowsNear.preview, Basket.declaration,
  ]

  /// The plugin of a name, or nil.
  public static func plugin(_ name: String) -> PluginDeclaration? { all.first { $0.name == name } }
}
