import CEditLine
import Glibc

/// The program that shows what is larger than the screen: `$PAGER`, else less.
struct Pager {
  /// Keeps colour, scrolls sideways over long lines, and ends by itself where all fits.
  private static let usual = "less -RSF"

  private let command: String

  /// The pager of the person who runs the program; nil where there is none, or the terminal cannot show one.
  init?() {
    guard Environment["TERM"] != nil, Environment["TERM"] != "dumb" else { return nil }
    if getenv("PAGER") != nil {
      guard let own = Environment["PAGER"] else { return nil }
      command = own
    } else {
      guard Self.isInstalled("less") else { return nil }
      command = Self.usual
    }
  }

  /// A pager at work.
  struct Process {
    /// Where it reads from.
    let descriptor: Int32
    fileprivate let identifier: Int32

    /// Tells it that nothing more comes, and waits until the person leaves it.
    func finish() {
      close(descriptor)
      casebook_pager_wait(identifier)
    }
  }

  /// Starts it; nil when it cannot be started.
  func start() -> Process? {
    // Case data should not be written elsewhere by a key pressed in error.
    setenv("LESSSECURE", "1", 1)
    // Whoever meets it for the first time should get back to the prompt.
    setenv("LESS", "-Ps-- space\\: more, arrows\\: move, q\\: back to the prompt --", 0)
    var identifier: Int32 = 0
    let descriptor = casebook_pager_open(command, &identifier)
    return descriptor < 0 ? nil : Process(descriptor: descriptor, identifier: identifier)
  }

  private static func isInstalled(_ program: String) -> Bool {
    (Environment["PATH"] ?? "").split(separator: ":").contains {
      access($0 + "/" + program, X_OK) == 0
    }
  }
}
