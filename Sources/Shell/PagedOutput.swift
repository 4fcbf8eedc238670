import CasebookValues
import Glibc

/// Text on its way to a terminal: written as it is while it fits the screen, else shown by the pager.
///
/// No more than a screen of it is held, however long it becomes.
final class PagedOutput {
  private let output: OutputStream
  private let pager: Pager?
  private let rowCount: Int
  private let columnCount: Int
  /// What came while all of it fitted.
  private var held = ""
  private var paged: (stream: OutputStream, process: Pager.Process)?

  /// A way to `output`, with a pager where there is one; `rowCount` and `columnCount` are the screen's.
  init(_ output: OutputStream, _ pager: Pager?, rowCount: Int, columnCount: Int) {
    self.output = output
    self.pager = pager
    self.rowCount = rowCount
    self.columnCount = columnCount
  }

  func write(_ text: String) throws(OutputError) {
    guard let pager else { return try output.write(text) }
    if let paged { return try paged.stream.write(text) }
    held += text
    guard isTooLarge else { return }
    guard let process = pager.start() else {
      return try giveUpPaging()
    }
    let stream = OutputStream(process.descriptor, heedsInterrupts: false)
    paged = (stream, process)
    try stream.write(held)
    held = ""
  }

  /// Writes what is held, or waits until the person has seen enough.
  func finish() throws(OutputError) {
    guard let paged else { return try giveUpPaging() }
    do throws(OutputError) { try paged.stream.flush() } catch .closed {} catch { throw error }
    paged.process.finish()
  }

  /// Whether the pager shows it.
  var isPaging: Bool { paged != nil }

  /// Ends the pager without waiting for more text.
  func abandon() { paged?.process.finish() }

  private func giveUpPaging() throws(OutputError) {
    try output.write(held)
    held = ""
  }

  /// Whether what is held does not fit: the prompt needs a row, too.
  private var isTooLarge: Bool {
    var rows = 0
    for line in held.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.utf8.count > columnCount, displayWidth(withoutInk(line)) > columnCount { return true }
      rows += 1
      if rows > rowCount - 1 { return true }
    }
    return false
  }

  /// A line without the sequences that colour it, which take no room.
  private func withoutInk(_ line: Substring) -> String {
    var result = ""
    var isInk = false
    for character in line {
      if character == "\u{1B}" { isInk = true }
      if !isInk { result.append(character) }
      if character == "m" { isInk = false }
    }
    return result
  }
}
