import CasebookTables
import CasebookValues

/// Values as other types.
///
/// What cannot be converted is null, never an error.
enum ConversionFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "tostring", family: "conversion", [FunctionParameter("value", .any)],
      summary: "A value as text; \"\" for null.",
      details: "Truth values are `True` and `False`, times ISO 8601 with seven decimals and `Z`.",
      examples: [Example("print tostring(1d + 2h)", output: "1.02:00:00")]
    ) { types in
      switch types[0] {
      case .string: ScalarFunction.Resolution(.string, .vector { $0[0] })
      case .dynamic, .guid:
        ScalarFunction.Resolution(.string, .rows(nulls: .handled) { .string($0[0].text) })
      default: ScalarFunction.Resolution(.string, .vector { .column(texts($0)) })
      }
    },
    number(
      "toint", .int, "A value as a 32-bit whole number, cut towards zero.", "print toint('42')",
      "42"),
    number(
      "tolong", .long, "A value as a whole number, cut towards zero.", "print tolong(3.9)", "3"),
    number(
      "todouble", aliases: ["toreal"], .real, "A value as a real number.", "print todouble('1.5')",
      "1.5"),
    number(
      "todecimal", .decimal, "A value as a decimal, held as a real.", "print todecimal('1.5')",
      "1.5"),
    convert(
      "tobool", aliases: ["toboolean"], .bool,
      from: TypeSet.number.union(.bool).union(.string).union(.dynamic),
      "A value as a truth value.", "print tobool('true')", "true"),
    convert(
      "todatetime", .datetime,
      from: TypeSet.integer.union(.datetime).union(.string).union(.dynamic),
      "A value as a time.", "print todatetime('2024-03-15 10:30')", "2024-03-15T10:30:00.0000000Z"),
    convert(
      "totimespan", aliases: ["totime"], .timespan,
      from: TypeSet.integer.union(.timespan).union(.string).union(.dynamic),
      "A value as a timespan.", "print totimespan('1.02:03:04')", "1.02:03:04"),
    convert(
      "toguid", .guid, from: TypeSet.guid.union(.string).union(.dynamic),
      "A text as an identifier.",
      "print toguid('0123456789abcdef0123456789abcdef')", "01234567-89ab-cdef-0123-456789abcdef"),
    ScalarFunction(
      "parse_json", aliases: ["todynamic", "toobject", "parsejson"], family: "conversion",
      [FunctionParameter("value", .any)],
      summary: "A text as the JSON that it holds; any other text stands for itself.",
      examples: [Example("print parse_json('{\"a\":[1,2]}').a[1]", output: "2")]
    ) { types in
      types[0] == .dynamic
        ? ScalarFunction.Resolution(.dynamic, .vector { $0[0] })
        : ScalarFunction.Resolution(
          .dynamic,
          .rows(nulls: .propagate) { values in
            // An empty text is no JSON and no value either.
            values[0] == .string("") ? .null(.dynamic) : values[0].converted(to: .dynamic)
          })
    },
    ScalarFunction(
      "tohex", family: "conversion",
      [
        FunctionParameter("value", .integer),
        FunctionParameter("digits", .long, "at least so many", isOptional: true),
      ],
      summary: "A whole number in base 16; one below zero as the 32 or 64 bits of its type.",
      examples: [Example("print tohex(255)", output: "ff")]
    ) { types in
      let isNarrow = types[0] == .int
      return ScalarFunction.Resolution(
        .string,
        .rows(nulls: .propagate) { values in
          let bits = UInt64(bitPattern: values.long(0))
          let text = String(isNarrow ? bits & 0xFFFF_FFFF : bits, radix: 16)
          let width = min(values.count(1, default: 1), 1024)
          return .string(String(repeating: "0", count: max(0, width - text.utf8.count)) + text)
        })
    },
    ScalarFunction(
      "gettype", family: "conversion", [FunctionParameter("value", .any)], returns: .string,
      summary: "The name of a value's type; of a dynamic value, of what it holds.",
      examples: [Example("print gettype(parse_json('[1]'))", output: "array")],
      .rows(nulls: .handled) { values in
        switch values[0] {
        case .dynamic(let value): .string(value.typeName)
        case .null(.dynamic): .string("null")
        default: .string(values[0].type.name)
        }
      }),
  ]

  private static func number(
    _ name: String, aliases: [String] = [], _ target: ScalarType, _ summary: String,
    _ query: String, _ output: String
  ) -> ScalarFunction {
    ScalarFunction(
      name, aliases: aliases, family: "conversion",
      [FunctionParameter("value", TypeSet.any.subtracting(.guid))], summary: summary,
      details: "Null where the value is no number of that kind.",
      examples: [Example(query, output: output)]
    ) { types in
      let isText = types[0] == .string || types[0] == .dynamic
      return ScalarFunction.Resolution(
        target,
        isText
          ? .rows(nulls: .propagate) { $0[0].converted(to: target) }
          : .vector { cast($0[0], to: target, rowCount: $0.rowCount) })
    }
  }

  private static func convert(
    _ name: String, aliases: [String] = [], _ target: ScalarType, from types: TypeSet,
    _ summary: String, _ query: String, _ output: String
  ) -> ScalarFunction {
    ScalarFunction(
      name, aliases: aliases, family: "conversion", [FunctionParameter("value", types)],
      summary: summary, details: "Null where the value is none.",
      examples: [Example(query, output: output)]
    ) { types in
      ScalarFunction.Resolution(
        target,
        types[0] == target
          ? .vector { $0[0] } : .rows(nulls: .propagate) { $0[0].converted(to: target) })
    }
  }

  /// The texts of a column that is no text itself, written without a value per row.
  private static func texts(_ arguments: VectorArguments) -> Column {
    let writer = TextWriter(column: arguments[0].column(rowCount: arguments.rowCount))
    var collector = TextCollector(mostlyDistinct: writer.isMostlyDistinct)
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: TextWriter.capacity) { buffer in
      guard let start = buffer.baseAddress else { return }
      for row in 0..<arguments.rowCount {
        let length = writer.write(row, start)
        collector.append(UnsafeBufferPointer(start: start, count: length))
      }
    }
    return collector.finish()
  }
}

