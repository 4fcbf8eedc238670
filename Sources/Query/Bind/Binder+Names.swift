import CasebookLanguage
import CasebookTables

extension Binder {
  /// The column name that an expression without a name brings along, nil where it has none.
  ///
  /// A column has its own, a path its parts joined by `_`, and of the functions each kind that Kusto
  /// knows: those that only round, convert or pick take their first argument's.
  func naturalName(
    of syntax: CasebookLanguage.Expression, over fields: [Field] = []
  ) -> String? {
    switch syntax.kind {
    case .name(let name): return name.text
    case .bracketed(let inner): return naturalName(of: inner)
    case .member(let base, let name): return joined(naturalName(of: base), name.text)
    case .element(let base, let index):
      guard let literal = index.asLiteral else { return nil }
      return joined(naturalName(of: base), literal.text)
    case .call(let call) where call.name.text == "column_ifexists":
      let wanted = call.arguments.first?.value.asLiteral?.text
      return fields.first { $0.name == wanted }?.name
    case .call(let call): return naturalName(of: call)
    default: return nil
    }
  }

  private func naturalName(of call: Call) -> String? {
    let first = call.arguments.first.flatMap { naturalName(of: $0.value) }
    let function = call.name.text
    if Self.likeFirstArgument.contains(function) { return first }
    if Self.likeOnlyArgument.contains(function) { return call.arguments.count == 1 ? first : nil }
    if let prefix = Self.prefixes[function] { return prefix + "_" + (first ?? "") }
    return nil
  }

  private func joined(_ base: String?, _ part: String) -> String {
    guard let base, !base.isEmpty else { return part }
    return base + "_" + part
  }

  private static let likeFirstArgument: Set<String> = [
    "abs", "acos", "asin", "atan", "atan2", "bin", "bin_at", "bin_auto", "binary_and",
    "binary_not", "binary_or", "binary_shift_left", "binary_shift_right", "binary_xor",
    "bitset_count_ones", "ceiling", "cos", "erf", "erfc", "exp", "exp10", "exp2", "floor",
    "format_bytes", "format_datetime", "format_timespan", "gamma", "log", "log10", "log2",
    "loggamma", "parse_csv", "parse_json", "parsejson", "parse_xml", "pow", "rand", "round",
    "series_fill_backward", "series_fill_const", "series_fill_forward", "series_fill_linear",
    "series_fir", "series_iir", "series_outliers", "sin", "split", "sqrt", "startofday", "tan",
    "tobool", "toboolean", "todatetime", "todecimal", "todouble", "todynamic", "toguid", "tohex",
    "toint", "tolong", "toobject", "toreal", "tostring", "totime", "totimespan",
  ]

  private static let likeOnlyArgument: Set<String> = ["make_datetime", "make_timespan"]

  private static let prefixes = [
    "dcount_hll": "dcount_hll", "percentile_tdigest": "percentile_tdigest",
    "percentiles_array_tdigest": "percentile_tdigest", "repeat": "repeat",
    "string_size": "string_size", "strlen": "strlen", "treepath": "tree",
  ]
}
