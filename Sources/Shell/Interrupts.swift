import CEditLine

/// Ctrl-C.
enum Interrupts {
  /// Has `notify` called on a thread of its own when there is one, for as long as the program runs.
  ///
  /// It is called again and again until `clear`. With `leavesOnSecond`, an interrupt that comes before
  /// the first was cleared ends the program.
  static func watch(leavesOnSecond: Bool, _ notify: @escaping @Sendable () -> Void) {
    casebook_interrupt_leave_on_second(leavesOnSecond ? 1 : 0)
    // The watcher never ends, so neither may what it calls.
    let context = Unmanaged.passRetained(Listener(notify)).toOpaque()
    _ = casebook_interrupt_watch(
      { context in
        guard let context else { return }
        Unmanaged<Listener>.fromOpaque(context).takeUnretainedValue().notify()
      }, context)
  }

  /// Whether there was one that nobody has dealt with.
  static var isPending: Bool { casebook_interrupt_is_pending() != 0 }

  /// How many there were so far.
  static var count: Int { Int(casebook_interrupt_count()) }

  static func clear() { casebook_interrupt_clear() }
}

private final class Listener: Sendable {
  let notify: @Sendable () -> Void

  init(_ notify: @escaping @Sendable () -> Void) { self.notify = notify }
}
