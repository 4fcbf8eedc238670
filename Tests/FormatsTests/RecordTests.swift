import CasebookValues
import Testing

@testable import CasebookFormats

@Suite struct RecordTests {
  @Test func cellsMayHoldDelimitersQuotesAndLineBreaks() throws {
    try check(
      "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n\"two\nlines\",\"\"\n", ["a:string", "b:string"],
      [["x,y", "say \"hi\""], ["two\nlines", ""]])
  }

  @Test func quotesInsideAnUnquotedCellAreText() throws {
    try check(
      "a,b\n5\" screen,x\nx\"y\"z,\"q\"uote\n", ["a:string", "b:string"],
      [["5\" screen", "x"], ["x\"y\"z", "quote"]])
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func everyLineEndIsKnown(_ end: String) throws {
    let text = ["a,b", "1,x", "2,y"].joined(separator: end)
    for tail in ["", end] {
      try check(text + tail, ["a:long", "b:string"], [["1", "x"], ["2", "y"]])
    }
  }

  @Test func blankLinesAreLeftOut() throws {
    let loaded = try load("\n\na,b\n\n1,2\n\r\n\n3,4\n\n")
    #expect(loaded.table.rows == [["1", "2"], ["3", "4"]])
    #expect(loaded.summary.notes == ["blank lines left out: 6"])
  }

  @Test func whiteSpaceIsKeptInTextAndPassedOverInNumbers() throws {
    try check(
      "a,b\n x ,  1\ny, 2 \nz,   \n", ["a:string", "b:long"],
      [[" x ", "1"], ["y", "2"], ["z", "-"]])
  }

  @Test func aQuotedBlankIsTheOnlyCell() throws {
    try check("a\n\"\"\nx\n", ["a:string"], [[""], ["x"]])
  }

  @Test(arguments: [",", ";", "\t", "|"])
  func delimitersAreFoundOut(_ delimiter: String) throws {
    let text = ["a,b,c", "1,x y,2", "3,z,4"].map {
      $0.split(separator: ",").joined(separator: delimiter)
    }.joined(separator: "\n")
    try check(
      text, ["a:long", "b:string", "c:long"], [["1", "x y", "2"], ["3", "z", "4"]])
  }

  @Test func aDecimalCommaIsNoDelimiter() throws {
    let text = "a;b\n1,5;2.000,25\n2,5;3\n"
    try check(text, ["a:real", "b:real"], [["1.5", "2000.25"], ["2.5", "3.0"]]) {
      $0.decimalMark = UInt8(ascii: ",")
      $0.thousandsMark = UInt8(ascii: ".")
    }
  }

  @Test func headersAreFoundOut() throws {
    try check("1,x\n2,y\n", ["column_1:long", "column_2:string"], [["1", "x"], ["2", "y"]])
    try check("id,name\n1,x\n", ["id:long", "name:string"], [["1", "x"]])
    try check("one,two\nx,y\n", ["one:string", "two:string"], [["x", "y"]])
    try check(
      ",0,1\na,2,3\nb,4,5\nc,6,7\n", ["column_1:string", "0:long", "1:long"],
      [["a", "2", "3"], ["b", "4", "5"], ["c", "6", "7"]])
    try check("x,y\n", ["column_1:string", "column_2:string"], [["x", "y"]]) {
      $0.hasHeader = false
    }
  }

  @Test func headerCellsBecomeDistinctNames() throws {
    let loaded = try load("name,,name,name_2, padded \na,b,c,d,e\n")
    #expect(
      loaded.table.columns.map { $0.split(separator: ":").first.map(String.init) ?? "" }
        == ["name", "column_2", "name_3", "name_2", "padded"])
    #expect(
      loaded.summary.notes == [
        "column 2 has no name and is called column_2",
        "column name occurs again and is called name_3",
      ])
  }

  @Test func aHeaderOnlyGivesNoRows() throws {
    try check("a,b\n", ["a:string", "b:string"], [])
    try check("a,b", ["a:string", "b:string"], [])
  }

  @Test func nothingAtAllIsAnError() {
    #expect(loadError("") == .empty(path: "the input"))
    #expect(loadError("\n\n\n") == .empty(path: "the input"))
    #expect(loadError("\u{FEFF}") == .empty(path: "the input"))
  }

  @Test func aMarkAtTheStartIsNoText() throws {
    try check("\u{FEFF}a,b\n1,2\n", ["a:long", "b:long"], [["1", "2"]])
  }

  @Test func aCellOfTenMegabytes() throws {
    let long = String(repeating: "abcde\n\"\"", count: 1_300_000)
    let loaded = try load("a,b\n1,\"\(long)\"\n2,x\n", threads: 2)
    #expect(loaded.table.rows.count == 2)
    #expect(loaded.table.rows[0][1].utf8.count == 1_300_000 * 7)
    #expect(loaded.table.rows[1] == ["2", "x"])
  }

  @Test func bytesThatAreNotTextAreReplacedAndCounted() throws {
    let loaded = try load(Array("a,b\nx".utf8) + [0xFF, 0xC3] + Array(",é\n\u{FFFD},z\n".utf8))
    #expect(loaded.table.rows == [["x\u{FFFD}\u{FFFD}", "é"], ["\u{FFFD}", "z"]])
    #expect(loaded.summary.invalidTextCount == 2)
  }

  @Test func zerosAreTakenOutAndCounted() throws {
    let loaded = try load(Array("a,b\n1\u{0},\u{0}\"x,y\"\u{0}\n".utf8))
    #expect(loaded.table.rows == [["1", "x,y"]])
    #expect(loaded.summary.removedNULCount == 3)
  }

  @Test func contradictoryMarksAreErrors() {
    #expect(loadError("a\n") { $0.delimiter = 10 } != nil)
    #expect(loadError("a\n") { $0.delimiter = $0.quote } != nil)
    #expect(loadError("a\n") { $0.thousandsMark = $0.decimalMark } != nil)
    #expect(
      loadError("a\n1\n") { $0.types["b"] = .init(.long) }
        == .unknownColumn(name: "b", known: ["a"]))
  }
}
