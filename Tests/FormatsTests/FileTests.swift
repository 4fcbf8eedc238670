import CasebookTables
import Glibc
import Synchronization
import Testing

@testable import CasebookFormats

/// A directory that is gone when the test ends.
final class TemporaryDirectory {
  let path: String

  init() {
    var template = Array("/tmp/casebook-formats-XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress, let made = mkdtemp(start) else { return "/nowhere" }
      return String(cString: made)
    }
  }

  deinit {
    for name in names { unlink("\(path)/\(name)") }
    for name in names { rmdir("\(path)/\(name)") }
    rmdir(path)
  }

  private var names: [String] = []

  func file(_ name: String, _ bytes: [UInt8]) -> String {
    names.append(name)
    let file = fopen("\(path)/\(name)", "w")
    bytes.withUnsafeBytes { _ = fwrite($0.baseAddress, 1, $0.count, file) }
    if let file { fclose(file) }
    return "\(path)/\(name)"
  }

  func file(_ name: String, _ text: String) -> String { file(name, Array(text.utf8)) }

  func directory(_ name: String) -> String {
    names.append(name)
    mkdir("\(path)/\(name)", 0o700)
    return "\(path)/\(name)"
  }

  func pipe(_ name: String) -> String {
    names.append(name)
    mkfifo("\(path)/\(name)", 0o600)
    return "\(path)/\(name)"
  }
}

@Suite struct FileTests {
  private let directory = TemporaryDirectory()

  private func rows(_ paths: [String], _ options: CSVOptions = CSVOptions()) throws -> Loaded {
    laidOut(
      try CSVReader(paths: paths, options: options)
        .table(context: RunContext(clock: 0, threads: 2)).table)
  }

  private func error(_ path: String) -> FormatError? {
    do {
      _ = try rows([path])
      return nil
    } catch {
      return error as? FormatError
    }
  }

  @Test func whatIsNoTextFileIsAClearError() {
    let missing = directory.path + "/none.csv"
    #expect(error(missing) == .missing(path: missing))
    #expect(error(directory.path) == .directory(path: directory.path))
    let pipe = directory.pipe("pipe")
    #expect(error(pipe) == .notRegular(path: pipe))
    #expect(error("/dev/null") == .notRegular(path: "/dev/null"))
    let image = directory.file("image.csv", [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0])
    #expect(error(image) == .binary(path: image, kind: "a PNG image"))
    let empty = directory.file("empty.csv", "")
    #expect(error(empty) == .empty(path: empty))
    let unmarked = directory.file(
      "wide.csv", "a,b\n1,2\n3,4\n5,6\n".utf8.flatMap { [$0, 0, $0, 0] })
    #expect(error(unmarked) == .binary(path: unmarked, kind: "text in UTF-16 without its mark"))
  }

  @Test func aFileThatMayNotBeReadIsAClearError() throws {
    let path = directory.file("closed.csv", "a\n1\n")
    chmod(path, 0)
    // The superuser may read everything, so there is nothing to see then.
    guard getuid() != 0 else { return }
    #expect(error(path) == .notPermitted(path: path))
  }

