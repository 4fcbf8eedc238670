import CasebookTables
import CasebookValues

/// Evaluates a program over blocks of rows: for every node, where it is true and where it is unknown.
///
/// Belongs to the worker that made it; its memory is used again for every block.
final class TruthEvaluator {
  let program: LogicProgram
  private let atoms: PreparedAtoms
  /// Words of one bitmap.
  let wordCount: Int
  private let arena: BitArena
  private(set) var isTrue: [Words] = []
  private(set) var isUnknown: [Words] = []
  /// Whether a node is unknown anywhere in the block.
  private(set) var hasUnknown: [Bool]
  /// Whether a node, or a part of it, is unknown anywhere in the block.
  private(set) var meetsUnknown: [Bool]
  private let bytes: UnsafeMutablePointer<UInt8>
  private var ranks: [UnsafeMutablePointer<UInt16>] = []
  private var narrowRanks: [UnsafeMutablePointer<UInt8>] = []
  private var missing: [Int: (words: Words, isAny: Bool)] = [:]
  private var missingWords: [Int: Words] = [:]
  private var valid: Words
  private(set) var first = 0
  private(set) var count = 0

  init(_ program: LogicProgram, _ atoms: PreparedAtoms, blockRows: Int) {
    self.program = program
    self.atoms = atoms
    arena = BitArena(rowCount: blockRows)
    wordCount = arena.wordCount
    hasUnknown = Array(repeating: false, count: program.nodes.count)
    meetsUnknown = hasUnknown
    bytes = .allocate(capacity: wordCount * 64)
    bytes.initialize(repeating: 0, count: wordCount * 64)
    valid = arena.bitmap()
    for _ in program.nodes {
      isTrue.append(arena.bitmap())
      isUnknown.append(arena.bitmap())
    }
    for ranking in atoms.rankings {
      let narrow = UnsafeMutablePointer<UInt8>.allocate(capacity: wordCount * 64)
      narrow.initialize(repeating: 0, count: wordCount * 64)
      narrowRanks.append(narrow)
      let isWide = ranking.cutCount > 254
      let wide = UnsafeMutablePointer<UInt16>.allocate(capacity: isWide ? wordCount * 64 : 1)
      wide.initialize(repeating: 0, count: isWide ? wordCount * 64 : 1)
      ranks.append(wide)
    }
  }

  deinit {
    bytes.deallocate()
    for rank in ranks { rank.deallocate() }
    for rank in narrowRanks { rank.deallocate() }
  }

  /// The rows of the block that there are.
  var rows: UnsafePointer<UInt64> { UnsafePointer(valid) }

  /// Evaluates every node over some rows.
  func evaluate(first: Int, count: Int) {
    self.first = first
    self.count = count
    missing = [:]
    for word in 0..<wordCount {
      let left = count - word * 64
      valid[word] = left >= 64 ? ~0 : left > 0 ? (1 << UInt64(left)) - 1 : 0
    }
    for index in atoms.rankings.indices { rank(index) }
    for (index, node) in program.nodes.enumerated() {
      evaluate(node, index)
      meetsUnknown[index] =
        switch node {
        case .constant, .atom: hasUnknown[index]
        case .not(let operand): hasUnknown[index] || meetsUnknown[operand]
        case .and(let left, let right), .or(let left, let right):
          hasUnknown[index] || meetsUnknown[left] || meetsUnknown[right]
        }
    }
  }

  /// How blocks read to `where`.
  func whereReading() -> WhereReading { WhereReading(self, atoms) }

  // MARK: Nodes

  private func evaluate(_ node: LogicProgram.Node, _ index: Int) {
    let yes = isTrue[index]
    let open = isUnknown[index]
    hasUnknown[index] = false
    switch node {
    case .constant(let truth):
      for word in 0..<wordCount {
        yes[word] = truth == .yes ? valid[word] : 0
        open[word] = truth == .unknown ? valid[word] : 0
      }
      hasUnknown[index] = truth == .unknown
    case .atom(let atom): hasUnknown[index] = evaluate(atom: atom, yes, open)
    case .not(let operand):
      let (a, u) = (isTrue[operand], isUnknown[operand])
      for word in 0..<wordCount { yes[word] = ~a[word] & ~u[word] & valid[word] }
      hasUnknown[index] = hasUnknown[operand]
      if hasUnknown[index] { open.update(from: u, count: wordCount) }
    case .and(let left, let right): conjunction(left, right, index)
    case .or(let left, let right): disjunction(left, right, index)
    }
  }

