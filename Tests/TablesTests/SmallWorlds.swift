import CasebookTables
import CasebookValues

/// A sequence of numbers that is the same in every run.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

/// A column of values, built one by one.
func column(_ type: ScalarType, _ values: [Scalar]) -> Column {
  var builder = ColumnBuilder(type)
  for value in values { builder.append(value) }
  return builder.finish()
}

/// The values of a column.
func values(_ column: Column) -> [Scalar] { (0..<column.count).map { column.scalar($0) } }

/// All sequences of up to `length` of the given values.
func worlds(_ values: [Scalar], upTo length: Int) -> [[Scalar]] {
  var all: [[Scalar]] = [[]]
  var last = all
  for _ in 0..<length {
    last = last.flatMap { head in values.map { head + [$0] } }
    all += last
  }
  return all
}

/// Few values of each type, those that are easily got wrong among them.
let sampleValues: [(type: ScalarType, values: [Scalar])] = [
  (.bool, [.null(.bool), .bool(false), .bool(true)]),
  (.int, [.null(.int), .int(.min), .int(7)]),
  (.long, [.null(.long), .long(.min), .long(.max), .long(0)]),
  (.real, [.null(.real), .real(.nan), .real(-.infinity), .real(0), .real(-0.0)]),
  (.string, [.string(""), .string("a"), .string("a\0"), .string("b")]),
  (.datetime, [.null(.datetime), .datetime(0), .datetime(10_000_000)]),
  (.dynamic, [.null(.dynamic), .dynamic(.long(1)), .dynamic(.string("x"))]),
]

/// A text column whose dictionary may hold the same text twice, as blocks of distinct texts have it.
func heapColumn(_ texts: [String]) -> Column {
  let codes = Buffer<UInt32>(texts.indices.map { UInt32($0) })
  return Column(
    .string,
    .texts(.wide(codes), TextDictionary(texts.isEmpty ? [""] : texts, isDistinct: false)))
}

func context(threads: Int = 1) -> RunContext { RunContext(clock: 0, threads: threads) }
