import CasebookValues

/// The cases at which conditions are true and at which they are false, as unions of boxes.
struct Regions {
  let space: Space
  private let program: LogicProgram
  private var knownTrue: [Int: Region?] = [:]
  private var knownFalse: [Int: Region?] = [:]

  init(_ program: LogicProgram, _ space: Space) {
    self.program = program
    self.space = space
  }

  /// Where a node is true; nil when that takes too many boxes.
  mutating func isTrue(_ node: Int) -> Region? {
    if let known = knownTrue[node] { return known }
    let region: Region?
    switch program.nodes[node] {
    case .constant(let truth): region = truth == .yes ? .everything : .nothing
    case .atom(let atom): region = cells(space.atoms[atom].yes, of: atom)
    case .not(let inner): region = isFalse(inner)
    case .and(let left, let right):
      region = both(isTrue(left), isTrue(right)) { $0.intersection($1) }
    case .or(let left, let right): region = both(isTrue(left), isTrue(right)) { $0.union($1) }
    }
    knownTrue[node] = .some(region)
    return region
  }

  /// Where a node is false, which is not everywhere else: it may be unknown.
  mutating func isFalse(_ node: Int) -> Region? {
    if let known = knownFalse[node] { return known }
    let region: Region?
    switch program.nodes[node] {
    case .constant(let truth): region = truth == .no ? .everything : .nothing
    case .atom(let atom):
      let field = space.atoms[atom].field
      var others = space.whole(field).subtracting(space.atoms[atom].yes)
      if program.atoms[atom].canBeUnknown {
        var missing = CellSet(cellCount: space.fields[field].cellCount)
        missing.insert(space.fields[field].missingCell)
        others = others.subtracting(missing)
      }
      region = cells(others, of: atom)
    case .not(let inner): region = isTrue(inner)
    case .and(let left, let right): region = both(isFalse(left), isFalse(right)) { $0.union($1) }
    case .or(let left, let right):
      region = both(isFalse(left), isFalse(right)) { $0.intersection($1) }
    }
    knownFalse[node] = .some(region)
    return region
  }

  private func cells(_ cells: CellSet, of atom: Int) -> Region {
    cells.isEmpty ? .nothing : Region(boxes: [Box(sides: [space.atoms[atom].field: cells])])
  }

  private func both(
    _ a: Region?, _ b: Region?, _ body: (Region, Region) -> Region?
  ) -> Region? {
    guard let a, let b else { return nil }
    return body(a, b)
  }

  /// What is left of a condition's cases when those of others are taken away; nil when that takes too
  /// many boxes.
  mutating func left(of node: Int, without others: [Int]) -> Region? {
    guard var rest = isTrue(node) else { return nil }
    for other in others {
      if rest.isEmpty { return rest }
      guard let taken = isTrue(other) else { return nil }
      guard let next = rest.subtracting(taken, in: space) else { return nil }
      rest = next
    }
    return rest
  }

  /// Values of the evaluator's columns that make up a case of a region; nil where it cannot be told
  /// whether there is one.
  ///
  /// A box without opaque conditions is taken first.
  func witness(of region: Region) -> [(column: Int, value: Scalar)]? {
    let plain = region.boxes.first { box in
      box.sides.keys.allSatisfy { !space.fields[$0].isOpaque }
    }
    guard let box = plain else { return nil }
    var values: [(column: Int, value: Scalar)] = []
    for (number, side) in box.sides.sorted(by: { $0.key < $1.key }) {
      let field = space.fields[number]
      // A value says more than a missing one.
      let cells = side.cells.filter { $0 == field.missingCell || field.possible[$0] }
      guard let cell = cells.first, let value = field.value(cell) else { return nil }
      values.append((field.column, value))
    }
    return values
  }
}
