import CasebookTables
import CasebookValues

/// Functions of a row's place among the others: they read the whole input in its order.
enum WindowFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "row_number", family: "window",
      [
        FunctionParameter("start", .long, isOptional: true),
        FunctionParameter("restart", .bool, "where to begin again", isOptional: true),
      ], returns: .long, summary: "The number of the row, from 1.",
      examples: [
        Example("range x from 5 to 6 step 1 | extend n = row_number()", output: "5\t1\n6\t2")
      ],
      .ordered(rowNumbers)),
    neighbour("prev", "before", -1, "5\t\n6\t5"),
    neighbour("next", "after", 1, "5\t6\n6\t"),
    ScalarFunction(
      "row_cumsum", family: "window",
      [
        FunctionParameter("term", TypeSet.number.union(.timespan)),
        FunctionParameter("restart", .bool, "where to begin again", isOptional: true),
      ], summary: "The sum of a value over the rows so far; nulls add nothing.",
      examples: [
        Example("range x from 1 to 3 step 1 | extend s = row_cumsum(x)", output: "1\t1\n2\t3\n3\t6")
      ]
    ) { types in
      let type = types[0] == .int ? .long : types[0]
      return ScalarFunction.Resolution(type, .ordered(cumulatedSums))
    },
    rank(
      "row_rank_dense", "how many different values came so far", isDense: true, "1\t1\n1\t1\n2\t2"),
    rank(
      "row_rank_min", "the number of the first row of the same value", isDense: false,
      "1\t1\n1\t1\n2\t3"),
    ScalarFunction(
      "row_window_session", family: "window",
      [
        FunctionParameter("time", .datetime),
        FunctionParameter("longest", .timespan, "from the session's first time", isConstant: true),
        FunctionParameter("gap", .timespan, "between two times of a session", isConstant: true),
        FunctionParameter("restart", .bool, "where to begin again", isOptional: true),
      ], returns: .datetime,
      summary: "The first time of the session that a row's time belongs to.",
      examples: [
        Example(
          "range t from datetime(2024-01-01) to datetime(2024-01-01 02:00) step 1h "
            + "| extend s = row_window_session(t, 1d, 10m) | where t != s",
          "none within ten minutes",
          output: "")
      ],
      .ordered(sessions)),
  ]

  private static func neighbour(
    _ name: String, _ word: String, _ sign: Int, _ output: String
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "window",
      [
        FunctionParameter("value", .any),
        FunctionParameter("offset", .long, "rows away, 1", isOptional: true, isConstant: true),
        FunctionParameter(
          "default", .any, "where there is no such row", isOptional: true, isConstant: true),
      ], summary: "A value of the row \(word) this one.",
      examples: [Example("range x from 5 to 6 step 1 | extend y = \(name)(x)", output: output)]
    ) { types in
      ScalarFunction.Resolution(types[0], .ordered { neighbours($0, sign) })
    }
  }

  private static func rank(
    _ name: String, _ words: String, isDense: Bool, _ output: String
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "window",
      [
        FunctionParameter("value", .scalar, "by which the rows are sorted"),
        FunctionParameter("restart", .bool, "where to begin again", isOptional: true),
      ], returns: .long, summary: "The row's rank: \(words).",
      examples: [
        Example(
          "datatable(x:long)[1, 1, 2] | sort by x asc | extend r = \(name)(x)", output: output)
      ],
      .ordered { ranks($0, isDense: isDense) })
  }

  @Sendable private static func rowNumbers(_ arguments: VectorArguments) -> Column {
    let start = arguments.vectors.isEmpty ? 1 : arguments[0].scalar(0).asLong ?? 1
    let restart = RestartFlags(arguments, 1)
    return longs(arguments.rowCount) { target in
      var number = start
      for row in 0..<arguments.rowCount {
        if restart.isSet(row) { number = start }
        target[row] = number
        number &+= 1
      }
    }
  }

  private static func neighbours(_ arguments: VectorArguments, _ sign: Int) -> Column {
    let rowCount = arguments.rowCount
    let type = arguments.resultType
    var column = arguments[0].column(rowCount: rowCount)
    let offset = arguments.vectors.count > 1 ? Int(clamping: arguments[1].scalar(0).asLong ?? 1) : 1
    let distance = sign * min(max(offset, -rowCount), rowCount)
    var outside: Int32 = -1
    if arguments.vectors.count > 2, rowCount > 0 {
      let value = arguments[2].scalar(0).converted(to: type)
      outside = Int32(truncatingIfNeeded: rowCount)
      column = Column.concatenated(
        [column, Column(repeating: value, type: type, count: 1)], type: type)
    }
    let rows = Buffer<Int32>(count: rowCount) { target in
      for row in 0..<rowCount {
        let place = row + distance
        target[row] = place >= 0 && place < rowCount ? Int32(truncatingIfNeeded: place) : outside
      }
    }
    return column.gathered(by: rows)
  }

  @Sendable private static func cumulatedSums(_ arguments: VectorArguments) -> Column {
    let column = arguments[0].column(rowCount: arguments.rowCount)
    let restart = RestartFlags(arguments, 1)
    switch column.data {
    case .longs(let values):
      let sums = Buffer<Int64>(count: arguments.rowCount) { target in
        var sum: Int64 = 0
        for row in 0..<arguments.rowCount {
          if restart.isSet(row) { sum = 0 }
          if !column.isNull(row) { sum &+= values.base[row] }
          target[row] = sum
        }
      }
      return Column(arguments.resultType, .longs(sums))
    case .reals(let values):
      let sums = Buffer<Double>(count: arguments.rowCount) { target in
        var sum = 0.0
        for row in 0..<arguments.rowCount {
          if restart.isSet(row) { sum = 0 }
          if !column.isNull(row) { sum += values.base[row] }
          target[row] = sum
        }
      }
      return Column(arguments.resultType, .reals(sums))
    case .bools, .texts: return Kernels.nulls(arguments.resultType, arguments.rowCount)
    }
  }

  private static func ranks(_ arguments: VectorArguments, isDense: Bool) -> Column {
    let column = arguments[0].column(rowCount: arguments.rowCount)
    let restart = RestartFlags(arguments, 1)
    return longs(arguments.rowCount) { target in
      var rank: Int64 = 0
      var number: Int64 = 0
      for row in 0..<arguments.rowCount {
        if restart.isSet(row) || row == 0 {
          rank = 1
          number = 1
        } else {
          number += 1
          if !column.hasEqualRows(row - 1, row) { rank = isDense ? rank + 1 : number }
        }
        target[row] = rank
      }
    }
  }

  @Sendable private static func sessions(_ arguments: VectorArguments) -> Column {
    let column = arguments[0].column(rowCount: arguments.rowCount)
    guard case .longs(let times) = column.data,
      case .timespan(let longest) = arguments[1].scalar(0),
      case .timespan(let gap) = arguments[2].scalar(0)
    else { return Kernels.nulls(.datetime, arguments.rowCount) }
    let restart = RestartFlags(arguments, 3)
    return Kernels.masked(.datetime, arguments.rowCount, column.validity) { target, _ in
      var first: Int64?
      var last: Int64 = 0
      for row in 0..<arguments.rowCount {
        if restart.isSet(row) { first = nil }
        if column.isNull(row) { continue }
        let time = times.base[row]
        if let known = first, time - known <= longest, time - last <= gap {
          target[row] = known
        } else {
          first = time
          target[row] = time
        }
        last = time
      }
    }
  }

  private static func longs(
    _ count: Int, _ fill: (UnsafeMutablePointer<Int64>) -> Void
  ) -> Column {
    Column(.long, .longs(Buffer(count: count, fill: fill)))
  }
}

