import CasebookTables
import CasebookValues
import Testing

@testable import CasebookQuery

@Suite struct OperatorTests {
  private let yes = Scalar.bool(true)
  private let no = Scalar.bool(false)
  private let unknown = Scalar.null(.bool)

  @Test func comparisonsWithNullFollowKQL() throws {
    for type in [ScalarType.long, .real, .datetime, .timespan, .bool] {
      let value = Scalar.long(0).converted(to: type)
      let null = Scalar.null(type)
      #expect(try apply("==", value, null) == no)
      #expect(try apply("!=", null, value) == yes)
      #expect(try apply("==", null, null) == unknown)
      #expect(try apply("!=", null, null) == unknown)
      for order in ["<", "<=", ">", ">="] { #expect(try apply(order, value, null) == unknown) }
    }
  }

  @Test func numbersOfDifferentWidthsCompareByValue() throws {
    #expect(try apply("==", .int(2), .long(2)) == yes)
    #expect(try apply("<", .long(2), .real(2.5)) == yes)
    #expect(try apply("==", .real(.nan), .real(.nan)) == no)
    #expect(try apply(">=", .decimal(1), .int(1)) == yes)
  }

  @Test func textsCompareByTheirBytes() throws {
    #expect(try apply("==", .string("a"), .string("A")) == no)
    #expect(try apply("=~", .string("straße"), .string("STRASSE")) == no)
    #expect(try apply("=~", .string("café"), .string("CAFÉ")) == yes)
    #expect(try apply("<", .string("B"), .string("a")) == yes)
  }

  @Test func typesThatDoNotGoTogetherAreRefused() throws {
    #expect(try apply("==", .string("1"), .long(1)) == nil)
    #expect(try apply("==", .bool(true), .long(1)) == nil)
    #expect(try apply("<", .datetime(0), .timespan(0)) == nil)
    #expect(try apply("+", .string("a"), .string("b")) == nil)
    #expect(try apply("+", .datetime(0), .datetime(0)) == nil)
    #expect(try apply("in", .long(1), .string("1")) == nil)
  }

  @Test func dynamicIsReadAsTheOtherSide() throws {
    #expect(try apply("==", .dynamic(.long(5)), .long(5)) == yes)
    #expect(try apply("==", .dynamic(.real(5)), .long(5)) == yes)
    #expect(try apply("==", .string("a"), .dynamic(.string("a"))) == yes)
    #expect(try apply(">", .dynamic(.string("x")), .long(1)) == unknown)
    #expect(try apply("!=", .dynamic(.null), .long(1)) == yes)
    #expect(try apply("==", .dynamic(.long(1)), .dynamic(.long(1))) == nil)
  }

  @Test func logicHasThreeValues() throws {
    let values = [yes, no, unknown]
    let and = [yes, no, unknown, no, no, no, unknown, no, unknown]
    let or = [yes, yes, yes, yes, no, unknown, yes, unknown, unknown]
    for (row, left) in values.enumerated() {
      for (position, right) in values.enumerated() {
        #expect(try apply("and", left, right) == and[row * 3 + position])
        #expect(try apply("or", left, right) == or[row * 3 + position])
      }
    }
    #expect(try values.map { try apply("not", $0) } == [no, yes, unknown])
  }

  /// Columns and constants are different loops; they have to agree.
  @Test(arguments: OperatorCatalogue.all.map(\.name).filter { $0 != "not" })
  func columnsAndConstantsAgree(name: String) throws {
    let samples: [[Scalar]] = [
      [.null(.long), .long(3), .long(0), .long(-7)],
      [.null(.real), .real(.nan), .real(2.5), .real(-0.5)],
      [.string(""), .string("Hate speech"), .string("hate"), .string("naïve é")],
      [.null(.bool), .bool(true), .bool(false)],
      [.null(.timespan), .timespan(5), .timespan(0)],
      [.null(.dynamic), .dynamic(.string("hate")), .dynamic(.long(3))],
    ]
    for left in samples {
      for right in samples {
        for value in right {
          let column = builtColumn(left[0].type, left)
          let operands =
            [Vector.column(column)]
            + Array(repeating: Vector.constant(value), count: name.hasSuffix("between") ? 2 : 1)
          guard let whole = try evaluated(name, operands, rowCount: left.count) else { continue }
          for row in left.indices {
            let one = try apply(name, [left[row]] + operands.dropFirst().map { $0.scalar(0) })
            #expect(whole.scalar(row) == one, "\(name) \(left[row]) \(value)")
          }
        }
      }
    }
  }

  @Test func wholeNumbersDivideTowardsZeroAndWrap() throws {
    #expect(try apply("/", .long(-7), .long(2)) == .long(-3))
    #expect(try apply("/", .long(1), .long(0)) == .null(.long))
    #expect(try apply("%", .long(1), .long(0)) == .null(.long))
    #expect(try apply("%", .long(-5), .long(3)) == .long(1))
    #expect(try apply("%", .long(14), .long(-12)) == .long(2))
    #expect(try apply("%", .long(.min), .long(-1)) == .long(0))
    #expect(try apply("%", .long(-1), .long(.min)) == .long(.max))
    #expect(try apply("/", .long(.min), .long(-1)) == .long(.min))
    #expect(try apply("+", .long(.max), .long(1)) == .long(.min))
    #expect(try apply("+", .int(.max), .int(1)) == .long(2_147_483_648))
    #expect(try apply("unary -", .long(.min)) == .long(.min))
    #expect(try apply("unary -", .real(2.5)) == .real(-2.5))
  }

  @Test func realsDivideByZeroAndKeepTheirRemainderPositive() throws {
    #expect(try apply("/", .real(1), .real(0)) == .real(.infinity))
    #expect(try apply("/", .real(0), .long(0)) == .real(.nan))
    #expect(try apply("%", .real(-5.5), .real(3)) == .real(0.5))
    #expect(try apply("%", .real(5.5), .real(-3)) == .real(2.5))
  }

  @Test func decimalsAreExactToTheDigitsWritten() throws {
    #expect(try apply("+", .decimal(0.1), .decimal(0.2)) == .decimal(0.3))
    #expect(try apply("-", .decimal(0.3), .decimal(0.1)) == .decimal(0.2))
    #expect(try apply("*", .decimal(1e-300), .long(0)) == .decimal(0))
  }

  @Test func momentsAndDurations() throws {
    let day = Ticks.perDay
    #expect(try apply("-", .datetime(3 * day), .datetime(day)) == .timespan(2 * day))
    #expect(try apply("+", .timespan(day), .datetime(day)) == .datetime(2 * day))
    #expect(try apply("-", .datetime(0), .timespan(1)) == .null(.datetime))
    #expect(try apply("/", .timespan(day), .timespan(2 * day)) == .real(0.5))
    #expect(try apply("*", .real(1.5), .timespan(day)) == .timespan(day * 3 / 2))
    #expect(try apply("/", .timespan(day), .long(4)) == .timespan(day / 4))
    #expect(try apply("*", .timespan(day), .real(.infinity)) == .null(.timespan))
    #expect(try apply("%", .timespan(7), .timespan(4)) == .timespan(3))
  }

  @Test func rangesIncludeBothEnds() throws {
    #expect(try apply("between", .long(5), .long(1), .long(5)) == yes)
    #expect(try apply("between", .long(2), .real(1.5), .real(1.9)) == no)
    #expect(try apply("!between", .datetime(9), .datetime(1), .datetime(5)) == yes)
    #expect(try apply("between", .null(.long), .long(1), .long(5)) == unknown)
    #expect(try apply("between", .long(9), .null(.long), .long(5)) == no)
  }
}