  private func conjunction(_ left: Int, _ right: Int, _ index: Int) {
    let (yes, open) = (isTrue[index], isUnknown[index])
    let (a, b) = (isTrue[left], isTrue[right])
    for word in 0..<wordCount { yes[word] = a[word] & b[word] }
    guard hasUnknown[left] || hasUnknown[right] else { return }
    let (u, v) = (openWords(left), openWords(right))
    var any: UInt64 = 0
    for word in 0..<wordCount {
      // Unknown unless one side is false: both are true or unknown, and not both true.
      let maybe = (a[word] | u[word]) & (b[word] | v[word]) & ~yes[word]
      open[word] = maybe
      any |= maybe
    }
    hasUnknown[index] = any != 0
  }

  private func disjunction(_ left: Int, _ right: Int, _ index: Int) {
    let (yes, open) = (isTrue[index], isUnknown[index])
    let (a, b) = (isTrue[left], isTrue[right])
    for word in 0..<wordCount { yes[word] = a[word] | b[word] }
    guard hasUnknown[left] || hasUnknown[right] else { return }
    let (u, v) = (openWords(left), openWords(right))
    var any: UInt64 = 0
    for word in 0..<wordCount {
      let maybe = (u[word] | v[word]) & ~yes[word]
      open[word] = maybe
      any |= maybe
    }
    hasUnknown[index] = any != 0
  }

  private lazy var none: Words = arena.bitmap()

  /// The unknown rows of a node: nothing is written where there are none.
  func openWords(_ node: Int) -> Words { hasUnknown[node] ? isUnknown[node] : none }

  // MARK: Atoms

  /// Whether the atom is unknown anywhere.
  private func evaluate(atom index: Int, _ yes: Words, _ open: Words) -> Bool {
    switch atoms.kernels[index] {
    case .ranks(let ranking, let low, let high):
      test(ranking: ranking, low: low, high: high, yes)
      return mask(yes, open, column: atoms.rankings[ranking].column)
    case .codes(let column, let single, let marks):
      test(column: column, single: single, marks: marks, yes)
      return mask(yes, open, column: column)
    case .texts(let column, let wanted):
      let values = atoms.columns[column]
      for row in 0..<count { bytes[row] = wanted.contains(values.text(first + row)) ? 1 : 0 }
      pack(into: yes)
      return mask(yes, open, column: column)
    case .flag(let column):
      flags(column, into: yes)
      return mask(yes, open, column: column)
    case .missing(let column):
      let (words, _) = missingRows(column)
      yes.update(from: words, count: wordCount)
      return false
    case .computed(let column, let missing):
      flags(column, into: yes)
      var any = mask(yes, open, column: column)
      guard let missing else { return any }
      if !any { open.update(repeating: 0, count: wordCount) }
      let flags = self.arenaScratch
      self.flags(missing, into: flags)
      for word in 0..<wordCount where flags[word] != 0 {
        yes[word] &= ~flags[word]
        open[word] |= flags[word]
        any = true
      }
      return any
    }
  }

  private lazy var arenaScratch: Words = arena.bitmap()

  /// Takes the rows without a value out of `yes` and puts them into `open`.
  private func mask(_ yes: Words, _ open: Words, column: Int) -> Bool {
    let (words, isAny) = missingRows(column)
    guard isAny else { return false }
    for word in 0..<wordCount {
      yes[word] &= ~words[word]
      open[word] = words[word]
    }
    return true
  }

  /// The rows in which a column has no value.
  func missingRows(_ column: Int) -> (words: UnsafeMutablePointer<UInt64>, isAny: Bool) {
    if let known = missing[column] { return known }
    let words = missingWords[column] ?? arena.bitmap()
    missingWords[column] = words
    let values = atoms.columns[column]
    var isAny = false
    if values.type == .string {
      isAny = blanks(column, into: words)
    } else if let validity = values.validity {
      for row in 0..<count { bytes[row] = validity[first + row] ? 0 : 1 }
      pack(into: words)
      isAny = hasBits(words, wordCount)
    }
    missing[column] = (words, isAny)
    return (words, isAny)
  }

