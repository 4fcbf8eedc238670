import CasebookTables
import CasebookValues
import Testing

@testable import CasebookFormats

@Suite struct RejectTests {
  private let ragged = "a,b,c\n1,2,3\n4,5\n\"6\n\",7,8,9\n10,11,12\n"

  @Test func raggedLinesAreFilledOrCut() throws {
    let loaded = try load(ragged)
    #expect(
      loaded.table.rows
        == [["1", "2", "3"], ["4", "5", "-"], ["6", "7", "8"], ["10", "11", "12"]])
    #expect(
      loaded.summary.rejects == [
        Reject(file: 0, line: 3, reason: .tooFewFields, column: nil),
        Reject(file: 0, line: 4, reason: .tooManyFields, column: nil),
      ])
    #expect(loaded.summary.rejectCount == 2)
  }

  @Test func raggedLinesAreLeftOut() throws {
    let loaded = try load(ragged) { $0.onError = .skip }
    #expect(loaded.table.rows == [["1", "2", "3"], ["10", "11", "12"]])
    #expect(loaded.summary.rejects.map(\.line) == [3, 4])
  }

  @Test func raggedLinesEndTheLoad() {
    #expect(
      loadError(ragged) { $0.onError = .fail }
        == .rejected(path: "the input", line: 3, reason: .tooFewFields, column: nil))
  }

  private let typed = "a,b\n1,true\nx,true\n3,maybe\ny,no\n5,\n"

  @Test func cellsThatDoNotFitADeclaredTypeBecomeNull() throws {
    let loaded = try load(typed, declare)
    #expect(
      loaded.table.rows
        == [["1", "true"], ["-", "true"], ["3", "-"], ["-", "-"], ["5", "-"]])
    #expect(
      loaded.summary.rejects.map { "\($0.line) \($0.reason) \($0.column ?? "")" }
        == [
          "3 not a long a", "4 not a bool b", "5 not a long a", "5 not a bool b",
        ])
    #expect(
      loaded.summary.rejectCounts == [
        .init(reason: .notA(.long), column: "a", count: 2),
        .init(reason: .notA(.bool), column: "b", count: 2),
      ])
  }

  @Test func linesThatDoNotFitADeclaredTypeAreLeftOut() throws {
    let loaded = try load(typed) {
      declare(&$0)
      $0.onError = .skip
    }
    #expect(loaded.table.rows == [["1", "true"], ["5", "-"]])
    #expect(loaded.summary.rejects.map(\.line) == [3, 4, 5])
  }

  @Test func aLineThatDoesNotFitEndsTheLoad() {
    let error = loadError(typed) {
      declare(&$0)
      $0.onError = .fail
    }
    #expect(
      error == .rejected(path: "the input", line: 3, reason: .notA(.long), column: "a"))
  }

  @Test func linesLeftOutLeaveNoTextBehind() throws {
    let reader = CSVReader([.memory(Array("n,t\n1,kept\nx,gone\n".utf8))], options: skipping())
    let table = try reader.table(context: .init(clock: 0, threads: 1)).table
    guard case .texts(_, let dictionary) = table.columns[1].data else {
      Issue.record("a text column")
      return
    }
    #expect(dictionary.count == 1)
  }

  @Test func aQuoteThatIsNeverClosedCostsItsRecord() throws {
    for pieceBytes in [16, 1 << 20] {
      let loaded = try load(
        "a,b\n1,x\n2,\"y\nz\"\n\"3\n\",\"never\n4,\"\"\n5,v\n", pieceBytes: pieceBytes)
      #expect(loaded.table.rows == [["1", "x"], ["2", "y\nz"], ["4", ""], ["5", "v"]])
      #expect(
        loaded.summary.rejects == [
          Reject(file: 0, line: 6, reason: .unclosedQuote, column: nil)
        ])
    }
    #expect(
      loadError("a,b\n1,\"x\n") { $0.onError = .fail }
        == .rejected(path: "the input", line: 2, reason: .unclosedQuote, column: nil))
  }

  @Test func linesCountOnAcrossPieces() throws {
    var text = "a,b\n"
    for line in 2...500 { text += line % 100 == 0 ? "\(line)\n" : "\(line),x\n" }
    for pieceBytes in [32, 1000] {
      let loaded = try load(text, threads: 2, pieceBytes: pieceBytes)
      #expect(loaded.summary.rejects.map(\.line) == [100, 200, 300, 400, 500])
    }
  }

  private func declare(_ options: inout CSVOptions) {
    options.types = ["a": .init(.long), "b": .init(.bool)]
    // "no" is a word of the data here, not a truth value.
    options.hasHeader = true
  }

  private func skipping() -> CSVOptions {
    var options = CSVOptions()
    options.types = ["n": .init(.long)]
    options.onError = .skip
    return options
  }
}
