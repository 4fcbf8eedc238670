/// What the engine is told when it is made; nothing of it changes an answer but the clock and seed.
public struct Configuration: Sendable {
  /// The workspace file; nil for a transient one, which is made at the first write.
  public var workspacePath: String?
  /// Workers at most; nil for one a core.
  public var threads: Int?
  /// The most bytes of column data that may be alive at once; nil for no bound.
  public var memoryLimitBytes: Int?
  /// Values for `param` and `declare query_parameters`, by name, as written on the command line.
  public var parameters: [String: String] = [:]
  /// Reads what `secret param` asks for.
  public var secrets = SecretReader()
  /// The folder that relative paths start from; nil for the current one.
  public var directory: String?
  /// Files that are loaded in the place of others, by the path that a lock has.
  public var standIns: [String: String] = [:]
  /// Keeps results from run to run; nil for none.
  public var resultCache: (any ResultCache)?
  /// Whether files that statements write are made but not put in place: a script is only proved.
  public var isRehearsal = false
  /// Where long work says how far it is.
  public var progress: (any ProgressObserver)?
  /// What makes reports of scripts; nil where none are made.
  public var renderer: (any ScriptRenderer)?

  /// The usual configuration.
  public init() {}
}

/// Hears how far long work is, on the engine's thread, a few times a second.
public protocol ProgressObserver: AnyObject, Sendable {
  /// Something is under way: a label such as `load events.csv`, and how far it is.
  func progressed(_ progress: Progress)
  /// It has ended.
  func progressEnded()
}

/// How far long work is.
public struct Progress: Sendable {
  /// What is being done.
  public var label: String
  /// Rows done.
  public var rows: Int
  /// Rows there are, where known.
  public var knownRows: Int?
  /// Bytes done and bytes there are, where work is measured so.
  public var bytes: (done: Int, known: Int)?
  /// Seconds since it began.
  public var seconds: Double

  /// Progress of something.
  public init(
    label: String, rows: Int, knownRows: Int? = nil, bytes: (done: Int, known: Int)? = nil,
    seconds: Double
  ) {
    self.label = label
    self.rows = rows
    self.knownRows = knownRows
    self.bytes = bytes
    self.seconds = seconds
  }
}
