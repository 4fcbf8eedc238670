import CasebookTables
import CasebookValues
import Glibc
import Testing

@testable import CasebookFormats

/// Hostile files, seeded, read by this reader and by Python's `csv` module.
@Suite struct PythonComparisonTests {
  private static let fileCount = 2000
  private static let delimiters: [Character] = [",", ";", "\t", "|"]

  @Test func hostileFilesReadAsInPython() throws {
    guard Self.output(of: "python3 -c 'print(1)'") == "1\n" else {
      print("skipped: python3 is not installed")
      return
    }
    let texts = Self.hostileTexts(seed: 20_240_607)
    let answers = try Self.pythonRows(texts)
    try #require(answers.count == texts.count)
    for (number, text) in texts.enumerated() {
      guard case .rows(let rows, let isClosed) = answers[number], let first = rows.first else {
        continue
      }
      let expected = rows.map { row in
        Array((row + Array(repeating: "", count: first.count)).prefix(first.count))
      }
      for pieceBytes in [32, 1 << 16] {
        let loaded = try load(text, pieceBytes: pieceBytes) { options in
          options.delimiter = Self.delimiters[number % 4].asciiValue
          options.hasHeader = false
          for column in 1...first.count { options.types["column_\(column)"] = .init(.string) }
        }
        if isClosed {
          #expect(loaded.table.rows == expected, "file \(number) in pieces of \(pieceBytes)")
        } else {
          // Python takes all that follows an open quote as one cell; here it costs one record.
          let whole = expected.dropLast()
          #expect(Array(loaded.table.rows.prefix(whole.count)) == Array(whole), "file \(number)")
          #expect(loaded.summary.rejects.contains { $0.reason == .unclosedQuote })
        }
      }
    }
  }

  /// Texts in which everything that matters to a reader is frequent.
  private static func hostileTexts(seed: UInt64) -> [String] {
    var numbers = SeededNumbers(seed: seed)
    return (0..<fileCount).map { file in
      let delimiter = String(delimiters[file % 4])
      let parts = [
        delimiter, delimiter, delimiter, "\n", "\n", "\r\n", "\r", "\"", "\"", "\"\"", "a", "7",
        " ",
        "é", "x\"y", "\"q\"", "\"in\nside\"", "\"d\(delimiter)e\"", "long cell of plain text", "😀",
      ]
      let count = Int(numbers.next() % 60) + 1
      let head = file % 3 == 0 ? "h\(delimiter)i\(delimiter)j\n" : "h"
      return head
        + (0..<count).map { _ in parts[Int(numbers.next() % UInt64(parts.count))] }
        .joined()
    }
  }

  private enum Answer {
    case rows([[String]], isClosed: Bool)
  }

  /// One Python process reads all texts.
  ///
  /// A mark on a line of its own behind a text tells whether a
  /// quote is still open at its end.
  private static func pythonRows(_ texts: [String]) throws -> [Answer] {
    let directory = TemporaryDirectory()
    let input = directory.file("texts", texts.map { $0 + "\u{2}" }.joined())
    let script = directory.file(
      "read.py",
      """
      import csv, io, sys
      csv.field_size_limit(10**9)
      texts = open(sys.argv[1], newline="", encoding="utf-8").read().split("\\x02")[:-1]
      def rows(text, i):
          return [r for r in csv.reader(io.StringIO(text, newline=""), delimiter=",;\\t|"[i % 4]) if r]
      out = []
      for i, text in enumerate(texts):
          closed = rows(text + "\\n\\x01", i)[-1] == ["\\x01"]
          out.append(("1" if closed else "0") + "\\x05" + "\\x03".join("\\x04".join(r) for r in rows(text, i)))
      sys.stdout.buffer.write("\\x02".join(out).encode())
      """)
    let answer = output(of: "python3 \(script) \(input)")
    return answer.split(separator: "\u{2}", omittingEmptySubsequences: false).map { part in
      let halves = part.split(separator: "\u{5}", maxSplits: 1, omittingEmptySubsequences: false)
      let rows = halves[1].split(separator: "\u{3}", omittingEmptySubsequences: false).map {
        $0.split(separator: "\u{4}", omittingEmptySubsequences: false).map(String.init)
      }
      return .rows(halves[1].isEmpty ? [] : rows, isClosed: halves[0] == "1")
    }
  }

  private static func output(of command: String) -> String {
    guard let pipe = popen(command, "r") else { return "" }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, pipe)
      if count == 0 { break }
      bytes.append(contentsOf: buffer[..<count])
    }
    pclose(pipe)
    return String(decoding: bytes, as: UTF8.self)
  }
}
