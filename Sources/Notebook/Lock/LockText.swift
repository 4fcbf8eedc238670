import CasebookTables
import CasebookValues

// The lock as text: blocks parted by blank lines, one for the top, one an input, one a cell; within a block
// sorted keys, a line each. A value is the rest of its line, so that differences are read line by line and
// branches that change different cells merge.

extension Lock {
  /// The text of the lock.
  public var text: String {
    var blocks = [top]
    blocks += inputs.map(\.text)
    blocks += cells.map(\.text)
    return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private var top: [String] {
    var lines = ["casebook: \(version)"]
    if let keyID { lines.append("key: \(keyID)") }
    lines.append("lock: \(Self.format)")
    lines.append("numerics: \(numerics)")
    if !zones.isEmpty { lines.append("zones: \(zones)") }
    return lines
  }

  static let format = 1

  /// The lock that a text writes.
  public init(text: String) throws(NotebookError) {
    var blocks = text.split(separator: "\n", omittingEmptySubsequences: false)
      .split { $0.isEmpty }.map { LockBlock($0.map(String.init)) }
    guard let top = blocks.first, top.first("lock") == String(Self.format) else {
      throw NotebookError(
        "this is not a lock that this version of Casebook reads",
        help: "write it anew with --lock")
    }
    self.init(
      version: top.first("casebook") ?? "",
      numerics: top.first("numerics").flatMap { Int($0) } ?? 0,
      zones: top.first("zones") ?? "", keyID: top.first("key"))
    blocks.removeFirst()
    for block in blocks {
      if let name = block.heading("input") {
        inputs.append(try LockInput(name, block))
      } else if let identity = block.heading("cell") {
        cells.append(try LockCell(identity, block))
      } else {
        throw block.problem("it is neither an input nor a cell")
      }
    }
  }
}

/// The lines of one block.
struct LockBlock {
  private let heading: String
  private let entries: [(key: String, value: String)]

  init(_ lines: [String]) {
    // The top has no heading of its own.
    let isTop = lines[0].contains(": ")
    heading = isTop ? "" : lines[0]
    entries = lines.dropFirst(isTop ? 0 : 1).map { line in
      let text = line.drop { $0 == " " }
      guard let colon = text.firstRange(of: ":") else { return (String(text), "") }
      let value = text[colon.upperBound...]
      return (
        String(text[..<colon.lowerBound]), String(value.hasPrefix(" ") ? value.dropFirst() : value)
      )
    }
  }

  /// What stands behind a word of the heading.
  func heading(_ word: String) -> String? {
    heading.hasPrefix(word + " ") ? String(heading.dropFirst(word.count + 1)) : nil
  }

  func first(_ key: String) -> String? { entries.first { $0.key == key }?.value }
  func all(_ key: String) -> [String] { entries.filter { $0.key == key }.map(\.value) }

  /// The values of the keys that begin with a word, by what stands behind it.
  func named(_ word: String) -> [(name: String, value: String)] {
    entries.filter { $0.key.hasPrefix(word + " ") }.map {
      (unescaped($0.key.dropFirst(word.count + 1)), $0.value)
    }
  }

  func digest(_ key: String) throws(NotebookError) -> Digest {
    guard let text = first(key), let digest = Digest(text) else {
      throw problem("its `\(key)` is missing or no hash")
    }
    return digest
  }

  func count(_ key: String) throws(NotebookError) -> Int {
    guard let text = first(key), let count = Int(text), count >= 0 else {
      throw problem("its `\(key)` is missing or no number")
    }
    return count
  }

  func columns() throws(NotebookError) -> [ResultDigest.Column] {
    var columns: [ResultDigest.Column] = []
    for (name, value) in named("column") {
      let words = value.split(separator: " ").map(String.init)
      guard words.count >= 2 else { throw problem("a column says no type and hash") }
      columns.append(
        ResultDigest.Column(
          name: name, type: words[0], isProtected: words.count > 2,
          content: words[1] == "-" ? nil : words[1]))
    }
    return columns
  }

