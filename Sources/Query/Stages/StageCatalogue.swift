/// Every stage of KQL, in the order of help.
///
/// Adding a stage is its file and a line here.
public enum StageCatalogue {
  /// All stages.
  public static let all: [any StageDeclaration.Type] = [
    WhereStage.self, ProjectStage.self, ProjectAwayStage.self, ProjectKeepStage.self,
    ProjectByNamesStage.self,
    ProjectRenameStage.self, ProjectReorderStage.self, ExtendStage.self, SummarizeStage.self,
    DistinctStage.self, SortStage.self, TopStage.self, TakeStage.self, CountStage.self,
    JoinStage.self, LookupStage.self, UnionStage.self, DatatableStage.self, PrintStage.self,
    RangeStage.self, SerializeStage.self, AsStage.self, RenderStage.self, GetschemaStage.self,
    MvExpandStage.self,
    MvApplyStage.self,
    PartitionStage.self,
    ParseStage.self,
    ParseWhereStage.self,
    ParseKVStage.self,
    MakeSeriesStage.self,
    SearchStage.self,
    SampleStage.self,
    SampleDistinctStage.self,
    TopHittersStage.self,
    TopNestedStage.self,
    ReduceStage.self,
    InvokeStage.self,
    ConsumeStage.self,
    ScanStage.self,
    EvaluateStage.self,
    ExternalDataStage.self,
  ]

  /// KQL's stages as a binder takes them.
  public static let set = StageSet(all)
}
