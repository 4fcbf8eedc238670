import CasebookValues
import Testing

@testable import CasebookFormats

@Suite struct TimeTests {
  private func read(
    _ cells: [String], name: String = "t", _ configure: (inout CSVOptions) -> Void = { _ in }
  ) throws -> [String] {
    let loaded = try load("x;\(name)\n" + cells.map { "k;\($0)\n" }.joined(), configure).table
    return [loaded.columns[1]] + loaded.rows.map { $0[1] }
  }

  @Test func isoTimesOfEveryForm() throws {
    #expect(
      try read([
        "2024-01-31", "2024-01-31 10:20", "2024-01-31T10:20:30", "2024-01-31T10:20:30Z",
        "2024-01-31 10:20:30.25+02:00", "2024-01-31T10:20:30.1234567-0530",
      ]) == [
        "t:datetime", "2024-01-31 00:00:00", "2024-01-31 10:20:00", "2024-01-31 10:20:30",
        "2024-01-31 10:20:30", "2024-01-31 08:20:30.25", "2024-01-31 15:50:30.1234567",
      ])
  }

  @Test(arguments: [
    "2024-02-30", "2024-01-31T24:00:00", "2024-01-31T10:60:00", "2024-01-31T1a:00:00",
    "2024-01-31T10.00:00", "2024-01-31x10:00:00", "2024-01-31T10:00:61Z", "2024-01-31T10:00:00X",
    "2024-01-31T\u{BA}0:00:00",
  ])
  func whatIsNoTimeIsText(_ cell: String) throws {
    #expect(try read(["2024-01-31T10:00:00", cell])[0] == "t:string")
  }

  @Test func countsSince1970WhereTheNameSaysTime() throws {
    #expect(
      try read(["1706696430", "1706696431"], name: "created_at")
        == ["created_at:datetime", "2024-01-31 10:20:30", "2024-01-31 10:20:31"])
    #expect(
      try read(["1706696430123"], name: "ts") == ["ts:datetime", "2024-01-31 10:20:30.123"])
    #expect(try read(["1706696430"], name: "amount") == ["amount:long", "1706696430"])
    #expect(try read(["1706696430", "12"], name: "created_at")[0] == "created_at:long")
  }

  @Test func daysAndMonthsInEitherOrder() throws {
    #expect(
      try read(["13/04/2024", "03/04/2024 9:05 PM"])
        == ["t:datetime", "2024-04-13 00:00:00", "2024-04-03 21:05:00"])
    #expect(
      try read(["4/13/2024 10:00:00", "03/04/2024"])
        == ["t:datetime", "2024-04-13 10:00:00", "2024-03-04 00:00:00"])
    #expect(try read(["13.04.2024"]) == ["t:datetime", "2024-04-13 00:00:00"])
    #expect(try read(["2024/04/03 10:00"]) == ["t:datetime", "2024-04-03 10:00:00"])
    #expect(try read(["04/04/2024"]) == ["t:datetime", "2024-04-04 00:00:00"])
    #expect(try read(["13/04/2024", "04/13/2024"])[0] == "t:string")
  }

  @Test func anOrderThatNothingTellsIsAnError() {
    let ambiguous = "x;t\nk;03/04/2024\nk;05/06/2024\n"
    #expect(loadError(ambiguous) == .ambiguousDates(column: "t"))
    let declared = loadError(ambiguous) { $0.types["t"] = .init(.datetime) }
    #expect(declared == .ambiguousDates(column: "t"))
  }

  @Test func aLateDayTellsTheOrder() throws {
    let filler = String(repeating: "k;03/04/2024\n", count: 3000)
    for late in ["25/12/2024", "12/25/2024"] {
      let text = "x;t\n" + filler + "k;\(late)\n"
      let expected = late.hasPrefix("25") ? "2024-04-03 00:00:00" : "2024-03-04 00:00:00"
      let loaded = try load(text, pieceBytes: 4096)
      #expect(loaded.table.rows[0][1] == expected)
      #expect(loaded.table.rows[3000][1] == "2024-12-25 00:00:00")
      let declared = try load(text, pieceBytes: 4096) { $0.types["t"] = .init(.datetime) }
      #expect(declared.table.rows[0][1] == expected)
    }
  }

  @Test func declaredFormats() throws {
    #expect(
      try read(["03/04/2024 10:20", "x"]) {
        $0.types["t"] = .init(.datetime, format: "dd/MM/yyyy HH:mm")
      } == ["t:datetime", "2024-04-03 10:20:00", "-"])
    #expect(
      loadError("t\nx\n") { $0.types["t"] = .init(.datetime, format: "yyyy") }
        == .unknownTimestampFormat(column: "t", format: "yyyy"))
  }

  @Test func declaredWithoutAFormatTakesWhatIsPlain() throws {
    #expect(
      try read(["2024-01-31", "1706696430", "1706696430123", "1706696430123456", "soon"]) {
        $0.types["t"] = .init(.datetime)
      } == [
        "t:datetime", "2024-01-31 00:00:00", "2024-01-31 10:20:30", "2024-01-31 10:20:30.123",
        "2024-01-31 10:20:30.123456", "-",
      ])
  }

  @Test func whatWasTakenForGrantedIsSaid() throws {
    let loaded = try load("at;t\n1706696430;13/04/2024\n")
    #expect(
      loaded.summary.notes == [
        "column at counts seconds since 1970",
        "dates in column t are read with the day first",
      ])
  }

  @Test func localTimesTakeTheZone() throws {
    let text = "x;t\nk;2024-07-01 12:00:00\nk;2024-01-01T12:00:00Z\nk;2024-07-01 12:00:00.5\n"
    let dublin = try #require(Zone.named("Europe/Dublin"))
    let loaded = try load(text) { $0.timezone = dublin }
    #expect(
      loaded.table.rows.map { $0[1] }
        == ["2024-07-01 11:00:00", "2024-01-01 12:00:00", "2024-07-01 11:00:00.5"])
    #expect(loaded.summary.notes.isEmpty)
    #expect(
      try load(text).summary.notes == ["times without an offset are taken as UTC: t"])
  }
}