  private func blanks(_ column: Int, into words: Words) -> Bool {
    guard case .texts(let codes, let dictionary) = atoms.columns[column].data else { return false }
    if let blank = atoms.blankCodes[column] {
      guard blank >= 0 else { return false }
      test(column: column, single: blank, marks: [], words)
    } else {
      for row in 0..<count { bytes[row] = dictionary.bytes(codes[first + row]).isEmpty ? 1 : 0 }
      pack(into: words)
    }
    return hasBits(words, wordCount)
  }

  private func flags(_ column: Int, into words: Words) {
    if case .bools(let values) = atoms.columns[column].data {
      bytes.update(from: values.base + first, count: count)
    } else {
      bytes.update(repeating: 0, count: count)
    }
    pack(into: words)
  }

  private func pack(into words: Words) {
    (bytes + count).update(repeating: 0, count: wordCount * 64 - count)
    packBytes(bytes, wordCount: wordCount, into: words)
  }

  // MARK: Ranks and codes

  private func rank(_ index: Int) {
    let ranking = atoms.rankings[index]
    let values = atoms.columns[ranking.column]
    let isWide = ranking.cutCount > 254
    switch values.data {
    case .longs(let longs):
      isWide
        ? ranking.longs.rank(longs.base + first, count, ranks[index])
        : ranking.longs.rank(longs.base + first, count, narrowRanks[index])
    case .bools(let bools):
      ranking.longs.cuts.withUnsafeBufferPointer { cuts in
        for row in 0..<count {
          let value = Int64(bools.base[first + row])
          narrowRanks[index][row] = UInt8(cuts.count { $0 <= value })
        }
      }
    case .reals(let reals):
      isWide
        ? ranking.reals.rank(reals.base + first, count, ranks[index])
        : ranking.reals.rank(reals.base + first, count, narrowRanks[index])
    case .texts: break
    }
  }

  private func test(ranking: Int, low: Int, high: Int, _ yes: Words) {
    guard low <= high else {
      yes.update(repeating: 0, count: wordCount)
      return
    }
    if atoms.rankings[ranking].cutCount > 254 {
      let values = ranks[ranking]
      let (from, width) = (UInt16(low), UInt16(high - low))
      for row in 0..<count { bytes[row] = values[row] &- from <= width ? 1 : 0 }
    } else {
      let values = narrowRanks[ranking]
      let (from, width) = (UInt8(low), UInt8(high - low))
      for row in 0..<count { bytes[row] = values[row] &- from <= width ? 1 : 0 }
    }
    pack(into: yes)
  }

  private func test(column: Int, single: Int, marks: [UInt8], _ yes: Words) {
    guard case .texts(let codes, _) = atoms.columns[column].data, single != -1 else {
      yes.update(repeating: 0, count: wordCount)
      return
    }
    if single >= 0 {
      switch codes {
      case .narrow(let values):
        let wanted = UInt8(truncatingIfNeeded: single)
        let base = values.base + first
        for row in 0..<count { bytes[row] = base[row] == wanted ? 1 : 0 }
      case .medium(let values):
        let wanted = UInt16(truncatingIfNeeded: single)
        let base = values.base + first
        for row in 0..<count { bytes[row] = base[row] == wanted ? 1 : 0 }
      case .wide(let values):
        let wanted = UInt32(truncatingIfNeeded: single)
        let base = values.base + first
        for row in 0..<count { bytes[row] = base[row] == wanted ? 1 : 0 }
      }
    } else {
      marks.withUnsafeBufferPointer { marks in
        switch codes {
        case .narrow(let values):
          let base = values.base + first
          for row in 0..<count { bytes[row] = marks[Int(base[row])] }
        case .medium(let values):
          let base = values.base + first
          for row in 0..<count { bytes[row] = marks[Int(base[row])] }
        case .wide(let values):
          let base = values.base + first
          for row in 0..<count { bytes[row] = marks[Int(base[row])] }
        }
      }
    }
    pack(into: yes)
  }
}

