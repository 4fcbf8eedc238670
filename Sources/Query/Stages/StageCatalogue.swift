public import CasebookLanguage
import CasebookTables
import CasebookValues

/// Every stage of the language, in the order of help.
///
/// Adding a stage is its file and a line here.
public enum StageCatalogue {
  /// All stages.
  public static let all: [any StageDeclaration.Type] = [
    WhereStage.self, ProjectStage.self, ProjectAwayStage.self, ProjectKeepStage.self,
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

  /// The stage of that name.
  public static func stage(_ name: String) -> (any StageDeclaration.Type)? { byName[name] }

  /// What the parser must know of all stages.
  public static var signatures: [Signature] { all.map { $0.signature } }

  private static let byName: [String: any StageDeclaration.Type] = Dictionary(
    all.flatMap { stage in
      ([stage.signature.name] + stage.signature.aliases).map { ($0, stage) }
    }
  ) { first, _ in first }
}
