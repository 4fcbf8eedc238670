import CasebookQuery
public import CasebookTables
import CasebookValues
import CasebookWorkspace

// What a record of a run asks of the engine besides its cells.

extension Engine {
  /// The rows of a dataset as they are now, protected columns marked; nil when there is none of that name.
  public func rows(ofDataset name: String) throws -> (any TableSource)? {
    store.refresh()
    return try catalog.table(named: name)
  }

  /// The files that the rows of a dataset came from, as they were named, with the SHA-256 of each.
  public func files(ofDataset name: String) throws -> [(path: String, sha256: String)] {
    let loads = try store.workspace.info(name)?.loads ?? []
    return loads.flatMap(\.provenance.sources).map { (writtenPath($0.path), $0.sha256) }
  }

  /// A path as a statement has it, which starts from the script's folder.
  func writtenPath(_ path: String) -> String {
    guard let directory = configuration.directory, path.hasPrefix(directory + "/") else {
      return path
    }
    return String(path.dropFirst(directory.utf8.count + 1))
  }

  /// The names of all datasets, sorted.
  public var datasetNames: [String] { store.names }

  /// Whether a lock may keep small results whole, as far as the statements so far say.
  public var locksValues: Bool { session.locksValues }

  /// The names of parameters whose values nobody may see.
  public var secretNames: Set<String> { Set(session.secrets.keys) }

  /// The parameters declared so far, with their values as text; those of secret ones, too.
  public var parameterValues: [String: String] {
    var values: [String: String] = [:]
    for name in session.parameterNames {
      if case .value(let value)? = session.scope[name] {
        values[name] = value.expression.constantValue?.text ?? ""
      }
    }
    return values
  }

  /// A context for work of the record's own.
  public func contextForRecord() -> RunContext { makeContext() }
}
