import CasebookRender
import Glibc

/// Where standard input, output and error lead, and what may be drawn there.
struct Console: Sendable {
  let allowsColour: Bool

  /// A console; `allowsColour` is what the command line says.
  init(allowsColour: Bool) {
    self.allowsColour =
      allowsColour && Environment["NO_COLOR"] == nil && Environment["TERM"] != "dumb"
      && Environment["TERM"] != nil
  }

  /// Whether the terminal can do more than write one line below the other.
  var canMoveCursor: Bool { Environment["TERM"] != nil && Environment["TERM"] != "dumb" }

  static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }
  static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
  static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// The screen behind a descriptor as it is now: people resize their windows.
  func screen(_ descriptor: Int32) -> Screen {
    guard isatty(descriptor) == 1 else { return .plain }
    return Screen(
      width: Console.width(descriptor), colour: allowsColour, unicode: Console.showsUnicode)
  }

  /// How many columns and rows the screen behind a descriptor has.
  func size(_ descriptor: Int32) -> (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return (Console.width(descriptor), Environment["LINES"].flatMap { Int($0) } ?? 24)
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  private static func width(_ descriptor: Int32) -> Int {
    var size = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return Environment["COLUMNS"].flatMap { Int($0) } ?? 80
  }

  /// Read from the variables: asking the system for a locale costs more than all of a start.
  private static var showsUnicode: Bool {
    let locale = Environment["LC_ALL"] ?? Environment["LC_CTYPE"] ?? Environment["LANG"] ?? ""
    let name = locale.lowercased()
    return name.contains("utf-8") || name.contains("utf8")
  }
}

/// Cores that the program may use.
func coreCount() -> Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
