/// Every scalar function that is called by name.
public enum FunctionCatalogue {
  /// All functions, family by family, in the order of help.
  public static let all: [ScalarFunction] = [
    TextFunctions.all, TextSearchFunctions.all, PatternFunctions.all, TrimFunctions.all,
    TextParsingFunctions.all, CharacterFunctions.all,
    RoundingFunctions.all, MathematicsFunctions.all, ExtremeFunctions.all, BitFunctions.all,
    StatisticsFunctions.all,
    UnitFunctions.all, RandomFunctions.all,
    ClockFunctions.all, CalendarFunctions.all, TimePartFunctions.all, TimeFormatFunctions.all,
    ZoneFunctions.all,
    ConversionFunctions.all, ConditionalFunctions.all, MissingFunctions.all,
    ArrayFunctions.all, ArraySortFunctions.all, BagFunctions.all, SetFunctions.all,
    JSONFunctions.all, SketchFunctions.all,
    HashFunctions.all, EncodingFunctions.all, URLFunctions.all, CompressionFunctions.all,
    IPv4Functions.all, IPv6Functions.all, UserAgentFunctions.all,
    WindowFunctions.all,
    SeriesArithmeticFunctions.all, SeriesFillFunctions.all, SeriesStatisticsFunctions.all,
    SeriesFitFunctions.all, SeriesFilterFunctions.all, SeriesSeasonFunctions.all,
  ].flatMap { $0 }

  /// The function with a name or another name of its own, or nil.
  public static func function(_ name: String) -> ScalarFunction? { byName[name] }

  /// Every name that `function` knows.
  public static var names: [String] { all.flatMap { [$0.name] + $0.aliases } }

  private static let byName: [String: ScalarFunction] = {
    var functions: [String: ScalarFunction] = [:]
    functions.reserveCapacity(all.count * 2)
    for function in all {
      functions[function.name] = function
      for alias in function.aliases { functions[alias] = function }
    }
    return functions
  }()
}
