import CasebookValues

/// What stands between the steps of a way in a label.
let pathArrow = " → "

/// A label cut to a width.
///
/// Of a way every step keeps its beginning, since ways that begin alike differ further on; where there are too many
/// steps for that, the first ones and their number. So does every part of `country=DE, queue=fraud`.
func fittedLabel(_ label: String, to limit: Int, _ glyphs: Glyphs, unicode: Bool) -> (
  text: String, width: Int
) {
  let isPath = label.contains(pathArrow)
  guard isPath || isPair(label) else { return fitted(label, to: limit, glyphs) }
  let arrow = !isPath ? partComma : unicode ? pathArrow : " > "
  let steps = label.split(
    separator: isPath ? pathArrow : partComma, omittingEmptySubsequences: false
  ).map(String.init)
  let widths = steps.map { displayWidth(visibleText($0, unicode: unicode)) }
  let room = limit - (steps.count - 1) * displayWidth(arrow)
  if let most = shareOf(room, widths), most >= 3 {
    let parts = steps.map { fitted($0, to: most, glyphs) }
    let width = parts.reduce(limit - room) { $0 + $1.width }
    return (parts.map(\.text).joined(separator: arrow), width)
  }
  let count = " (\(steps.count))"
  guard limit > count.count + 3 else {
    return fitted(steps.joined(separator: arrow), to: limit, glyphs)
  }
  let short = steps.prefix(40).map { fitted($0, to: 4, glyphs).text }.joined(separator: arrow)
  let head = fitted(short, to: limit - count.count, glyphs)
  return (head.text + count, head.width + count.count)
}

private let partComma = ", "

/// Whether a label is `name=value, name=value`.
private func isPair(_ label: String) -> Bool {
  let parts = label.split(separator: partComma, omittingEmptySubsequences: false)
  return parts.count > 1 && parts.allSatisfy { $0.contains("=") }
}

/// The greatest width for each part so that all of them fit; shorter ones leave theirs to the others.
private func shareOf(_ room: Int, _ widths: [Int]) -> Int? {
  var left = room
  for (place, width) in widths.sorted().enumerated() {
    let share = left / (widths.count - place)
    if width > share { return share }
    left -= width
  }
  return left >= 0 ? widths.max() : nil
}
