public import CasebookValues

/// What a table holds, in a few hashes: enough to say whether another one holds the same, in which
/// columns it differs, and whether only the order of its rows is another.
///
/// Sums of well-mixed 64-bit hashes, two of them side by side, so that neither the order in which blocks
/// are read nor the number of threads matters. A row's hash is the sum of its values', each mixed with
/// its column's name, so that columns may be moved. Made to tell accidents, not attacks.
public struct TableFingerprint: Sendable, Hashable {
  /// One column by itself.
  public struct ColumnPrint: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The type.
    public var type: ScalarType
    /// Whether the values are masked in everything that leaves the program.
    public var isProtected: Bool
    /// The column's values whatever their order.
    public var content: Digest
  }

  /// Rows.
  public var rowCount: Int
  /// The columns, in order.
  public var columns: [ColumnPrint]
  /// The rows whatever their order.
  public var content: Digest
  /// The rows in their order.
  public var order: Digest

  /// Whether the rows are the same, perhaps in another order.
  public func hasSameContent(as other: TableFingerprint) -> Bool {
    rowCount == other.rowCount && content == other.content && schema == other.schema
  }

  /// Names and types of the columns, whatever their order.
  public var schema: [String] { columns.map { "\($0.name):\($0.type.name)" }.sorted() }
}

/// 128 bits that stand for a content.
public struct Digest: Sendable, Hashable, CustomStringConvertible {
  var high: UInt64 = 0
  var low: UInt64 = 0

  /// The digest of nothing.
  public init() {}

  /// The digest that a text of 32 hexadecimal digits writes.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count == 32, let high = UInt64(text.prefix(16), radix: 16),
      let low = UInt64(text.suffix(16), radix: 16)
    else { return nil }
    (self.high, self.low) = (high, low)
  }

  /// 32 hexadecimal digits.
  public var description: String { Self.text(high) + Self.text(low) }

  private static func text(_ word: UInt64) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  static func &+= (sum: inout Digest, other: Digest) {
    sum.high &+= other.high
    sum.low &+= other.low
  }
}

/// How exactly reals count.
public enum FingerprintPrecision: Sendable {
  /// Every bit, for stored data.
  case exact
  /// 12 significant digits, for results: the last bits depend on the platform's mathematics library.
  case significant
}

/// The fingerprint of a table, or of some of its columns.
///
/// Null, `""` and a column that is missing are all different; -0.0 is 0.0 and every NaN is one value.
public func fingerprint(
  of source: any TableSource, columns: [Int]? = nil, precision: FingerprintPrecision = .exact,
  context: RunContext
) throws -> TableFingerprint {
  let chosen = columns ?? Array(source.fields.indices)
  let fields = chosen.map { source.fields[$0] }
  let counts = source.blockRowCounts
  var starts = [0]
  for count in counts { starts.append(starts[starts.count - 1] + count) }
  let names = fields.map { UInt64(bitPattern: XXHash64.hash($0.name)) }
  let texts = TextHashes(precision)
  context.expect(rows: source.rowCount)
  let firstRows = starts
  let parts = try context.mapParallel(counts.count) { block in
    let read = try source.read(block: block, columns: chosen)
    defer { context.advance(rows: counts[block]) }
    return blockSums(read, names: names, firstRow: firstRows[block], rows: counts[block], texts)
  }
  var sums = BlockSums(columnCount: fields.count)
  for part in parts { sums.add(part) }
  return TableFingerprint(
    rowCount: source.rowCount,
    columns: zip(fields, sums.columns).map {
      .init(name: $0.name, type: $0.type, isProtected: $0.isProtected, content: $1)
    }, content: sums.rows, order: sums.order)
}

private struct BlockSums: Sendable {
  var columns: [Digest]
  var rows = Digest()
  var order = Digest()

  init(columnCount: Int) { columns = Array(repeating: Digest(), count: columnCount) }

  mutating func add(_ other: BlockSums) {
    for index in columns.indices { columns[index] &+= other.columns[index] }
    rows &+= other.rows
    order &+= other.order
  }
}

private func blockSums(
  _ columns: [Column], names: [UInt64], firstRow: Int, rows: Int, _ texts: TextHashes
) -> BlockSums {
  var sums = BlockSums(columnCount: columns.count)
  withUnsafeTemporaryAllocation(of: UInt64.self, capacity: max(rows, 1) * 2) { space in
    guard let values = space.baseAddress else { return }
    let wholes = values + max(rows, 1)
    wholes.update(repeating: 0, count: max(rows, 1))
    for (index, column) in columns.enumerated() {
      hashValues(of: column, into: values, texts)
      sums.columns[index] = sum(values, rows, addingTo: wholes, name: names[index])
    }
    for row in 0..<rows {
      let whole = mixed(wholes[row])
      let placed = mixed(whole ^ mixed(UInt64(truncatingIfNeeded: firstRow &+ row)))
      sums.rows.high &+= whole
      sums.rows.low &+= mixed(whole)
      sums.order.high &+= placed
      sums.order.low &+= mixed(placed)
    }
  }
  return sums
}

private func sum(
  _ values: UnsafeMutablePointer<UInt64>, _ rows: Int,
  addingTo wholes: UnsafeMutablePointer<UInt64>, name: UInt64
) -> Digest {
  var digest = Digest()
  for row in 0..<rows {
    let value = values[row]
    digest.high &+= value
    digest.low &+= mixed(value)
    wholes[row] &+= mixed(value ^ name)
  }
  return digest
}

/// Writes a hash of every row's value.
private func hashValues(
  of column: Column, into values: UnsafeMutablePointer<UInt64>, _ texts: TextHashes
) {
  let count = column.count
  switch column.data {
  case .bools(let bools): for row in 0..<count { values[row] = mixed(UInt64(bools.base[row])) }
  case .longs(let longs):
    for row in 0..<count { values[row] = mixed(UInt64(bitPattern: longs.base[row])) }
  case .reals(let reals): texts.hash(reals, into: values)
  case .texts(let codes, let dictionary):
    let hashes = texts.hashes(of: dictionary, isDynamic: column.type == .dynamic)
    for row in 0..<count { values[row] = hashes.base[codes[row]] }
  }
  guard let validity = column.validity else { return }
  for row in 0..<count where !validity[row] { values[row] = nullHash }
}

private let nullHash: UInt64 = 0x6E75_6C6C_6E75_6C6C

/// SplitMix64's output function (Steele, Lea and Flood 2014).
@inline(__always)
func mixed(_ value: UInt64) -> UInt64 {
  var bits = value &+ 0x9E37_79B9_7F4A_7C15
  bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
  bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
  return bits ^ (bits >> 31)
}
