import CasebookTables
import CasebookValues
import Testing

@testable import CasebookFormats

@Suite struct TypeTests {
  /// The type and first value of a column that holds the given cells.
  private func infer(_ cells: [String], name: String = "c") throws -> [String] {
    let loaded = try load("x,\(name)\n" + cells.map { "k,\($0)\n" }.joined()).table
    return [loaded.columns[1]] + loaded.rows.map { $0[1] }
  }

  @Test func typesAreTheNarrowestThatLoseNothing() throws {
    #expect(try infer(["1", "-2", "0", ""]) == ["c:long", "1", "-2", "0", "-"])
    #expect(try infer(["1", "2.50", "-.5", "1e3"]) == ["c:real", "1.0", "2.5", "-0.5", "1000.0"])
    #expect(try infer(["1.5", "NaN", "-inf"]) == ["c:real", "1.5", "nan", "-inf"])
    #expect(try infer(["true", "False", "TRUE"]) == ["c:bool", "true", "false", "true"])
    #expect(try infer(["true", "1"]) == ["c:string", "true", "1"])
    #expect(try infer(["", ""]) == ["c:string", "", ""])
    #expect(try infer(["Nan", "Inf"]) == ["c:string", "Nan", "Inf"])
  }

  @Test func identifiersStayText() throws {
    #expect(try infer(["007", "1"]) == ["c:string", "007", "1"])
    #expect(try infer(["+353", "1"]) == ["c:string", "+353", "1"])
    #expect(try infer(["00.5"]) == ["c:string", "00.5"])
    #expect(try infer(["1234567890123456789"]) == ["c:string", "1234567890123456789"])
    #expect(try infer(["123456789012345678"]) == ["c:long", "123456789012345678"])
    // A real would round the long one.
    #expect(try infer(["1234567890123456", "1.5"]) == ["c:string", "1234567890123456", "1.5"])
  }

  @Test func laterRowsWidenTypesAndTextStaysAsWritten() throws {
    let filler = String(repeating: "1,1.50,2024-01-01,true,7\n", count: 3000)
    let text = "a,b,c,d,e\n" + filler + "007,x,soon,perhaps,7.5\n" + filler
    for threads in [1, 2] {
      let loaded = try load(text, threads: threads, pieceBytes: 4096)
      #expect(
        loaded.table.columns == ["a:string", "b:string", "c:string", "d:string", "e:real"])
      #expect(loaded.table.rows.count == 6001)
      #expect(loaded.table.rows[0] == ["1", "1.50", "2024-01-01", "true", "7.0"])
      #expect(loaded.table.rows[3000] == ["007", "x", "soon", "perhaps", "7.5"])
      #expect(loaded.summary.rejectCount == 0)
      #expect(
        loaded.summary.notes == [
          "later rows changed a type, so the file was read again: "
            + "a is string, b is string, c is string, d is string, e is real"
        ])
    }
  }

  @Test func aColumnThatIsEmptyAtFirstGetsItsType() throws {
    let filler = String(repeating: "1,\n", count: 3000)
    let loaded = try load("a,b\n" + filler + "1,2.5\n" + filler, pieceBytes: 4096)
    #expect(loaded.table.columns == ["a:long", "b:real"])
    #expect(loaded.table.rows[2999...3001].map { $0[1] } == ["-", "2.5", "-"])
  }

  @Test func declaredTypesHold() throws {
    let text = "a,b,c,d,e,f,g\n007,1,1,2,1.02:03:04,{\"k\": 1},A0EEBC999C0B4EF8BB6D6BB9BD380A11\n"
    try check(
      text,
      ["a:long", "b:string", "c:real", "d:int", "e:timespan", "f:dynamic", "g:guid"],
      [
        [
          "7", "1", "1.0", "2", "1.02:03:04", "{\"k\":1}",
          "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        ]
      ]
    ) {
      $0.types = [
        "a": .init(.long), "b": .init(.string), "c": .init(.real), "d": .init(.int),
        "e": .init(.timespan), "f": .init(.dynamic), "g": .init(.guid),
      ]
    }
  }

  @Test func textsThatStandForNothing() throws {
    try check(
      "a,b\n1,NA\n-99,x\nNA,y\n", ["a:long", "b:string"], [["1", ""], ["-", "x"], ["-", "y"]]
    ) { $0.nulls = ["NA", "-99"] }
  }

  @Test func thousandsMarksStandBetweenThreeDigits() throws {
    func values(_ text: String) throws -> Loaded {
      try load("k;v\n" + text) { $0.thousandsMark = UInt8(ascii: ",") }.table
    }
    #expect(
      try values("x;1,234\ny;1,234,567\n")
        == Loaded(columns: ["k:string", "v:long"], rows: [["x", "1234"], ["y", "1234567"]]))
    #expect(try values("x;12,34\n").columns == ["k:string", "v:string"])
    #expect(try values("x;1,234.5\n").rows == [["x", "1234.5"]])
  }

  @Test func theSchemaComesFromTheFirstPiece() throws {
    let fields = try CSVReader(bytes: Array("a,b\n1,x\n".utf8)).schema()
    #expect(fields.map(\.name) == ["a", "b"])
    #expect(fields.map(\.type) == [.long, .string])
  }
}
