import Foundation
import Glibc

/// The program at a terminal of its own, driven by keys.
final class PseudoTerminal {
  struct TimedOut: Error, CustomStringConvertible {
    var expected: String
    var seen: String
    var description: String { "'\(expected)' did not appear; seen: \(seen.debugDescription)" }
  }

  // The C library hides what it builds from these.
  private static let setLock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430
  private static let newSession: Int32 = 0x80

  private let descriptor: Int32
  private let process: pid_t
  private var seen: [UInt8] = []
  /// Up to here the output was already expected.
  private var position = 0
  /// What the terminal shows.
  private(set) var screen: TerminalScreen
  private var status: Int32?

  init(
    _ arguments: [String] = [], in folder: TemporaryFolder, columns: UInt16 = 80, rows: UInt16 = 24,
    locale: String = "C.UTF-8", variables: [String: String] = [:]
  ) throws {
    screen = TerminalScreen(columns: Int(columns), rows: Int(rows))
    descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (isLocked, number): (Int32, Int32) = (0, 0)
    guard descriptor >= 0, ioctl(descriptor, Self.setLock, &isLocked) == 0,
      ioctl(descriptor, Self.getNumber, &number) == 0
    else { throw POSIXError(.ENXIO) }
    Self.resize(descriptor, columns, rows)
    let environment = Program.environment(home: folder).merging(["LANG": locale]) { $1 }
    process = try Self.spawn(
      arguments, on: "/dev/pts/\(number)", environment.merging(variables) { $1 })
  }

  private static func resize(_ descriptor: Int32, _ columns: UInt16, _ rows: UInt16) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
  }

  /// Gives the window another size.
  func resize(columns: UInt16, rows: UInt16) {
    readWhatIsThere()
    screen.resize(columns: Int(columns), rows: Int(rows))
    Self.resize(descriptor, columns, rows)
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    close(descriptor)
  }

  /// Types at a prompt.
  func type(_ keys: String) {
    waitForEditor()
    send(keys)
  }

  /// Sends keys whatever the program does.
  func send(_ keys: String) { send(bytes: Array(keys.utf8)) }

  func send(bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }

  /// Waits until the text appears behind what was expected last.
  func expect(_ text: String, within seconds: Double = 30) throws {
    let wanted = Array(text.utf8)
    let deadline = Date().addingTimeInterval(seconds)
    while true {
      if let end = seen[position...].firstRange(of: wanted)?.upperBound {
        position = end
        return
      }
      guard Date() < deadline, readMore(until: deadline) else {
        throw TimedOut(
          expected: text, seen: String(decoding: seen[position...], as: UTF8.self))
      }
    }
  }

  /// Waits until the screen is as wanted.
  func expectScreen(
    _ what: String, within seconds: Double = 30, _ isWanted: (TerminalScreen) -> Bool
  ) throws {
    let deadline = Date().addingTimeInterval(seconds)
    readWhatIsThere()
    while !isWanted(screen) {
      guard Date() < deadline, readMore(until: deadline) else {
        throw TimedOut(expected: what, seen: screen.rows.joined(separator: "\n"))
      }
    }
    position = seen.count
  }

  /// Waits until these rows are the last that have text.
  func expectLastRows(_ rows: String...) throws { try expectLastRows(rows) }

  func expectLastRows(_ rows: [String]) throws {
    try expectScreen(rows.joined(separator: "\n")) { screen in
      let shown = Array(screen.rows.reversed().drop { $0.isEmpty }.reversed())
      return Array(shown.suffix(rows.count)) == rows
    }
  }

  /// The number of bytes that came.
  var byteCount: Int { seen.count }

  private func readWhatIsThere() {
    while readMore(until: Date()) {}
  }

  /// The editor shows its prompt a moment before it takes single keys.
  private func waitForEditor() {
    var mode = termios()
    for _ in 0..<1000
    where tcgetattr(descriptor, &mode) == 0 && mode.c_lflag & tcflag_t(ICANON) != 0 {
      usleep(10_000)
    }
  }

  /// Everything that appeared so far.
  var text: String { String(decoding: seen, as: UTF8.self) }

  /// Waits for the program's end and gives its status.
  func exitStatus(within seconds: Double = 30) throws -> Int32 {
    let deadline = Date().addingTimeInterval(seconds)
    while readMore(until: deadline) {}
    guard Date() < deadline else { throw TimedOut(expected: "the end", seen: text) }
    var status: Int32 = 0
    waitpid(process, &status, 0)
    self.status = status
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
  }

  private func readMore(until deadline: Date) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let milliseconds = max(0, deadline.timeIntervalSinceNow * 1000)
    guard poll(&request, 1, Int32(milliseconds)) == 1 else { return false }
    var part = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &part, part.count)
    // A terminal without a program on it reads as an error.
    guard count > 0 else { return false }
    seen.append(contentsOf: part[..<count])
    screen.write(part[..<count])
    return true
  }

  /// The child leads a session of its own, so the first terminal it opens controls it.
  private static func spawn(
    _ arguments: [String], on terminal: String, _ environment: [String: String]
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Signals that the test's own runner ignores must reach the program.
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    let flags = newSession | Int32(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)
    posix_spawnattr_setflags(&attributes, Int16(flags))

    let words = ([Program.path] + arguments).map { strdup($0) }
    let variables = environment.map { strdup("\($0)=\($1)") }
    defer { for text in words + variables { free(text) } }
    var process: pid_t = 0
    let error = posix_spawn(
      &process, Program.path, &actions, &attributes, words + [nil], variables + [nil])
    guard error == 0 else { throw POSIXError(POSIXErrorCode(rawValue: error) ?? .EIO) }
    return process
  }
}
