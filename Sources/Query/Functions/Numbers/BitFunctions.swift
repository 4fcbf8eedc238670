import CasebookValues

/// Whole numbers as bits.
enum BitFunctions {
  static let all: [ScalarFunction] = [
    binary("binary_and", "The bits that two whole numbers share.", "print binary_and(12, 10)", "8")
    {
      $0 & $1
    },
    binary("binary_or", "The bits of either of two whole numbers.", "print binary_or(12, 10)", "14")
    {
      $0 | $1
    },
    binary(
      "binary_xor", "The bits in which two whole numbers differ.", "print binary_xor(12, 10)", "6"
    ) { $0 ^ $1 },
    binary(
      "binary_shift_left", "A whole number's bits moved up.", "print binary_shift_left(1, 4)", "16"
    ) { $0 &<< ($1 & 63) },
    binary(
      "binary_shift_right", "A whole number's bits moved down.", "print binary_shift_right(16, 4)",
      "1"
    ) { $0 &>> ($1 & 63) },
    ScalarFunction(
      "binary_not", family: "numbers", [FunctionParameter("value", .long)], returns: .long,
      summary: "A whole number with every bit turned.",
      examples: [Example("print binary_not(0)", output: "-1")], .longToLong { ~$0 }),
    ScalarFunction(
      "bitset_count_ones", family: "numbers", [FunctionParameter("value", .long)], returns: .long,
      summary: "How many bits of a whole number are set.",
      examples: [Example("print bitset_count_ones(42)", output: "3")],
      .longToLong { Int64($0.nonzeroBitCount) }),
  ]

  private static func binary(
    _ name: String, _ summary: String, _ query: String, _ output: String,
    _ body: @escaping @Sendable (Int64, Int64) -> Int64
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "numbers",
      [FunctionParameter("a", .long), FunctionParameter("b", .long)], returns: .long,
      summary: summary, examples: [Example(query, output: output)],
      .rows(nulls: .propagate) { .long(body($0.long(0), $0.long(1))) })
  }
}
