import CasebookValues
import Glibc

/// Numbers of one axis: as many decimals as its step needs, in thousands or millions where they are large.
func steppedTexts(_ values: [Double], step: Double) -> [String] {
  let greatest = values.reduce(0) { max($0, $1.magnitude) }
  guard greatest < 1e15, step >= 1e-9 else {
    return values.map { $0 == 0 ? "0" : shortScientific($0) }
  }
  let units: [(Double, String)] = [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k"), (1, "")]
  let (size, name) = units.first { greatest >= $0.0 * ($0.0 == 1e3 ? 10 : 1) } ?? (1, "")
  let decimals = max(0, Int((-log10(step / size) - 0.000_001).rounded(.up)))
  return values.map { value in
    value == 0 ? "0" : fixedText(value / size, decimals: min(decimals, 12)) + name
  }
}

/// A number with an exponent and no zeros before it: `2.5e300`.
private func shortScientific(_ value: Double, significant: Int = 3) -> String {
  let text = scientificText(value, significant: significant)
  guard let mark = text.firstIndex(of: "e") else { return text }
  return trimmedDecimals(String(text[..<mark])) + text[mark...]
}

/// A number in few characters, as ticks of a log axis have them.
func compactText(_ value: Double) -> String {
  guard value.isFinite else { return text(ofReal: value) }
  let magnitude = value.magnitude
  if magnitude == 0 { return "0" }
  if magnitude >= 1e15 || magnitude < 1e-4 { return shortScientific(value) }
  if magnitude >= 9_999.5 {
    let units: [(Double, String)] = [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")]
    for (size, name) in units where magnitude >= size {
      let rest = value / size
      return trimmedDecimals(fixedText(rest, decimals: rest.magnitude < 10 ? 1 : 0)) + name
    }
  }
  let decimals = max(0, min(6, 2 - Int(log10(magnitude).rounded(.down))))
  return trimmedDecimals(fixedText(value, decimals: decimals))
}

/// A number as a person reads it: up to four decimals, thousands parted.
func plainNumber(_ value: Double) -> String {
  guard value.isFinite else { return text(ofReal: value) }
  if value == value.rounded(), value.magnitude < 1e15 { return formatCount(Int(value)) }
  if value.magnitude >= 1e15 || value.magnitude < 1e-3 {
    return shortScientific(value, significant: 4)
  }
  let decimals = max(0, min(6, 3 - Int(log10(value.magnitude).rounded(.down))))
  let text = trimmedDecimals(fixedText(value, decimals: decimals))
  guard value.magnitude >= 1000, let point = text.firstIndex(of: ".") else { return text }
  return (Int(text[..<point]).map(formatCount) ?? String(text[..<point])) + text[point...]
}

/// Without zeros at the end of the decimals.
func trimmedDecimals(_ text: String) -> String {
  guard text.contains(".") else { return text }
  var kept = text[...]
  while kept.last == "0" { kept.removeLast() }
  if kept.last == "." { kept.removeLast() }
  return String(kept)
}

private let spanUnits: [(length: Double, name: String, factors: [Double])] = [
  (10, "µs", [1, 2, 5, 10, 20, 50, 100, 200, 500]),
  (10_000, "ms", [1, 2, 5, 10, 20, 50, 100, 200, 500]),
  (Double(Ticks.perSecond), "s", [1, 2, 5, 10, 15, 30]),
  (Double(Ticks.perMinute), "min", [1, 2, 5, 10, 15, 30]),
  (Double(Ticks.perHour), "h", [1, 2, 3, 6, 12]),
]

/// A round length of time that parts another one.
func spanStep(_ length: Double, atMost count: Int) -> Double {
  let rough = length / Double(max(count, 1))
  for unit in spanUnits {
    for factor in unit.factors where factor * unit.length >= rough * 0.999_999 {
      return factor * unit.length
    }
  }
  let day = Double(Ticks.perDay)
  return max(ChartAxis.roundStep(length / day, atMost: count), 1) * day
}

/// A length of time in the unit of the step between ticks: `36 h`, `2.5 d`.
func spanTickText(_ value: Double, step: Double) -> String {
  if value == 0 { return "0" }
  let day = (length: Double(Ticks.perDay), name: "d")
  let units = spanUnits.map { (length: $0.length, name: $0.name) } + [day]
  // Beyond three days hours are counted in days, whatever the step.
  let unit =
    value.magnitude >= 3 * day.length && step >= day.length / 4
    ? day : units.last { $0.length <= step * 1.000_001 } ?? (length: 10, name: "µs")
  let count = value / unit.length
  return trimmedDecimals(fixedText(count, decimals: count.magnitude < 1000 ? 2 : 0)) + " "
    + unit.name
}
