/// A set of cells of one field: a bit a cell.
struct CellSet: Hashable, Sendable {
  private(set) var words: [UInt64]

  init(cellCount: Int, isFull: Bool = false) {
    words = Array(repeating: isFull ? ~0 : 0, count: (cellCount + 63) / 64)
    if isFull, cellCount % 64 != 0, let last = words.indices.last {
      words[last] = (1 << UInt64(cellCount % 64)) - 1
    }
  }

  var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  func contains(_ cell: Int) -> Bool { words[cell >> 6] & (1 << UInt64(cell & 63)) != 0 }
  mutating func insert(_ cell: Int) { words[cell >> 6] |= 1 << UInt64(cell & 63) }

  func intersection(_ other: CellSet) -> CellSet { combined(other, &) }
  func subtracting(_ other: CellSet) -> CellSet { combined(other) { $0 & ~$1 } }
  func union(_ other: CellSet) -> CellSet { combined(other, |) }

  func isDisjoint(with other: CellSet) -> Bool {
    for index in words.indices where words[index] & other.words[index] != 0 { return false }
    return true
  }

  private func combined(_ other: CellSet, _ body: (UInt64, UInt64) -> UInt64) -> CellSet {
    var result = self
    for index in words.indices { result.words[index] = body(words[index], other.words[index]) }
    return result
  }

  /// The cells, ascending.
  var cells: [Int] {
    words.indices.flatMap { word -> [Int] in
      (0..<64).filter { words[word] & (1 << UInt64($0)) != 0 }.map { word * 64 + $0 }
    }
  }
}

/// Cases whose fields lie in some cells each: a product of sets.
///
/// Fields that are not named may have any value.
struct Box: Hashable, Sendable {
  /// By number of the field, only those that are restricted.
  private(set) var sides: [Int: CellSet]

  /// All cases.
  static let everything = Box(sides: [:])

  init(sides: [Int: CellSet]) { self.sides = sides }

  /// The cases in both; nil when there are none.
  func intersection(_ other: Box) -> Box? {
    var result = self
    for (field, side) in other.sides {
      let common = result.sides[field]?.intersection(side) ?? side
      if common.isEmpty { return nil }
      result.sides[field] = common
    }
    return result
  }

  func isDisjoint(with other: Box) -> Bool {
    for (field, side) in other.sides {
      if let mine = sides[field], mine.isDisjoint(with: side) { return true }
    }
    return false
  }

  /// The cases that are not in the other box, as boxes that have none in common.
  func subtracting(_ other: Box, in space: Space) -> [Box] {
    if isDisjoint(with: other) { return [self] }
    var result: [Box] = []
    var rest = self
    for (field, side) in other.sides.sorted(by: { $0.key < $1.key }) {
      let mine = rest.sides[field] ?? space.whole(field)
      let outside = mine.subtracting(side)
      if !outside.isEmpty {
        var piece = rest
        piece.sides[field] = outside
        result.append(piece)
      }
      let inside = mine.intersection(side)
      if inside.isEmpty { return result }
      rest.sides[field] = inside
    }
    return result
  }
}

/// A union of boxes.
///
/// Nil stands for one that has too many of them to go on with.
struct Region: Sendable {
  /// Beyond this many boxes, the data decides.
  static let mostBoxes = 4096

  var boxes: [Box]

  static let nothing = Region(boxes: [])
  static let everything = Region(boxes: [.everything])

  var isEmpty: Bool { boxes.isEmpty }

  func intersection(_ other: Region) -> Region? {
    var result: [Box] = []
    for a in boxes {
      for b in other.boxes {
        if let common = a.intersection(b) { result.append(common) }
        if result.count > Self.mostBoxes { return nil }
      }
    }
    return Region(boxes: result)
  }

  func union(_ other: Region) -> Region? {
    let result = boxes + other.boxes.filter { !boxes.contains($0) }
    return result.count > Self.mostBoxes ? nil : Region(boxes: result)
  }

  /// The cases that are in none of the other's boxes.
  func subtracting(_ other: Region, in space: Space) -> Region? {
    var left = boxes
    for box in other.boxes {
      var next: [Box] = []
      for piece in left {
        next += piece.subtracting(box, in: space)
        if next.count > Self.mostBoxes { return nil }
      }
      left = next
      if left.isEmpty { break }
    }
    return Region(boxes: left)
  }

  /// Whether it has no case in common with the other.
  func isDisjoint(with other: Region) -> Bool {
    boxes.allSatisfy { a in other.boxes.allSatisfy { a.isDisjoint(with: $0) } }
  }
}
