import CasebookEngine
import CasebookFormats
import CasebookLanguage
import CasebookTestSupport
import Glibc

/// A folder with a workspace file, and engines and processes that work on it.
struct Workbench {
  let folder = TemporaryFolder()

  /// The built program.
  static let program = Places.products + "/casebook"

  /// An engine on the workspace.
  func engine(threads: Int = 2) throws -> Engine {
    var configuration = Configuration()
    configuration.workspacePath = folder.path("work.casebook")
    configuration.directory = folder.path
    configuration.threads = threads
    return try Engine(configuration)
  }

  /// A process of the program that runs statements on the workspace, from the folder of the tests.
  func process(_ statements: String) -> ChildProcess? {
    ChildProcess(Self.program, ["-c", statements, folder.path("work.casebook")])
  }

  /// Links to the small generated log, `count` of them, for `load "events-*.csv"`.
  func linkEvents(_ count: Int) {
    for number in 100..<(100 + count) {
      folder.link("events-\(number).csv", to: Places.datasets + "/events.csv")
    }
  }
}

/// The rows of `datasets/events.csv` and `datasets/cases.csv`.
let eventCount = 20_168
let caseCount = 4_000

extension Engine {
  /// What a text gives, tables as `json-table`, failures as `failed CODE: MESSAGE`.
  func answer(_ text: String) -> String {
    var bytes: [UInt8] = []
    run(text) { cell in
      switch cell.output {
      case .table(let table): try? write(table, as: .jsonTable) { bytes += $0 }
      case .failure(let diagnostic):
        bytes += Array("failed \(diagnostic.code): \(diagnostic.message)\n".utf8)
      default: break
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The one number that a text gives; -1 when it gives none.
  func number(_ text: String) -> Int {
    let answer = answer(text)
    guard let start = answer.range(of: "\"rows\":[[")?.upperBound else { return -1 }
    return Int(answer[start...].prefix { $0.isNumber || $0 == "-" }) ?? -1
  }
}

extension String {
  /// Where a text first stands in this one.
  func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
