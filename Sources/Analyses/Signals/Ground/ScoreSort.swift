import CasebookTables

/// The scores of some cases, split by group and class and sorted: the one sort that a signal costs.
///
/// Splitting first means that nothing has to travel with a score through the sort.
struct ScoreSort: Sendable {
  /// Sorted keys; those of one group and class stand together.
  private let keys: Buffer<UInt64>
  /// Where each group and class begins, and the end.
  private let starts: [Int]
  private let groupCount: Int
  private let classCount: Int

  /// The number that stands for a score: a higher score has a smaller one, -0.0 counts as 0.0.
  @inline(__always)
  static func key(_ score: Double) -> UInt64 {
    let bits = (score + 0.0).bitPattern
    return bits >> 63 == 1 ? bits : ~(bits | (1 << 63))
  }

  /// The score that a key stands for.
  @inline(__always)
  static func score(_ key: UInt64) -> Double {
    Double(bitPattern: key >> 63 == 1 ? key : ~key & ~(1 << 63))
  }

  /// Sorts all scores but those that are missing (NaN); unlabelled ones only where asked for.
  init(
    _ scores: Buffer<Double>, classes: Buffer<UInt8>, groups: Groups?, groupCount: Int,
    includesUnlabelled: Bool, _ context: RunContext
  ) throws {
    self.groupCount = groupCount
    let classCount = includesUnlabelled ? 3 : 2
    self.classCount = classCount
    let segmentCount = groupCount * classCount
    var starts = [Int](repeating: 0, count: segmentCount + 1)
    try countSegments(scores, classes, groups?.ids, classCount, &starts, context)
    for segment in 0..<segmentCount { starts[segment + 1] += starts[segment] }
    let bounds = starts
    let total = starts[segmentCount]
    try context.require(bytes: total * 16)
    context.expect(rows: total)
    let room = SortRoom(count: total)
    keys = try Buffer(count: total) { target in
      try fillSegments(
        scores, classes, groups?.ids, classCount, bounds, room.words.start, context)
      try context.checkpoint()
      let words = SortRoom.Words(target)
      let pieces = try dealt(room.words, words, bounds, context)
      _ = try context.mapParallel(pieces.count) { index in
        let piece = pieces[index]
        sortWords(
          words.start + piece.lowerBound, room.words.start + piece.lowerBound, piece.count,
          bits: 0..<64)
        context.advance(rows: piece.count)
      }
    }
    self.starts = starts
  }

  /// The ladder of a group, highest score first.
  func ladder(group: Int, _ context: RunContext) throws -> Ladder {
    let negatives = segment(group, CaseClass.negative)
    let positives = segment(group, CaseClass.positive)
    return try mergedLadder(positives, negatives, context)
  }

  /// The ladder of all groups together, highest score first.
  func ladderOfAll(_ context: RunContext) throws -> Ladder {
    if groupCount == 1 { return try ladder(group: 0, context) }
    let all = try (0..<2).map { classOf in
      var runs = (0..<groupCount).map { segment($0, UInt8(classOf)) }
      while runs.count > 1 {
        try context.checkpoint()
        runs = stride(from: 0, to: runs.count, by: 2).map { place in
          place + 1 < runs.count ? merged(runs[place], runs[place + 1]) : runs[place]
        }
      }
      return runs.first ?? Buffer([])
    }
    return try mergedLadder(all[1], all[0], context)
  }

  /// The scores of the unlabelled cases of a group, strictest first.
  func unlabelled(group: Int, _ direction: Direction) -> Buffer<Double> {
    let keys = segment(group, CaseClass.unlabelled)
    let count = keys.count
    return Buffer(count: count) { target in
      for place in 0..<count {
        let source = direction == .higher ? place : count - 1 - place
        target[place] = Self.score(keys.base[source])
      }
    }
  }

  private func segment(_ group: Int, _ classOf: UInt8) -> Buffer<UInt64> {
    let segment = group * classCount + Int(classOf)
    return keys.slice(starts[segment]..<starts[segment + 1])
  }
}

/// Memory that a sort works in.
///
/// `@unchecked Sendable`: each worker writes only its own segment of it.
private final class SortRoom: @unchecked Sendable {
  struct Words: @unchecked Sendable {
    let start: UnsafeMutablePointer<UInt64>
    init(_ start: UnsafeMutablePointer<UInt64>) { self.start = start }
  }

  let words: Words

  init(count: Int) { words = Words(.allocate(capacity: max(count, 1))) }
  deinit { words.start.deallocate() }
}

