/// A synthetic trust-and-safety operation: cases, their events, reviews and hourly volumes, with
/// planted problems that an analysis should find (`Operation.planted`).
///
/// The files are a function of `cases` and `seed`: every random number is keyed by what it is drawn
/// for, so that neither the number of threads nor the order of work can change a byte.
public struct Operation: Sendable {
  /// The first instant of the operation, a Monday and the start of ISO week 1.
  public static let begins = Period.text(of: 0)
  /// The end of observation: nothing that happens from here on is in the files.
  public static let ends = Period.text(of: Period.end)
  /// The most cases that one set may have.
  public static let mostCases = 100_000_000

  let cases: Int
  let seed: UInt64
  let threads: Int

  /// Describes a set of `cases` cases; `threads` bounds the cores used and changes no byte.
  public init(cases: Int, seed: UInt64, threads: Int) {
    self.cases = cases
    self.seed = seed
    self.threads = max(1, threads)
  }

  /// Writes `cases.csv`, `events.csv`, `reviews.csv` and `volumes.csv` into a directory, which is
  /// made when absent.
  ///
  /// Each file is written beside its place and renamed when all four are complete, so that a failed
  /// or cancelled call leaves what was there. `progress` receives the share done, 0 to 1.
  public func write(
    to directory: String, replace: Bool = false, progress: ((Double) -> Void)? = nil,
    isCancelled: () -> Bool = { false }
  ) throws(GenerateError) -> [WrittenFile] {
    guard (0...Self.mostCases).contains(cases) else {
      throw .caseCount(cases, most: Self.mostCases)
    }
    try OutputFile.prepareDirectory(directory)
    let files = try OutputSet(directory: directory, replace: replace)
    let world = World(cases: cases, seed: seed)

    var volumes = Volumes()
    var log = EventLog(threads: threads)

    var next = 0
    repeat {
      if isCancelled() { throw .cancelled }
      let round = next..<min(cases, next + Chunk.casesPerRound)
      let chunks = Chunk.generate(round, of: world, threads: threads)
      for chunk in chunks {
        try files.cases.write(chunk.cases, rows: chunk.caseCount)
        try files.reviews.write(chunk.reviews, rows: chunk.reviewCount)
        volumes.add(chunk.volumes, fromHour: chunk.firstHour)
        log.append(chunk.events)
      }
      next = round.upperBound
      // No later case can add an event before its own opening.
      let horizon = next < cases ? world.arrivals.opening(of: next) : Period.afterEverything
      for text in log.release(before: horizon) {
        try files.events.write(text.bytes, rows: text.rows)
      }
      progress?(cases == 0 ? 1 : Double(next) / Double(cases))
    } while next < cases

    let text = volumes.text()
    try files.volumes.write(text.bytes, rows: text.rows)
    if isCancelled() { throw .cancelled }
    return try files.commit()
  }
}

/// One file that `Operation.write` made.
public struct WrittenFile: Sendable, Equatable {
  /// The file's name inside the directory.
  public let name: String
  /// Rows without the header.
  public let rows: Int
  /// Size in bytes.
  public let bytes: Int
}
