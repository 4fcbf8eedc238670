import CasebookValues

/// Writes elements of an SVG picture; every text from data is made visible and escaped.
struct SVGDocument {
  private(set) var body = ""

  typealias Attributes = KeyValuePairs<String, String>

  mutating func raw(_ text: String) { body += text }

  /// An element with a text that shows when the pointer rests on it.
  mutating func element(_ name: String, _ attributes: Attributes, hover: String? = nil) {
    body += "<" + name + SVGDocument.text(attributes)
    guard let hover else {
      body += "/>\n"
      return
    }
    body += "><title>" + SVGDocument.escaped(hover) + "</title></" + name + ">\n"
  }

  mutating func text(_ text: String, _ x: Double, _ y: Double, _ attributes: Attributes = [:]) {
    body +=
      "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\"" + SVGDocument.text(attributes) + ">"
      + SVGDocument.escaped(text) + "</text>\n"
  }

  /// A text that rises to the right, for names that have no room beside each other.
  mutating func slantedText(
    _ text: String, _ x: Double, _ y: Double, endsHere: Bool, size: Double = 12
  ) {
    self.text(
      text, x, y,
      [
        "class": "chart-faint", "fill": "#5f6b7a", "text-anchor": endsHere ? "end" : "start",
        "font-size": number(size), "transform": "rotate(-40 \(number(x)) \(number(y)))",
      ])
  }

  mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ attributes: Attributes
  ) {
    body +=
      "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\""
      + number(y2) + "\"" + SVGDocument.text(attributes) + "/>\n"
  }

  mutating func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ attributes: Attributes,
    hover: String? = nil
  ) {
    body +=
      "<rect x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"" + number(max(width, 0))
      + "\" height=\"" + number(max(height, 0)) + "\"" + SVGDocument.text(attributes)
    body +=
      hover.map { "><title>" + SVGDocument.escaped($0) + "</title></rect>\n" } ?? "/>\n"
  }

  private static func text(_ attributes: Attributes) -> String {
    attributes.map { " " + $0.key + "=\"" + escaped($0.value) + "\"" }.joined()
  }

  /// A text for the inside of an element or of an attribute, with nothing that XML does not allow.
  static func escaped(_ text: String) -> String {
    var shown = escapedHTML(visibleText(text))
    if shown.unicodeScalars.contains(where: { $0.value == 0xFFFE || $0.value == 0xFFFF }) {
      shown = shown.replacing("\u{FFFE}", with: "\u{FFFD}").replacing("\u{FFFF}", with: "\u{FFFD}")
    }
    return shown
  }
}

/// How far a slanted text of a width reaches across and up.
func slantedExtent(_ width: Double) -> (across: Double, up: Double) {
  (width * 0.766, width * 0.643)
}

/// A length for SVG: two decimals at most.
func number(_ value: Double) -> String {
  trimmedDecimals(fixedText(min(max(value.isFinite ? value : 0, -1e5), 1e5), decimals: 2))
}

/// About how wide a text is in a font of 12 pixels.
func textWidth(_ text: String, size: Double = 12) -> Double {
  Double(displayWidth(visibleText(text))) * size * 0.58
}

/// A text that is cut with `…` to a width in a font of 12 pixels.
func cutText(_ text: String, to width: Double, size: Double = 12) -> String {
  fitted(text, to: max(Int(width / (size * 0.58)), 1), .unicode).text
}
