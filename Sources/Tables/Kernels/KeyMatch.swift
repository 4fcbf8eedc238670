import CasebookValues

/// The keys of two tables made comparable: equal keys have equal ids on both sides.
///
/// Null equals null and NaN equals NaN.
public struct KeyMatch: Sendable {
  /// The key of each left row.
  public let leftIds: Buffer<Int32>
  /// The key of each right row; -1 where no left row can have it.
  public let rightIds: Buffer<Int32>
  /// Ids are below this.
  public let keyCount: Int
  /// Where the right rows of each key begin in `rightRows`; `keyCount + 1` positions.
  public let rightOffsets: Buffer<Int32>
  /// Right rows by key, in row order within a key; rows with id -1 are left out.
  public let rightRows: Buffer<Int32>

  /// The right rows that have a key.
  @inlinable
  public func rows(of key: Int32) -> UnsafeBufferPointer<Int32> {
    let start = rightOffsets.base[Int(key)]
    let end = rightOffsets.base[Int(key) + 1]
    return UnsafeBufferPointer(start: rightRows.base + Int(start), count: Int(end - start))
  }

  /// Lists the right rows of each key.
  init(leftIds: Buffer<Int32>, rightIds: Buffer<Int32>, keyCount: Int) {
    self.leftIds = leftIds
    self.rightIds = rightIds
    self.keyCount = keyCount
    let ids = rightIds.base
    let count = rightIds.count
    rightOffsets = Buffer(count: keyCount + 1) { target in
      for row in 0..<count where ids[row] >= 0 { target[Int(ids[row]) + 1] += 1 }
      for key in 0..<keyCount { target[key + 1] += target[key] }
    }
    let starts = rightOffsets
    rightRows = Buffer(count: Int(starts.base[keyCount])) { target in
      let next = Buffer<Int32>(count: keyCount) { next in
        next.update(from: starts.base, count: keyCount)
        for row in 0..<count where ids[row] >= 0 {
          let key = Int(ids[row])
          target[Int(next[key])] = Int32(truncatingIfNeeded: row)
          next[key] += 1
        }
      }
      withExtendedLifetime(next) {}
    }
  }
}

/// Finds which right rows have the key of each left row.
///
/// The columns of a key have the same type on both sides.
public func matchRows(
  left: [Column], leftCount: Int, right: [Column], rightCount: Int, context: RunContext
) -> KeyMatch {
  let pairs = zip(left, right).map { unifiedKey($0, $1, context) }
  if pairs.count == 1, case .codes(let leftIds, let rightIds, let count) = pairs[0] {
    return KeyMatch(leftIds: leftIds, rightIds: rightIds, keyCount: count)
  }
  let columns = pairs.map { $0.column(leftCount, rightCount) }
  let groups = group(by: columns, rowCount: leftCount + rightCount)
  return KeyMatch(
    leftIds: groups.ids.slice(0..<leftCount),
    rightIds: groups.ids.slice(leftCount..<(leftCount + rightCount)), keyCount: groups.count)
}

/// A key column of both sides.
private enum UnifiedKey {
  /// Numbers below a count, equal where texts are; -1 on the right for texts that the left lacks.
  case codes(Buffer<Int32>, Buffer<Int32>, Int)
  /// Stored values that can be compared as they are.
  case values(Column, Column)

  /// Left rows, then right rows.
  func column(_ leftCount: Int, _ rightCount: Int) -> Column {
    switch self {
    case .values(let left, let right):
      return Column.concatenated([left, right], type: left.type)
    case .codes(let left, let right, _):
      let numbers = Buffer<Int64>(count: leftCount + rightCount) { target in
        for row in 0..<leftCount { target[row] = Int64(left.base[row]) }
        for row in 0..<rightCount { target[leftCount + row] = Int64(right.base[row]) }
      }
      return Column(.long, .longs(numbers))
    }
  }
}

private func unifiedKey(_ left: Column, _ right: Column, _ context: RunContext) -> UnifiedKey {
  guard case .texts(let leftCodes, let leftTexts) = left.data,
    case .texts(let rightCodes, let rightTexts) = right.data
  else { return .values(left, right) }
  let nullId = Int32(truncatingIfNeeded: leftTexts.count)
  let keyCount = leftTexts.count + 1
  if leftTexts === rightTexts, leftTexts.isDistinct {
    return .codes(
      ids(leftCodes, nil, left.validity, nullId), ids(rightCodes, nil, right.validity, nullId),
      keyCount)
  }
  let texts = TextLookup(leftTexts, context)
  // A right side that uses few entries of a large dictionary looks up rows, not entries.
  let isSparse = rightCodes.count < rightTexts.count / 2
  let found =
    isSparse
    ? nil : texts.codes(ofEntries: rightTexts, context)
  let rightIds =
    found.map { ids(rightCodes, $0, right.validity, nullId) }
    ?? texts.ids(rightCodes, rightTexts, right.validity, nullId)
  return .codes(
    ids(leftCodes, texts.representatives, left.validity, nullId), rightIds, keyCount)
}

/// The id of each row: its code, or what its code stands for.
private func ids(
  _ codes: Codes, _ meanings: Buffer<Int32>?, _ validity: Bitmap?, _ nullId: Int32
) -> Buffer<Int32> {
  let wide = codes.widened
  return Buffer(count: codes.count) { target in
    if let meanings {
      for row in 0..<codes.count { target[row] = meanings.base[Int(wide.base[row])] }
    } else {
      for row in 0..<codes.count { target[row] = Int32(truncatingIfNeeded: wide.base[row]) }
    }
    if let validity {
      for row in 0..<codes.count where !validity[row] { target[row] = nullId }
    }
  }
}
