import CasebookTables
import CasebookValues

/// The fields that the conditions of a set read, each cut into cells within which no condition differs.
///
/// *Missing* is a cell of every field. A condition that cannot be taken apart is a field of its own, with the
/// cells false, true and unknown; fields of that kind may depend on each other, so what is found with their
/// help is not taken for proved possible.
struct Space: Sendable {
  /// What a field's cells stand for.
  enum Kind: Sendable {
    /// Values from one limit up to the next; the first cell lies below all.
    case longs(limits: [Int64])
    case reals(limits: [Double])
    /// One text a cell; the last cell is any other.
    case texts([String])
    /// False and true.
    case flag
    /// An opaque condition: false and true.
    case opaque
  }

  /// One field.
  struct Field: Sendable {
    /// The evaluator's column.
    var column: Int
    var kind: Kind
    /// The type of the column.
    var type: ScalarType
    /// Cells with a value that can be: behind them stands the cell for a missing one.
    var possible: [Bool]
    var missingCell: Int { possible.count }
    var cellCount: Int { possible.count + 1 }

    var isOpaque: Bool { if case .opaque = kind { true } else { false } }
  }

  private(set) var fields: [Field] = []
  /// For each atom its field and the cells in which it is true.
  private(set) var atoms: [(field: Int, yes: CellSet)] = []

  /// The space of some atoms; `types` are those of the evaluator's columns.
  init(_ atoms: [Atom], types: [ScalarType]) {
    var numbers: [Int: Int] = [:]
    for atom in atoms where !atom.isOpaque && numbers[atom.column] == nil {
      numbers[atom.column] = fields.count
      let same = atoms.filter { $0.column == atom.column && !$0.isOpaque }
      fields.append(Self.field(atom.column, same, types[atom.column]))
    }
    for atom in atoms {
      if atom.isOpaque {
        fields.append(
          Field(column: atom.column, kind: .opaque, type: .bool, possible: [true, true]))
        var yes = CellSet(cellCount: 3)
        yes.insert(1)
        self.atoms.append((fields.count - 1, yes))
      } else if let number = numbers[atom.column] {
        self.atoms.append((number, fields[number].cells(of: atom)))
      }
    }
  }

  /// Every cell of a field that can be.
  func whole(_ field: Int) -> CellSet {
    var cells = CellSet(cellCount: fields[field].cellCount)
    for (cell, isPossible) in fields[field].possible.enumerated() where isPossible {
      cells.insert(cell)
    }
    cells.insert(fields[field].missingCell)
    return cells
  }

  // MARK: Cutting fields

  private static func field(_ column: Int, _ atoms: [Atom], _ type: ScalarType) -> Field {
    var longs: Set<Int64> = []
    var reals: Set<Double> = []
    var texts: Set<String> = []
    for atom in atoms {
      switch atom.test {
      case .longs(let from, let to):
        if from > .min { longs.insert(from) }
        if to < .max { longs.insert(to + 1) }
      case .reals(let from, let to):
        if from.value > -.infinity { reals.insert(from.first) }
        if to.value < .infinity { reals.insert(to.firstBeyond) }
      case .texts(let wanted): texts.formUnion(wanted)
      case .flag, .missing, .computed: break
      }
    }
    switch type {
    case .string:
      let sorted = texts.sorted()
      return Field(
        column: column, kind: .texts(sorted), type: type,
        possible: Array(repeating: true, count: sorted.count + 1))
    case .bool:
      return Field(column: column, kind: .flag, type: type, possible: [true, true])
    case .real, .decimal:
      let limits = reals.sorted()
      return Field(
        column: column, kind: .reals(limits: limits), type: type,
        possible: Array(repeating: true, count: limits.count + 1))
    default:
      let limits = longs.sorted()
      let (least, greatest) =
        type == .int ? (Int64(Int32.min), Int64(Int32.max)) : (Int64.min, Int64.max)
      let possible = (0...limits.count).map { cell in
        let from = cell == 0 ? least : max(limits[cell - 1], least)
        let to = cell == limits.count ? greatest : limits[cell] - 1
        return from <= min(to, greatest)
      }
      return Field(column: column, kind: .longs(limits: limits), type: type, possible: possible)
    }
  }
}

