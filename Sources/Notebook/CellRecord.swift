public import CasebookEngine
import CasebookLanguage
public import CasebookTables

/// A cell as the record of a session or a run has it: what was said, what came of it, and what it was
/// made of.
public struct CellRecord: Sendable {
  /// How a statement ended.
  public enum Outcome: String, Sendable {
    case done, failed, interrupted
  }

  /// By what the cell is known again, also after edits elsewhere.
  public var identity: CellIdentity
  /// The statement as it was written.
  public var text: String
  /// The statement without layout and comments.
  public var canonicalText: String
  /// The prose above it, without the slashes.
  public var prose: String?
  /// When it began, in ticks.
  public var startedAt: Int64
  /// How long it took.
  public var seconds: Double
  /// How it ended.
  public var outcome: Outcome
  /// The result, when it yields a table.
  public var result: ResultDigest?
  /// What the result depends on.
  public var reads: CellReads
  /// Whether it reads protected columns, so that its text may hold their values.
  public var mentionsProtected: Bool
  /// What `now()` answered where `clock` had fixed it.
  public var fixedClock: Int64?
  /// What random draws started from.
  public var seed: UInt64

  /// Whether the result changes with the hour at which it is computed.
  public var isVolatile: Bool { reads.isVolatile }
}

/// Makes records of the cells of one run, in order.
public struct CellRecorder {
  private var identities = IdentityCounter()
  private let key: ProtectionKey?
  /// Whether the last result has an order that was asked for.
  private var isLastOrdered = false

  /// A recorder before the first cell.
  public init(key: ProtectionKey? = nil) { self.key = key }

  /// The record of a cell that has run.
  public mutating func record(
    _ cell: Cell, context: RunContext, hashedRowCount: Int = .max
  ) throws -> CellRecord {
    let outcome: CellRecord.Outcome =
      switch cell.output {
      case .failure: .failed
      case .interrupted: .interrupted
      default: .done
      }
    var result: ResultDigest?
    if case .table = cell.output {
      isLastOrdered = isOrdered(cell.statement, goesOnOrdered: isLastOrdered)
    }
    if case .table(let table) = cell.output, table.rowCount <= hashedRowCount, !cell.tellsOfSitting
    {
      result = try ResultDigest(
        table, isOrdered: isLastOrdered, key: key, context: context)
    }
    return CellRecord(
      identity: identities.identity(of: cell), text: cell.source[cell.statement.span],
      canonicalText: cell.canonicalText,
      prose: cell.statement.prose.map { proseText(cell.source[$0]) },
      startedAt: cell.startedAt, seconds: cell.seconds, outcome: outcome, result: result,
      reads: cell.reads, mentionsProtected: cell.mentionsProtected,
      fixedClock: cell.fixedClock, seed: cell.seed)
  }
}

/// Prose without the slashes of its comment lines.
func proseText(_ comments: String) -> String {
  comments.split(separator: "\n", omittingEmptySubsequences: false).map { line in
    let text = line.drop { $0 == " " || $0 == "\t" }
    guard text.hasPrefix("//") else { return String(text) }
    let words = text.dropFirst(2)
    return String(words.hasPrefix(" ") ? words.dropFirst() : words)
  }.joined(separator: "\n")
}
