public import CasebookLanguage

/// The stages that a binder knows.
///
/// KQL's own stand in `StageCatalogue`; families of analyses add theirs, so that none of them has to be
/// known here.
public struct StageSet: Sendable {
  /// All stages, in the order of help.
  public let all: [any StageDeclaration.Type]
  private let byName: [String: any StageDeclaration.Type]

  /// A set of stages; of two with one name the first is meant.
  public init(_ all: [any StageDeclaration.Type]) {
    self.all = all
    byName = Dictionary(
      all.flatMap { stage in
        ([stage.signature.name] + stage.signature.aliases).map { ($0, stage) }
      }
    ) { first, _ in first }
  }

  /// The stage of that name.
  public func stage(_ name: String) -> (any StageDeclaration.Type)? { byName[name] }

  /// What the parser must know of all stages.
  public var signatures: [Signature] { all.map { $0.signature } }
}
