/// Durations: signed counts of ticks.
public enum Timespan {
  /// The most bytes that `write` writes.
  public static let textCapacity = 28

  /// Writes `[-][d.]hh:mm:ss[.fffffff]` and returns the number of bytes.
  public static func write(_ ticks: Int64, _ output: UnsafeMutablePointer<UInt8>) -> Int {
    var length = 0
    if ticks < 0 {
      output[0] = UInt8(ascii: "-")
      length = 1
    }
    let magnitude = ticks.magnitude
    let days = Int64(magnitude / UInt64(Ticks.perDay))
    let time = Int64(magnitude % UInt64(Ticks.perDay))
    if days > 0 {
      length += writeLong(days, output + length)
      output[length] = UInt8(ascii: ".")
      length += 1
    }
    let seconds = Int(time / Ticks.perSecond)
    writePair(seconds / 3600, output + length)
    output[length + 2] = UInt8(ascii: ":")
    writePair(seconds / 60 % 60, output + length + 3)
    output[length + 5] = UInt8(ascii: ":")
    writePair(seconds % 60, output + length + 6)
    length += 8
    let subsecond = time % Ticks.perSecond
    guard subsecond != 0 else { return length }
    output[length] = UInt8(ascii: ".")
    writePadded(subsecond, count: 7, output + length + 1)
    return length + 8
  }

  /// A duration as the language writes it: `1.02:03:04.5000000`.
  public static func text(_ ticks: Int64) -> String {
    asciiText(capacity: textCapacity) { write(ticks, $0) }
  }

  /// A duration for people, by its two greatest units: `3d 4h`, `5m 10s`, `2.5 s`, `120 ms`.
  public static func plainText(_ ticks: Int64) -> String {
    let magnitude = Double(ticks.magnitude)
    let sign = ticks < 0 ? "-" : ""
    guard magnitude >= 60e7 else { return sign + shortText(magnitude) }
    // Rounding to the second unit first lets 59.7 minutes carry into an hour.
    let units: [(length: Double, name: String)] = [
      (Double(Ticks.perDay), "d"), (Double(Ticks.perHour), "h"), (Double(Ticks.perMinute), "m"),
      (Double(Ticks.perSecond), "s"),
    ]
    for (greater, lesser) in zip(units, units.dropFirst()) {
      let steps = (magnitude / lesser.length).rounded()
      let ratio = (greater.length / lesser.length).rounded()
      guard steps >= ratio else { continue }
      let whole = Int64(steps / ratio)
      let rest = Int64(steps) - whole * Int64(ratio)
      let head = sign + CasebookValues.text(ofLong: whole) + greater.name
      return rest == 0 ? head : head + " " + CasebookValues.text(ofLong: rest) + lesser.name
    }
    return sign + shortText(magnitude)
  }

  /// A duration below a minute.
  private static func shortText(_ magnitude: Double) -> String {
    if magnitude == 0 { return "0 s" }
    if magnitude >= 1e7 { return decimal(magnitude / 1e7) + " s" }
    if magnitude >= 1e4 { return decimal(magnitude / 1e4) + " ms" }
    return decimal(magnitude / 10) + " us"
  }

  /// Three significant digits below a hundred, else a whole number.
  private static func decimal(_ value: Double) -> String {
    let scale: Double = value >= 100 ? 1 : value >= 10 ? 10 : 100
    return CasebookValues.plainText(ofReal: (value * scale).rounded() / scale)
  }
}
