import CasebookTables
import CasebookValues
import Testing

@testable import CasebookQuery

@Suite struct AggregateTests {
  /// The results of an aggregate over rows that come in blocks: one row a group.
  private func run(
    _ name: String, _ columns: [Column], constants: [Scalar] = [], groups: [Int32],
    blocks: [Range<Int>], groupCount: Int
  ) throws -> [[Scalar]] {
    let aggregate = try #require(AggregateCatalogue.function(name))
    let arguments =
      columns.enumerated().map {
        AggregateArgument(type: $0.element.type, name: "c\($0.offset)", constant: nil)
      } + constants.map { AggregateArgument(type: $0.type, name: "", constant: $0) }
    let resolution = try #require(aggregate.resolve(arguments))
    let total = resolution.makeState()
    let identity = Buffer((0..<Int32(groupCount)).map { $0 })
    for block in blocks {
      let ids = Buffer(Array(groups[block]))
      let vectors =
        columns.map { Vector.column($0.slice(block)) } + constants.map { Vector.constant($0) }
      let state = resolution.makeState()
      state.update(
        groups: ids.base, arguments: vectors, rowCount: block.count, groupCount: groupCount)
      total.merge(state, groups: identity.base, count: groupCount, groupCount: groupCount)
      withExtendedLifetime(ids) {}
    }
    let results = try total.finish(groupCount: groupCount, RunContext(clock: 0, threads: 1))
    #expect(results.map(\.type) == resolution.outputs.map(\.type))
    #expect(results.allSatisfy { $0.count == groupCount })
    return (0..<groupCount).map { group in results.map { $0.scalar(group) } }
  }

  /// One group, given in one block and row by row; both have to agree.
  private func one(
    _ name: String, _ columns: [Column], _ constants: [Scalar] = []
  ) throws -> [Scalar] {
    let count = columns.first?.count ?? 0
    let groups = [Int32](repeating: 0, count: count)
    let whole = try run(
      name, columns, constants: constants, groups: groups, blocks: [0..<count], groupCount: 1)
    let parts = try run(
      name, columns, constants: constants, groups: groups,
      blocks: (0..<count).map { $0..<($0 + 1) },
      groupCount: 1)
    if ["stdev", "variance", "avg", "sum"].allSatisfy({ !name.hasPrefix($0) }) {
      #expect(whole == parts, "\(name) in one block and in many")
    }
    return whole[0]
  }

  private func longs(_ values: Int64?...) -> Column {
    builtColumn(.long, values.map { $0.map(Scalar.long) ?? .null(.long) })
  }

  private func reals(_ values: Double?...) -> Column {
    builtColumn(.real, values.map { $0.map(Scalar.real) ?? .null(.real) })
  }

