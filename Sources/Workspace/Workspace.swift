public import CasebookTables
import GRDB
import Synchronization

/// A workspace: datasets, views and settings in one file, or in one that is made when it is needed.
///
/// All of it may be used from several threads. Within a process and between processes, readers
/// never wait; a writer waits five seconds for another and then gets `WorkspaceError.busy`.
public final class Workspace: Sendable {
  private enum State {
    /// A transient workspace without a file so far.
    case unborn(parent: String)
    case open(Store, TransientDirectory?)
    case closed
  }

  private let state: Mutex<State>
  private let bounds = Mutex((limit: 256 << 20, ceiling: Int.max))
  /// What was derived from versions of datasets, by the identity of their rows.
  ///
  /// Versions never change and their numbers are never given twice, so nothing here is ever out of date.
  public let derived = DerivedStore()
  /// Whether the workspace is removed when it is closed.
  public let isTransient: Bool

  /// How long a writer waits for another; the error's help says so.
  private static let busySeconds = 5.0

  private init(_ state: State, isTransient: Bool) {
    self.state = Mutex(state)
    self.isTransient = isTransient
    if !isTransient { derived.read { [weak self] in self?.derivedNumbers($0) } }
  }

  /// Opens the workspace file at `path`; makes it, readable by its owner only, if it is absent.
  public static func open(_ path: String) throws -> Workspace {
    try open(path, busySeconds: busySeconds)
  }

  /// The same for tests, which would rather not wait.
  static func open(_ path: String, busySeconds: Double) throws -> Workspace {
    let store = try Store(path: path, isDurable: true, busySeconds: busySeconds)
    return Workspace(.open(store, nil), isTransient: false)
  }

  /// A workspace that touches no disk until something is written and is removed by `close`.
  ///
  /// It lives below `directory`, or below `$XDG_STATE_HOME/casebook`.
  public static func transient(directory: String? = nil) -> Workspace {
    Workspace(
      .unborn(parent: directory ?? TransientDirectory.standardParent), isTransient: true)
  }

  /// The file, if there is one by now.
  public var path: String? {
    state.withLock {
      if case .open(let store, _) = $0 { store.path } else { nil }
    }
  }

  /// Closes the file.
  ///
  /// A transient workspace is removed.
  public func close() throws {
    // What was dropped takes space; that it cannot be freed now is no reason to fail.
    if !isTransient { try? forgetDropped() }
    let (store, directory) = state.withLock { state -> (Store?, TransientDirectory?) in
      defer { state = .closed }
      if case .open(let store, let directory) = state { return (store, directory) }
      return (nil, nil)
    }
    defer { directory?.remove() }
    try store?.close()
  }

  /// Keeps at most `limit` bytes of decoded columns, and none while all column data of the process
  /// exceeds `ceiling` bytes.
  public func boundCache(limit: Int, ceiling: Int) {
    bounds.withLock { $0 = (limit, ceiling) }
    derived.bound(limit: limit)
    try? existingStore()?.cache.bound(limit: limit, ceiling: ceiling)
  }

  /// Lets go of all decoded columns, when memory is short.
  public func dropCaches() {
    derived.removeAll()
    try? existingStore()?.dropCaches()
  }

  /// The file, if anything was written so far.
  func existingStore() throws -> Store? {
    try state.withLock { state throws -> Store? in
      switch state {
      case .unborn: return nil
      case .open(let store, _): return store
      case .closed: throw WorkspaceError.closed
      }
    }
  }

  /// The file, made now if there is none.
  func store() throws -> Store {
    let bounds = bounds.withLock { $0 }
    return try state.withLock { state throws -> Store in
      switch state {
      case .open(let store, _): return store
      case .closed: throw WorkspaceError.closed
      case .unborn(let parent):
        let directory = try TransientDirectory(under: parent)
        do {
          let store = try Store(
            path: directory.file, isDurable: false, busySeconds: Self.busySeconds)
          store.cache.bound(limit: bounds.limit, ceiling: bounds.ceiling)
          state = .open(store, directory)
          return store
        } catch {
          directory.remove()
          throw error
        }
      }
    }
  }

  /// Reads the catalogue; `empty` stands for it while nothing was written.
  func read<Result>(empty: Result, _ body: (Database) throws -> Result) throws -> Result {
    guard let store = try existingStore() else { return empty }
    return try store.read(body)
  }

  /// Changes what is there, in one transaction.
  @discardableResult
  func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try store().write(body)
  }
}
