import CasebookQuery
import CasebookTriage
import CasebookWorkspace

/// The definitions of triage that a script which is only checked has made so far.
///
/// They stand over those of the workspace, which a check does not write to.
struct CheckedDefinitions {
  private var made: [StoredDefinition] = []
  private var dropped: [StoredDefinition] = []
  private var versions: [String: [StoredRuleset]] = [:]

  /// Notes a definition, in place of one of its name.
  mutating func define(_ definition: StoredDefinition) {
    if let index = made.firstIndex(where: { $0.names(definition) }) {
      made[index] = definition
    } else {
      made.append(definition)
    }
  }

  /// Notes that definitions are there no more.
  mutating func remove(_ definitions: [StoredDefinition]) {
    made.removeAll { one in definitions.contains { $0.names(one) } }
    dropped += definitions
  }

  /// Notes that a draft becomes a version.
  mutating func publish(_ draft: StoredRuleset, behind earlier: [StoredRuleset], effective: Int64) {
    var version = draft
    version.version = (earlier.last?.version ?? 0) + 1
    version.effective = effective
    versions[draft.name, default: []].append(version)
  }

  /// What is there with these over what the workspace has.
  func over(_ stored: [StoredDefinition], kind: String? = nil) -> [StoredDefinition] {
    var all = stored.filter { one in !dropped.contains { $0.names(one) } }
    for one in made where kind == nil || one.kind == kind {
      if let index = all.firstIndex(where: { $0.names(one) }) {
        all[index] = one
      } else {
        all.append(one)
      }
    }
    return all
  }

  /// The versions of a ruleset that the script would have made.
  func versions(of ruleset: String) -> [StoredRuleset] { versions[ruleset] ?? [] }
}

extension StoredDefinition {
  /// Whether both define the same thing.
  fileprivate func names(_ other: StoredDefinition) -> Bool {
    kind == other.kind && owner == other.owner && name == other.name
  }
}