/// Counts the scores of each segment, one place ahead, so that summing gives where each begins.
private func countSegments(
  _ scores: Buffer<Double>, _ classes: Buffer<UInt8>, _ groups: Buffer<Int32>?, _ classCount: Int,
  _ starts: inout [Int], _ context: RunContext
) throws {
  let (scores, classes, count) = (scores.base, classes.base, scores.count)
  try starts.withUnsafeMutableBufferPointer { starts in
    guard let starts = starts.baseAddress else { return }
    for row in 0..<count {
      try Checkpoints.look(row, context)
      let classOf = Int(classes[row])
      if classOf >= classCount || scores[row].isNaN { continue }
      let group = groups.map { Int($0.base[row]) } ?? 0
      starts[group &* classCount &+ classOf &+ 1] += 1
    }
  }
}

private func fillSegments(
  _ scores: Buffer<Double>, _ classes: Buffer<UInt8>, _ groups: Buffer<Int32>?, _ classCount: Int,
  _ starts: [Int], _ target: UnsafeMutablePointer<UInt64>, _ context: RunContext
) throws {
  var places = starts
  let (scores, classes, count) = (scores.base, classes.base, scores.count)
  try places.withUnsafeMutableBufferPointer { places in
    guard let places = places.baseAddress else { return }
    for row in 0..<count {
      try Checkpoints.look(row, context)
      let classOf = Int(classes[row])
      let score = scores[row]
      if classOf >= classCount || score.isNaN { continue }
      let group = groups.map { Int($0.base[row]) } ?? 0
      let segment = group &* classCount &+ classOf
      target[places[segment]] = ScoreSort.key(score)
      places[segment] += 1
    }
  }
}

/// Deals the keys of every segment out by value into pieces that are sorted apart: on all threads, with a look in
/// between at whether the run is to end.
private func dealt(
  _ source: SortRoom.Words, _ target: SortRoom.Words, _ bounds: [Int], _ context: RunContext
) throws -> [Range<Int>] {
  var pieces: [Range<Int>] = []
  for segment in 0..<(bounds.count - 1) {
    let range = bounds[segment]..<bounds[segment + 1]
    let (from, to) = (source.start + range.lowerBound, target.start + range.lowerBound)
    let count = range.count
    let wanted = count < 1 << 16 ? 1 : min(64, max(context.threads, count >> 18))
    let splitters = wanted > 1 ? evenSplitters(of: from, count, pieces: wanted) : []
    if splitters.isEmpty {
      to.update(from: from, count: count)
      if count > 0 { pieces.append(range) }
      continue
    }
    let starts = try dealt(
      SortRoom.Words(from), SortRoom.Words(to), count, PieceNumbers(splitters), context)
    for piece in 0...splitters.count where starts[piece] < starts[piece + 1] {
      pieces.append((range.lowerBound + starts[piece])..<(range.lowerBound + starts[piece + 1]))
    }
  }
  return pieces
}

/// Deals keys out and gives where each piece begins, and the end.
private func dealt(
  _ source: SortRoom.Words, _ target: SortRoom.Words, _ count: Int, _ numbers: PieceNumbers,
  _ context: RunContext
) throws -> [Int] {
  let chunkSize = 1 << 19
  let chunkCount = (count + chunkSize - 1) / chunkSize
  // Each chunk notes its keys' pieces, so that they are looked for once.
  let noted = try context.mapParallel(chunkCount) { chunk in
    let first = chunk * chunkSize
    return numbers.noted(source.start + first, min(chunkSize, count - first))
  }
  var starts = [Int](repeating: 0, count: numbers.count + 1)
  var places = noted.map { $0.counts }
  var place = 0
  for piece in 0..<numbers.count {
    starts[piece] = place
    for chunk in 0..<chunkCount {
      let size = noted[chunk].counts[piece]
      places[chunk][piece] = place
      place += size
    }
  }
  starts[numbers.count] = place
  _ = try context.mapParallel(chunkCount) { [places] chunk in
    var places = places[chunk]
    let (from, pieces) = (source.start + chunk * chunkSize, noted[chunk].pieces)
    places.withUnsafeMutableBufferPointer { places in
      guard let next = places.baseAddress else { return }
      for index in 0..<pieces.count {
        let piece = Int(pieces.base[index])
        target.start[next[piece]] = from[index]
        next[piece] &+= 1
      }
    }
  }
  return starts
}

