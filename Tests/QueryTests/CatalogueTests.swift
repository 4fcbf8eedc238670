import CasebookLanguage
import CasebookQuery
import Foundation
import Testing

/// What the declarations must be so that help, completion and the parser can live from them.
@Suite struct CatalogueTests {
  @Test func stageNamesAreUnique() {
    expectUnique(StageCatalogue.all.flatMap { [$0.signature.name] + $0.signature.aliases })
  }

  @Test func functionNamesAreUnique() {
    expectUnique(FunctionCatalogue.all.flatMap { [$0.name] + $0.aliases })
    expectUnique(OperatorCatalogue.all.flatMap { [$0.name] + $0.aliases })
    expectUnique(AggregateCatalogue.all.flatMap { [$0.name] + $0.aliases })
  }

  private func expectUnique(_ names: [String]) {
    let repeated = Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys
    #expect(repeated.isEmpty)
  }

  @Test func everyDeclarationHasASentence() {
    for stage in StageCatalogue.all {
      #expect(stage.summary.hasSuffix("."), "\(stage.signature.name)")
      #expect(!stage.examples.isEmpty, "\(stage.signature.name)")
    }
    for function in FunctionCatalogue.all + OperatorCatalogue.all {
      #expect(function.summary.hasSuffix("."), "\(function.name)")
    }
    for aggregate in AggregateCatalogue.all {
      #expect(aggregate.summary.hasSuffix("."), "\(aggregate.name)")
    }
  }

  @Test func parametersAreExplainedOrNamedByWords() {
    // Two operands of one kind, and words of the language itself, say enough.
    let plain: Set<String> = ["a", "b", "x", "y", "to", "ip"]
    let functions = (FunctionCatalogue.all + OperatorCatalogue.all).map { ($0.name, $0.parameters) }
    for (name, parameters) in functions + AggregateCatalogue.all.map({ ($0.name, $0.parameters) }) {
      for parameter in parameters {
        #expect(
          !parameter.help.isEmpty || parameter.name.count > 2 || plain.contains(parameter.name),
          "\(name): \(parameter.name)")
      }
      let isOptional = parameters.map(\.isOptional)
      #expect(isOptional == isOptional.sorted { !$0 && $1 }, "\(name): optional ones come last")
    }
    for (name, parameters) in functions {
      #expect(!parameters.dropLast().contains { $0.isRepeated }, "\(name): the last may repeat")
    }
  }

  /// Every declaration in the folder of stages is listed in the catalogue.
  @Test func everyStageIsListed() throws {
    let folder = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Sources/Query/Stages")
    let catalogue = try String(
      contentsOf: folder.appending(path: "StageCatalogue.swift"), encoding: .utf8)
    let files = try #require(FileManager.default.enumerator(atPath: folder.path()))
    for case let name as String in files where name.hasSuffix(".swift") {
      let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      for match in text.matches(of: /enum (\w+): StageDeclaration/) {
        #expect(catalogue.contains("\(match.1).self"), "\(name)")
      }
    }
  }
}
