import CasebookLanguage
import CasebookTables

/// `consume`: reads all rows and gives none.
enum ConsumeStage: StageDeclaration {
  static let signature = Signature("consume", [.parameters([Parameter("decodeblocks")])])
  static let summary = "Reads all rows and gives none back, to time what comes before."
  static let examples = [
    Example("range n from 1 to 9 step 1 | consume | count", output: "0")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    .apply(ConsumeOperation(fields: input.fields), [input])
  }

  private struct ConsumeOperation: TableOperation {
    let fields: [Field]
    var title: String { "consume" }

    func estimatedRows(_ inputs: [Int]) -> Int { 0 }

    func run(_ inputs: [Table], _ context: RunContext) throws -> Table { Table(fields: fields) }
  }
}

/// `invoke f(a)`: calls a function with the rows as its first argument.
enum InvokeStage: StageDeclaration {
  static let signature = Signature("invoke", [.operand("function")])
  static let summary = "Calls a function of the session with the rows as its table."
  static let details =
    "The function's first parameter is a table, `T: (x: long)`; the arguments are the others."
  static let examples = [
    Example(
      """
      let atLeast = (T: (n: long), least: long) { T | where n >= least };
      range n from 1 to 5 step 1 | invoke atLeast(4)
      """, output: "4\n5")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    guard let syntax = stage.expression("function") else { return input }
    guard case .call(let call) = syntax.unbracketed.kind else {
      throw BindIssue.shape("a function call is needed here", help: "invoke name(arguments)").at(
        syntax.span)
    }
    guard case .function(let function)? = binder.meaning(of: call.name.text) else {
      throw binder.unknownFunction(call.name)
    }
    return try binder.tabularCall(
      function, name: call.name, arguments: call.arguments, span: syntax.span,
      input: Binder.shared(input))
  }
}
