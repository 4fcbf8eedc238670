import CasebookTables
import CasebookValues
import Testing

@testable import CasebookFormats

@Suite struct WriterTests {
  private func written(_ table: Table, _ format: OutputFormat) throws -> String {
    var bytes: [UInt8] = []
    try write(table, as: format) { bytes.append(contentsOf: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private let noon = Instant.unixEpoch + 12 * Ticks.perHour

  private var everyType: Table {
    Table(
      fields: [
        Field("b", .bool), Field("i", .int), Field("r", .real), Field("s", .string),
        Field("t", .datetime), Field("d", .timespan), Field("j", .dynamic),
      ],
      rows: [
        [
          .bool(true), .int(-3), .real(1.5), .string("x, \"y\""), .datetime(noon),
          .timespan(Ticks.perDay + 5), .dynamic(.array([.long(1), .string("a")])),
        ],
        [
          .null(.bool), .null(.int), .real(.nan), .string(""), .null(.datetime), .null(.timespan),
          .null(.dynamic),
        ],
      ])
  }

  @Test func csvOfEveryType() throws {
    #expect(
      try written(everyType, .csv(raw: false)) == """
        b,i,r,s,t,d,j
        true,-3,1.5,"x, ""y""\",1970-01-01T12:00:00.0000000Z,1.00:00:00.0000005,"[1,""a""]"
        ,,NaN,,,,

        """)
  }

  @Test func tsvQuotesTabsOnly() throws {
    let table = Table(
      fields: [Field("a", .string), Field("b", .string)],
      rows: [[.string("x,y"), .string("p\tq")]])
    #expect(try written(table, .tsv(raw: false)) == "a\tb\nx,y\t\"p\tq\"\n")
  }

  @Test func formulasAreEscapedUnlessRaw() throws {
    let texts = ["=1+1", "+x", "-x", "@x", "\tx", "\rx", "x=1", "'x"]
    let table = Table(
      fields: [Field("=a", .string), Field("n", .long)],
      rows: texts.map { [.string($0), .long(-1)] })
    #expect(
      try written(table, .csv(raw: false))
        == "'=a,n\n'=1+1,-1\n'+x,-1\n'-x,-1\n'@x,-1\n'\tx,-1\n\"'\rx\",-1\nx=1,-1\n'x,-1\n")
    #expect(try written(table, .csv(raw: true)).hasPrefix("=a,n\n=1+1,-1\n+x,-1\n"))
  }

  @Test func aLoneEmptyCellIsNoBlankLine() throws {
    let texts = Table(fields: [Field("a", .string)], rows: [[.string("")], [.string("x")]])
    #expect(try written(texts, .csv(raw: false)) == "a\n\"\"\nx\n")
    let numbers = Table(fields: [Field("a", .long)], rows: [[.null(.long)], [.long(1)]])
    #expect(try written(numbers, .csv(raw: false)) == "a\n\"\"\n1\n")
  }

  @Test func jsonOfEveryType() throws {
    let first =
      #"{"b":true,"i":-3,"r":1.5,"s":"x, \"y\"","t":"1970-01-01T12:00:00.0000000Z","#
      + #""d":"1.00:00:00.0000005","j":[1,"a"]}"#
    let second = #"{"b":null,"i":null,"r":"NaN","s":"","t":null,"d":null,"j":null}"#
    #expect(try written(everyType, .ndjson) == first + "\n" + second + "\n")
    #expect(try written(everyType, .json) == "[\n" + first + ",\n" + second + "\n]\n")
  }

  @Test func jsonTableIsOneLine() throws {
    let table = Table(
      fields: [Field("a \"b\"", .real), Field("c", .string)],
      rows: [[.real(.infinity), .string("x\n")], [.real(-.infinity), .string("é")]])
    #expect(
      try written(table, .jsonTable)
        == #"{"columns":[{"name":"a \"b\"","type":"real"},{"name":"c","type":"string"}],"#
        + #""rows":[["Infinity","x\n"],["-Infinity","é"]]}"# + "\n")
    #expect(
      try written(Table(fields: []), .jsonTable) == #"{"columns":[],"rows":[]}"# + "\n")
    #expect(try written(Table(fields: [Field("a", .long)]), .json) == "[]\n")
  }

  @Test func markdownKeepsCellsInTheirPlace() throws {
    let table = Table(
      fields: [Field("a|b", .string), Field("n", .long)],
      rows: [[.string("x|y\nz <b> *c*"), .long(7)]])
    #expect(
      try written(table, .markdown)
        == "| a\\|b | n |\n| --- | ---: |\n| x\\|y<br>z &lt;b> \\*c\\* | 7 |\n")
  }

  @Test func protectedColumnsAreMaskedEverywhere() throws {
    let table = Table(
      fields: [
        Field("name", .string, isProtected: true), Field("age", .long, isProtected: true),
        Field("n", .long),
      ],
      rows: [[.string("secret"), .long(4242), .long(1)], [.string(""), .null(.long), .long(2)]])
    #expect(try written(table, .csv(raw: true)) == "name,age,n\n***,***,1\n***,***,2\n")
    #expect(
      try written(table, .ndjson)
        == "{\"name\":\"***\",\"age\":\"***\",\"n\":1}\n{\"name\":\"***\",\"age\":\"***\",\"n\":2}\n"
    )
    for format in [OutputFormat.tsv(raw: true), .json, .jsonTable, .markdown] {
      let text = try written(table, format)
      #expect(!text.contains("secret") && !text.contains("4242"))
    }
  }

  @Test func whatIsWrittenReadsBack() throws {
    var numbers = SeededNumbers(seed: 3)
    let pieces = ["a", "\"", ",", "\n", "\r\n", "\r", " ", "é", "\t", "=", "'"]
    let rows: [[Scalar]] = (0..<5000).map { row in
      let text = (0..<Int(numbers.next() % 6)).map { _ in
        pieces[Int(numbers.next() % UInt64(pieces.count))]
      }.joined()
      return [.string(text), .long(Int64(row)), .real(Double(numbers.next() % 999) / 7)]
    }
    let table = Table(
      fields: [Field("t", .string), Field("n", .long), Field("r", .real)], rows: rows)
    for format in [OutputFormat.csv(raw: true), .tsv(raw: true)] {
      let loaded = try load(try written(table, format), threads: 2, pieceBytes: 1000) {
        $0.types["t"] = .init(.string)
      }
      #expect(loaded.table == laidOut(table))
      #expect(loaded.summary.rejectCount == 0)
    }
  }

  @Test func partsAreWrittenOneByOne() throws {
    let table = Table(fields: [Field("n", .long)], rows: (0..<10).map { [.long($0)] })
    var bytes: [UInt8] = []
    let sink: ByteSink = { bytes.append(contentsOf: $0) }
    var writer = TableWriter(.json, fields: table.fields)
    try writer.begin(sink)
    try writer.write(table.slice(0..<4), sink)
    try writer.write(table.slice(4..<10), sink)
    try writer.finish(sink)
    #expect(String(decoding: bytes, as: UTF8.self) == (try written(table, .json)))
  }
}
