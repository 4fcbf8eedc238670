import CasebookAnalyses
import CasebookEngine
import CasebookFormats
import CasebookLanguage
import CasebookQuery
import CasebookTestSupport
import Testing

/// Every example of an analysis runs on the built-in data, and gives what it says.
@Suite struct AnalysisExampleTests {
  @Test func examplesGiveWhatTheySay() throws {
    let folder = TemporaryFolder()
    var configuration = Configuration()
    configuration.directory = folder.path
    let engine = try Engine(configuration)
    for name in ["events", "cases", "reviews"] {
      folder.link("\(name).csv", to: Places.datasets + "/\(name).csv")
      engine.run("load \"\(name).csv\" as \(name)") { #expect(!$0.isFailure) }
    }
    for analysis in AnalysisCatalogue.all {
      let name = analysis.signature.name
      #expect(!analysis.examples.isEmpty, "\(name)")
      for example in analysis.examples {
        var text = ""
        engine.run(example.query) { cell in
          if case .failure(let diagnostic) = cell.output {
            Issue.record("\(name): \(example.query): \(diagnostic.message)")
          }
          guard case .table(let table) = cell.output else { return }
          var bytes: [UInt8] = []
          try? write(table, as: .tsv(raw: true)) { bytes += $0 }
          text = String(decoding: bytes, as: UTF8.self)
        }
        while text.last?.isNewline == true { text.removeLast() }
        // The header goes without saying.
        text = String(text.drop { !$0.isNewline }.dropFirst())
        if let output = example.output { #expect(text == output, "\(name): \(example.query)") }
      }
    }
  }
}
