import CasebookTestSupport

/// Chromium without a window, where it is installed.
struct Browser {
  /// The program; nil where there is none.
  static let program = ["chromium", "chromium-browser", "google-chrome"].lazy
    .flatMap { name in ["/usr/bin/", "/usr/local/bin/", "/snap/bin/"].map { $0 + name } }
    .first(where: Places.exists)

  let folder = TemporaryFolder()

  /// What a page says to the console, and what its document has become.
  struct Visit {
    var document: String
    var messages: [String]
  }

  /// Opens a page and gives the document once its scripts have run.
  func visit(_ page: String, width: Int, isDark: Bool = false) throws -> Visit? {
    folder.write("page.html", Array(page.utf8))
    var options = ["--dump-dom", "--window-size=\(width),900"]
    if isDark { options.append("--blink-settings=preferredColorScheme=0") }
    guard let process = start(options) else { return nil }
    guard process.wait() == 0 else { return nil }
    let messages = process.errors.split(separator: "\n").filter { $0.contains("CONSOLE") }
    return Visit(document: process.output, messages: messages.map(String.init))
  }

  /// Prints a page; gives the bytes of the PDF.
  func print(_ page: String) -> [UInt8]? {
    folder.write("page.html", Array(page.utf8))
    guard
      let process = start(["--print-to-pdf=" + folder.path("page.pdf"), "--no-pdf-header-footer"])
    else { return nil }
    return process.wait() == 0 ? folder.read("page.pdf") : nil
  }

  private func start(_ options: [String]) -> ChildProcess? {
    guard let program = Self.program else { return nil }
    return ChildProcess(
      program,
      [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
        "--disable-background-networking", "--disable-dev-shm-usage", "--enable-logging=stderr",
        "--user-data-dir=" + folder.path("profile"), "--virtual-time-budget=3000",
      ] + options + ["file://" + folder.path("page.html")])
  }
}