  private func json(_ text: String) throws -> Scalar { .dynamic(try #require(Dynamic(json: text))) }

  @Test func emptyInput() throws {
    #expect(try one("count", []) == [.long(0)])
    #expect(try one("sum", [longs()]) == [.long(0)])
    #expect(try one("sum", [reals()]) == [.real(0)])
    #expect(try one("avg", [longs()]) == [.real(.nan)])
    #expect(try one("stdev", [reals()]) == [.real(0)])
    #expect(try one("min", [longs()]) == [.null(.long)])
    #expect(try one("max", [builtColumn(.string, [])]) == [.string("")])
    #expect(try one("percentile", [longs()], [.long(50)]) == [.null(.long)])
    #expect(try one("make_list", [longs()]) == [try json("[]")])
    #expect(try one("make_bag", [builtColumn(.dynamic, [])]) == [try json("{}")])
    #expect(try one("dcount", [longs()]) == [.long(0)])
    #expect(try one("arg_max", [longs(), longs()]) == [.null(.long), .null(.long)])
    #expect(try one("take_any", [longs()]) == [.null(.long)])
    #expect(try one("binary_all_and", [longs()]) == [.null(.long)])
  }

  @Test func nullsAreLeftOutButCounted() throws {
    let values = longs(nil, 5, nil, 7)
    #expect(try one("count", [values]) == [.long(4)])
    #expect(try one("sum", [values]) == [.long(12)])
    #expect(try one("avg", [values]) == [.real(6)])
    #expect(try one("min", [values]) == [.long(5)])
    #expect(try one("max", [values]) == [.long(7)])
    #expect(try one("dcount", [values]) == [.long(2)])
    #expect(try one("make_list", [values]) == [try json("[5,7]")])
    #expect(try one("make_list_with_nulls", [values]) == [try json("[null,5,null,7]")])
    #expect(try one("take_any", [values]) == [.long(5)])
    #expect(try one("stdev", [values]) == [.real(2.0.squareRoot())])
  }

  @Test func notANumberSpreads() throws {
    let values = reals(1.5, .nan, 2.5)
    for name in ["sum", "avg", "min", "max", "stdev"] {
      #expect(try one(name, [values]) == [.real(.nan)], "\(name)")
    }
    #expect(try one("arg_max", [values, longs(1, 2, 3)]) == [.real(.nan), .long(2)])
    #expect(try one("sum", [reals(.infinity, 1)]) == [.real(.infinity)])
    #expect(try one("max", [reals(.infinity, 1)]) == [.real(.infinity)])
  }

  @Test func sumsAreExactBeyondTheirTypes() throws {
    #expect(try one("sum", [longs(.max, 1)]) == [.long(.min)])
    #expect(try one("avg", [longs(.max, .max, .max)]) == [.real(9.223372036854775807e18)])
    #expect(try one("avg", [longs(.min, .max)]) == [.real(-0.5)])
    #expect(try one("sum", [reals(1e16, 1, -1e16)]) == [.real(1)])
    let int = builtColumn(.int, [.int(.max), .int(.max)])
    #expect(try one("sum", [int]) == [.long(4_294_967_294)])
    #expect(
      try one("avg", [builtColumn(.datetime, [.datetime(10), .datetime(20)])]) == [.datetime(15)])
  }

  @Test func extremesOfEveryOrderedType() throws {
    #expect(try one("min", [longs(.max, .min)]) == [.long(.min)])
    #expect(try one("max", [longs(.max, .min)]) == [.long(.max)])
    let texts = builtColumn(.string, ["b", "a", "c", "a"].map { .string($0) })
    #expect(try one("min", [texts]) == [.string("a")])
    #expect(try one("max", [texts]) == [.string("c")])
    let bools = builtColumn(.bool, [.bool(true), .bool(false)])
    #expect(try one("max", [bools]) == [.bool(true)])
    #expect(try one("min", [bools]) == [.bool(false)])
  }

  @Test func percentilesAreNearestRank() throws {
    #expect(try one("percentile", [longs(20, 10)], [.long(50)]) == [.long(10)])
    let ten = longs(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
    #expect(try one("percentile", [ten], [.long(90)]) == [.long(9)])
    #expect(try one("percentile", [ten], [.long(91)]) == [.long(10)])
    #expect(try one("percentiles", [ten], [.long(0), .long(100)]) == [.long(1), .long(10)])
    #expect(try one("percentile", [reals(-1.5, 2, -3)], [.long(50)]) == [.real(-1.5)])
    #expect(try one("median", [longs(3, 1, 2)]) == [.long(2)])
    let buckets = longs(10, 20, 30, 40)
    #expect(
      try one("percentilesw", [buckets, longs(8, 6, 3, 1)], [.long(50), .long(75), .real(99.9)])
        == [.long(20), .long(20), .long(40)])
  }

  @Test func percentileNamesSpellTheirFractions() throws {
    let aggregate = try #require(AggregateCatalogue.function("percentiles"))
    let value = AggregateArgument(type: .long, name: "x", constant: nil)
    let percents = [Scalar.long(50), .real(99.9)].map {
      AggregateArgument(type: $0.type, name: "", constant: $0)
    }
    let names = aggregate.resolve([value] + percents)?.outputs.map(\.name)
    #expect(names == ["percentile_x_50", "percentile_x_99_9"])
  }

  @Test func extremesBringOtherColumns() throws {
    let who = builtColumn(.string, ["a", "b", "c"].map { .string($0) })
    #expect(try one("arg_max", [longs(1, 3, 3), who]) == [.long(3), .string("b")])
    #expect(try one("arg_min", [longs(2, 1, 1), who]) == [.long(1), .string("b")])
    #expect(try one("arg_max", [longs(nil, nil, 1), who]) == [.long(1), .string("c")])
    #expect(try one("arg_max", [longs(nil, .min, nil), who]) == [.long(.min), .string("b")])
    #expect(try one("arg_min", [longs(nil, .max, nil), who]) == [.long(.max), .string("b")])
    #expect(try one("arg_max", [longs(nil, nil, nil), who]) == [.null(.long), .string("a")])
    #expect(try one("arg_max", [who, longs(1, 2, 3)]) == [.string("c"), .long(3)])
  }

  @Test func listsSetsAndBags() throws {
    #expect(try one("make_list", [longs(3, 1, 3)]) == [try json("[3,1,3]")])
    #expect(try one("make_set", [longs(3, 1, 3)]) == [try json("[3,1]")])
    #expect(try one("make_list", [longs(3, 1, 3)], [.long(2)]) == [try json("[3,1]")])
    let texts = builtColumn(.string, ["a\"", "", "a\""].map { .string($0) })
    #expect(try one("make_set", [texts]) == [try json(#"["a\"",""]"#)])
    let decimals = builtColumn(.decimal, [.decimal(1.5)])
    #expect(try one("make_list", [decimals]) == [try json(#"["1.5"]"#)])
    let bags = builtColumn(
      .dynamic, [try json(#"{"a":1}"#), try json(#"{"a":2,"b":3}"#), try json("[1]")])
    #expect(try one("make_bag", [bags]) == [try json(#"{"a":1,"b":3}"#)])
  }

  @Test func conditionsFilterRows() throws {
    let condition = builtColumn(.bool, [.bool(true), .null(.bool), .bool(false), .bool(true)])
    let values = longs(1, 2, 3, 4)
    #expect(try one("countif", [condition]) == [.long(2)])
    #expect(try one("sumif", [values, condition]) == [.long(5)])
    #expect(try one("avgif", [values, condition]) == [.real(2.5)])
    #expect(try one("maxif", [values, condition]) == [.long(4)])
    #expect(try one("dcountif", [values, condition]) == [.long(2)])
    #expect(try one("make_list_if", [values, condition]) == [try json("[1,4]")])
    #expect(try one("take_anyif", [values, condition]) == [.long(1)])
  }

  @Test func spreadOfKnownNumbers() throws {
    let five = longs(1, 2, 3, 4, 5)
    #expect(try one("variance", [five]) == [.real(2.5)])
    #expect(try one("variancep", [five]) == [.real(2)])
    #expect(try one("stdev", [longs(5)]) == [.real(0)])
    let y = reals(14, 10, 17, 20, 50)
    #expect(try one("covariance", [five, y]) == [.real(20.5)])
    #expect(try one("covariancep", [five, y]) == [.real(16.4)])
  }

  @Test func sketchesAreExact() throws {
    let one = try one("hll", [longs(1, 2, 1)])
    #expect(one == [try json("[1,2]")])
    let sketches = builtColumn(.dynamic, [try json("[1,2]"), try json("[2,3]")])
    #expect(try self.one("hll_merge", [sketches]) == [try json("[1,2,3]")])
    #expect(try self.one("tdigest_merge", [sketches]) == [try json("[1,2,2,3]")])
  }

  @Test func schemas() throws {
    let values = builtColumn(
      .dynamic, [try json(#"{"x":1,"y":[1,"a"]}"#), try json(#"{"x":2.5}"#)])
    #expect(
      try one("buildschema", [values])
        == [try json(#"{"x":["long","double"],"y":{"`indexer`":["long","string"]}}"#)])
  }

  /// How rows are cut into blocks never shows in a result.
  @Test(arguments: AggregateCatalogue.all.map(\.name))
  func blocksDoNotMatter(name: String) throws {
    let aggregate = try #require(AggregateCatalogue.function(name))
    let count = 24
    let groups = (0..<count).map { Int32($0 * 7 % 3) }
    let columns: [Column] = aggregate.parameters.filter { !$0.isConstant }.compactMap { parameter in
      if parameter.name == "condition" {
        return builtColumn(.bool, (0..<count).map { .bool($0 % 4 != 1) })
      }
      if parameter.accepts == .dynamic {
        return builtColumn(
          .dynamic, (0..<count).map { .dynamic(.bag([("k\($0 % 5)", .long(Int64($0)))])) })
      }
      return builtColumn(
        .long, (0..<count).map { $0 % 5 == 0 ? .null(.long) : .long(Int64($0 * 11 % 13)) })
    }
    let needsConstant = aggregate.parameters.contains { $0.isConstant && !$0.isOptional }
    let constants: [Scalar] = needsConstant ? [.long(60)] : []
    func results(_ blocks: [Range<Int>]) throws -> [[Scalar]] {
      try run(
        name, columns, constants: constants, groups: groups, blocks: blocks, groupCount: 4)
    }
    let whole = try results([0..<count])
    for cut in [1, 5, 23] {
      let parts = try results([0..<cut, cut..<count])
      for (a, b) in zip(whole.joined(), parts.joined()) {
        if let x = a.asReal, let y = b.asReal, !x.isNaN {
          #expect(abs(x - y) <= 1e-12 * max(1, abs(x)), "\(name) cut at \(cut)")
        } else {
          #expect(a == b, "\(name) cut at \(cut)")
        }
      }
    }
  }

  /// States that go over rows or groups when they finish: a run that is stopped then ends there.
  @Test(arguments: [
    "dcount", "make_set", "make_list", "percentile", "median", "arg_max", "take_any", "max", "avg",
    "stdev", "hll", "make_bag", "buildschema",
  ])
  func finishingStopsWithTheRun(_ name: String) throws {
    let count = 1000
    let aggregate = try #require(AggregateCatalogue.function(name))
    let isBag = ["make_bag", "buildschema"].contains(name)
    let value =
      isBag
      ? Column(repeating: .dynamic(.bag([])), type: .dynamic, count: count)
      : Column(.long, .longs(Buffer((0..<Int64(count)).map { $0 })))
    let constants: [Scalar] = name == "percentile" ? [.long(60)] : []
    let resolution = try #require(
      aggregate.resolve(
        [AggregateArgument(type: value.type, name: "c", constant: nil)]
          + (name == "arg_max" ? [AggregateArgument(type: .long, name: "d", constant: nil)] : [])
          + constants.map { AggregateArgument(type: $0.type, name: "", constant: $0) }))
    let total = resolution.makeState()
    let groups = Buffer((0..<Int32(count)).map { $0 })
    let vectors =
      [Vector.column(value)] + (name == "arg_max" ? [.column(value)] : [])
      + constants.map { Vector.constant($0) }
    for _ in 0..<2 {
      let state = resolution.makeState()
      state.update(groups: groups.base, arguments: vectors, rowCount: count, groupCount: count)
      total.merge(state, groups: groups.base, count: count, groupCount: count)
    }
    let context = RunContext(clock: 0, threads: 1)
    #expect(try total.finish(groupCount: count, context).first?.count == count)
    context.cancel()
    #expect(throws: RunError.self) { try total.finish(groupCount: count, context) }
  }

  @Test func everyAggregateIsDeclaredOnceAndExplained() {
    let names = AggregateCatalogue.all.flatMap { [$0.name] + $0.aliases }
    #expect(Set(names).count == names.count)
    for aggregate in AggregateCatalogue.all {
      #expect(aggregate.summary.hasSuffix("."), "\(aggregate.name)")
      #expect(!aggregate.examples.isEmpty, "\(aggregate.name)")
    }
  }
}
