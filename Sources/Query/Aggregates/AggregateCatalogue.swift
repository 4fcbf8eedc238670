/// Every aggregate function of `summarize`.
public enum AggregateCatalogue {
  /// All aggregates, in the order of help.
  public static let all: [AggregateFunction] =
    CountAggregates.all + DistinctAggregates.all + SumAggregates.all + ExtremeAggregates.all
    + SpreadAggregates.all + PercentileAggregates.all + ArgumentAggregates.all
    + AnyAggregates.all + ListAggregates.all + BitAggregates.all + SketchAggregates.all
    + SchemaAggregate.all

  /// The aggregate of that name, or nil.
  public static func function(_ name: String) -> AggregateFunction? { byName[name] }

  private static let byName: [String: AggregateFunction] = Dictionary(
    all.flatMap { function in ([function.name] + function.aliases).map { ($0, function) } }
  ) { first, _ in first }
}