  @Test func everyErrorHasASentenceAndHelp() {
    let errors: [FormatError] = [
      .missing(path: "p"), .noMatch(pattern: "p"), .directory(path: "p"), .notPermitted(path: "p"),
      .notRegular(path: "p"), .unreadable(path: "p", reason: "r"), .shrank(path: "p"),
      .empty(path: "p"), .binary(path: "p", kind: "k"),
      .damagedCompression(path: "p", method: "gzip"),
      .differentColumns(path: "p", first: "q", missing: ["a"], extra: ["b"]),
      .ambiguousDates(column: "c"), .unknownColumn(name: "n", known: ["a"]),
      .unknownTimestampFormat(column: "c", format: "f"), .option("o"),
      .rejected(path: "p", line: 3, reason: .tooFewFields, column: "c"),
    ]
    for error in errors { #expect(!error.message.isEmpty && !error.help.isEmpty) }
  }

  @Test func packedFilesAreUnpackedMemberByMember() throws {
    let expected = Loaded(columns: ["a:long", "b:long"], rows: [["1", "2"], ["3", "4"]])
    let gzip = directory.file("x.csv.gz", Packed.gzip)
    #expect(try rows([gzip]) == expected)
    let zstd = directory.file("x.csv.zst", Packed.zstd)
    #expect(try rows([zstd]) == expected)
  }

  @Test func packedFilesThatBreakOffAreErrors() {
    let gzip = directory.file("cut.gz", Array(Packed.gzip.dropLast(9)))
    #expect(error(gzip) == .damagedCompression(path: gzip, method: "gzip"))
    let zstd = directory.file("cut.zst", Array(Packed.zstd.dropLast(3)))
    #expect(error(zstd) == .damagedCompression(path: zstd, method: "zstd"))
    let damaged = directory.file("bad.zst", Array(Packed.zstd.prefix(6)) + [9, 9, 9, 9, 9, 9])
    #expect(error(damaged) == .damagedCompression(path: damaged, method: "zstd"))
  }

  @Test func utf16IsKnownByItsMark() throws {
    let units = Array("a,b\r\né,😀\r\n".utf16)
    let expected = Loaded(columns: ["a:string", "b:string"], rows: [["é", "😀"]])
    let little = units.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    let big = units.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
    #expect(try rows([directory.file("little.csv", [0xFF, 0xFE] + little)]) == expected)
    #expect(try rows([directory.file("big.csv", [0xFE, 0xFF] + big)]) == expected)
    var options = CSVOptions()
    options.encoding = .utf16BigEndian
    #expect(try rows([directory.file("declared.csv", big)], options) == expected)
  }

  @Test func westernEncodings() throws {
    let bytes: [UInt8] = Array("a\n".utf8) + [0xE9, 0x80, 10]
    var options = CSVOptions()
    options.encoding = .windows1252
    #expect(try rows([directory.file("w.csv", bytes)], options).rows == [["é€"]])
    options.encoding = .latin1
    #expect(try rows([directory.file("l.csv", bytes)], options).rows == [["é\u{80}"]])
  }

  @Test func manyFilesAreOneTable() throws {
    _ = directory.file("day-2.csv", "a,b\n3,4\n5\n")
    _ = directory.file("day-1.csv", "a,b\n1,2")
    let paths = try expandGlob(directory.path + "/day-*.csv")
    #expect(paths.map { $0.suffix(9) } == ["day-1.csv", "day-2.csv"])
    let (table, summary) = try CSVReader(paths: paths)
      .table(context: RunContext(clock: 0, threads: 2))
    #expect(laidOut(table).rows == [["1", "2"], ["3", "4"], ["5", "-"]])
    #expect(summary.rejects == [Reject(file: 1, line: 3, reason: .tooFewFields, column: nil)])
    #expect(summary.bytes == 17)
  }

  @Test func otherColumnsInOneOfManyFilesAreAnError() {
    let first = directory.file("one.csv", "a,b\n1,2\n")
    let second = directory.file("two.csv", "a,c\n1,2\n")
    #expect(
      throws: FormatError.differentColumns(
        path: second, first: first, missing: ["b"], extra: ["c"])
    ) { try rows([first, second]) }
  }

  @Test func columnsMayStandInAnotherOrder() throws {
    let first = directory.file("ab.csv", "a,b\n1,x\n")
    let second = directory.file("ba.csv", "b,a\ny,2\n")
    #expect(try rows([first, second]).rows == [["1", "x"], ["2", "y"]])
  }

  @Test func aFileWithoutItsHeaderIsNotQuoted() {
    let first = directory.file("with.csv", "name,town\nx,y\n")
    let second = directory.file("without.csv", "secret,place\nx,y\n")
    #expect(
      throws: FormatError.differentColumns(
        path: second, first: first, missing: ["name", "town"], extra: [])
    ) { try rows([first, second]) }
  }

  @Test func patterns() throws {
    let odd = directory.file("odd[1].csv", "a\n1\n")
    #expect(try expandGlob(odd) == [odd])
    let none = directory.path + "/*.nothing"
    #expect(throws: FormatError.noMatch(pattern: none)) { try expandGlob(none) }
    #expect(try expandGlob("plain.csv") == ["plain.csv"])
  }

  @Test func bytesAreSeenOnceAndProgressIsKept() throws {
    let path = directory.file("x.csv", "a\n" + String(repeating: "1\n", count: 5000) + "x\n")
    let seen = Mutex<[UInt8]>([])
    let progress = LoadProgress()
    var sink = TableSink()
    let reader = CSVReader([.path(path)], options: CSVOptions(), pieceBytes: 1024)
    let summary = try reader.load(
      into: &sink, context: RunContext(clock: 0, threads: 2), progress: progress
    ) { _, bytes in seen.withLock { $0.append(contentsOf: bytes) } }
    #expect(seen.withLock { $0.count } == 10_004)
    #expect(progress.rows == 5001 && summary.rows == 5001)
    #expect(progress.bytes == 10_004 && progress.totalBytes == 10_004)
  }

  @Test func aCancelledLoadEnds() {
    let context = RunContext(clock: 0, threads: 2)
    context.cancel()
    #expect(throws: RunError.cancelled) {
      try CSVReader(bytes: Array("a\n1\n".utf8)).table(context: context)
    }
  }
}

/// `a,b\n1,2\n` and then `3,4\n`, packed apart.
private enum Packed {
  static let gzip: [UInt8] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x4b, 0xd4, 0x49, 0xe2, 0x32, 0xd4,
    0x31, 0xe2, 0x02, 0x00, 0x7b, 0x07, 0x97, 0x0a, 0x08, 0x00, 0x00, 0x00, 0x1f, 0x8b, 0x08, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x33, 0xd6, 0x31, 0xe1, 0x02, 0x00, 0x3e, 0x2d, 0x72, 0xa9,
    0x04, 0x00, 0x00, 0x00,
  ]
  static let zstd: [UInt8] = [
    0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x08, 0x41, 0x00, 0x00, 0x61, 0x2c, 0x62, 0x0a, 0x31, 0x2c, 0x32,
    0x0a, 0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x04, 0x21, 0x00, 0x00, 0x33, 0x2c, 0x34, 0x0a,
  ]
}