  func problem(_ reason: String) -> NotebookError {
    NotebookError(
      "the lock cannot be read at '\(heading)': \(reason)", help: "write it anew with --lock")
  }
}

/// A name on one line and without a colon.
func escaped(_ text: some StringProtocol) -> String {
  String(text).replacing("%", with: "%25").replacing(":", with: "%3A").replacing("\n", with: "%0A")
    .replacing("\r", with: "%0D")
}

func unescaped(_ text: some StringProtocol) -> String {
  String(text).replacing("%20", with: " ").replacing("%3A", with: ":").replacing("%0A", with: "\n")
    .replacing("%0D", with: "\r")
    .replacing("%25", with: "%")
}

/// A text on one line.
func oneLine(_ text: String) -> String {
  text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing("\r", with: "\\r")
}

func severalLines(_ text: String) -> String {
  var result = ""
  var isEscaped = false
  for character in text {
    switch (isEscaped, character) {
    case (true, "n"): result.append("\n")
    case (true, "r"): result.append("\r")
    case (true, _): result.append(character)
    case (false, "\\"):
      isEscaped = true
      continue
    default: result.append(character)
    }
    isEscaped = false
  }
  return result
}

extension ResultDigest.Column {
  fileprivate var line: String {
    "  column \(escaped(name)): \(type) \(content ?? "-")\(isProtected ? " protected" : "")"
  }
}

extension LockInput {
  fileprivate var text: [String] {
    ["input \(escaped(name))"] + columns.map(\.line) + [
      "  content: \(content)", "  order: \(order)",
    ]
      + paths.map { "  path: \(oneLine($0))" } + ["  rows: \(rowCount)"]
      + hashes.map { "  sha256: \($0)" }
  }

  init(_ name: String, _ block: LockBlock) throws(NotebookError) {
    self.init(
      name: unescaped(name), paths: block.all("path").map(severalLines),
      hashes: block.all("sha256"),
      rowCount: try block.count("rows"), content: try block.digest("content"),
      order: try block.digest("order"), columns: try block.columns())
  }
}

extension LockCell {
  fileprivate var text: [String] {
    var lines = ["cell \(escaped(identity.description))"]
    if let accepted { lines.append("  accepted: \(oneLine(accepted))") }
    if let clock { lines.append("  clock: \(clock.isEmpty ? "volatile" : clock)") }
    lines += result?.columns.map(\.line) ?? []
    if let result { lines.append("  content: \(result.content)") }
    lines += definitions.sorted { $0.key < $1.key }.map { "  definition \(escaped($0)): \($1)" }
    lines += names.map { "  name: \(oneLine($0))" }
    lines += parameters.sorted { $0.key < $1.key }.map {
      "  parameter \(escaped($0)): \(oneLine($1))"
    }
    lines += columns.sorted { $0.key < $1.key }.map {
      "  reads \(escaped($0)): \($1.map { escaped($0).replacing(" ", with: "%20") }.joined(separator: " "))"
    }
    lines += result?.rows?.map { "  row: \($0)" } ?? []
    if let result { lines.append("  rows: \(result.rowCount)") }
    if let seed { lines.append("  seed: \(seed)") }
    lines.append("  statement: \(oneLine(statement))")
    return lines
  }

  init(_ identity: String, _ block: LockBlock) throws(NotebookError) {
    var result: ResultDigest?
    if block.first("content") != nil {
      let rows = block.all("row")
      let count = try block.count("rows")
      result = ResultDigest(
        columns: try block.columns(), rowCount: count, content: try block.digest("content"),
        rows: rows.count == count ? rows : nil)
    }
    let clock = block.first("clock")
    self.init(
      identity: CellIdentity(unescaped(identity)),
      statement: severalLines(block.first("statement") ?? ""),
      columns: Dictionary(
        block.named("reads").map { ($0.name, $0.value.split(separator: " ").map { unescaped($0) }) }
      ) { first, _ in first },
      names: block.all("name").map(severalLines),
      parameters: Dictionary(block.named("parameter").map { ($0.name, severalLines($0.value)) }) {
        first, _ in first
      },
      definitions: Dictionary(block.named("definition").map { ($0.name, $0.value) }) { first, _ in
        first
      },
      clock: clock == "volatile" ? "" : clock, seed: block.first("seed"),
      result: result, accepted: block.first("accepted").map(severalLines))
  }
}