/// A vector's values as another type.
///
/// Numbers are converted without a value per row.
func cast(_ vector: Vector, to target: ScalarType, rowCount: Int) -> Vector {
  if vector.type == target { return vector }
  guard case .column(let column) = vector else {
    return .constant(vector.scalar(0).converted(to: target))
  }
  switch (column.data, target) {
  case (.longs, .long) where column.type != .dynamic:
    return .column(Column(.long, column.data, validity: column.validity))
  case (.longs, .int):
    return .column(
      Kernels.longs(column, type: .int) { Int64(Int32(truncatingIfNeeded: $0)) })
  case (.longs, .real), (.longs, .decimal), (.bools, .real), (.bools, .decimal),
    (.reals, .real), (.reals, .decimal):
    return .column(Column(target, .reals(Kernels.realValues(column)), validity: column.validity))
  case (.reals, .long), (.reals, .int), (.bools, .long), (.bools, .int):
    return .column(wholeNumbers(column, target))
  default:
    var builder = ColumnBuilder(target)
    for row in 0..<column.count { builder.append(column.scalar(row).converted(to: target)) }
    return .column(builder.finish())
  }
}

/// Reals cut towards zero; those that no long holds are null.
private func wholeNumbers(_ column: Column, _ type: ScalarType) -> Column {
  let source = Kernels.realValues(column)
  let narrow = type == .int
  return Kernels.masked(type, column.count, column.validity) { target, valid in
    for row in 0..<column.count {
      if let value = Int64(exactly: source.base[row].rounded(.towardZero)) {
        target[row] = narrow ? Int64(Int32(truncatingIfNeeded: value)) : value
      } else {
        valid[row] = 0
      }
    }
  }
}
