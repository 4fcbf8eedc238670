import CasebookTables
import CasebookValues

/// Chance that is the same in every run: a value is a hash of the session's seed, the place of the
/// call and the row.
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

  /// 64 random bits for a row.
  private static func bits(_ arguments: VectorArguments, _ row: Int, _ stream: UInt64) -> UInt64 {
    CounterRandom.draw(
      seed: arguments.context.seed, cell: 0,
      stage: stream &+ UInt64(truncatingIfNeeded: arguments.site) << 8,
      index: UInt64(truncatingIfNeeded: arguments.firstRow + row))
  }

  private static func uniform(_ arguments: VectorArguments) -> Column {
    Column(
      .real,
      .reals(
        Buffer(count: arguments.rowCount) { target in
          for row in 0..<arguments.rowCount {
            target[row] = CounterRandom.unit(bits(arguments, row, 1))
          }
        }))
  }

  private static func below(_ arguments: VectorArguments) -> Column {
    let limits = arguments[0].column(rowCount: arguments.rowCount)
    guard case .longs(let source) = limits.data else {
      return Kernels.nulls(.long, arguments.rowCount)
    }
    return Kernels.masked(.long, arguments.rowCount, limits.validity) { target, valid in
      for row in 0..<arguments.rowCount {
        let limit = source.base[row]
        if limit > 0 {
          let random = bits(arguments, row, 2).multipliedFullWidth(by: UInt64(limit)).high
          target[row] = Int64(random)
        } else {
          valid[row] = 0
        }
      }
    }
  }

  private static func guids(_ arguments: VectorArguments) -> Column {
    var builder = ColumnBuilder(.guid)
    for row in 0..<arguments.rowCount {
      // Version 4, variant 1, as RFC 9562 marks random identifiers.
      let high = bits(arguments, row, 3) & ~0xF000 | 0x4000
      let low = bits(arguments, row, 4) & ~(0b11 << 62) | (0b10 << 62)
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
