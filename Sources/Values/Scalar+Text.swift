extension Scalar {
  /// The text that `tostring` gives: `""` for null, `True`, ISO instants with seven decimals.
  public var text: String {
    switch self {
    case .null: ""
    case .bool(let value): value ? "True" : "False"
    case .int(let value): CasebookValues.text(ofLong: Int64(value))
    case .long(let value): CasebookValues.text(ofLong: value)
    case .real(let value): CasebookValues.text(ofReal: value)
    case .decimal(let value): CasebookValues.text(ofDecimal: value)
    case .string(let value), .guid(let value): value
    case .datetime(let value): Instant.text(value)
    case .timespan(let value): Timespan.text(value)
    case .dynamic(let value): value.text
    }
  }
}