// MARK: - The reading of `where`

/// The nodes of a program as `where` reads them, block after block.
///
/// Belongs to the worker that made it; bitmaps are had once, for the nodes that need them.
final class WhereReading {
  private let evaluator: TruthEvaluator
  private let atoms: PreparedAtoms
  private let arena: BitArena
  private var bitmaps: [(yes: Words, open: Words)?]
  private var isKnown: [Bool]

  fileprivate init(_ evaluator: TruthEvaluator, _ atoms: PreparedAtoms) {
    self.evaluator = evaluator
    self.atoms = atoms
    arena = BitArena(rowCount: evaluator.wordCount * 64)
    bitmaps = Array(repeating: nil, count: evaluator.program.nodes.count)
    isKnown = Array(repeating: false, count: evaluator.program.nodes.count)
  }

  /// Forgets the block before.
  func begin() {
    for node in isKnown.indices { isKnown[node] = false }
  }

  /// The rows that `where` would keep and a rule does not fire on, or the other way round, of those that
  /// are set in `mask`.
  func differences(_ node: Int, within mask: UnsafePointer<UInt64>) -> Int {
    guard evaluator.meetsUnknown[node] else { return 0 }
    let kept = value(node).yes
    let fired = evaluator.isTrue[node]
    var total = 0
    for word in 0..<evaluator.wordCount {
      total &+= ((kept[word] ^ fired[word]) & mask[word]).nonzeroBitCount
    }
    return total
  }

  private func value(_ index: Int) -> (yes: Words, open: Words) {
    if !evaluator.hasUnknown[index] {
      // Nothing was missing below, or nothing that mattered; but a part may differ, so only leaves are
      // taken as they are.
      if case .atom = evaluator.program.nodes[index] {
        return (evaluator.isTrue[index], evaluator.openWords(index))
      }
    }
    let result = bitmaps[index] ?? (yes: arena.bitmap(), open: arena.bitmap())
    if isKnown[index] { return result }
    bitmaps[index] = result
    isKnown[index] = true
    let count = evaluator.wordCount
    switch evaluator.program.nodes[index] {
    case .constant:
      result.yes.update(from: evaluator.isTrue[index], count: count)
      result.open.update(from: evaluator.openWords(index), count: count)
    case .atom(let atom): leaf(atom, index, result)
    case .not(let operand):
      let (a, u) = value(operand)
      for word in 0..<count {
        result.yes[word] = ~a[word] & ~u[word] & evaluator.rows[word]
        result.open[word] = u[word]
      }
    case .and(let left, let right):
      let ((a, u), (b, v)) = (value(left), value(right))
      for word in 0..<count {
        let yes = a[word] & b[word]
        result.yes[word] = yes
        result.open[word] = (a[word] | u[word]) & (b[word] | v[word]) & ~yes
      }
    case .or(let left, let right):
      let ((a, u), (b, v)) = (value(left), value(right))
      for word in 0..<count {
        let yes = a[word] | b[word]
        result.yes[word] = yes
        result.open[word] = (u[word] | v[word]) & ~yes
      }
    }
    return result
  }

  /// An atom: a computed one as it was computed, another with the answer for a missing value.
  private func leaf(_ atom: Int, _ index: Int, _ result: (yes: Words, open: Words)) {
    let count = evaluator.wordCount
    if case .computed(let column, _) = atoms.kernels[atom] {
      let values = atoms.columns[column]
      result.yes.update(repeating: 0, count: count)
      result.open.update(repeating: 0, count: count)
      for row in 0..<evaluator.count {
        let bit: UInt64 = 1 << UInt64(row & 63)
        if values.isNull(evaluator.first + row) {
          result.open[row >> 6] |= bit
        } else if case .bools(let bools) = values.data, bools.base[evaluator.first + row] != 0 {
          result.yes[row >> 6] |= bit
        }
      }
      return
    }
    let (yes, open) = (evaluator.isTrue[index], evaluator.openWords(index))
    let answer = evaluator.program.atoms[atom].whereMissing
    for word in 0..<count {
      result.yes[word] = yes[word] | (answer == .yes ? open[word] : 0)
      result.open[word] = answer == .unknown ? open[word] : 0
    }
  }
}
