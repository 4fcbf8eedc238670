public import CasebookLanguage
public import CasebookQuery
public import CasebookTables
public import CasebookValues

/// What publishing asks of a draft besides its text: figures for gates, and the values of lists.
public enum RulesetGate {
  /// What a gate may say of the outcomes that count, as `backtest` takes it.
  public static var parameters: [Parameter] { Maturity.parameters }

  /// The columns that a gate can ask for.
  public static var fields: [Field] { BacktestTable.fields }

  /// Binds what a gate says of the outcomes, for its errors.
  public static func check(
    mature: CasebookLanguage.Expression?, asOf: CasebookLanguage.Expression?, over cases: Plan,
    _ binder: Binder
  ) throws(Diagnostic) {
    // When the data end is told by the data, if `as_of` does not tell it.
    guard asOf != nil || mature == nil else {
      if let mature { _ = try binder.expression(mature, over: cases.fields) }
      return
    }
    _ = try Maturity.output(mature, asOf: asOf, cases, binder)
  }

  /// The backtest of a draft over some cases, a row a rule, without the last rows.
  ///
  /// `mature` says when an outcome is final, `asOf` as of when; others count as none.
  public static func backtest(
    _ stored: StoredRuleset, over cases: Plan, mature: CasebookLanguage.Expression? = nil,
    asOf: CasebookLanguage.Expression? = nil, _ binder: Binder, at span: Span
  ) throws -> Table {
    let maturity = try Maturity.output(mature, asOf: asOf, cases, binder)
    let set = try RulesetCompiler.compiled(stored, over: cases.fields, binder, at: span)
    let deployed = DeployedRuleset(
      reference: stored.name,
      parts: [DeployedRuleset.Part(set: set, inputs: 0..<set.inputs.count)])
    let columns = try Execution(binder.context).run(
      Optimiser.optimised(.compute(cases, deployed.outputs + [maturity].compactMap { $0 })))
    let result = try Backtest.run(
      deployed, columns: columns.columns, rowCount: columns.rowCount,
      mature: maturity == nil ? nil : columns.columns.last, Backtest.Options(), binder.context)
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
