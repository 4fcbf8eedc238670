import CasebookLanguage
import Testing

/// Where statements begin and end.
@Suite struct StatementTests {
  /// The first words of each statement of a text.
  private func starts(_ text: String) -> [String] {
    let tree = check(text)
    return tree.statements.map { statement in
      String(tree.text(of: statement).prefix { $0 != " " && $0 != "\n" && $0 != "(" })
    }
  }

  @Test func newlineEndsAWholeStatement() {
    #expect(starts("a | take 1\nb | take 2") == ["a", "b"])
    #expect(starts("a; b ;c") == ["a", "b", "c"])
    #expect(starts("load \"x\" as a\na | count") == ["load", "a"])
    #expect(starts("undo\ncases") == ["undo", "cases"])
    #expect(starts("datasets\ndatasets | take 1\n(T)") == ["datasets", "datasets", ""])
  }

  @Test func unfinishedSentencesGoOn() {
    #expect(starts("T | where a ==\n1\n| take\n5\nU") == ["T", "U"])
    #expect(starts("T | summarize\n n = count(),\n m = max(x)\n by k\nU") == ["T", "U"])
    #expect(starts("let x =\n  T\n| take 5\nx") == ["let", "x"])
    #expect(starts("T | join\n  kind=inner\n  (U)\n  on k\nV") == ["T", "V"])
    #expect(starts("print\n  a = 1,\n  b = 2\nU") == ["print", "U"])
  }

  @Test func linesThatCarryOn() {
    #expect(starts("T\n| take 5") == ["T"])
    #expect(starts("T | extend a = 1\n  , b = 2\nU") == ["T", "U"])
    #expect(starts("T | where a\n  and b\n  or c has \"x\"\n  == d\nU") == ["T", "U"])
    #expect(starts("T | where a\n  - 1 > 2\nU") == ["T", "U"])
    #expect(starts("T | sort by a\n  asc\nU") == ["T", "U"])
    #expect(starts("load \"x\"\n  as a\n  with (format=csv)\nU") == ["load", "U"])
    #expect(starts("T | where a is\nmissing\nU") == ["T", "U"])
    #expect(starts("T | parse a with * \"x\" b\n  \"y\" c\nU") == ["T", "U"])
  }

  @Test func blankLines() {
    #expect(starts("T\n\n// why\n\n| take 5\n\nU") == ["T", "U"])
    check("T | where a ==«»\n\nU", errors: ["E0102 An expression"])
    #expect(check("T | where a ==\n\nU", errors: ["E0102"]).statements.count == 2)
    #expect(starts("T | where (a\n\n  and b)\nU") == ["T", "U"])
  }

  @Test func lostBracketsEndAtTheNextStatement() {
    let tree = check(
      "T | where (a > 1\n| take 5\n\nU | take 2\nV | take",
      errors: ["E0105", "E0102"])
    #expect(tree.statements.count == 3)
    #expect(tree.pipeline(1)?.stages.count == 1)
  }

  @Test func sqlHasItsOwnRules() {
    let tree = check(
      "select a, 'it''s; x'\nfrom t -- c; d\n\nT | take 1\nwith q as (select 1)\nselect 2;U")
    #expect(tree.statements.count == 4)
    guard case .sql(let span) = tree.statements[0].kind else { return #expect(Bool(false)) }
    #expect(tree.source[span] == "select a, 'it''s; x'\nfrom t -- c; d")
    guard case .sql = tree.statements[2].kind else { return #expect(Bool(false)) }
    guard case .sql = check("sql drop table x").statements[0].kind else {
      return #expect(Bool(false))
    }
    #expect(check("sql \"select 1\" | take 5").pipeline()?.stages.count == 1)
    #expect(check("select | take 5").pipeline() != nil)
  }

  @Test func proseBelongsToItsStatement() {
    let text = "// # Title\n//\n// text\n\n// more\nT // trailing\n// next\nU\n// end"
    let tree = check(text)
    #expect(
      tree.statements.map { $0.prose.map { tree.source[$0] } } == [
        "// # Title\n//\n// text\n\n// more", "// next", "// end",
      ])
  }

  @Test func commandWordsAreNotReserved() {
    #expect(check("load | take 5").pipeline() != nil)
    #expect(check("queue\n| take 5").pipeline()?.stages.count == 1)
    #expect(check("describe cases | take 5").pipeline()?.stages.count == 1)
    #expect(check("describe cases").command()?.name("name")?.text == "cases")
    #expect(check("undo").command()?.name == "undo")
    #expect(check("T | where load > 1 and queue has \"x\"").pipeline()?.stages.count == 1)
  }

  @Test func aLeadingPipeContinuesTheLastPipeline() {
    guard let pipeline = check("| where x > 1 | take 5").pipeline(),
      case .continuation = pipeline.source
    else { return #expect(Bool(false)) }
    #expect(pipeline.stages.count == 2)
    #expect(check("load \"x\"\n| take 5").statements.count == 2)
  }

  @Test func clausesAmendTheCommandJustEntered() {
    let tree = check("queue general staff 2\n\naht 4m staff 3\n\nT | take 1")
    #expect(tree.command(1)?.isAmendment == true)
    #expect(tree.command(1)?.parts.map(\.label) == ["aht", "staff"])
    #expect(check("queue general\n\nstaff | take 1").pipeline(1) != nil)
    let later = parse("staff 3", signatures: Sample.signatures, amending: "queue")
    #expect(later.command()?.isAmendment == true)
  }

  @Test func otherShellsHabits() {
    let kinds = check("\\d cases\n?\n.tables\n.schema cases\n.load \"x\" as y").statements.map {
      statement -> String in
      switch statement.kind {
      case .foreign(let name, let argument): "\(name.text)(\(argument))"
      case .command(let command): command.name
      default: "?"
      }
    }
    #expect(kinds == ["\\d(cases)", "?()", ".tables()", ".schema(cases)", "load"])
  }

  @Test func kqlStatements() {
    let tree = check(
      """
      #!/usr/bin/env casebook
      set notruncation
      set limit_rows = 5;
      declare query_parameters(a: long = 5, b: string);
      restrict access to (T);
      let f = view (T: (x: long), n: int = 1) { let y = 2; T | take n };
      f(T)
      """)
    #expect(tree.statements.count == 6)
    guard case .binding(let binding) = tree.statements[4].kind,
      case .function(let function) = binding.value
    else { return #expect(Bool(false)) }
    #expect(function.isView)
    #expect(function.parameters.map(\.name.text) == ["T", "n"])
    #expect(function.parameters[0].columns?.count == 1)
    #expect(function.bindings.count == 1)
    #expect(function.result?.stages.count == 1)
  }

  @Test func completenessForThePrompt() {
    let whole = ["T", "T | take 5", "undo", "T | where ==\n\n", "T | take 5)", "let x = 1;", ""]
    for text in whole {
      #expect(completeness(of: text, signatures: Sample.signatures) == .complete, "\(text)")
    }
    let parts: [(String, Incompleteness)] = [
      ("T |", .expects("the name of a stage")), ("T | where", .expects("an expression")),
      ("T | where a ==", .expects("an expression")), ("print f(", .openBracket("(")),
      ("print dynamic({", .openBracket("(")), ("print \"a", .openString),
      ("print ```a\nb", .openString), ("let x =", .expects("an expression")),
    ]
    for (text, reason) in parts {
      let found = completeness(of: text, signatures: Sample.signatures)
      #expect(found == .incomplete(reason), "\(text)")
    }
  }
}
