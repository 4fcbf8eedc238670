import CasebookLanguage
import Testing

/// What stages hold, part by part.
@Suite struct StageTests {
  private func stage(_ text: String) throws -> Stage {
    try #require(check("T | " + text).pipeline()?.stages.first)
  }

  @Test func summarize() throws {
    let both = try stage("summarize n = count(), (a, b) = arg_max(x, *) by k, week = bin(t, 7d)")
    #expect(both.items("aggregates").map { $0.names.map(\.text) } == [["n"], ["a", "b"]])
    #expect(both.items("keys").map { $0.name?.text } == [nil, "week"])
    let keys = try stage("summarize by k")
    #expect(keys.items("aggregates").isEmpty)
    #expect(keys.items("keys").count == 1)
  }

  @Test func sortKeys() throws {
    let keys = try stage("order by a asc nulls last, b desc, c").sortKeys("keys")
    #expect(keys.map(\.isAscending) == [true, false, nil])
    #expect(keys.map(\.nullsFirst) == [false, nil, nil])
    let sorted = try stage("order by a")
    #expect(sorted.name == "sort")
    #expect(sorted.word.text == "order")
  }

  @Test func join() throws {
    let join = try stage(
      "join kind=inner hint.strategy = shuffle (U | take 1) on a, $left.b == $right.c")
    #expect(join.parameter("kind")?.asName?.text == "inner")
    #expect(join.parameter("hint.strategy")?.asName?.text == "shuffle")
    #expect(join.expressions("on").count == 2)
    guard case .pipeline? = join.expression("right")?.unbracketed.kind else {
      return #expect(Bool(false))
    }
  }

  @Test func wildcards() throws {
    let kinds = try stage("project-away a*, *_id, ['b c'], d.e, *").items("columns").map {
      item -> String in
      switch item.value.kind {
      case .wildcard(let text): text
      case .name(let name): name.text
      case .member(_, let name): "." + name.text
      case .star: "*"
      default: "?"
      }
    }
    #expect(kinds == ["a*", "*_id", "b c", ".e", "*"])
  }

  @Test func groupsOfParts() throws {
    let expand = try stage("mv-expand with_itemindex=i x = a to typeof(long), b limit 5")
    #expect(expand.groups("columns").map { $0.has("type") } == [true, false])
    #expect(expand.expression("limit")?.asLiteral?.text == "5")
    let series = try stage(
      "make-series a = avg(x) default = 0, count() on t from b to e step 1d by k")
    #expect(series.groups("aggregates").map { $0.parameter("default") != nil } == [true, false])
    #expect(series.has("from") && series.has("to") && series.has("step"))
    let ranged = try stage("make-series count() on t in range(a, b, 1d)")
    #expect(ranged.has("range"))
    let scan = try stage(
      "scan with_match_id=m declare (n: long = 0) with (step s: a => n = n + 1, b = s.c; step t: true;)"
    )
    #expect(scan.groups("steps").map { $0.items("assignments").count } == [2, 0])
    let apply = try stage("mv-apply x = a on (top 2 by x | project x)")
    #expect(apply.pipeline("body")?.stages.count == 2)
    let nested = try stage("top-nested 2 of a by n = sum(x), top-nested of b by c desc")
    #expect(nested.groups("levels").count == 2)
  }

  @Test func patterns() throws {
    let parse = try stage("parse kind=regex flags=Ui a.b with * \"x=\" c:long \",\" d * \"e\" 'f'")
    let items = parse.pattern("pattern").map { item -> String in
      switch item {
      case .skip: "*"
      case .text(let text): text.asLiteral?.text ?? "?"
      case .capture(let column): column.name.text + ":" + (column.type?.text ?? "")
      }
    }
    #expect(items == ["*", "x=", "c:long", ",", "d:", "*", "e", "f"])
    #expect(parse.parameter("kind")?.asName?.text == "regex")
  }

  @Test func sources() throws {
    let table = try #require(check("datatable(a: int, b: string)[ 1, 'x',\n 2, 'y', ]").pipeline())
    guard case .stage(let stage) = table.source else { return #expect(Bool(false)) }
    #expect(stage.schema("schema").map { $0.type?.text } == ["int", "string"])
    #expect(stage.expressions("rows").count == 4)
    let union = try #require(check("union withsource=s A, (B | take 1), C* | take 3").pipeline())
    guard case .stage(let head) = union.source else { return #expect(Bool(false)) }
    #expect(head.tables("tables").count == 3)
    #expect(union.stages.count == 1)
    let search = try #require(check("search in (A, B) (x: \"y\" or \"z\") and n > 1").pipeline())
    guard case .stage(let predicate) = search.source else { return #expect(Bool(false)) }
    #expect(predicate.tables("tables").count == 2)
  }

  @Test func analysisStages() throws {
    let stage = try stage(
      "signals a, b label=c mature=(t + 30d) cost=(fp=1, fn=5) by k, w = bin(t, 7d)")
    #expect(stage.expressions("items").count == 2)
    #expect(stage.parameters.map { $0.name?.text } == ["label", "mature", "cost"])
    guard case .named(let costs)? = stage.parameter("cost")?.kind else {
      return #expect(Bool(false))
    }
    #expect(costs.count == 2)
    #expect(stage.items("by").count == 2)
    #expect(try self.stage("signals label=c").parameters.count == 1)
    #expect(try self.stage("bottlenecks by region").items("by").count == 1)
  }

  @Test func commands() throws {
    let load = try #require(
      check("load \"a.csv\" as x with (format=csv, types=(score: real), nulls=(\"NA\"))").command())
    #expect(load.string("path") == "a.csv")
    #expect(load.name("as")?.text == "x")
    guard case .schema? = load.parameter("types")?.kind else { return #expect(Bool(false)) }
    let export = try #require(
      check("export T | mv-expand a to typeof(long) to \"a.csv\" replace").command())
    #expect(export.pipeline("pipeline")?.stages.count == 1)
    #expect(export.string("path") == "a.csv")
    #expect(export.word("replace") == "replace")
    #expect(check("explain T | take 5").command()?.pipeline("pipeline")?.stages.count == 1)
    #expect(check("protect a.b, a.c").command()?.items("columns").count == 2)
    let param = try #require(check("param week: datetime = datetime(2026-03-02)").command())
    #expect(param.expression("default") != nil)
  }
}
