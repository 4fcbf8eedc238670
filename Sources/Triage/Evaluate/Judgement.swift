import CasebookTables

/// Where each kind of action would have been right in a block, and where that is known.
final class Judgement {
  /// Owns the bitmaps.
  private let arena: BitArena
  /// Where an outcome is final; all are where this is nil.
  private let mature: Column?
  private var rightRows: [Words] = []
  private var labelledRows: [Words] = []
  private var rightCounts: [Int] = []

  init(_ arena: BitArena, _ mature: Column?) {
    self.arena = arena
    self.mature = mature
    for _ in ExclusiveKind.allCases {
      rightRows.append(arena.bitmap())
      labelledRows.append(arena.bitmap())
    }
  }

  private func place(_ kind: ExclusiveKind) -> Int {
    switch kind {
    case .route: 0
    case .escalate: 1
    case .close: 2
    case .hold: 3
    }
  }

  /// Rows at which the action is right.
  func right(_ kind: ExclusiveKind) -> Words { rightRows[place(kind)] }
  /// Rows at which it is right or wrong.
  func labelled(_ kind: ExclusiveKind) -> Words { labelledRows[place(kind)] }

  /// How many rows those are.
  func rightCount(_ kind: ExclusiveKind) -> Int { rightCounts[place(kind)] }

  /// Looks at a block that was decided.
  ///
  /// Escalating and holding are judged as routing where nothing else is said. Without `wrong`, what is known
  /// and not right is wrong.
  func judge(_ state: BlockDecision) {
    for kind in ExclusiveKind.allCases {
      let (right, labelled) = (self.right(kind), self.labelled(kind))
      let clause = state.set.rights[kind] ?? (kind == .close ? nil : state.set.rights[.route])
      guard let clause else {
        right.update(repeating: 0, count: state.wordCount)
        labelled.update(repeating: 0, count: state.wordCount)
        continue
      }
      let (a, u) = (state.truth.isTrue[clause.right], state.truth.openWords(clause.right))
      for word in 0..<state.wordCount {
        right[word] = a[word] & state.rows[word]
        let wrong = clause.wrong.map { state.truth.isTrue[$0][word] } ?? ~(a[word] | u[word])
        labelled[word] = (a[word] | wrong) & state.rows[word]
      }
    }
    if let mature { leaveOut(mature, state) }
    rightCounts = rightRows.map { countBits($0, state.wordCount) }
  }

  /// Outcomes that may still change are none.
  private func leaveOut(_ mature: Column, _ state: BlockDecision) {
    for row in 0..<state.count where !Maturity.isFinal(mature, state.first + row) {
      let others = ~(UInt64(1) << UInt64(row & 63))
      for words in rightRows { words[row >> 6] &= others }
      for words in labelledRows { words[row >> 6] &= others }
    }
  }
}
