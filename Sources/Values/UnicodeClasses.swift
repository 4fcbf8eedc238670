/// The Unicode meaning of `\s`, `\d`, `\w` and their opposites, which RE2 takes as ASCII only: the
/// engine that the language comes from counts a no-break space as white space and `é` as a letter.
///
/// An opposite inside brackets stays ASCII: RE2 has no classes within classes.
func withUnicodeClasses(_ pattern: String) -> String {
  guard pattern.utf8.contains(UInt8(ascii: "\\")) else { return pattern }
  var output: [UInt8] = []
  var bytes = Array(pattern.utf8)[...]
  var inClass = false
  while let byte = bytes.popFirst() {
    switch byte {
    case UInt8(ascii: "["):
      // A bracket at the start of a class stands for itself.
      output.append(byte)
      guard !inClass else { break }
      inClass = true
      if bytes.first == UInt8(ascii: "^") { output.append(bytes.removeFirst()) }
      if bytes.first == UInt8(ascii: "]") { output.append(bytes.removeFirst()) }
    case UInt8(ascii: "]"):
      inClass = false
      output.append(byte)
    case UInt8(ascii: "\\"):
      let escaped = bytes.popFirst()
      if escaped == UInt8(ascii: "Q") {
        appendQuoted(&bytes, &output)
      } else if let members = escaped.flatMap(classMembers) {
        output.append(contentsOf: (inClass ? members : "[\(members)]").utf8)
      } else if !inClass, let members = escaped.flatMap({ classMembers($0 | 32) }) {
        output.append(contentsOf: "[^\(members)]".utf8)
      } else {
        output.append(byte)
        if let escaped { output.append(escaped) }
      }
    default: output.append(byte)
    }
  }
  return String(decoding: output, as: UTF8.self)
}

private func classMembers(_ letter: UInt8) -> String? {
  switch letter {
  case UInt8(ascii: "s"): "\\s\\x0B\\x85\\p{Z}"
  case UInt8(ascii: "d"): "\\p{Nd}"
  case UInt8(ascii: "w"): "\\p{L}\\p{M}\\p{Nd}\\p{Pc}"
  default: nil
  }
}

/// Copies `\Q...\E` as it is.
private func appendQuoted(_ bytes: inout ArraySlice<UInt8>, _ output: inout [UInt8]) {
  output.append(contentsOf: "\\Q".utf8)
  while let byte = bytes.popFirst() {
    output.append(byte)
    if byte == UInt8(ascii: "\\"), bytes.first == UInt8(ascii: "E") {
      output.append(bytes.removeFirst())
      return
    }
  }
}
