/// A golden script: what is typed and what is then seen, as text.
///
///     # Prose begins with a number sign.
///
///     --- cases.csv
///     id,queue
///     1,fraud
///     ---
///
///     > cases
///     . | count
///     Count
///     ─────
///         1
///
/// `> ` is the prompt and `. ` goes on with a statement; what follows, up to the next prompt, prose or
/// file, is the output. `--- NAME` writes a file into the script's folder, up to `---`; with
/// `--- NAME escaped` its lines may hold `\r`, `\t`, `\\` and `\xNN`, and a `\` at the end of the last
/// one leaves out the line break. `$ ` begins a line for the harness, see `TranscriptRun`.
///
/// In an output, `[..]` stands for any text within a line. A line of output that would look like
/// one of the above has a `\` before it.
struct Transcript {
  enum Item {
    /// Prose, blank lines.
    case text([String])
    case file(name: String, isEscaped: Bool, lines: [String])
    case cell(input: [String], expected: [String])
    case directive(String, expected: [String])
  }

  private(set) var items: [Item] = []

  init(_ source: String) {
    var lines = source.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[
      ...]
    if lines.last == "" { lines.removeLast() }
    while let line = lines.popFirst() {
      if line.hasPrefix("--- ") {
        items.append(Self.file(line, &lines))
      } else if Self.isPrompt(line) {
        var input = [String(line.dropFirst(2))]
        while let next = lines.first, next == "." || next.hasPrefix(". ") {
          input.append(String(next.dropFirst(2)))
          lines.removeFirst()
        }
        items.append(.cell(input: input, expected: Self.output(&lines)))
      } else if line.hasPrefix("$ ") {
        items.append(.directive(String(line.dropFirst(2)), expected: Self.output(&lines)))
      } else if case .text(let before)? = items.last {
        items[items.count - 1] = .text(before + [line])
      } else {
        items.append(.text([line]))
      }
    }
  }

  init(items: [Item]) { self.items = items }

  /// The script as it is written to a file.
  var text: String {
    var lines: [String] = []
    for item in items {
      switch item {
      case .text(let text): lines += text
      case .file(let name, let isEscaped, let body):
        lines += ["--- " + name + (isEscaped ? " escaped" : "")] + body + ["---"]
      case .cell(let input, let expected):
        for (index, line) in input.enumerated() {
          lines.append((index == 0 ? "> " : line.isEmpty ? "." : ". ") + line)
        }
        lines += expected.map(Self.guarded) + [""]
      case .directive(let line, let expected):
        lines += ["$ " + line] + expected.map(Self.guarded) + [""]
      }
    }
    while lines.last == "" { lines.removeLast() }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Reading

  private static func isPrompt(_ line: String) -> Bool { line == ">" || line.hasPrefix("> ") }

  private static func isOutput(_ line: String) -> Bool {
    !isPrompt(line) && !line.hasPrefix("--- ") && !line.hasPrefix("# ") && !line.hasPrefix("$ ")
  }

  private static func output(_ lines: inout ArraySlice<String>) -> [String] {
    var output: [String] = []
    while let line = lines.first, isOutput(line) {
      output.append(line.hasPrefix("\\") ? String(line.dropFirst()) : line)
      lines.removeFirst()
    }
    while output.last == "" { output.removeLast() }
    return output
  }

  private static func guarded(_ line: String) -> String {
    isOutput(line) && !line.hasPrefix("\\") ? line : "\\" + line
  }

  private static func file(_ header: String, _ lines: inout ArraySlice<String>) -> Item {
    var words = header.dropFirst(4).split(separator: " ").map(String.init)
    let isEscaped = words.last == "escaped" && words.count > 1
    if isEscaped { words.removeLast() }
    var body: [String] = []
    while let line = lines.popFirst(), line != "---" { body.append(line) }
    return .file(name: words.joined(separator: " "), isEscaped: isEscaped, lines: body)
  }
}

/// The bytes of a file that a script gives.
func fileBytes(_ lines: [String], isEscaped: Bool) -> [UInt8] {
  let whole = lines.map { $0 + "\n" }.joined()
  guard isEscaped else { return Array(whole.utf8) }
  var bytes: [UInt8] = []
  var rest = Array(whole.utf8)[...]
  while let byte = rest.popFirst() {
    guard byte == UInt8(ascii: "\\"), let kind = rest.popFirst() else {
      bytes.append(byte)
      continue
    }
    switch kind {
    case UInt8(ascii: "r"): bytes.append(13)
    case UInt8(ascii: "t"): bytes.append(9)
    case UInt8(ascii: "\n"): break
    case UInt8(ascii: "x"):
      bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
      rest = rest.dropFirst(2)
    default: bytes.append(kind)
    }
  }
  return bytes
}

/// Whether an output line is as expected, where `[..]` stands for anything.
func matches(_ line: String, _ expected: String) -> Bool {
  if line == expected { return true }
  let parts = pieces(expected)
  guard parts.count > 1, let first = parts.first, let last = parts.last,
    line.hasPrefix(first), line.hasSuffix(last), line.count >= first.count + last.count
  else { return false }
  var rest = Array(line.dropFirst(first.count).dropLast(last.count))[...]
  for part in parts.dropFirst().dropLast() {
    let wanted = Array(part)
    while !rest.starts(with: wanted) {
      if rest.isEmpty { return false }
      rest.removeFirst()
    }
    rest.removeFirst(wanted.count)
  }
  return true
}

private func pieces(_ pattern: String) -> [String] {
  var pieces = [""]
  var rest = pattern[...]
  while let first = rest.first {
    if rest.hasPrefix("[..]") {
      pieces.append("")
      rest = rest.dropFirst(4)
    } else {
      pieces[pieces.count - 1].append(first)
      rest.removeFirst()
    }
  }
  return pieces
}
