import CasebookTables
import CasebookValues

/// Conditions made ready to run: every part stands once, however many rules have it.
///
/// Each node has two bitmaps over a block of rows: where it is true, and where it is unknown.
struct LogicProgram: Sendable {
  /// One part of a condition, in Kleene's logic.
  enum Node: Hashable, Sendable {
    case constant(Truth)
    case atom(Int)
    case and(Int, Int)
    case or(Int, Int)
    case not(Int)
  }

  /// Parts; operands stand before what uses them.
  private(set) var nodes: [Node] = []
  /// What is compared, once each.
  private(set) var atoms: [Atom] = []
  private var knownNodes: [Node: Int] = [:]
  private var knownAtoms: [Atom.Key: Int] = [:]

  /// The number of a node, new or known.
  mutating func add(_ node: Node) -> Int {
    if let known = knownNodes[node] { return known }
    nodes.append(node)
    knownNodes[node] = nodes.count - 1
    return nodes.count - 1
  }

  /// The node of an atom, new or known.
  mutating func add(_ atom: Atom) -> Int {
    if let known = knownAtoms[atom.key] { return add(.atom(known)) }
    atoms.append(atom)
    knownAtoms[atom.key] = atoms.count - 1
    return add(.atom(atoms.count - 1))
  }
}

/// Kleene's three values.
enum Truth: UInt8, Hashable, Sendable {
  case no, yes, unknown

  /// What `not` makes of it.
  var opposite: Truth {
    switch self {
    case .no: .yes
    case .yes: .no
    case .unknown: .unknown
    }
  }
}

/// One comparison of a condition.
struct Atom: Sendable {
  /// What decides it.
  enum Test: Hashable, Sendable {
    /// A number, time or bool column between two bounds, both in; stored as 64-bit integers.
    case longs(from: Int64, to: Int64)
    /// A real column between two bounds.
    case reals(from: RealBound, to: RealBound)
    /// A text column, one of some texts.
    case texts([String])
    /// A bool column that is true.
    case flag
    /// A column without a value.
    case missing
    /// A bool column that was computed beforehand, true where it is; `missing` is a column that says where
    /// an operand was missing.
    case computed(missing: Int?)
  }

  /// One end of an interval of reals.
  struct RealBound: Hashable, Sendable {
    var value: Double
    var isIncluded: Bool
  }

  /// What two atoms have in common that are the same.
  struct Key: Hashable, Sendable {
    var column: Int
    var test: Test
    var isNegated: Bool
  }

  /// Which column of the evaluator's input.
  var column: Int
  /// What decides it.
  var test: Test
  /// Whether the answer is turned round where there is one.
  var isNegated = false
  /// What `where` answers for a missing value.
  var whereMissing: Truth = .no
  /// The columns of the cases that it reads, by number.
  var reads: [Int] = []

  var key: Key { Key(column: column, test: test, isNegated: isNegated) }

  /// Whether a missing value makes it unknown.
  var canBeUnknown: Bool {
    switch test {
    case .missing: false
    case .longs, .reals, .texts, .flag: true
    case .computed: true
    }
  }
}
