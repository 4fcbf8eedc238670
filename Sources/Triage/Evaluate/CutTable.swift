/// Where values lie among ascending cuts, found without a search: a value's bucket holds at most one cut.
///
/// Buckets ascend with values, so a cut of a lower bucket is reached and one of a higher is not; the one in the
/// value's own bucket is compared with.
struct CutTable<Value: Comparable & BitwiseCopyable & Sendable>: Sendable {
  struct Cell: BitwiseCopyable, Sendable {
    /// Cuts in the buckets before.
    var before: Int
    /// The cut in this bucket, or a value that none of the bucket reaches.
    var cut: Value
  }

  let cells: [Cell]
  let least: Value
  let greatest: Value

  /// Deals ascending cuts to buckets; nil where two would share one.
  fileprivate init?(
    _ cuts: [Value], buckets: Int, unreached: Value, _ bucket: (Value) -> Int
  ) {
    guard let least = cuts.first, let greatest = cuts.last else { return nil }
    var found = [Value?](repeating: nil, count: buckets)
    for cut in cuts {
      let place = bucket(cut)
      guard found.indices.contains(place), found[place] == nil else { return nil }
      found[place] = cut
    }
    var cells: [Cell] = []
    var before = 0
    for cut in found {
      cells.append(Cell(before: before, cut: cut ?? unreached))
      before += cut == nil ? 0 : 1
    }
    self.cells = cells
    self.least = least
    self.greatest = greatest
  }
}

/// Cuts of reals, in buckets of one width.
struct RealCuts: Sendable {
  /// A value reaches a cut from this number on: a strict cut is the next number, so that one comparison serves
  /// both kinds.
  let limits: [Double]
  private let table: CutTable<Double>?
  private let scale: Double

  init(_ cuts: [Atom.RealBound]) {
    limits = cuts.map { $0.isIncluded ? $0.value : $0.value.nextUp }
    var (found, width): (CutTable<Double>?, Double) = (nil, 0)
    if let least = limits.first, let greatest = limits.last, least < greatest {
      for power in 8...13 where found == nil {
        width = Double(1 << power - 1) / (greatest - least)
        let scale = width
        guard scale.isFinite, scale > 0 else { break }
        found = CutTable(limits, buckets: 1 << power, unreached: .infinity) {
          Int(($0 - least) * scale)
        }
      }
    }
    (table, scale) = (found, width)
  }

  /// How many cuts each value has reached; NaN lies in no interval, its rank is beyond all.
  @inline(__always)
  func rank<Rank: FixedWidthInteger>(
    _ values: UnsafePointer<Double>, _ count: Int, _ target: UnsafeMutablePointer<Rank>
  ) {
    guard let table else { return search(values, count, target) }
    let (least, greatest, scale) = (table.least, table.greatest, scale)
    table.cells.withUnsafeBufferPointer { cells in
      guard let cells = cells.baseAddress else { return }
      for row in 0..<count {
        let value = values[row]
        let inside = value > least ? (value < greatest ? value : greatest) : least
        let cell = cells[Int((inside - least) * scale)]
        let rank = Rank(truncatingIfNeeded: cell.before &+ (value >= cell.cut ? 1 : 0))
        target[row] = value == value ? rank : .max
      }
    }
  }

  /// A binary search without branches, for cuts that lie too close.
  private func search<Rank: FixedWidthInteger>(
    _ values: UnsafePointer<Double>, _ count: Int, _ target: UnsafeMutablePointer<Rank>
  ) {
    limits.withUnsafeBufferPointer { limits in
      guard let base = limits.baseAddress, limits.count > 0 else {
        for row in 0..<count { target[row] = values[row] == values[row] ? 0 : .max }
        return
      }
      for row in 0..<count {
        let value = values[row]
        var low = 0
        var length = limits.count
        while length > 1 {
          let half = length >> 1
          low &+= base[low &+ half &- 1] <= value ? half : 0
          length &-= half
        }
        let rank = Rank(truncatingIfNeeded: low &+ (base[low] <= value ? 1 : 0))
        target[row] = value == value ? rank : .max
      }
    }
  }
}

/// Cuts of whole numbers, in buckets of a power of two.
struct LongCuts: Sendable {
  let cuts: [Int64]
  private let table: CutTable<Int64>?
  private let shift: UInt64

  init(_ cuts: [Int64]) {
    self.cuts = cuts
    var (found, width): (CutTable<Int64>?, UInt64) = (nil, 0)
    if let least = cuts.first, let greatest = cuts.last {
      let range = UInt64(bitPattern: greatest &- least)
      for power in 8...13 where found == nil {
        width = UInt64(max(0, 64 - range.leadingZeroBitCount - power))
        let shift = width
        found = CutTable(cuts, buckets: 1 << power, unreached: .max) {
          Int(truncatingIfNeeded: UInt64(bitPattern: $0 &- least) >> shift)
        }
      }
    }
    (table, shift) = (found, width)
  }

  /// How many cuts each value has reached.
  @inline(__always)
  func rank<Rank: FixedWidthInteger>(
    _ values: UnsafePointer<Int64>, _ count: Int, _ target: UnsafeMutablePointer<Rank>
  ) {
    guard let table else { return search(values, count, target) }
    let (least, greatest, shift) = (table.least, table.greatest, shift)
    table.cells.withUnsafeBufferPointer { cells in
      guard let cells = cells.baseAddress else { return }
      for row in 0..<count {
        let value = values[row]
        let inside = value > least ? (value < greatest ? value : greatest) : least
        let place = UInt64(bitPattern: inside &- least) &>> shift
        let cell = cells[Int(truncatingIfNeeded: place)]
        target[row] = Rank(truncatingIfNeeded: cell.before &+ (value >= cell.cut ? 1 : 0))
      }
    }
  }

  private func search<Rank: FixedWidthInteger>(
    _ values: UnsafePointer<Int64>, _ count: Int, _ target: UnsafeMutablePointer<Rank>
  ) {
    cuts.withUnsafeBufferPointer { cuts in
      guard let base = cuts.baseAddress, cuts.count > 0 else {
        target.update(repeating: 0, count: count)
        return
      }
      for row in 0..<count {
        let value = values[row]
        var low = 0
        var length = cuts.count
        while length > 1 {
          let half = length >> 1
          low &+= base[low &+ half &- 1] <= value ? half : 0
          length &-= half
        }
        target[row] = Rank(truncatingIfNeeded: low &+ (base[low] <= value ? 1 : 0))
      }
    }
  }
}
