import CasebookTables
import CasebookValues

@testable import CasebookRender

/// A chart of a table, or the sentence that says why there is none.
func chart(
  _ table: Table, _ kind: ChartKind, _ properties: KeyValuePairs<ChartProperty, String> = [:]
)
  -> Result<Chart, ChartProblem>
{
  do {
    return .success(try Chart(table, RenderHint(kind, properties)))
  } catch {
    return .failure(error)
  }
}

/// Tables that are no joy to draw, with names.
let hostileTables: [(name: String, table: Table)] = [
  ("no rows", table(("q", .string, []), ("n", .long, []))),
  ("no columns", Table(fields: [], columns: [], rowCount: 3)),
  ("one row", table(("q", .string, texts("a")), ("n", .long, longs(5)))),
  ("one number", table(("n", .long, longs(5)))),
  (
    "all null",
    table(("q", .string, texts("a", "b")), ("n", .long, [.null(.long), .null(.long)]))
  ),
  ("all equal", table(("x", .long, longs(1, 2, 3)), ("y", .real, reals(4, 4, 4)))),
  ("all zero", table(("x", .long, longs(1, 2, 3)), ("y", .real, reals(0, 0, 0)))),
  (
    "not finite",
    table(("x", .long, longs(1, 2, 3, 4)), ("y", .real, reals(.nan, .infinity, -.infinity, 1)))
  ),
  (
    "huge",
    table(
      ("x", .real, reals(-1.7e308, 0, 1.7e308)),
      ("y", .real, reals(1.7e308, -1.7e308, .leastNonzeroMagnitude)))
  ),
  ("long bounds", table(("x", .long, longs(.min, 0, .max)), ("y", .long, longs(.max, .min, 0)))),
  ("negative", table(("q", .string, texts("a", "b", "c")), ("y", .real, reals(-5, 3, -0.001)))),
  (
    "texts",
    table(
      (
        "na\u{1B}[31mme", .string,
        texts("日本語の長い名前です", "a\u{0}b\n\tc", "</svg><script>\"'&", "\u{202E}right", "", "👩‍👩‍👧")
      ), ("n", .long, longs(1, 2, 3, 4, 5, 6)))
  ),
  (
    "times",
    table(
      (
        "at", .datetime,
        [
          .datetime(Instant.least), .datetime(Instant.greatest), .null(.datetime),
          .datetime(Instant.unixEpoch),
        ]
      ), ("w", .timespan, [.timespan(.min), .timespan(.max), .timespan(0), .timespan(1)]))
  ),
  (
    "one instant",
    table(
      ("at", .datetime, [.datetime(Instant.unixEpoch), .datetime(Instant.unixEpoch)]),
      ("n", .long, longs(1, 2)))
  ),
  (
    "pairs",
    table(
      ("source", .string, texts("a", "b", "a", "c")),
      ("target", .string, texts("b", "a", "a", "a")),
      ("n", .long, longs(5, 0, -3, 2)), ("share", .real, reals(0.5, .nan, 0, 0.5)),
      ("median", .timespan, [.timespan(0), .null(.timespan), .timespan(.max), .timespan(-1)]))
  ),
  (
    "arrays",
    table(
      (
        "x", .dynamic,
        [
          .dynamic(.array([.long(1), .real(2.5), .null])),
          .dynamic(.array([.string("x"), .array([])])), .null(.dynamic),
        ]
      ), ("y", .dynamic, [.dynamic(.array([.long(3)])), .dynamic(.array([])), .dynamic(.null)]))
  ),
  (
    "passages",
    table(
      ("source", .string, texts("a", "b")), ("target", .string, texts("b", "c")),
      ("left", .datetime, [.datetime(0), .datetime(Instant.unixEpoch)]),
      ("arrived", .datetime, [.datetime(Instant.greatest), .null(.datetime)]))
  ),
  ("many names", manyRows(3_000, names: 3_000)),
  ("many series", manyRows(500, names: 50)),
]

private func manyRows(_ count: Int, names: Int) -> Table {
  table(
    ("s", .string, (0..<count).map { .string("s\($0 % names)") }),
    ("x", .long, (0..<count).map { .long(Int64($0 / names)) }),
    ("y", .real, (0..<count).map { .real(Double($0 * 7919 % 997)) }))
}
