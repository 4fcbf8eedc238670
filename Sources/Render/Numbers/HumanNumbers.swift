import CasebookValues

/// A count with its thousands parted: `1,234,567`.
public func formatCount(_ count: Int) -> String {
  let digits = String(count.magnitude)
  var text = count < 0 ? "-" : ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { text += "," }
    text.append(digit)
  }
  return text
}

/// A count with its noun: `1 row`, `1,234 rows`.
public func formatCount(_ count: Int, of noun: String) -> String {
  formatCount(count) + " " + noun + (count == 1 ? "" : "s")
}

/// A count to two or three digits: `980`, `2.1 M`.
public func formatRoughCount(_ count: Double) -> String {
  scaledText(count, units: ["", " k", " M", " G", " T"])
}

/// A number of bytes to two or three digits, in powers of a thousand: `296 MB`.
public func formatBytes(_ bytes: Int) -> String {
  scaledText(Double(bytes), units: [" B", " kB", " MB", " GB", " TB", " PB"])
}

/// A rate of counted things: `3.4 M rows/s`.
public func formatRate(_ perSecond: Double, unit: String = "rows") -> String {
  guard perSecond.isFinite else { return "? " + unit + "/s" }
  return formatRoughCount(perSecond) + " " + unit + "/s"
}

/// A length of time as people say it: `12 µs`, `8.2 ms`, `1.24 s`, `3 min 20 s`, `2 h 5 min`.
public func formatDuration(_ seconds: Double) -> String {
  guard seconds.isFinite else { return "?" }
  let sign = seconds < 0 ? "-" : ""
  let length = seconds.magnitude
  if length == 0 { return "0 s" }
  if length < 0.000_999_5 { return sign + fixedText(length * 1e6, decimals: 0) + " µs" }
  if length < 0.09995 { return sign + fixedText(length * 1e3, decimals: 1) + " ms" }
  if length < 0.9995 { return sign + fixedText(length * 1e3, decimals: 0) + " ms" }
  if length < 9.995 { return sign + fixedText(length, decimals: 2) + " s" }
  if length < 59.95 { return sign + fixedText(length, decimals: 1) + " s" }
  return sign + longDuration(length)
}

/// A minute or more, by its two greatest units.
func longDuration(_ seconds: Double) -> String {
  if seconds < 3599.5 { return twoUnits(seconds, 60, "min", 1, "s") }
  if seconds < 86_370 { return twoUnits(seconds, 3600, "h", 60, "min") }
  return twoUnits(seconds, 86_400, "d", 3600, "h")
}

/// Whole units and the rest in lesser ones, rounded first so that 59.7 carries.
private func twoUnits(
  _ seconds: Double, _ great: Double, _ greatName: String, _ small: Double, _ smallName: String
) -> String {
  let steps = (seconds / small).rounded()
  let ratio = great / small
  let whole = (steps / ratio).rounded(.down)
  let rest = steps - whole * ratio
  let head = fixedText(whole, decimals: 0) + " " + greatName
  return rest == 0 ? head : head + " " + fixedText(rest, decimals: 0) + " " + smallName
}

/// A share of one as percent: `43.2 %`.
///
/// A part is never shown as none or as all.
public func formatShare(_ share: Double) -> String {
  guard share.isFinite else { return "?" }
  if share > 0, share < 0.0005 { return "<0.1 %" }
  if share < 1, share >= 0.9995 { return ">99.9 %" }
  let text = fixedText(share * 100, decimals: 1)
  return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + " %"
}

/// A number in the greatest unit that leaves a digit before the point.
private func scaledText(_ value: Double, units: [String]) -> String {
  guard value.isFinite else { return "?" }
  var rest = value.magnitude
  var unit = 0
  while rest >= 999.5, unit + 1 < units.count {
    rest /= 1000
    unit += 1
  }
  let decimals = unit > 0 && rest < 99.95 ? 1 : 0
  return (value < 0 ? "-" : "") + fixedText(rest, decimals: decimals) + units[unit]
}
