import CasebookGenerate
import Foundation

/// A folder of the test's own, removed with it.
final class TemporaryFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "casebook-generate-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? []
  }
}

/// A file as rows of text, by column; generated files hold no quotes.
struct CSVRows: Sendable {
  let columns: [String]
  let rows: [[Substring]]

  init(_ path: String) throws {
    let text = try String(decoding: Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    var lines = text.split(separator: "\n")
    columns = lines.removeFirst().split(separator: ",").map(String.init)
    rows = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
  }

  /// The place of a column; a wrong name is a mistake in the test.
  func place(_ column: String) -> Int {
    guard let place = columns.firstIndex(of: column) else {
      preconditionFailure("no column \(column)")
    }
    return place
  }

  func column(_ name: String) -> [Substring] {
    let place = place(name)
    return rows.map { $0[place] }
  }
}

/// The 20,000 cases that most tests look at, made once.
struct GeneratedSet: Sendable {
  let cases: CSVRows
  let events: CSVRows
  let reviews: CSVRows
  let volumes: CSVRows
  let written: [WrittenFile]

  static let twentyThousand = Result { try GeneratedSet(cases: 20_000, seed: 7) }

  private init(cases count: Int, seed: UInt64) throws {
    let folder = try TemporaryFolder()
    written = try Operation(cases: count, seed: seed, threads: 2).write(to: folder.path)
    cases = try CSVRows(folder.path + "/cases.csv")
    events = try CSVRows(folder.path + "/events.csv")
    reviews = try CSVRows(folder.path + "/reviews.csv")
    volumes = try CSVRows(folder.path + "/volumes.csv")
  }
}

/// Seconds since `Operation.begins`, of a time like `2026-01-05T08:00:00Z`; nil for an empty cell.
func seconds(_ text: Substring) -> Int? {
  let digits = text.utf8.filter { $0 >= 48 && $0 <= 57 }.map { Int($0) - 48 }
  guard digits.count == 14 else { return nil }
  func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }
  let beforeMonth = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
  // 2025-12-29 is three days before 2026, and neither year is a leap year.
  let day = (number(0..<4) - 2026) * 365 + beforeMonth[number(4..<6) - 1] + number(6..<8) - 1 + 3
  return day * 86_400 + number(8..<10) * 3600 + number(10..<12) * 60 + number(12..<14)
}

func week(_ time: Int) -> Int { time / 604_800 + 1 }

func mean(_ values: [Double]) -> Double {
  values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
}

/// The share of pairs that a score orders rightly, ties half.
func areaUnderCurve(_ scored: [(score: Double, positive: Bool)]) -> Double {
  let sorted = scored.sorted { $0.score < $1.score }
  var negativesBelow = 0.0
  var won = 0.0
  var positives = 0.0
  var first = 0
  while first < sorted.count {
    var end = first
    while end < sorted.count && sorted[end].score == sorted[first].score { end += 1 }
    let tiedPositives = Double(sorted[first..<end].count { $0.positive })
    let tiedNegatives = Double(end - first) - tiedPositives
    won += tiedPositives * (negativesBelow + tiedNegatives / 2)
    negativesBelow += tiedNegatives
    positives += tiedPositives
    first = end
  }
  return won / (positives * negativesBelow)
}
