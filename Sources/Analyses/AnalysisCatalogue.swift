public import CasebookQuery

/// Every analysis of the families here, in the order of help.
///
/// Adding an analysis is its file and a line here.
public enum AnalysisCatalogue {
  /// All analyses.
  public static let all: [any StageDeclaration.Type] = [
    SignalsStage.self
  ]
}
