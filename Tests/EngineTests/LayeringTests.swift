import Foundation
import Testing

/// Which module may import which: one direction, and each library behind one door.
@Suite struct LayeringTests {
  /// What each folder of `Sources` may import of ours.
  private static let allowed: [String: Set<String>] = [
    "Language": [],
    "Values": [],
    "Tables": ["Values"],
    "Formats": ["Tables", "Values"],
    "Generate": ["Tables", "Formats", "Values"],
    "Workspace": ["Tables", "Values"],
    "Query": ["Language", "Tables", "Values"],
    "Analyses": ["Query", "Language", "Tables", "Values"],
    "Triage": ["Query", "Language", "Tables", "Values"],
    "Render": ["Tables", "Values", "Language"],
    "Engine": [
      "Language", "Values", "Tables", "Formats", "Generate", "Workspace", "Query", "Analyses",
      "Triage", "Render",
    ],
    "Notebook": [
      "Engine", "Render", "Triage", "Workspace", "Formats", "Language", "Tables", "Values",
    ],
    "Shell": [
      "Notebook", "Engine", "Language", "Values", "Tables", "Formats", "Generate", "Workspace",
      "Query",
      "Render",
    ],
    "casebook": ["Shell", "Engine", "Generate"],
  ]

  /// The folders that may import a library of others; any may import the C library.
  private static let owners: [String: Set<String>] = [
    "GRDB": ["Workspace"],
    "GRDBSQLite": ["Workspace"],
    "CEditLine": ["Shell"],
    "CRE2": ["Values"],
    "CZlib": ["Formats"],
    "CZstd": ["Formats"], "CXML": ["Values"],
    "Crypto": ["Query", "Workspace", "Engine", "Notebook"],
    "ArgumentParser": ["casebook"],
    "Dispatch": ["Tables", "Formats", "Generate", "Workspace", "Shell"],
    "Synchronization": [
      "Values", "Tables", "Formats", "Workspace", "Query", "Analyses", "Triage", "Engine",
      "Notebook",
      "Shell",
    ],
  ]

  private struct Import: CustomStringConvertible {
    var folder: String
    var module: String
    var place: String

    var description: String { "\(place): \(folder) imports \(module)" }
  }

  private static let sources = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Sources")

  private static func imports() throws -> [Import] {
    let manager = FileManager.default
    return try manager.contentsOfDirectory(atPath: sources.path).sorted().flatMap { folder in
      let root = sources.appendingPathComponent(folder)
      let paths = try manager.subpathsOfDirectory(atPath: root.path).sorted()
      return try paths.filter { $0.hasSuffix(".swift") }.flatMap { path in
        let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
          .compactMap { number, line in
            module(importedBy: line).map {
              Import(folder: folder, module: $0, place: "Sources/\(folder)/\(path):\(number + 1)")
            }
          }
      }
    }
  }

  private static func module(importedBy line: Substring) -> String? {
    let words = line.split(separator: " ")
    guard let at = words.firstIndex(of: "import"), at <= 2,
      words[..<at].allSatisfy({ attributes.contains($0) }), at + 1 < words.count
    else { return nil }
    let isOfOneSymbol = ["struct", "class", "enum", "func", "protocol", "var"].contains(
      words[at + 1])
    return words[isOfOneSymbol ? at + 2 : at + 1].split(separator: ".").first.map(String.init)
  }

  private static let attributes: Set<Substring> = [
    "public", "package", "internal", "fileprivate", "private", "@testable", "@preconcurrency",
  ]

  @Test func modulesImportOnlyWhatStandsBelowThem() throws {
    let imports = try Self.imports()
    #expect(imports.count > 100, "the sources were not found")
    for one in imports where one.module.hasPrefix("Casebook") {
      let folder = String(one.module.dropFirst("Casebook".count))
      #expect(Self.allowed[one.folder]?.contains(folder) == true, "\(one)")
    }
  }

  @Test func librariesStandBehindTheirOwners() throws {
    for one in try Self.imports() where !one.module.hasPrefix("Casebook") && one.module != "Glibc" {
      #expect(Self.owners[one.module]?.contains(one.folder) == true, "\(one)")
    }
  }

  @Test func everyFolderIsAModuleOfTheTable() throws {
    let shims: Set<String> = ["CEditLine", "CRE2", "CZlib", "CZstd", "CXML"]
    for folder in try FileManager.default.contentsOfDirectory(atPath: Self.sources.path) {
      #expect(Self.allowed[folder] != nil || shims.contains(folder), "\(folder) has no rule")
    }
  }
}
