import CasebookLanguage
import CasebookQuery
import Testing

/// Every example of a declaration runs, and gives what it says.
@Suite struct ExampleTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let declaration: String
    let query: String
    let output: String?
    var testDescription: String { declaration + ": " + query }
  }

  static let stages = StageCatalogue.all.flatMap { stage in
    cases(stage.signature.name, stage.examples)
  }
  static let functions = (FunctionCatalogue.all + OperatorCatalogue.all).flatMap {
    cases($0.name, $0.examples)
  }
  static let aggregates = AggregateCatalogue.all.flatMap { cases($0.name, $0.examples) }

  static let plugins = PluginCatalogue.all.flatMap { cases($0.name, $0.examples) }
  static let forms = FormCatalogue.all.flatMap { cases($0.name, $0.examples) }

  private static func cases(_ name: String, _ examples: [Example]) -> [Case] {
    examples.map { Case(declaration: name, query: $0.query, output: $0.output) }
  }

  @Test(arguments: stages) func stage(_ example: Case) throws { try check(example) }
  @Test(arguments: functions) func function(_ example: Case) throws { try check(example) }
  @Test(arguments: plugins) func plugin(_ example: Case) throws { try check(example) }
  @Test(arguments: forms) func form(_ example: Case) throws { try check(example) }
  @Test(arguments: aggregates) func aggregate(_ example: Case) throws { try check(example) }

  private func check(_ example: Case) throws {
    let table = try QueryRun.table(example.query)
    if let output = example.output { #expect(QueryRun.text(of: table) == output) }
  }
}
