import CasebookEngine
import CasebookRender
import Dispatch
import Glibc
import Synchronization

/// The progress line on standard error: drawn when a statement takes longer than half a second, and
/// wiped when it ends.
final class ProgressDisplay: ProgressObserver {
  private static let patience = 0.5
  private static let period = 0.1

  private struct State {
    var start: DispatchTime?
    var latest: Progress?
    var shownWidth = 0
  }

  private let console: Console
  private let queue = DispatchQueue(label: "progress")
  private let state = Mutex(State())

  init(_ console: Console) { self.console = console }

  /// Runs `body` and shows how far `canceller`'s statements are meanwhile.
  func during<Result>(_ canceller: Canceller, _ body: () throws -> Result) rethrows -> Result {
    state.withLock { $0.start = .now() }
    let timer = DispatchSource.makeTimerSource(queue: queue)
    timer.schedule(deadline: .now() + Self.period, repeating: Self.period)
    timer.setEventHandler { [self] in draw(canceller) }
    timer.resume()
    defer {
      timer.cancel()
      end()
    }
    return try body()
  }

  /// Takes the line away while `body` writes other text; what follows is a new statement's time.
  func pause(_ body: () throws -> Void) rethrows {
    state.withLock { state in
      wipe(&state)
      state.start = nil
    }
    defer { state.withLock { $0.start = .now() } }
    try body()
  }

  func progressed(_ progress: Progress) { state.withLock { $0.latest = progress } }

  func progressEnded() { state.withLock { $0.latest = nil } }

  private func end() {
    state.withLock { state in
      wipe(&state)
      state = State()
    }
  }

  private func draw(_ canceller: Canceller) {
    state.withLock { state in
      // A timer that was cancelled may fire once more.
      guard let start = state.start else { return }
      let elapsed = Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9
      guard elapsed >= Self.patience else { return }
      let screen = console.screen(STDERR_FILENO)
      // A line that fills the last column makes some terminals wrap.
      let narrower = Screen(
        width: screen.width.map { $0 - 1 }, colour: screen.colour, unicode: screen.unicode)
      let text = line(state.latest, canceller.progress, elapsed).text(narrower)
      let blanks = String(repeating: " ", count: max(state.shownWidth - text.count, 0))
      put("\r" + text + blanks)
      state.shownWidth = text.count
    }
  }

  private func line(
    _ load: Progress?, _ rows: (done: Int, known: Int)?, _ elapsed: Double
  ) -> ProgressLine {
    guard let load else {
      return Self.line("running", rows?.done ?? 0, rows.map { ($0.done, $0.known) }, elapsed)
    }
    let measure = load.bytes ?? load.knownRows.map { (load.rows, $0) }
    var line = Self.line(load.label, load.rows, measure, load.seconds)
    line.bytes = load.bytes?.done
    line.rowsPerSecond = load.seconds > 0 ? Double(load.rows) / load.seconds : nil
    return line
  }

  private static func line(
    _ label: String, _ rows: Int, _ measure: (done: Int, known: Int)?, _ elapsed: Double
  ) -> ProgressLine {
    var line = ProgressLine(label: label, elapsedSeconds: elapsed)
    if rows > 0 { line.rows = rows }
    if let measure, measure.done > 0, measure.done <= measure.known {
      let share = Double(measure.done) / Double(measure.known)
      // What comes behind the last row takes time, too, and no one knows how much.
      line.share = min(share, 0.99)
      if share < 1 { line.remainingSeconds = elapsed * (1 - share) / share }
    }
    return line
  }

  private func wipe(_ state: inout State) {
    guard state.shownWidth > 0 else { return }
    put("\r" + String(repeating: " ", count: state.shownWidth) + "\r")
    state.shownWidth = 0
  }

  private func put(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
