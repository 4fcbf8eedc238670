internal import CXML

extension Dynamic {
  /// The greatest XML text that is read, in bytes.
  public static let greatestXMLByteCount = 1 << 20

  /// What an XML text holds, in Kusto's form; nil when it is none, or too long or too deep.
  ///
  /// Nothing outside the text is read, and entities that it defines itself are not expanded, so that a short text stays
  /// short.
  public init?(xml text: String) {
    guard let value = withBytes(of: text, { XMLForm.value(of: $0) }) else { return nil }
    self = value
  }
}

/// Builds the value of an XML document from what libxml2's reader comes upon.
private struct XMLForm {
  private struct Element {
    let name: String
    var names: [String] = []
    var places: [String: Int] = [:]
    var values: [[Dynamic]] = []

    mutating func add(_ value: Dynamic, named name: String) {
      if let place = places[name] {
        values[place].append(value)
      } else {
        places[name] = values.count
        names.append(name)
        values.append([value])
      }
    }

    var value: Dynamic {
      if names.isEmpty { return .null }
      let merged = values.map { $0.count == 1 ? $0[0] : .array($0) }
      if names == ["#text"] { return merged[0] }
      return .bag(zip(names, merged).map { (key: $0, value: $1) })
    }
  }

  private var open: [Element] = []
  private var document = Element(name: "")

  /// The parser's own tables are made once, before several threads read.
  private static let isReady: Bool = {
    xmlInitParser()
    return true
  }()

  static func value(of text: UnsafeBufferPointer<UInt8>) -> Dynamic? {
    guard isReady, text.count <= Dynamic.greatestXMLByteCount, let base = text.baseAddress,
      let size = Int32(exactly: text.count)
    else { return nil }
    let quiet = XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
    let options = Int32(bitPattern: UInt32(XML_PARSE_NONET.rawValue | quiet))
    let reader = base.withMemoryRebound(to: CChar.self, capacity: text.count) {
      // The text is UTF-8 by now, whatever encoding it says that it once had.
      xmlReaderForMemory($0, size, nil, "UTF-8", options)
    }
    guard let reader else { return nil }
    defer { xmlFreeTextReader(reader) }
    var form = XMLForm()
    while true {
      switch xmlTextReaderRead(reader) {
      case 1: guard form.take(reader) else { return nil }
      case 0: return form.document.values.isEmpty ? nil : form.document.value
      default: return nil
      }
    }
  }

  /// Takes what the reader stands at; false where it lies too deep.
  private mutating func take(_ reader: xmlTextReaderPtr) -> Bool {
    switch xmlReaderTypes(rawValue: UInt32(bitPattern: xmlTextReaderNodeType(reader))) {
    case XML_READER_TYPE_ELEMENT:
      guard open.count < Dynamic.maximumDepth / 2 else { return false }
      let isEmpty = xmlTextReaderIsEmptyElement(reader) == 1
      var element = Element(name: Self.text(xmlTextReaderConstName(reader)))
      while xmlTextReaderMoveToNextAttribute(reader) == 1 {
        element.add(
          Self.typed(Self.text(xmlTextReaderConstValue(reader))),
          named: "@" + Self.text(xmlTextReaderConstName(reader)))
      }
      open.append(element)
      if isEmpty { close() }
    case XML_READER_TYPE_END_ELEMENT: close()
    case XML_READER_TYPE_TEXT:
      let text = Self.trimmed(Self.text(xmlTextReaderConstValue(reader)))
      if !text.isEmpty, let last = open.indices.last {
        open[last].add(Self.typed(text), named: "#text")
      }
    default: break
    }
    return true
  }

  private mutating func close() {
    guard let element = open.popLast() else { return }
    if let last = open.indices.last {
      open[last].add(element.value, named: element.name)
    } else {
      document.add(element.value, named: element.name)
    }
  }

  private static func text(_ characters: UnsafePointer<xmlChar>?) -> String {
    characters.map { String(cString: $0) } ?? ""
  }

  /// Without the spaces around it that XML calls white.
  private static func trimmed(_ text: String) -> String {
    let white: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
    let bytes = text.utf8
    guard let first = bytes.firstIndex(where: { !white.contains($0) }),
      let last = bytes.lastIndex(where: { !white.contains($0) })
    else { return "" }
    return String(text[first...last])
  }

  /// A number where the text is one and writing it gives the text again, so that `007` and long numbers stay whole.
  private static func typed(_ text: String) -> Dynamic {
    guard let first = text.utf8.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first),
      let value = Dynamic(json: text), value.jsonText == text
    else { return .string(text) }
    return value
  }
}
