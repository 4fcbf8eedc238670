import CasebookLanguage
import CasebookQuery
public import CasebookTables
import CasebookValues
import CasebookWorkspace
import Crypto

/// Keeps results of pipelines from one run to the next.
public protocol ResultCache: AnyObject, Sendable {
  /// What was kept under a key; nil where there is nothing.
  func result(for key: String) -> CachedResult?
  /// Keeps a result.
  ///
  /// It may be declined.
  func keep(_ result: CachedResult, for key: String)
}

/// The result of a pipeline and what was said with it.
public struct CachedResult: Sendable {
  /// The rows.
  public var table: Table
  /// Plain sentences about them.
  public var findings: [String]
  /// Warnings, counted.
  public var warnings: [RunContext.Warning]

  /// A result.
  public init(table: Table, findings: [String], warnings: [RunContext.Warning]) {
    self.table = table
    self.findings = findings
    self.warnings = warnings
  }
}

// A key is a hash of everything that a result depends on: the statement without its layout, the keys of the
// names that it reads, the files and marks of the datasets, rulesets and views by their texts, the clock and the
// seed. Where something is not known well enough there is no key, and the result is computed.

extension StatementRun {
  /// The rows of a plan that was bound, from the cache where they are there.
  func cachedOrExecuted(_ plan: Plan) throws -> Table {
    guard let cache = engine.configuration.resultCache else { return try execute(plan) }
    note(Optimiser.optimised(plan))
    guard let key = resultKey() else { return try execute(plan) }
    self.key = reads.readsSeed ? seeded(key) : key
    // Most results do not depend on the seed, so they are kept without it.
    for candidate in [key, seeded(key)] {
      guard let known = cache.result(for: candidate) else { continue }
      if candidate != key {
        // That it drew is noted as if it had.
        _ = context.seed
        self.key = candidate
      }
      for finding in known.findings { context.find(finding) }
      for warning in known.warnings { context.warn(warning.text, rows: warning.rows) }
      return known.table
    }
    let table = try execute(plan)
    if context.didReadSeed { self.key = seeded(key) }
    guard !context.didReadClock || engine.session.clock != nil,
      engine.store.usedFiles.isEmpty, !tellsOfSitting
    else {
      // Nor is anything kept that is made of it.
      self.key = nil
      return table
    }
    guard !mentionsProtected else { return table }
    cache.keep(
      CachedResult(
        table: table, findings: context.findingsSoFar, warnings: context.warningsSoFar),
      for: context.didReadSeed ? seeded(key) : key)
    return table
  }

  /// The key of what the statement yields, as far as it is bound; nil where it cannot be told.
  func resultKey() -> String? {
    guard !tellsOfSitting else { return nil }
    let reads = self.reads
    guard !reads.isVolatile else { return nil }
    var parts = [identifyingText, canonicalText]
    if didReadPrevious {
      guard let key = engine.session.lastKey else { return nil }
      parts.append(key)
    }
    for name in reads.names.sorted() {
      guard engine.session.secrets[name] == nil, let key = engine.session.keys[name] else {
        return nil
      }
      parts.append(name + "=" + key)
    }
    for dataset in reads.columns.keys.sorted() {
      // What was revealed is for the eyes of this session alone.
      let columns = reads.columns[dataset] ?? []
      guard !columns.contains(where: { engine.session.revealed.contains("\(dataset).\($0)") })
      else { return nil }
      guard let facts = engine.facts(ofDataset: dataset) else { return nil }
      parts.append(facts)
    }
    parts += reads.definitions.sorted { $0.key < $1.key }.map { $0.key + ": " + $0.value }
    parts.append(engine.session.clock.map(String.init) ?? "no clock")
    return hash(parts)
  }

  /// The same where draws were made: which they are follows from the seed and how often the statement came.
  func seeded(_ key: String) -> String {
    hash([key, String(context.startingSeed), String(occurrence)])
  }

  private func hash(_ parts: [String]) -> String {
    var hasher = SHA256()
    for part in parts {
      // Lengths keep the parts apart.
      hasher.update(data: Array("\(part.utf8.count) \(part)".utf8))
    }
    return hexadecimal(hasher.finalize().prefix(20))
  }
}

extension Engine {
  /// What the rows of a dataset are made of, in words that differ wherever the rows may; nil where the files
  /// are not known by their bytes.
  fileprivate func facts(ofDataset name: String) -> String? {
    guard let info = try? store.workspace.info(name), !info.loads.isEmpty,
      let shown = try? catalog.table(named: name),
      // Another process may have loaded since the statement began.
      let now = try? store.workspace.dataset(name), now.identity == shown.identity
    else { return nil }
    var parts = ["dataset \(name) \(info.rowCount)"]
    for field in shown.fields {
      parts.append("\(field.name):\(field.type.name)\(field.isProtected ? " protected" : "")")
    }
    for load in info.loads {
      guard !load.provenance.sources.isEmpty else { return nil }
      for source in load.provenance.sources {
        guard !source.sha256.isEmpty else { return nil }
        parts.append(source.sha256)
      }
      parts.append(load.provenance.options)
    }
    return parts.joined(separator: "\n")
  }
}
