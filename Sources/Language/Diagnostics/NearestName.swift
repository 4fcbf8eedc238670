/// The name most like a word, if one is like it enough to be what was meant.
///
/// Letters left out, added, changed or swapped count one each; words that differ in case only count none. Up
/// to a third of the word may differ. Of names that are equally near the first wins.
public func nearest(to word: String, in names: [String]) -> String? {
  let wanted = Array(word.lowercased().unicodeScalars)
  guard !wanted.isEmpty else { return nil }
  var best: (name: String, distance: Int)?
  for name in names where name != word {
    let share = max(wanted.count > 1 ? 1 : 0, wanted.count / 3)
    let limit = min(best.map { $0.distance - 1 } ?? Int.max, share)
    let candidate = Array(name.lowercased().unicodeScalars)
    if let distance = editDistance(wanted, candidate, limit: limit) { best = (name, distance) }
  }
  return best?.name
}

/// The Damerau-Levenshtein distance (adjacent swaps), or nil above the limit.
private func editDistance(
  _ left: [Unicode.Scalar], _ right: [Unicode.Scalar], limit: Int
) -> Int? {
  guard limit >= 0, abs(left.count - right.count) <= limit else { return nil }
  var beforeLast: [Int] = []
  var last = Array(0...right.count)
  for row in 1...max(left.count, 1) {
    var line = [row]
    line.reserveCapacity(right.count + 1)
    for column in 0..<right.count {
      let isSame = left[row - 1] == right[column]
      var distance = min(line[column] + 1, last[column + 1] + 1, last[column] + (isSame ? 0 : 1))
      if row > 1, column > 0, left[row - 1] == right[column - 1],
        left[row - 2] == right[column]
      {
        distance = min(distance, beforeLast[column - 1] + 1)
      }
      line.append(distance)
    }
    guard (line.min() ?? 0) <= limit else { return nil }
    beforeLast = last
    last = line
  }
  return last[right.count] <= limit ? last[right.count] : nil
}
