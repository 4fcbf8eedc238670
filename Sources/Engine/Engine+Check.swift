public import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookTriage

extension Engine {
  /// What `check` found in a text.
  public struct CheckResult: Sendable {
    /// The text.
    public let source: SourceText
    /// Everything that is wrong or worth knowing, in the order of the text.
    public let diagnostics: [Diagnostic]

    /// Whether the text would fail.
    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
  }

  /// Parses and binds a text without running it: all errors of all statements, not only the first.
  ///
  /// The columns of a loaded file are taken from its first block. Where a statement's columns depend on
  /// data, what follows in that statement is not checked.
  public func check(_ text: String) -> CheckResult {
    let tree = parse(text, signatures: Self.signatures)
    let before = session
    defer { session = before }
    var checker = Checker(engine: self, tree: tree)
    for statement in tree.statements { checker.check(statement) }
    let all = tree.diagnostics + checker.diagnostics
    return CheckResult(
      source: tree.source, diagnostics: all.sorted { $0.span.lower < $1.span.lower })
  }
}

extension Engine {
  /// The parameters that a text declares, in its order, and those of the scripts that it runs, which are seen from
  /// `directory`.
  public static func parameters(declaredIn text: String, directory: String? = nil) -> [String] {
    parameters(declaredIn: text, directory, depth: 0)
  }

  private static func parameters(
    declaredIn text: String, _ directory: String?, depth: Int
  ) -> [String] {
    parse(text, signatures: signatures).statements.flatMap { statement -> [String] in
      switch statement.kind {
      case .command(let command) where command.name == RunScriptCommand.signature.name:
        guard depth < RunScriptCommand.greatestDepth, let path = command.string("path") else {
          return []
        }
        // One that cannot be read is told of where it is run.
        let file = resolved(path, in: directory)
        guard let bytes = try? readFile(file) else { return [] }
        let folder = file.lastIndex(of: "/").map { String(file[..<$0]) }
        return parameters(
          declaredIn: String(decoding: bytes, as: UTF8.self), folder, depth: depth + 1)
      case .command(let command) where command.name == "param" || command.name == "secret":
        return command.name("name").map { [$0.text] } ?? []
      case .parameters(let columns): return columns.map(\.name.text)
      default: return []
      }
    }
  }
}

/// Goes through the statements of a text with what is known so far.
struct Checker {
  let engine: Engine
  let tree: SyntaxTree
  var diagnostics: [Diagnostic] = []
  /// Names whose definition failed: that they are unknown later is no news.
  private var broken: Set<String> = []

  init(engine: Engine, tree: SyntaxTree) {
    self.engine = engine
    self.tree = tree
  }

  mutating func check(_ statement: Statement) {
    if statement.hasErrors {
      if case .binding(let binding) = statement.kind { broken.insert(binding.name.text) }
      return
    }
    let run = StatementRun(engine, statement, tree, engine.makeContext())
    run.onlyChecks = true
    do {
      try check(statement, run)
      diagnostics += run.notes
    } catch {
      add(Engine.diagnostic(error, at: statement.span), statement)
    }
  }

  private mutating func check(_ statement: Statement, _ run: StatementRun) throws {
    let binder = run.makeBinder(runsNothing: true)
    switch statement.kind {
    case .pipeline(let pipeline):
      engine.session.lastResult = Table(fields: try binder.plan(of: pipeline).fields)
      engine.session.scope = binder.scope
    case .binding(let binding):
      try binder.define(binding)
      engine.session.scope = binder.scope
    case .command(let command):
      if let pipeline = command.pipeline("pipeline") { _ = try binder.plan(of: pipeline) }
      try CommandCatalogue.command(command.name)?.check(command, run)
    case .setting(let setting):
      var notes: [Diagnostic] = []
      _ = try engine.set(setting, binder, notes: &notes)
      diagnostics += notes
    case .parameters(let columns): try engine.declare(columns, binder)
    case .unsupported(let name):
      throw Diagnostic(
        code: "E0301", message: "'\(name.text)' is not supported", span: statement.span)
    case .sql, .foreign, .empty, .error: break
    }
  }

  private mutating func add(_ diagnostic: Diagnostic, _ statement: Statement) {
    if ["E0201", "E0202", "E0203", "E0620", "E0626"].contains(diagnostic.code),
      broken.contains(tree.source[diagnostic.span])
    {
      return
    }
    switch statement.kind {
    case .binding(let binding): broken.insert(binding.name.text)
    case .command(let command) where command.name == "load":
      if let name = command.name("as") { broken.insert(name.text) }
    case .command(let command) where TriageDefinition.Kind(rawValue: command.name) != nil:
      if let name = command.name("name")?.text ?? command.string("name") { broken.insert(name) }
    default: break
    }
    // What only the data can tell is no error of the text.
    let isOpen = diagnostic.code == "E0228"
    diagnostics.append(
      Diagnostic(
        code: diagnostic.code, severity: isOpen ? .note : diagnostic.severity,
        message: diagnostic.message, span: diagnostic.span, labels: diagnostic.labels,
        help: diagnostic.help, fix: diagnostic.fix))
  }
}
