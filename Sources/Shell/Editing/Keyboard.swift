import CEditLine
import Glibc

/// The keys that are typed, one at a time.
///
/// What was read and not yet asked for stays here from one statement to the next.
final class Keyboard {
  /// What waiting for a key gives.
  enum Event: Equatable {
    /// A character as it was typed, or the value of a `KeyCode`.
    case key(UInt32)
    /// Ctrl-C.
    case interrupted
    /// The window's size changed, or the program was stopped and goes on.
    case redraw(resumed: Bool)
    /// The terminal is gone.
    case end
  }

  private static let escape: UInt8 = 0x1B
  private static let pasteEnd = Array("\u{1B}[201~".utf8)
  /// So long may a terminal take from the first to the last byte of a key's sequence.
  private static let sequencePatienceMilliseconds: Int32 = 40
  /// A paste whose end never comes is over after this.
  private static let pastePatienceMilliseconds: Int32 = 1000

  private var bytes: [UInt8] = []
  private var position = 0
  private var givenBack: [UInt32] = []
  /// Whether the terminal is gone.
  private(set) var isAtEnd = false
  /// The text that `KeyCode.paste` stands for, as it came.
  private(set) var pasted: [UInt8] = []

  /// Sequences that are handed on as they come, without their ESC.
  var untouched: Set<String> = []

  /// Whether a key can be had without waiting.
  var hasMore: Bool { position < bytes.count || !givenBack.isEmpty }

  /// Waits for what comes next.
  func next() -> Event {
    while true {
      if Interrupts.isPending { return .interrupted }
      if let event = redraw { return event }
      if let key = givenBack.popLast() { return .key(key) }
      if hasByte, let key = decode(), casebook_terminal_signal(Int32(key)) == false {
        return .key(key)
      }
      if isAtEnd { return .end }
      if casebook_terminal_wait(-1) { readMore() }
    }
  }

  /// Has a key come once more.
  func giveBack(_ key: UInt32) { givenBack.append(key) }

  private var hasByte: Bool { position < bytes.count }

  private var redraw: Event? {
    let isResumed = casebook_terminal_was_resumed()
    return casebook_terminal_was_resized() || isResumed ? .redraw(resumed: isResumed) : nil
  }

  private func readMore() {
    var part = [UInt8](repeating: 0, count: 1 << 14)
    let count = read(STDIN_FILENO, &part, part.count)
    if count > 0 {
      bytes.removeSubrange(..<position)
      position = 0
      bytes.append(contentsOf: part[..<count])
    } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
      isAtEnd = true
    }
  }

  /// Whether another byte is there or comes soon.
  private func awaitByte(_ milliseconds: Int32) -> Bool {
    if hasByte { return true }
    if !isAtEnd, casebook_terminal_wait(milliseconds) { readMore() }
    return hasByte
  }

  private func take() -> UInt8 {
    position += 1
    return bytes[position - 1]
  }

  /// The next key of the bytes that are there; nil when they were none.
  private func decode() -> UInt32? {
    let first = take()
    if first == Self.escape { return decodeSequence() }
    if first < 0x80 { return UInt32(first) }
    let count = first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 1
    var character = [first]
    while character.count < count, awaitByte(Self.sequencePatienceMilliseconds),
      bytes[position] & 0xC0 == 0x80
    {
      character.append(take())
    }
    // What is no UTF-8 becomes the replacement character.
    guard let scalar = String(decoding: character, as: UTF8.self).unicodeScalars.first else {
      return nil
    }
    // Nobody types C1 controls, and their codes are taken.
    return scalar.value < 0xA0 ? nil : scalar.value
  }

  // MARK: Keys that are no character

  /// A key behind ESC; ESC itself where nothing follows.
  private func decodeSequence() -> UInt32 {
    guard awaitByte(Self.sequencePatienceMilliseconds) else { return UInt32(Self.escape) }
    let start = position
    let text = scanSequence()
    if !untouched.contains(text), let key = KeyCode.sequences[text] {
      if key == .paste { pasted = readPaste() }
      return key.rawValue
    }
    if !untouched.contains(text), text.utf8.count > 1, let first = text.utf8.first,
      "[O".utf8.contains(first)
    {
      return KeyCode.unknown.rawValue
    }
    // ESC and a character, as with Alt: the key maps know these.
    position = start
    return UInt32(Self.escape)
  }

  /// The characters of a sequence, without the ESC.
  private func scanSequence() -> String {
    var sequence = [take()]
    if sequence[0] == Self.escape, hasByte, "[O".utf8.contains(bytes[position]) {
      sequence.append(take())
    }
    guard let kind = sequence.last, "[O".utf8.contains(kind) else {
      return String(decoding: sequence, as: UTF8.self)
    }
    while sequence.count < 32, awaitByte(Self.sequencePatienceMilliseconds) {
      let byte = take()
      sequence.append(byte)
      // The Linux console's function keys have a second bracket.
      let isSecondBracket = byte == UInt8(ascii: "[") && sequence.count == 2
      if byte >= 0x40 && !isSecondBracket || byte < 0x20 { break }
    }
    return String(decoding: sequence, as: UTF8.self)
  }

  private func readPaste() -> [UInt8] {
    var text: [UInt8] = []
    while awaitByte(Self.pastePatienceMilliseconds) {
      text.append(take())
      if text.last == UInt8(ascii: "~"), text.suffix(Self.pasteEnd.count) == Self.pasteEnd[...] {
        return text.dropLast(Self.pasteEnd.count)
      }
    }
    return text
  }
}