extension Implementation {
  /// A column from the whole input in its order; bodies never see an input without rows.
  fileprivate static func ordered(
    _ body: @escaping @Sendable (VectorArguments) -> Column
  ) -> Implementation {
    .window { arguments in
      let isEmpty = arguments.rowCount == 0
      return .column(isEmpty ? Kernels.nulls(arguments.resultType, 0) : body(arguments))
    }
  }
}

/// Where a window function begins again.
private struct RestartFlags {
  private let flags: Buffer<UInt8>?
  private let validity: Bitmap?

  /// The flags of an optional argument; none where it was left out.
  init(_ arguments: VectorArguments, _ index: Int) {
    guard index < arguments.vectors.count else {
      flags = nil
      validity = nil
      return
    }
    let column = arguments[index].column(rowCount: arguments.rowCount)
    if case .bools(let values) = column.data { flags = values } else { flags = nil }
    validity = column.validity
  }

  @inline(__always)
  func isSet(_ row: Int) -> Bool {
    guard let flags else { return false }
    return flags.base[row] != 0 && (validity?[row] ?? true)
  }
}

extension Column {
  /// Whether two rows hold the same value, or both none.
  fileprivate func hasEqualRows(_ left: Int, _ right: Int) -> Bool {
    if isNull(left) || isNull(right) { return isNull(left) && isNull(right) }
    switch data {
    case .bools(let values): return values.base[left] == values.base[right]
    case .longs(let values): return values.base[left] == values.base[right]
    case .reals(let values):
      return values.base[left] == values.base[right]
        || (values.base[left].isNaN && values.base[right].isNaN)
    case .texts(let codes, let dictionary):
      return codes[left] == codes[right]
        || dictionary.bytes(codes[left]).elementsEqual(dictionary.bytes(codes[right]))
    }
  }
}
