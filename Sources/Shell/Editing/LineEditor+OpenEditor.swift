import CEditLine
import Glibc

extension LineEditor {
  /// Hands the text to the person's own editor and takes back what it was made.
  ///
  /// It is never run by that.
  func openEditor(_ text: EditText) {
    guard let path = temporaryFile(holding: text.string) else {
      notice = [("cannot write a temporary file", .faint)]
      return
    }
    defer { unlink(path) }
    let command = Environment["VISUAL"] ?? Environment["EDITOR"] ?? "vi"
    put(display.clear())
    casebook_terminal_give_back()
    let status = Self.run(command, on: path)
    casebook_terminal_edit()
    let size = console.size(screenDescriptor)
    display.begin(width: size.columns, height: size.rows)
    guard status == 0, let edited = try? readText(path) else {
      notice = [("the editor (\(command)) failed; the text is as it was", .faint)]
      return
    }
    var lines = Self.pasteText(Array(edited.utf8))
    while lines.hasSuffix("\n") { lines.removeLast() }
    setText(EditText(lines))
  }

  private func temporaryFile(holding text: String) -> String? {
    let folder = Environment["TMPDIR"] ?? "/tmp"
    var template = Array((folder + "/casebook-XXXXXX.cb").utf8CString)
    let descriptor = mkstemps(&template, 3)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let bytes = Array((text + (text.isEmpty ? "" : "\n")).utf8)
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    if writeAll(bytes, to: descriptor) { return path }
    unlink(path)
    return nil
  }

  /// Runs the editor as a shell would, since people put options into the variable.
  private static func run(_ command: String, on path: String) -> Int32 {
    let words = ["sh", "-c", "exec \(command) \"$1\"", "casebook", path]
    let arguments = words.map { strdup($0) }
    defer { for argument in arguments { free(argument) } }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var process: pid_t = 0
    guard posix_spawn(&process, "/bin/sh", nil, &attributes, arguments + [nil], environ) == 0 else {
      return -1
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    // A Ctrl-C there was meant for the editor.
    Interrupts.clear()
    return status
  }
}
