public import Glibc

/// Another process of a program, with its output in files.
public final class ChildProcess {
  /// The process's number.
  public let id: pid_t
  private let folder = TemporaryFolder()
  private var status: Int32?

  /// Starts a program; nil when that is not possible.
  public init?(_ program: String, _ arguments: [String]) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    for (descriptor, name) in [(Int32(1), "out"), (2, "err")] {
      posix_spawn_file_actions_addopen(
        &actions, descriptor, folder.path(name), O_WRONLY | O_CREAT, 0o600)
    }
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    defer { for word in words { free(word) } }
    words.append(nil)
    var process: pid_t = 0
    guard posix_spawn(&process, program, &actions, nil, words, environ) == 0 else { return nil }
    id = process
  }

  deinit {
    if status == nil {
      kill()
      wait()
    }
  }

  /// Ends the process at once, as if the power had failed for it.
  public func kill() {
    if status == nil { Glibc.kill(id, SIGKILL) }
  }

  /// Waits for the end; gives the exit status, or -1 when a signal ended it.
  @discardableResult
  public func wait() -> Int32 {
    var raw: Int32 = 0
    if status == nil {
      while waitpid(id, &raw, 0) < 0, errno == EINTR {}
      status = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : -1
    }
    return status ?? -1
  }

  /// What it wrote to standard output so far.
  public var output: String { text("out") }
  /// What it wrote to standard error so far.
  public var errors: String { text("err") }

  private func text(_ name: String) -> String {
    String(decoding: folder.read(name) ?? [], as: UTF8.self)
  }
}
