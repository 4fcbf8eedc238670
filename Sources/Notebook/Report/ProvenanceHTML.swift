import CasebookRender
import CasebookTables

/// Writes the end of a page: what its results were made of.
struct ProvenanceHTML {
  private let provenance: Provenance
  private let scriptName: String

  init(_ provenance: Provenance, scriptName: String) {
    self.provenance = provenance
    self.scriptName = scriptName
  }

  /// The footer of the page.
  var text: String {
    let facts = ProvenanceFacts(provenance, scriptName: scriptName).all.map { fact in
      "<dt>" + shown(fact.name) + "</dt><dd>" + shown(fact.text) + "</dd>\n"
    }
    return "<footer>\n<h2>How this was made</h2>\n<dl>\n" + facts.joined() + "</dl>\n" + inputs
      + "</footer>\n"
  }

  private var inputs: String {
    guard !provenance.inputs.isEmpty else { return "" }
    let heads = ProvenanceFacts.inputHeads.map { "<th scope=\"col\">" + shown($0) + "</th>" }
    let rows = provenance.inputs.map { input in
      let cells = ProvenanceFacts.cells(of: input).enumerated().map { index, cell in
        index >= 3
          ? "<td><code>" + shown(cell) + "</code></td>"
          : "<td\(index == 2 ? " class=\"n\"" : "")>" + shown(cell) + "</td>"
      }
      return "<tr>" + cells.joined() + "</tr>\n"
    }
    return
      "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Data\"><table>\n<thead><tr>"
      + heads.joined() + "</tr></thead>\n<tbody>\n" + rows.joined() + "</tbody>\n</table></div>\n"
  }

  private func shown(_ text: String) -> String { escapedHTML(visibleText(text)) }
}

/// The provenance of a report in names and texts, for every format.
struct ProvenanceFacts {
  /// Each fact with its name.
  private(set) var all: [(name: String, text: String)] = []

  init(_ provenance: Provenance, scriptName: String) {
    var version = provenance.version
    if !provenance.zones.isEmpty { version += ", time zone rules \(provenance.zones)" }
    all.append(("Casebook", version))
    all.append(("Script", "\(scriptName), SHA-256 \(provenance.scriptHash.prefix(16))"))
    if !provenance.parameters.isEmpty {
      let values = provenance.parameters.map { "\($0.name) = \($0.value)" }
      all.append(("Parameters", values.joined(separator: ", ")))
    }
    if let clock = provenance.clock {
      all.append(("Clock", clock))
    } else if provenance.isVolatile {
      all.append(("Clock", "not fixed: some results change with the hour"))
    }
    if let seed = provenance.seed { all.append(("Seed", String(seed))) }
    all.append(("Lock", Self.text(provenance.verification)))
  }

  private static func text(_ verification: Provenance.Verification) -> String {
    switch verification {
    case .noLock: "none, so the results were not verified"
    case .notCompared(let reason): "not compared: \(reason)"
    case .verified(let name, let count):
      "\(name): verified, \(formatCount(count, of: "result")) as the lock has them"
    case .differs(let name, let cells):
      "\(name): \(formatCount(cells.count, of: "cell")) differ from the lock: "
        + cells.joined(separator: "; ")
    }
  }

  /// What is told of each dataset.
  static let inputHeads = ["Data", "File", "Rows", "SHA-256", "Content"]

  static func cells(of input: LockInput) -> [String] {
    [
      input.name, input.paths.joined(separator: ", "), formatCount(input.rowCount),
      input.hashes.map { String($0.prefix(16)) }.joined(separator: ", "),
      String(input.content.description.prefix(16)),
    ]
  }
}
