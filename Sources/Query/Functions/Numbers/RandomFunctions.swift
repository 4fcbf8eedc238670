import CasebookTables
import CasebookValues

/// Chance that is the same in every run: a value is a hash of the session's seed, the row and the
/// number of the call, which the binder gives as a last argument.
enum RandomFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "rand", family: "numbers",
      [FunctionParameter("below", .long, "whole numbers from 0 up to this", isOptional: true)],
      summary: "A random number from 0 to 1, or a whole one below a limit.",
      details: "It depends on the session's seed and the row, so a script replays alike.",
      examples: [Example("print rand() < 1", output: "true")], isPure: false
    ) { types in
      types.isEmpty
        ? ScalarFunction.Resolution(.real, .vector { .column(uniform($0)) })
        : ScalarFunction.Resolution(.long, .vector { .column(below($0)) })
    },
    ScalarFunction(
      "new_guid", family: "numbers", [], returns: .guid,
      summary: "A random identifier.",
      details: "It depends on the session's seed and the row, so a script replays alike.",
      examples: [Example("print strlen(tostring(new_guid()))", output: "36")], isPure: false,
      .vector { .column(guids($0)) }),
  ]

  /// The random bits of a call, by row.
  ///
  /// A call that needs more than one draw a row has several streams.
  private struct Draws {
    private let key: UInt64
    private let firstRow: Int

    init(_ arguments: VectorArguments, stream: UInt64 = 0) {
      let call = arguments.vectors.last?.scalar(0).asLong ?? 0
      key = CounterRandom.key(
        seed: arguments.context.seed, cell: UInt64(bitPattern: call), stage: stream)
      firstRow = arguments.firstRow
    }

    @inline(__always)
    func bits(_ row: Int) -> UInt64 {
      CounterRandom.draw(key, UInt64(truncatingIfNeeded: firstRow + row))
    }
  }

  private static func uniform(_ arguments: VectorArguments) -> Column {
    let draws = Draws(arguments)
    return Column(
      .real,
      .reals(
        Buffer(count: arguments.rowCount) { target in
          for row in 0..<arguments.rowCount { target[row] = CounterRandom.unit(draws.bits(row)) }
        }))
  }

  private static func below(_ arguments: VectorArguments) -> Column {
    let draws = Draws(arguments)
    let limits = arguments[0].column(rowCount: arguments.rowCount)
    guard case .longs(let source) = limits.data else {
      return Kernels.nulls(.long, arguments.rowCount)
    }
    return Kernels.masked(.long, arguments.rowCount, limits.validity) { target, valid in
      for row in 0..<arguments.rowCount {
        let limit = source.base[row]
        if limit > 0 {
          target[row] = Int64(draws.bits(row).multipliedFullWidth(by: UInt64(limit)).high)
        } else {
          valid[row] = 0
        }
      }
    }
  }

  private static func guids(_ arguments: VectorArguments) -> Column {
    let (upper, lower) = (Draws(arguments, stream: 1), Draws(arguments, stream: 2))
    var builder = ColumnBuilder(.guid)
    for row in 0..<arguments.rowCount {
      // Version 4, variant 1, as RFC 9562 marks random identifiers.
      let high = upper.bits(row) & ~0xF000 | 0x4000
      let low = lower.bits(row) & ~(0b11 << 62) | (0b10 << 62)
      builder.append(text: guidText(high, low))
    }
    return builder.finish()
  }
}

/// The canonical text of an identifier's 128 bits.
func guidText(_ high: UInt64, _ low: UInt64) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for index in 0..<32 {
    if index == 8 || index == 12 || index == 16 || index == 20 { text.append(UInt8(ascii: "-")) }
    let word = index < 16 ? high : low
    text.append(digits[Int(word >> UInt64(60 - 4 * (index % 16)) & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}
