import CasebookTables
import CasebookValues

/// Loops over whole columns that several functions share.
///
/// Their bodies are generic closures that are inlined where the kernel is specialised.
enum Kernels {
  /// A column of stored integers (longs, ticks) from one, null where the body gives nil.
  @inline(__always)
  static func longs(
    _ column: Column, type: ScalarType, _ body: (Int64) -> Int64?
  ) -> Column {
    let count = column.count
    guard case .longs(let source) = column.data else { return nulls(type, count) }
    return masked(type, count, column.validity) { target, valid in
      for row in 0..<count {
        if let value = body(source.base[row]) {
          target[row] = value
        } else {
          valid[row] = 0
        }
      }
    }
  }

  /// A column of reals from one of numbers, null where the body gives nil.
  @inline(__always)
  static func reals(
    _ column: Column, type: ScalarType = .real, _ body: (Double) -> Double?
  ) -> Column {
    let count = column.count
    let source = realValues(column)
    var missing = false
    let valid = Buffer<UInt8>(count: count) { $0.update(repeating: 1, count: count) }
    let bytes = UnsafeMutablePointer(mutating: valid.base)
    let values = Buffer<Double>(count: count) { target in
      for row in 0..<count {
        if let value = body(source.base[row]) {
          target[row] = value
        } else {
          bytes[row] = 0
          missing = true
        }
      }
    }
    let mask = missing ? Bitmap(unlessAllSet: valid.pointer) : nil
    return Column(type, .reals(values), validity: Bitmap.intersection(column.validity, mask))
  }

  /// A column of truth values from one of numbers.
  @inline(__always)
  static func bools(_ column: Column, _ body: (Double) -> Bool) -> Column {
    let count = column.count
    let source = realValues(column)
    let values = Buffer<UInt8>(count: count) { target in
      for row in 0..<count { target[row] = body(source.base[row]) ? 1 : 0 }
    }
    return Column(.bool, .bools(values), validity: column.validity)
  }

  /// A column without a value.
  static func nulls(_ type: ScalarType, _ count: Int) -> Column {
    Column(repeating: .missing(type), type: type, count: count)
  }

  /// Any numeric column's values as doubles; shares memory when they are.
  static func realValues(_ column: Column) -> Buffer<Double> {
    switch column.data {
    case .reals(let values): values
    case .longs(let values):
      Buffer(count: values.count) { target in
        for row in 0..<values.count { target[row] = Double(values.base[row]) }
      }
    case .bools(let values):
      Buffer(count: values.count) { target in
        for row in 0..<values.count { target[row] = Double(values.base[row]) }
      }
    case .texts(let codes, _): Buffer(repeating: 0, count: codes.count)
    }
  }

  /// Integers and their validity, written together.
  @inline(__always)
  static func masked(
    _ type: ScalarType, _ count: Int, _ validity: Bitmap?,
    _ fill: (UnsafeMutablePointer<Int64>, UnsafeMutablePointer<UInt8>) -> Void
  ) -> Column {
    var mask: Bitmap?
    let values = Buffer<Int64>(count: count) { target in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { valid in
        guard let bytes = valid.baseAddress else { return }
        bytes.initialize(repeating: 1, count: count)
        fill(target, bytes)
        mask = Bitmap(unlessAllSet: UnsafeBufferPointer(valid))
      }
    }
    return Column(type, .longs(values), validity: Bitmap.intersection(validity, mask))
  }
}

extension Implementation {
  /// A stored integer from a stored integer or nothing.
  static func longToOptional(_ body: @escaping @Sendable (Int64) -> Int64?) -> Implementation {
    .vector { arguments in
      .column(
        Kernels.longs(
          arguments[0].column(rowCount: arguments.rowCount), type: arguments.resultType, body))
    }
  }

  /// A real from a number or nothing.
  static func realToOptional(_ body: @escaping @Sendable (Double) -> Double?) -> Implementation {
    .vector { arguments in
      .column(
        Kernels.reals(
          arguments[0].column(rowCount: arguments.rowCount), type: arguments.resultType, body))
    }
  }

  /// A truth value from a number.
  static func realToBool(_ body: @escaping @Sendable (Double) -> Bool) -> Implementation {
    .vector { arguments in
      .column(Kernels.bools(arguments[0].column(rowCount: arguments.rowCount), body))
    }
  }

  /// A real from two numbers.
  static func realsToReal(
    _ body: @escaping @Sendable (Double, Double) -> Double
  ) -> Implementation {
    .rows(nulls: .propagate) { .real(body($0.real(0), $0.real(1))) }
  }
}

/// The type that values of these types have in common: equal types, the wider of two numbers, or
/// `dynamic` when one is.
func commonType(_ types: some Sequence<ScalarType>) -> ScalarType? {
  var common: ScalarType?
  for type in types {
    guard let known = common, known != type else {
      common = type
      continue
    }
    if known == .dynamic || type == .dynamic {
      common = .dynamic
    } else if known.isNumeric, type.isNumeric {
      common = widerNumber(known, type)
    } else {
      return nil
    }
  }
  return common
}

private func widerNumber(_ left: ScalarType, _ right: ScalarType) -> ScalarType {
  let order: [ScalarType] = [.int, .long, .decimal, .real]
  return order.last { $0 == left || $0 == right } ?? .real
}
