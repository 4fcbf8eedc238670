import CasebookEngine
import CasebookLanguage

/// Gives each cause of a changed figure its share, by running the script with causes put back.
///
/// A share is the cause's Shapley value: how much of the movement is its own, on average over every order in which
/// the causes could have come one after the other. So the shares of a figure, and what could not be put back, add
/// up to its movement. Beyond `greatestExactCount` causes only one order is taken, that of the list; the shares
/// still add up.
///
/// [Shapley 1953, A value for n-person games]
public struct Blame {
  /// So many causes take 32 runs.
  static let greatestExactCount = 5

  private let old: Lock
  private let new: Lock
  private let verdicts: [Verdict]
  private let former: FormerFiles
  private let statements: [String]
  private let makeRun: (Change) throws -> ScriptRun

  /// What is put back in one run.
  public struct Change: Sendable {
    /// The values of parameters, by name.
    public var parameters: [String: String] = [:]
    /// Files that are read in the place of others, by the path that a lock has.
    public var standIns: [String: String] = [:]
    /// Statements that stand in the place of others, by the cell's number from 0.
    var statements: [Int: String] = [:]

    mutating func merge(_ other: Change) {
      parameters.merge(other.parameters) { $1 }
      standIns.merge(other.standIns) { $1 }
      statements.merge(other.statements) { $1 }
    }
  }

  /// Prepares the runs.
  ///
  /// `makeRun` gives a run of its own, which keeps no lock, for a set of parameters and files.
  public init(
    _ run: ScriptRun, against old: Lock, _ verdicts: [Verdict], former: FormerFiles,
    makeRun: @escaping (Change) throws -> ScriptRun
  ) {
    self.old = old
    new = run.lock
    self.verdicts = verdicts
    self.former = former
    statements = run.records.map(\.text)
    self.makeRun = makeRun
  }

  /// The verdicts with the shares of every figure that moved.
  public func verdictsWithShares() throws -> [Verdict] {
    let changed = verdicts.indices.filter { verdicts[$0].kind == .changed && isOfScript($0) }
    var changes: [String: Change] = [:]
    for cause in changed.flatMap({ verdicts[$0].causes }) where changes[cause.leaf] == nil {
      changes[cause.leaf] = change(puttingBack: cause)
    }
    // What cannot be put back alone, for the other statements need it, cannot be told apart.
    changes = try changes.filter { try results($0.value, changed) != nil }
    var known: [Set<String>: Results?] = [:]
    return try verdicts.enumerated().map { index, verdict in
      guard changed.contains(index), verdict.difference != nil else { return verdict }
      var leaves: [String] = []
      for leaf in verdict.causes.map(\.leaf) where changes[leaf] != nil && !leaves.contains(leaf) {
        leaves.append(leaf)
      }
      var values: [Set<Int>: Results] = [:]
      for subset in Self.subsets(leaves.count) {
        let names = Set(subset.map { leaves[$0] })
        if known[names] == nil {
          let change = leaves.filter(names.contains).reduce(into: Change()) {
            if let more = changes[$1] { $0.merge(more) }
          }
          known[names] = .some(try results(change, changed))
        }
        values[subset] = known[names] ?? nil
      }
      let others = verdict.causes.filter { changes[$0.leaf] == nil }.map { cause in
        if case .data = cause {
          cause.leaf + " (--was FILE names the old file)"
        } else {
          cause.leaf
        }
      }
      let rest = others.isEmpty ? "what the causes do not tell" : others.joined(separator: ", ")
      return shared(verdict, index, leaves, rest, values)
    }
  }

  /// Cells of the script come first among the verdicts, then those that are gone.
  private func isOfScript(_ index: Int) -> Bool { index < new.cells.count }

  // MARK: Putting back

  private func change(puttingBack cause: Cause) -> Change? {
    var change = Change()
    switch cause {
    case .parameter(let name, let before, _):
      guard before != "none", !before.hasPrefix("secret ") else { return nil }
      change.parameters[name] = before
      return change
    case .data(let name, _, _), .rowOrder(let name):
      guard let was = old.inputs.first(where: { $0.name == name }),
        let now = new.inputs.first(where: { $0.name == name }),
        let standIns = former.standIns(for: was, now: now)
      else { return nil }
      change.standIns = standIns
      return change
    case .clock: return statements { $0.statement.hasPrefix("clock ") }
    case .seed: return statements { $0.statement.hasPrefix("seed ") }
    case .definition(let name, _, _):
      let label = name.split(separator: "@").first.map(String.init) ?? name
      return statements { $0.identity.isNamed(as: label) }
    case .statement(let label):
      return statements { $0.label == label }
    case .inputSet, .hour, .version: return nil
    }
  }

