public import CasebookValues

/// The rows of a `bool` column that are true; null is not.
public func selection(where column: Column) -> Buffer<Int32> {
  guard case .bools(let values) = column.data else { return Buffer([]) }
  let valid = column.validity?.words.base
  let count = values.count
  var found = 0
  let rows = Buffer<Int32>(count: count) { target in
    if let valid {
      for row in 0..<count {
        // Written always, kept only when true: no branch to mispredict.
        target[found] = Int32(truncatingIfNeeded: row)
        let isValid = Int(truncatingIfNeeded: valid[row >> 6] >> UInt64(row & 63)) & 1
        found &+= Int(values.base[row]) & isValid
      }
    } else {
      for row in 0..<count {
        target[found] = Int32(truncatingIfNeeded: row)
        found &+= Int(values.base[row])
      }
    }
  }
  return rows.slice(0..<found)
}

extension Column {
  /// What a block's header says of its values, so that a filter may skip the block.
  public func statistics() -> BlockStatistics {
    BlockStatistics(nullCount: nullCount, range: valueRange())
  }

  /// The least and greatest value; nil for texts, without values, and with a NaN.
  public func valueRange() -> (least: Scalar, greatest: Scalar)? {
    switch data {
    case .texts: return nil
    case .bools(let values):
      guard let (least, greatest) = extremes(values, validity) else { return nil }
      return (.bool(least != 0), .bool(greatest != 0))
    case .longs(let values):
      guard let (least, greatest) = extremes(values, validity) else { return nil }
      return (Scalar(stored: least, type), Scalar(stored: greatest, type))
    case .reals(let values):
      for row in 0..<values.count where values.base[row].isNaN && !isNull(row) { return nil }
      guard let (least, greatest) = extremes(values, validity) else { return nil }
      if type == .decimal { return (.decimal(least), .decimal(greatest)) }
      return (.real(least), .real(greatest))
    }
  }
}

extension Scalar {
  /// The value that a stored integer stands for in a column of `type`.
  public init(stored value: Int64, _ type: ScalarType) {
    switch type {
    case .int: self = .int(Int32(truncatingIfNeeded: value))
    case .datetime: self = .datetime(value)
    case .timespan: self = .timespan(value)
    default: self = .long(value)
    }
  }
}

/// The least and greatest value of the rows that have one.
@inline(__always)
func extremes<Element: Comparable & BitwiseCopyable & Sendable>(
  _ values: Buffer<Element>, _ validity: Bitmap?
) -> (Element, Element)? {
  let source = values.base
  guard let validity else {
    if values.count == 0 { return nil }
    var least = source[0]
    var greatest = least
    for row in 0..<values.count {
      least = source[row] < least ? source[row] : least
      greatest = source[row] > greatest ? source[row] : greatest
    }
    return (least, greatest)
  }
  var found: (Element, Element)?
  for row in 0..<values.count where validity[row] {
    guard let (least, greatest) = found else {
      found = (source[row], source[row])
      continue
    }
    found = (min(least, source[row]), max(greatest, source[row]))
  }
  return found
}
