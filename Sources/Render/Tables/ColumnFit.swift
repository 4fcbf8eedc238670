/// Which columns of a table are drawn, and how wide.
struct ColumnFit: Equatable {
  /// Blanks between two columns.
  static let gap = 2
  /// The width of each drawn column; the others are left out.
  var widths: [Int]

  /// Gives each column its natural width if all fit; else shortens the widest first, none below its
  /// least width; else leaves out the last ones.
  ///
  /// The first column is always drawn, however narrow the screen.
  init(natural: [Int], least: [Int], available: Int) {
    let count = ColumnFit.countThatFits(least, available)
    guard count > 0 else {
      widths = []
      return
    }
    let room = available - ColumnFit.gap * (count - 1)
    if count == 1, least[0] > room {
      widths = [max(room, 1)]
      return
    }
    widths = ColumnFit.shortened(
      natural: Array(natural[..<count]), least: Array(least[..<count]), to: room)
  }

  private static func countThatFits(_ least: [Int], _ available: Int) -> Int {
    var used = -gap
    for (index, width) in least.enumerated() {
      used += gap + width
      if used > available { return max(index, 1) }
    }
    return least.count
  }

  /// Lowers one level over all columns until they fit, as water finds its level.
  private static func shortened(natural: [Int], least: [Int], to room: Int) -> [Int] {
    func widths(_ level: Int) -> [Int] {
      natural.indices.map { max(least[$0], min(natural[$0], level)) }
    }
    func fits(_ level: Int) -> Bool { widths(level).reduce(0, +) <= room }
    var low = 0
    var high = natural.max() ?? 0
    if fits(high) { return widths(high) }
    while high - low > 1 {
      let middle = (low + high) / 2
      if fits(middle) { low = middle } else { high = middle }
    }
    var result = widths(low)
    var rest = room - result.reduce(0, +)
    for index in result.indices where rest > 0 && result[index] < min(natural[index], high) {
      result[index] += 1
      rest -= 1
    }
    return result
  }
}
