// swift-tools-version: 6.2
import PackageDescription

// Every target is checked the same way: Swift 6 mode, explicit `any`, imports that are internal
// unless they say otherwise, and no warning left standing.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

// A start-up under 15 ms needs the Swift runtime linked in. GRDB brings Foundation along, whose own
// libraries the linker is not told of unless every package were built for it.
let staticRuntime: [LinkerSetting] = [
  .unsafeFlags(
    ["-static-stdlib"]
      + [
        "Foundation", "CoreFoundation", "FoundationInternationalization", "FoundationEssentials",
        "_FoundationCShims", "_FoundationCollections", "_FoundationICU", "stdc++",
      ].map { "-l" + $0 },
    .when(platforms: [.linux], configuration: .release))
]

/// A module of ours: target `Casebook<Folder>` at `Sources/<Folder>`.
func module(
  _ folder: String, _ dependencies: [Target.Dependency] = [], embedding files: [String] = []
) -> Target {
  .target(
    name: "Casebook" + folder, dependencies: dependencies, path: "Sources/" + folder,
    resources: files.map { .embedInCode($0) }, swiftSettings: strict)
}

/// The scripts in `scripts/tutorials`.
let tutorials = ["first-look", "time", "rules", "bottlenecks", "signals", "reproducible"]

func tests(_ folder: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: "Casebook" + folder + "Tests", dependencies: dependencies + ["CasebookTestSupport"],
    path: "Tests/" + folder + "Tests", swiftSettings: strict)
}

let language: Target.Dependency = "CasebookLanguage"
let values: Target.Dependency = "CasebookValues"
let tables: Target.Dependency = "CasebookTables"
let formats: Target.Dependency = "CasebookFormats"
let generate: Target.Dependency = "CasebookGenerate"
let workspace: Target.Dependency = "CasebookWorkspace"
let query: Target.Dependency = "CasebookQuery"
let analyses: Target.Dependency = "CasebookAnalyses"
let triage: Target.Dependency = "CasebookTriage"
let render: Target.Dependency = "CasebookRender"
let engine: Target.Dependency = "CasebookEngine"
let notebook: Target.Dependency = "CasebookNotebook"
let shell: Target.Dependency = "CasebookShell"
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let sqlite: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let arguments: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "casebook",
  products: [.executable(name: "casebook", targets: ["casebook"])],
  dependencies: [
    // The workspace file: migrations, a write-ahead pool of readers, busy handling.
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    // The command line: options, help and exit statuses.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // SHA-256 of loaded files, and the language's hash functions.
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    // libedit's calls are variadic, which Swift cannot call.
    .target(
      name: "CEditLine", path: "Sources/CEditLine", linkerSettings: [.linkedLibrary("edit")]),
    // RE2 is C++; its shim gives it a C face.
    .target(name: "CRE2", path: "Sources/CRE2", linkerSettings: [.linkedLibrary("re2")]),
    // Reading .gz and .zst files.
    .systemLibrary(
      name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CZstd", path: "Sources/CZstd", pkgConfig: "libzstd",
      providers: [.apt(["libzstd-dev"])]),
    // parse_xml: a parser that has met hostile input.
    .systemLibrary(
      name: "CXML", path: "Sources/CXML", pkgConfig: "libxml-2.0",
      providers: [.apt(["libxml2-dev"])]),

    module("Language"),
    module("Values", ["CRE2", "CXML"]),
    module("Tables", [values]),
    module("Formats", [tables, values, "CZlib", "CZstd"]),
    module("Generate"),
    module("Workspace", [tables, values, sqlite]),
    module("Query", [language, tables, values, crypto]),
    module("Analyses", [query, language, tables, values]),
    module("Triage", [query, language, tables, values]),
    module("Render", [tables, values, language]),
    module(
      "Engine",
      [
        language, values, tables, formats, workspace, query, analyses, triage, render, crypto,
      ]),
    // The tutorials are built into the program: it finds them wherever it is started from.
    module(
      "Notebook", [engine, render, workspace, formats, language, tables, values, crypto],
      embedding: tutorials.map { "../../scripts/tutorials/\($0).cb" }),
    module(
      "Shell",
      [
        notebook, engine, query, generate, formats, render, language, tables, values, "CEditLine",
      ]),
    .executableTarget(
      name: "casebook", dependencies: [shell, engine, arguments],
      path: "Sources/casebook", swiftSettings: strict, linkerSettings: staticRuntime),

    .target(
      name: "CasebookTestSupport", dependencies: [values], path: "Tests/TestSupport",
      swiftSettings: strict),
    tests("Language", [language]),
    tests("Values", [values]),
    tests("Tables", [tables, values]),
    tests("Formats", [formats, tables, values]),
    tests("Generate", [generate]),
    tests("Workspace", [workspace, tables, values]),
    tests("Query", [query, language, tables, values]),
    tests("Triage", [triage, query, language, tables, values]),
    tests("Render", [render, language, tables, values]),
    tests(
      "Engine",
      [
        engine, query, analyses, language, tables, values, workspace, formats, render, sqlite,
        "casebook",
      ]),
    tests("Notebook", [notebook, engine, language, tables, values]),
    tests("Differential", [triage, query, language, tables, values, sqlite]),
    tests("Shell", [shell, "casebook"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

// Fuzz targets need the fuzzer's own `main`, so an ordinary build must not see them.
func fuzzer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: "Fuzz" + name, dependencies: dependencies, path: "Tests/Fuzz/" + name,
    swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
}

if Context.environment["CASEBOOK_FUZZ"] != nil {
  package.targets += [
    fuzzer("Language", [language]),
    fuzzer("CSV", [formats, tables]),
  ]
}