extension Space.Field {
  /// The cells in which an atom is true.
  func cells(of atom: Atom) -> CellSet {
    var cells = CellSet(cellCount: cellCount)
    switch atom.test {
    case .missing: cells.insert(missingCell)
    case .flag: cells.insert(1)
    case .texts(let wanted):
      if case .texts(let texts) = kind {
        for (cell, text) in texts.enumerated() where wanted.contains(text) { cells.insert(cell) }
      }
    case .longs(let from, let to):
      for cell in possible.indices where possible[cell] {
        if let value = long(cell), value >= from, value <= to { cells.insert(cell) }
      }
    case .reals(let from, let to):
      for cell in possible.indices {
        if let value = real(cell), value >= from.first,
          value < to.firstBeyond
            || (to.value == .infinity && to.isIncluded && value >= from.first)
        {
          cells.insert(cell)
        }
      }
    case .computed: break
    }
    return cells
  }

  /// A whole number of a cell.
  private func long(_ cell: Int) -> Int64? {
    switch kind {
    case .longs(let limits):
      guard let first = limits.first else { return 0 }
      return cell == 0 ? first - 1 : limits[cell - 1]
    case .flag: return Int64(cell)
    default: return nil
    }
  }

  /// A real of a cell.
  private func real(_ cell: Int) -> Double? {
    guard case .reals(let limits) = kind else { return nil }
    guard let first = limits.first else { return 0 }
    return cell == 0 ? first.nextDown : limits[cell - 1]
  }

  /// A value of a cell, as plain as one can be; null for a missing one, nil where none can be named.
  func value(_ cell: Int) -> Scalar? {
    if cell == missingCell { return .missing(type) }
    switch kind {
    case .opaque: return nil
    case .flag: return .bool(cell == 1)
    case .texts(let texts):
      if cell < texts.count { return .string(texts[cell]) }
      var other = "other"
      while texts.contains(other) { other += "_" }
      return .string(other)
    case .reals(let limits):
      guard let value = plainReal(cell, limits) else { return nil }
      return type == .decimal ? .decimal(value) : .real(value)
    case .longs:
      guard let value = long(cell) else { return nil }
      switch type {
      case .int: return Int32(exactly: value).map { .int($0) }
      case .datetime: return .datetime(value)
      case .timespan: return .timespan(value)
      default: return .long(value)
      }
    }
  }

  /// A number between two limits with few digits, where there is one.
  private func plainReal(_ cell: Int, _ limits: [Double]) -> Double? {
    let low = cell == 0 ? -Double.infinity : limits[cell - 1]
    let high = cell == limits.count ? Double.infinity : limits[cell]
    if low == -.infinity {
      return high == .infinity ? 0 : plain(high - max(abs(high), 1) / 2, low, high)
    }
    if high == .infinity { return plain(low, low, high) }
    return plain(low + (high - low) / 2, low, high)
  }

  private func plain(_ value: Double, _ low: Double, _ high: Double) -> Double {
    for digits in 0...15 {
      var scale = 1.0
      for _ in 0..<digits { scale *= 10 }
      let rounded = (value * scale).rounded() / scale
      if rounded >= low, rounded < high { return rounded }
    }
    return low == -.infinity ? high.nextDown : low
  }
}

extension Atom {
  /// Whether it cannot be taken apart.
  var isOpaque: Bool { if case .computed = test { true } else { false } }
}

extension Atom.RealBound {
  /// The least number that a lower bound lets in.
  var first: Double { isIncluded ? value : value.nextUp }
  /// The least number that an upper bound keeps out.
  var firstBeyond: Double { isIncluded ? value.nextUp : value }
}
