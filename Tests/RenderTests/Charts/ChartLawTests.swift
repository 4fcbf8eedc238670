import CasebookTables
import CasebookValues
import Foundation
import Testing

@testable import CasebookRender

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What holds of the drawing of every kind of chart of every table, however odd.
@Suite struct ChartLawTests {
  static let kinds = ChartKind.allCases.filter(\.isDrawn)

  private static let properties: [KeyValuePairs<ChartProperty, String>] = [
    [:], [.kind: "stacked", .yaxis: "log", .title: "A <b>title</b>\u{1B}"],
    [.kind: "stacked100", .xaxis: "log", .limit: "2", .legend: "hidden"],
    [
      .ysplit: "panels", .accumulate: "true", .reference: "diagonal, 3", .height: "3", .width: "40",
    ],
    [.ymin: "10", .ymax: "-10", .xmin: "1e300", .bins: "3"],
  ]

  @Test(arguments: kinds) func nothingIsWiderThanTheScreen(kind: ChartKind) {
    for (name, table) in hostileTables {
      for properties in Self.properties {
        guard case .success(let chart) = chart(table, kind, properties) else { continue }
        for width in [12, 20, 33, 80, 200] {
          for unicode in [true, false] {
            let screen = Screen(width: width, colour: false, unicode: unicode)
            let text = ChartDrawing(screen).text(chart)
            for line in lines(text) {
              #expect(displayWidth(line) <= width, "\(kind) of \(name), \(width) columns: \(line)")
              #expect(!line.unicodeScalars.contains { $0.value < 0x20 }, "\(kind) of \(name)")
              #expect(!line.hasSuffix(" "), "\(kind) of \(name): \(line)")
              if !unicode {
                let own = line.unicodeScalars.first { (0x2500...0x28FF).contains($0.value) }
                #expect(own == nil, "\(kind) of \(name): \(line)")
              }
            }
          }
        }
      }
    }
  }

  @Test(arguments: kinds) func coloursOnlyAddEscapes(kind: ChartKind) {
    for (name, table) in hostileTables {
      guard case .success(let chart) = chart(table, kind) else { continue }
      let plain = ChartDrawing(Screen(width: 80, colour: false)).text(chart)
      let coloured = ChartDrawing(Screen(width: 80, colour: true)).text(chart)
      #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain, "\(kind) of \(name)")
    }
  }

  @Test(arguments: kinds) func picturesAreWellFormed(kind: ChartKind) {
    for (name, table) in hostileTables {
      for properties in Self.properties {
        guard case .success(let chart) = chart(table, kind, properties) else { continue }
        let text = ChartSVG(idPrefix: "a\"<b").text(chart)
        let reader = SVGReader(text)
        #expect(reader.problem == nil, "\(kind) of \(name): \(reader.problem ?? "")")
        #expect(reader.names.first == "svg")
        #expect(reader.names.contains("desc"))
        #expect(!reader.names.contains("script"))
        #expect(!text.contains("nan") && !text.contains("inf\""), "\(kind) of \(name)")
      }
    }
  }

  @Test(arguments: kinds) func drawingIsTheSameEachTime(kind: ChartKind) {
    for (_, table) in hostileTables {
      guard case .success(let first) = chart(table, kind),
        case .success(let second) = chart(table, kind)
      else { continue }
      #expect(first == second)
      #expect(ChartSVG().text(first) == ChartSVG().text(second))
    }
  }

  @Test(arguments: kinds) func protectedNumbersAreNeverDrawn(kind: ChartKind) {
    let secret = 0.123_456
    var table = table(
      ("name", .string, texts("Ann", "Bob")), ("score", .real, reals(secret, 0.9)),
      (
        "at", .datetime,
        [.datetime(Instant.unixEpoch), .datetime(Instant.unixEpoch + Ticks.perDay)]
      ),
      ("source", .string, texts("a", "b")), ("target", .string, texts("b", "c")))
    for index in table.fields.indices { table.fields[index].isProtected = true }
    switch chart(table, kind) {
    case .success(let chart):
      // Only masked names are left, and how many rows there are.
      let text = ChartDrawing(.plain).text(chart) + ChartSVG().text(chart) + chart.summary.text
      for trace in ["Ann", "0.12", "1970", ">a<", "\"a\""] {
        #expect(!text.contains(trace), "\(kind)")
      }
    case .failure(let problem): #expect(!problem.sentence.contains("0.12"))
    }
  }
}

/// Reads a picture as XML.
final class SVGReader: NSObject, XMLParserDelegate {
  private(set) var names: [String] = []
  private(set) var attributes: [[String: String]] = []
  private(set) var problem: String?

  init(_ text: String) {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    if !parser.parse() {
      problem = "line \(parser.lineNumber): \(String(describing: parser.parserError))"
    }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?,
    attributes: [String: String]
  ) {
    names.append(name)
    self.attributes.append(attributes)
  }
}