  /// The old statements of such cells as were edited; nil where there are none, or what they said is not kept.
  private func statements(_ isWanted: (LockCell) -> Bool) -> Change? {
    let matching = CellMatching(old.cells, new.cells)
    var change = Change()
    for index in new.cells.indices where isWanted(new.cells[index]) {
      guard let before = matching.old(for: index) else { continue }
      let statement = old.cells[before].statement
      guard statement != new.cells[index].statement else { continue }
      // What reads protected columns is kept as a hash only.
      guard !statement.hasPrefix("protected ") else { return nil }
      change.statements[index] = statement
    }
    return change.statements.isEmpty ? nil : change
  }

  // MARK: Running

  /// Rows by cell.
  private typealias Results = [Int: [[String]]]

  /// The rows of some cells with something put back; nil where the script then fails.
  private func results(_ change: Change, _ wanted: [Int]) throws -> Results? {
    let kept = statements.indices.filter { isNeeded($0, wanted) }
    let text = kept.map { change.statements[$0] ?? statements[$0] }.joined(separator: "\n\n")
    let run = try makeRun(change)
    defer { try? run.engine.close() }
    guard try run.run(text, receive: { _, _ in }), run.records.count == kept.count else {
      return nil
    }
    var results: Results = [:]
    for (index, record) in zip(kept, run.records) where wanted.contains(index) {
      results[index] = record.result?.rows?.compactMap(RowDifference.cells)
    }
    return results
  }

  /// Whether a cell may matter to others; what only writes, tells or checks does not.
  private func isNeeded(_ index: Int, _ wanted: [Int]) -> Bool {
    let tree = parse(statements[index], signatures: Engine.signatures)
    guard case .command(let command)? = tree.statements.first?.kind else { return true }
    return !Self.idleCommands.contains(command.name)
  }

  private static let idleCommands: Set<String> = [
    "examples", "expect", "explain", "export", "help", "render", "sop", "timing",
  ]

  // MARK: Shares

  private func shared(
    _ verdict: Verdict, _ index: Int, _ causes: [String], _ rest: String,
    _ results: [Set<Int>: Results]
  ) -> Verdict {
    guard var difference = verdict.difference else { return verdict }
    var verdict = verdict
    let columns = new.cells[index].result?.columns.map(\.name) ?? []
    for row in difference.changed.indices {
      let key = difference.changed[row].key
      for cell in difference.changed[row].cells.indices {
        let figure = difference.changed[row].cells[cell]
        guard let column = columns.firstIndex(of: figure.column), let before = Double(figure.before)
        else { continue }
        let values = results.mapValues { results -> Double? in
          results[index]?.first { Array($0.prefix(key.count)) == key }.flatMap {
            $0.indices.contains(column) ? Double($0[column]) : nil
          }
        }
        difference.changed[row].cells[cell].shares = Self.shares(causes, rest, values, before)
      }
    }
    verdict.difference = difference
    return verdict
  }

  /// The share of each cause, and of what could not be put back; nil where some run has no such figure.
  static func shares(
    _ causes: [String], _ restCause: String, _ values: [Set<Int>: Double?], _ before: Double
  ) -> [RowDifference.Share]? {
    let count = causes.count
    // Some run failed: what it would have been is not known.
    guard values.count == subsets(count).count else { return nil }
    func value(_ subset: Set<Int>) -> Double? { values[subset] ?? nil }
    var shares: [RowDifference.Share] = []
    for index in 0..<count {
      var share = 0.0
      for subset in subsets(count) where !subset.contains(index) {
        guard values[subset] != nil, values[subset.union([index])] != nil else { continue }
        guard let without = value(subset), let with = value(subset.union([index])) else {
          return nil
        }
        share += weight(subset.count, count) * (without - with)
      }
      shares.append(RowDifference.Share(cause: causes[index], amount: share))
    }
    guard let restored = value(Set(0..<count)) else { return nil }
    let rest = restored - before
    if abs(rest) > 1e-9 * max(abs(restored), abs(before)) {
      shares.append(RowDifference.Share(cause: restCause, amount: rest))
    }
    return shares
  }

  /// How much a set of that size counts: in one order of many, or in the only one.
  private static func weight(_ size: Int, _ count: Int) -> Double {
    guard count <= greatestExactCount else { return 1 }
    var weight = 1 / Double(count)
    // 1 / (n * binomial(n - 1, size))
    for step in 0..<size { weight *= Double(step + 1) / Double(count - 1 - step) }
    return weight
  }

  /// All sets of causes, or those that come up when one after the other is put back.
  private static func subsets(_ count: Int) -> [Set<Int>] {
    guard count <= greatestExactCount else { return (0...count).map { Set(0..<$0) } }
    return (0..<(1 << count)).map { bits in Set((0..<count).filter { bits >> $0 & 1 == 1 }) }
  }
}