/// The piece of a key: how many splitters it is above.
private struct PieceNumbers: Sendable {
  /// Splitters, filled up to one less than a power of two with what no key is above.
  private let splitters: [UInt64]
  /// Pieces.
  let count: Int

  init(_ splitters: [UInt64]) {
    count = splitters.count + 1
    var size = 1
    while size < count { size *= 2 }
    self.splitters = splitters + Array(repeating: .max, count: size - 1 - splitters.count)
  }

  /// The piece of every key, and how many keys each piece has: a search without branches.
  func noted(_ keys: UnsafePointer<UInt64>, _ keyCount: Int) -> (
    pieces: Buffer<UInt8>, counts: [Int]
  ) {
    var counts = [Int](repeating: 0, count: count)
    let half = (splitters.count + 1) / 2
    let pieces = counts.withUnsafeMutableBufferPointer { counts in
      splitters.withUnsafeBufferPointer { splitters in
        Buffer<UInt8>(count: keyCount) { target in
          guard let counts = counts.baseAddress, let splitters = splitters.baseAddress else {
            return
          }
          for index in 0..<keyCount {
            let key = keys[index]
            var (place, step) = (0, half)
            while step > 0 {
              place &+= key > splitters[place &+ step &- 1] ? step : 0
              step >>= 1
            }
            target[index] = UInt8(truncatingIfNeeded: place)
            counts[place] &+= 1
          }
        }
      }
    }
    return (pieces, counts)
  }
}

/// Keys that part the others into about equal pieces, from evenly spaced ones.
private func evenSplitters(
  of keys: UnsafePointer<UInt64>, _ count: Int, pieces: Int
) -> [UInt64] {
  let sampleCount = pieces * 64
  let sample = (0..<sampleCount).map { keys[$0 * (count / sampleCount)] }.sorted()
  var splitters: [UInt64] = []
  for piece in 1..<pieces {
    let key = sample[piece * 64]
    if splitters.last != key { splitters.append(key) }
  }
  return splitters
}

private func merged(_ a: Buffer<UInt64>, _ b: Buffer<UInt64>) -> Buffer<UInt64> {
  let (first, second) = (a.base, b.base)
  let (firstCount, secondCount) = (a.count, b.count)
  return Buffer(count: firstCount + secondCount) { target in
    var (i, j, place) = (0, 0, 0)
    while i < firstCount, j < secondCount {
      let (x, y) = (first[i], second[j])
      let takesFirst = x <= y
      target[place] = takesFirst ? x : y
      i &+= takesFirst ? 1 : 0
      j &+= takesFirst ? 0 : 1
      place &+= 1
    }
    (target + place).update(from: first + i, count: firstCount - i)
    (target + place + firstCount - i).update(from: second + j, count: secondCount - j)
  }
}

/// The steps of two sorted runs, highest score first.
///
/// There are at most as many as keys; of the room for them, what is not used is never touched.
private func mergedLadder(
  _ positives: Buffer<UInt64>, _ negatives: Buffer<UInt64>, _ context: RunContext
) throws -> Ladder {
  let (p, n) = (positives.base, negatives.base)
  let (pCount, nCount) = (positives.count, negatives.count)
  let most = pCount + nCount
  var positiveSteps = Buffer<Int32>([])
  var negativeSteps = Buffer<Int32>([])
  var step = 0
  let scores = try Buffer<Double>(count: most) { scores in
    positiveSteps = try Buffer(count: most) { positiveSteps in
      negativeSteps = try Buffer(count: most) { negativeSteps in
        var (i, j) = (0, 0)
        var look = 0
        while i < pCount || j < nCount {
          if i &+ j >= look {
            try context.checkpoint()
            look = i &+ j &+ Checkpoints.steps
          }
          let key = min(i < pCount ? p[i] : .max, j < nCount ? n[j] : .max)
          let (firstPositive, firstNegative) = (i, j)
          while i < pCount, p[i] == key { i &+= 1 }
          while j < nCount, n[j] == key { j &+= 1 }
          scores[step] = ScoreSort.score(key)
          positiveSteps[step] = Int32(truncatingIfNeeded: i &- firstPositive)
          negativeSteps[step] = Int32(truncatingIfNeeded: j &- firstNegative)
          step &+= 1
        }
      }
    }
  }
  return Ladder(
    direction: .higher, scores: scores.slice(0..<step), positives: positiveSteps.slice(0..<step),
    negatives: negativeSteps.slice(0..<step))
}
