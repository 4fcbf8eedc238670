public import CasebookLanguage
public import CasebookQuery
public import CasebookTables
public import CasebookValues

/// What publishing asks of a draft besides its text: figures for gates, and the values of lists.
public enum RulesetGate {
  /// The backtest of a draft over some cases, a row a rule, without the last rows.
  public static func backtest(
    _ stored: StoredRuleset, over cases: Plan, _ binder: Binder, at span: Span
  ) throws -> Table {
    let set = try RulesetCompiler.compiled(stored, over: cases.fields, binder, at: span)
    let deployed = DeployedRuleset(
      reference: stored.name,
      parts: [DeployedRuleset.Part(set: set, inputs: 0..<set.inputs.count)])
    let columns = try Execution(binder.context).run(
      Optimiser.optimised(.compute(cases, deployed.outputs)))
    let result = try Backtest.run(
      deployed, columns: columns.columns, rowCount: columns.rowCount, Backtest.Options(),
      binder.context)
    let table = BacktestTable.table(result)
    return table.slice(0..<(table.rowCount - 3))
  }

  /// The values that each list of a draft has now.
  public static func listValues(
    of stored: StoredRuleset, _ binder: Binder, at span: Span
  ) throws(Diagnostic) -> [String: [Scalar]] {
    let ruleset = try RulesetCompiler.read(stored, binder, at: span)
    return try RulesetCompiler.listValues(of: ruleset, stored, binder, at: span)
  }
}
