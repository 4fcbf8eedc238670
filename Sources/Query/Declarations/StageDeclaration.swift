public import CasebookLanguage
import CasebookTables

/// A stage of the pipeline, declared once: grammar, help, examples, and what it means.
///
/// A stage is an enum in a file of its own, listed in `StageCatalogue`. What it does to rows is
/// either one of the plan's own operations or a `TableOperation` declared in the same file.
public protocol StageDeclaration: Sendable {
  /// The word and the grammar of what follows it.
  static var signature: Signature { get }
  /// One sentence.
  static var summary: String { get }
  /// Anything further worth knowing: order, nulls, defaults. May be empty.
  static var details: String { get }
  /// What its words and settings mean, where they need a line each.
  static var terms: [(name: String, meaning: String)] { get }
  /// Statements that show it.
  static var examples: [Example] { get }
  /// The plan of the stage over its input. A stage that makes rows itself gets `Plan.oneRow`.
  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan
}

extension StageDeclaration {
  /// Nothing further.
  public static var details: String { "" }
  /// None.
  public static var terms: [(name: String, meaning: String)] { [] }
}

extension Plan {
  /// One row without columns: the input of stages that make rows themselves.
  public static var oneRow: Plan {
    .values(Table(fields: [], columns: [], rowCount: 1))
  }
}
