/// A format of `format_datetime` or `format_timespan`, checked once and applied to many values.
public struct TimeFormat: Sendable, Hashable {
  private enum Piece: Sendable, Hashable {
    case letters(UInt8, Int)
    case delimiter(UInt8)
  }

  private var pieces: [Piece] = []

  /// A format of instants; nil if it holds a letter or delimiter that the language does not know.
  public init?(datetime format: String) {
    self.init(format) { letter, count in
      switch letter {
      case UInt8(ascii: "d"), UInt8(ascii: "h"), UInt8(ascii: "H"), UInt8(ascii: "m"),
        UInt8(ascii: "M"), UInt8(ascii: "s"):
        count <= 2
      case UInt8(ascii: "y"): count <= 2 || count == 4
      case UInt8(ascii: "f"), UInt8(ascii: "F"): count <= 7
      case UInt8(ascii: "t"): count == 2
      default: false
      }
    }
  }

  /// A format of durations; nil if it holds a letter or delimiter that the language does not know.
  public init?(timespan format: String) {
    self.init(format) { letter, count in
      switch letter {
      case UInt8(ascii: "d"): count <= 8
      case UInt8(ascii: "h"), UInt8(ascii: "H"), UInt8(ascii: "m"), UInt8(ascii: "s"): count <= 2
      case UInt8(ascii: "f"), UInt8(ascii: "F"): count <= 7
      default: false
      }
    }
  }

  private init?(_ format: String, _ isKnown: (UInt8, Int) -> Bool) {
    let delimiters = Array(" /-:,._[]".utf8)
    let bytes = Array(format.utf8)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if delimiters.contains(byte) {
        pieces.append(.delimiter(byte))
        index += 1
        continue
      }
      var count = 1
      while index + count < bytes.count, bytes[index + count] == byte { count += 1 }
      guard isKnown(byte, count) else { return nil }
      pieces.append(.letters(byte, count))
      index += count
    }
  }

  /// An instant in this format.
  public func text(datetime ticks: Int64) -> String {
    let date = Instant.date(ticks)
    let time = Instant.timeOfDay(ticks)
    var output: [UInt8] = []
    for piece in pieces {
      switch piece {
      case .delimiter(let byte): output.append(byte)
      case .letters(UInt8(ascii: "d"), let count): append(date.day, count, &output)
      case .letters(UInt8(ascii: "M"), let count): append(date.month, count, &output)
      case .letters(UInt8(ascii: "y"), let count):
        append(count == 4 ? date.year : date.year % 100, count, &output)
      case .letters(UInt8(ascii: "h"), let count):
        append(Int(time / Ticks.perHour + 11) % 12 + 1, count, &output)
      case .letters(UInt8(ascii: "t"), _):
        output.append(contentsOf: (time < 12 * Ticks.perHour ? "AM" : "PM").utf8)
      case .letters(let letter, let count): appendTime(time, letter, count, &output)
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// A duration in this format, with a minus in front if it is negative.
  public func text(timespan ticks: Int64) -> String {
    var output: [UInt8] = ticks < 0 ? [UInt8(ascii: "-")] : []
    let days = Int(ticks.magnitude / UInt64(Ticks.perDay))
    let time = Int64(ticks.magnitude % UInt64(Ticks.perDay))
    for piece in pieces {
      switch piece {
      case .delimiter(let byte): output.append(byte)
      case .letters(UInt8(ascii: "d"), let count): append(days, count, &output)
      case .letters(UInt8(ascii: "h"), let count):
        append(Int(time / Ticks.perHour), count, &output)
      case .letters(let letter, let count): appendTime(time, letter, count, &output)
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// The parts that instants and durations have in common.
  private func appendTime(_ time: Int64, _ letter: UInt8, _ count: Int, _ output: inout [UInt8]) {
    switch letter {
    case UInt8(ascii: "H"): append(Int(time / Ticks.perHour), count, &output)
    case UInt8(ascii: "m"): append(Int(time / Ticks.perMinute % 60), count, &output)
    case UInt8(ascii: "s"): append(Int(time / Ticks.perSecond % 60), count, &output)
    default:
      var digits = Array(repeating: UInt8(48), count: 7)
      digits.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        writePadded(time % Ticks.perSecond, count: 7, base)
      }
      var shown = digits.prefix(count)
      if letter == UInt8(ascii: "F") {
        while shown.last == 48 { shown.removeLast() }
      }
      output.append(contentsOf: shown)
    }
  }

  private func append(_ value: Int, _ width: Int, _ output: inout [UInt8]) {
    let digits = Array(CasebookValues.text(ofLong: Int64(value)).utf8)
    output.append(contentsOf: repeatElement(48, count: max(0, width - digits.count)))
    output.append(contentsOf: digits)
  }
}
