public import CasebookQuery

/// Every analysis of the families here, in the order of help.
///
/// Adding an analysis is its file and a line here.
public enum AnalysisCatalogue {
  /// All analyses.
  public static let all: [any StageDeclaration.Type] = flow + signals

  /// Logs: where work waits, since when, and why.
  public static let flow: [any StageDeclaration.Type] = [
    WhereCaseStage.self,
    TransitionsStage.self,
    StepsStage.self,
    PerCaseStage.self,
    VariantsStage.self,
    PathsStage.self,
    TraceStage.self,
    BottlenecksStage.self,
    QueueFlowStage.self,
    CycleTimeStage.self,
    AgingStage.self,
    ServiceLevelStage.self,
    ReworkStage.self,
    HandoffsStage.self,
    BatchingStage.self,
    WaitsStage.self,
    ShiftStage.self,
    DriversStage.self,
    UtilisationStage.self,
    SpectrumStage.self,
  ]

  /// Classifier scores: which of them is worth routing on.
  public static let signals: [any StageDeclaration.Type] = [
    SignalsStage.self,
    RocStage.self,
    PrecisionRecallStage.self,
    ThresholdsStage.self,
    CalibrationStage.self,
    CaptureStage.self,
    CompareSignalsStage.self,
    DriftStage.self,
    SlicesStage.self,
    RedundancyStage.self,
    PrevalenceStage.self,
    BiasCheckStage.self,
    EstimateStage.self,
    QualityPlanStage.self,
  ]
}
