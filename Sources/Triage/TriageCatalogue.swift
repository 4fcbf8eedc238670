public import CasebookQuery

/// Every stage of triage, in the order of help.
///
/// Adding a stage is its file and a line here.
public enum TriageCatalogue {
  /// All stages.
  public static let all: [any StageDeclaration.Type] = [
    TriageStage.self, BacktestStage.self, QueueLoadStage.self, CompareRulesStage.self,
    SimulateStage.self, SuggestRulesStage.self,
  ]
}
